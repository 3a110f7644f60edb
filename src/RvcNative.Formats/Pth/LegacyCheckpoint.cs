using System.Globalization;
using System.Numerics;

namespace RvcNative.Formats.Pth;

/// <summary>
/// The layout of torch.save before 1.6: pickles of a magic number, the protocol 1001, facts of the system, the object and the list of storage
/// keys; then for each key the element count as int64 and the elements.
/// </summary>
internal sealed class LegacyCheckpoint : IStorageSource
{
    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private readonly string _path;
    private readonly Stream _stream;
    private readonly Dictionary<string, (long Offset, long Bytes)> _places = [];

    private LegacyCheckpoint(string path, Stream stream) => (_path, _stream) = (path, stream);

    internal static PickleValue ReadPickle(string path, Stream stream, bool keepStorages)
    {
        LegacyCheckpoint checkpoint = new(path, stream);
        PickleScanner scanner = new(path, stream);
        if (checkpoint.ReadPlain(scanner) is not PickleInt magic || magic.Value != Magic)
        {
            throw checkpoint.Fault("is a pickle, but not one of torch.save; only checkpoints are read");
        }

        if (checkpoint.ReadPlain(scanner) is not PickleInt protocol || protocol.Value != 1001)
        {
            throw checkpoint.Fault("is a legacy checkpoint of a protocol other than 1001");
        }

        if (checkpoint.ReadPlain(scanner) is PickleDict system && system.TryGet("little_endian", out PickleValue? little)
            && little is PickleBool { Value: false })
        {
            throw checkpoint.Fault("was saved on a big-endian machine; only little-endian checkpoints are read. Save it again on another machine");
        }

        StorageTable storages = new(path, checkpoint, keepStorages);
        PickleValue root = new PickleMachine(scanner, storages.Resolve).Run();
        checkpoint.Locate(scanner, storages);
        storages.CheckSizes();
        return root;
    }

    public long ByteCount(string key) => _places.TryGetValue(key, out (long Offset, long Bytes) place)
        ? place.Bytes
        : throw Fault($"storage '{key}' is missing in the file");

    public byte[] Read(string key)
    {
        byte[] bytes = new byte[ByteCount(key)];
        _stream.Position = _places[key].Offset;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private PickleValue ReadPlain(PickleScanner scanner) =>
        new PickleMachine(scanner, _ => throw Fault("the pickle cannot be read: a storage before the object")).Run();

    private void Locate(PickleScanner scanner, StorageTable storages)
    {
        if (ReadPlain(scanner) is not PickleList keys) throw Fault("the list of storages is missing; the file is damaged, fetch it again");
        foreach (PickleValue item in keys.Items)
        {
            string key = (item as PickleString)?.Value ?? throw Fault("a storage has a key that is no text");
            TorchStorage storage = storages.Find(key) ?? throw Fault($"storage '{key}' is listed, but no tensor is in it");
            long elements = scanner.Int64(), left = _stream.Length - _stream.Position;
            if (elements != storage.Elements)
            {
                throw Fault($"storage '{key}' has {elements:N0} elements, {storage.Elements:N0} expected; the file is damaged, fetch it again");
            }

            if (storage.ByteCount > left)
            {
                throw Fault($"storage '{key}' is short: {storage.ByteCount:N0} bytes expected, found {left:N0}; the file is cut short, " +
                    "fetch it again");
            }

            if (!_places.TryAdd(key, (_stream.Position, storage.ByteCount))) throw Fault($"storage '{key}' is listed twice");
            _stream.Position += storage.ByteCount;
        }
    }

    private FileFormatException Fault(string problem) => new(_path, problem);
}
