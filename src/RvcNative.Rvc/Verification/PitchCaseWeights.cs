using System.Text.Json;
using RvcNative.Formats;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Verification;

/// <summary>Where the weights of a pitch network's case are: procedural by the case's list of parameters, or a file beside the goldens.</summary>
internal static class PitchCaseWeights
{
    internal static bool IsProcedural(GoldenCase golden) => golden.Description.GetProperty("weights").GetString() == "procedural";

    /// <summary>The file that case.json names, relative to the case's folder.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    internal static string Path(GoldenCase golden)
    {
        string path = System.IO.Path.GetFullPath(golden.Place(golden.Description.GetProperty("weights").GetString() ?? ""));
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path}: the case's weights are not there; case.json names them", path);
    }

    /// <summary>Values by name, shape and seed, those of the first suffix that fits times its gain.</summary>
    internal static PitchWeights Procedural(GoldenCase golden)
    {
        Dictionary<string, int[]> shapes = golden.Description.GetProperty("parameters").EnumerateArray()
            .ToDictionary(each => each[0].GetString()!, each => each[1].EnumerateArray().Select(size => size.GetInt32()).ToArray());
        ulong seed = golden.Description.GetProperty("seed").GetUInt64();
        (string Suffix, double Factor)[] gains = golden.Description.TryGetProperty("gains", out JsonElement list)
            ? [.. list.EnumerateArray().Select(each => (each[0].GetString()!, each[1].GetDouble()))]
            : [];
        return new PitchWeights(golden.Place("case.json"), name => shapes.GetValueOrDefault(name), name => ProceduralStream.Parameter(
            name, shapes[name], seed, gains.Where(gain => name.EndsWith(gain.Suffix, StringComparison.Ordinal)).Select(gain => gain.Factor).FirstOrDefault(1)));
    }

    /// <summary>Frames of the network's input and output in the order in which they come.</summary>
    internal static FileTensor Frames(float[] values, int width) => FileTensor.FromFloat32([values.Length / width, width], values);
}
