using System.Text;

namespace RvcNative.Formats.Pth;

/// <summary>The zip layout that torch.save writes since 1.6: one top folder with data.pkl and data/key for each storage.</summary>
internal sealed class ZipCheckpoint : IStorageSource
{
    private const long LongestPickleBytes = 64 << 20;
    private const string PickleName = "data.pkl";
    private readonly string _path;
    private readonly ZipDirectory _zip;
    private readonly string _folder;

    private ZipCheckpoint(string path, ZipDirectory zip, string folder) => (_path, _zip, _folder) = (path, zip, folder);

    internal static PickleValue ReadPickle(string path, Stream stream, bool keepStorages)
    {
        ZipDirectory zip = new(path, stream);
        List<ZipDirectory.Member> pickles = [.. zip.Members.Values.Where(member => member.Name.Split('/') is [_, PickleName])];
        if (pickles is not [ZipDirectory.Member pickle])
        {
            throw new FileFormatException(path, $"is a zip, but no checkpoint: one {PickleName} in its top folder expected, found {pickles.Count} " +
                $"(members: {string.Join(", ", zip.Members.Keys.Take(6))})");
        }

        ZipCheckpoint checkpoint = new(path, zip, pickle.Name[..^PickleName.Length]);
        if (zip.Members.ContainsKey(checkpoint._folder + "constants.pkl"))
        {
            throw new FileFormatException(path, "is a TorchScript program (torch.jit.save), not a checkpoint; save its state_dict with torch.save");
        }

        if (pickle.Bytes > LongestPickleBytes)
        {
            throw new FileFormatException(path, $"its {PickleName} takes {pickle.Bytes:N0} bytes; at most {LongestPickleBytes:N0} are read");
        }

        if (zip.Members.TryGetValue(checkpoint._folder + "byteorder", out ZipDirectory.Member? order)
            && Encoding.ASCII.GetString(zip.Read(order)) != "little")
        {
            throw new FileFormatException(path, "was saved on a big-endian machine; " +
                "only little-endian checkpoints are read. Save it again on another machine");
        }

        StorageTable storages = new(path, checkpoint, keepStorages);
        PickleValue root = new PickleMachine(new PickleScanner(path, new MemoryStream(zip.Read(pickle))), storages.Resolve).Run();
        storages.CheckSizes();
        return root;
    }

    public long ByteCount(string key) => Find(key).Bytes;

    public byte[] Read(string key) => _zip.Read(Find(key));

    private ZipDirectory.Member Find(string key) => _zip.Members.TryGetValue($"{_folder}data/{key}", out ZipDirectory.Member? member)
        ? member
        : throw new FileFormatException(_path, $"storage '{_folder}data/{key}' is missing in the zip; the file is damaged, fetch it again");
}
