namespace RvcNative.Formats.Pth;

/// <summary>
/// Resolves the persistent ids of a pickle: ('storage', type, key, location, elements[, view]). The location, such as cuda:0, does not matter.
/// <see cref="CheckSizes"/> holds the element counts against what the file has, so that a short storage is named before anything is read.
/// </summary>
internal sealed class StorageTable(string path, IStorageSource source, bool keepStorages)
{
    private readonly Dictionary<string, TorchStorage> _seen = [];

    /// <summary>A storage that the pickle has named; null if it has not.</summary>
    internal TorchStorage? Find(string key) => _seen.GetValueOrDefault(key);

    internal PickleValue Resolve(PickleTuple id)
    {
        if (id.Items is not [PickleString { Value: "storage" }, PickleOpaque type, PickleString key, _, PickleInt elements, ..])
        {
            throw new FileFormatException(path, "the pickle cannot be read: a persistent id does not name a storage");
        }

        string storageName = type.Name.StartsWith("torch.", StringComparison.Ordinal) ? type.Name["torch.".Length..] : "";
        FileDType? dtype = TorchStorage.TypeOf(storageName);
        if (dtype is null && storageName != "UntypedStorage")
        {
            throw new FileFormatException(path, $"storage '{key.Value}' is a {type.Name}; only plain number types are read (float, half, bfloat16, " +
                "double, ints, bool)");
        }

        if (elements.Value < 0 || elements.Value * (dtype?.ByteCount() ?? 1) > Array.MaxLength)
        {
            throw new FileFormatException(path, $"storage '{key.Value}' of {elements.Value} elements is out of range: at most 2 GiB are read of one");
        }

        TorchStorage named = new(source, type.Name, dtype, key.Value, firstElement: 0, (long)elements.Value, keepStorages);
        TorchStorage whole = _seen.TryAdd(key.Value, named) ? named : _seen[key.Value];
        if (whole.DType != dtype || whole.Elements != named.Elements)
        {
            throw new FileFormatException(path, $"storage '{key.Value}' is described in two ways");
        }

        return id.Items.Count > 5 && id.Items[5] is PickleTuple view ? View(whole, view) : whole;
    }

    internal void CheckSizes()
    {
        foreach (TorchStorage storage in _seen.Values)
        {
            long wanted = storage.ByteCount, found = source.ByteCount(storage.Key);
            if (found < wanted)
            {
                throw new FileFormatException(path, $"storage '{storage.Key}' is short: {wanted:N0} bytes expected, found {found:N0}; " +
                    "the file is damaged, fetch it again");
            }
        }
    }

    // Before PyTorch 0.4 a storage could be a stretch of another: (key, first element, elements).
    private TorchStorage View(TorchStorage whole, PickleTuple view)
    {
        if (view.Items is not [PickleString, PickleInt first, PickleInt count]
            || first.Value < 0 || count.Value < 0 || first.Value + count.Value > whole.Elements)
        {
            throw new FileFormatException(path, $"a view of storage '{whole.Key}' reaches beyond it");
        }

        return new TorchStorage(source, whole.Name, whole.DType, whole.Key, (long)first.Value, (long)count.Value, keepStorages);
    }
}
