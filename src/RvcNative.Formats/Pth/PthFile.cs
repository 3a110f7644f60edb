using System.Text;

namespace RvcNative.Formats.Pth;

/// <summary>
/// A checkpoint of torch.save (.pth, .pt, .bin), in its zip layout or the legacy one before it. Reading it runs nothing: names outside a list
/// are refused (<see cref="PickleGlobals"/>), every zip member read has its CRC-32 checked.
/// </summary>
public sealed partial class PthFile : IDisposable
{
    private const long MostBytesPerFileByte = 4, AlwaysAllowedBytes = 64 << 20;      // views and expanded tensors may exceed the file
    private readonly FileStream _stream;

    private PthFile(FileStream stream, PickleNode root) => (_stream, Root) = (stream, root);

    /// <summary>The top of the tree; its tensors are read from the file when they are asked for, as long as it is open.</summary>
    public PickleNode Root { get; }

    /// <summary>Reads the whole checkpoint once, each storage once, and closes the file.</summary>
    /// <exception cref="FileFormatException">Not a checkpoint, damaged, cut short, or using a name that no checkpoint needs.</exception>
    public static PickleNode Read(string path)
    {
        FileStream stream = OpenStream(path);
        using (stream)
        {
            (PickleValue root, List<PickleTensor> tensors) = ReadTree(path, stream, keepStorages: true);
            foreach (PickleTensor tensor in tensors) tensor.Keep();
            return new PickleNode(path, "", root);
        }
    }

    /// <summary>Reads the tree alone; a tensor's storage is read at each <see cref="PickleTensor.Load"/>, on one thread at a time.</summary>
    /// <exception cref="FileFormatException">As <see cref="Read"/>; damage inside a storage shows when its tensor is loaded.</exception>
    public static PthFile Open(string path)
    {
        FileStream stream = OpenStream(path);
        try
        {
            return new PthFile(stream, new PickleNode(path, "", ReadTree(path, stream, keepStorages: false).Root));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose() => _stream.Dispose();

    private static FileStream OpenStream(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16);

    private static (PickleValue Root, List<PickleTensor> Tensors) ReadTree(string path, FileStream stream, bool keepStorages)
    {
        byte[] start = new byte[512];
        int found = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        PickleValue root = start.AsSpan(0, found) switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => ZipCheckpoint.ReadPickle(path, stream, keepStorages),
            [0x80, ..] => LegacyCheckpoint.ReadPickle(path, stream, keepStorages),
            _ => throw new FileFormatException(path, "is not a checkpoint of torch.save (a zip or a pickle): " +
                Guess(start.AsSpan(0, found))),
        };
        List<PickleTensor> tensors = PickleTree.Check(path, root);
        long bytes = 0, most = MostBytesPerFileByte * stream.Length + AlwaysAllowedBytes;
        foreach (PickleTensor tensor in tensors) bytes += tensor.ByteCount;
        if (bytes > most)
        {
            throw new FileFormatException(path, $"its tensors written out take {bytes:N0} bytes, the file only {stream.Length:N0}; " +
                "it is not a checkpoint of weights");
        }

        return (root, tensors);
    }

    private static string Guess(ReadOnlySpan<byte> start)
    {
        string text = Encoding.Latin1.GetString(start);
        if (start.Length == 0) return "it is empty; fetch it again";
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal)) return "it is a git-lfs pointer; run git lfs pull for the file itself";
        if (text.Contains("<html", StringComparison.OrdinalIgnoreCase)) return "it is a web page; fetch the file itself";
        if (text.Length > 262 && text.AsSpan(257, 5).SequenceEqual("ustar"))
        {
            return "it is a tar, which torch.save wrote before 0.1.10; load and save it again with a newer PyTorch";
        }

        string head = text[..Math.Min(text.Length, 24)];
        return head.All(letter => letter is >= ' ' and <= '~' or '\n' or '\r' or '\t')
            ? $"it starts with the text '{head.ReplaceLineEndings(" ")}'"
            : $"it starts with the bytes {Convert.ToHexStringLower(start[..Math.Min(8, start.Length)])}";
    }
}
