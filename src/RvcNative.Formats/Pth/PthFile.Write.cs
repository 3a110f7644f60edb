using System.Text;

namespace RvcNative.Formats.Pth;

public sealed partial class PthFile
{
    /// <summary>
    /// Writes a checkpoint in the zip layout that PyTorch 1.6 and later load, also with weights_only=True; the same tree under the same file
    /// name gives the same bytes. Tensors are written one after the other, those with a callback when their turn comes. The file appears whole
    /// or not at all.
    /// </summary>
    /// <exception cref="ArgumentException">The tree holds a <see cref="PickleOpaque"/>.</exception>
    /// <exception cref="FileFormatException">The tree contains itself or is nested too deep.</exception>
    public static void Write(string path, PickleValue root)
    {
        PickleTree.Check(path, root);
        using MemoryStream pickle = new();
        PickleWriter writer = new(pickle);
        writer.Write(root);
        string stem = Path.GetFileNameWithoutExtension(path), folder = Ascii.IsValid(stem) && stem.Length > 0 ? stem : "archive";
        AtomicFile.Write(path, stream =>
        {
            ZipWriter zip = new(stream);
            zip.Add($"{folder}/data.pkl", pickle.Length, pickle.WriteTo);
            zip.Add($"{folder}/byteorder", "little"u8.Length, member => member.Write("little"u8));
            foreach ((int key, PickleTensor tensor) in writer.Storages.Index()) zip.Add($"{folder}/data/{key}", tensor.ByteCount, tensor.WriteTo);
            zip.Add($"{folder}/version", "3\n"u8.Length, member => member.Write("3\n"u8));
            zip.Finish();
        });
    }
}
