using RvcNative.Formats.Pth;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Checkpoints changed into what other programs write.</summary>
internal static class RewrittenCheckpoint
{
    internal static void Change(string path, Func<PickleDict, PickleDict> change) => PthFile.Write(path, change(PthFile.Read(path).Dict()));

    /// <summary>Gives the model's weight normalisation the names of newer PyTorch.</summary>
    /// <returns>Names that changed.</returns>
    internal static int Parametrize(PickleDict root)
    {
        PickleDict model = new(ordered: true);
        int renamed = 0;
        foreach ((PickleValue key, PickleValue value) in ((PickleDict)root["model"]).Entries)
        {
            string name = ((PickleString)key).Value;
            string other = name.Replace(".weight_g", ".parametrizations.weight.original0", StringComparison.Ordinal)
                .Replace(".weight_v", ".parametrizations.weight.original1", StringComparison.Ordinal);
            if (other != name) renamed++;
            model[other] = value;
        }

        root["model"] = model;
        return renamed;
    }
}
