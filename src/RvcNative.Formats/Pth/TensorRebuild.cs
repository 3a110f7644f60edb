namespace RvcNative.Formats.Pth;

/// <summary>Tensors from storages: what torch._utils._rebuild_tensor and its successors describe by offset, size and stride.</summary>
internal static class TensorRebuild
{
    private const int HighestRank = 64;

    /// <param name="scanner">Names the file in messages.</param>
    /// <param name="arguments">storage, storage_offset, size, stride, then what does not matter here.</param>
    /// <param name="dtype">Overrides the storage's type, as _rebuild_tensor_v3 does.</param>
    internal static PickleTensor Rebuild(PickleScanner scanner, IReadOnlyList<PickleValue> arguments, FileDType? dtype = null)
    {
        if (arguments.Count < 4 || arguments[0] is not TorchStorage storage)
        {
            throw scanner.Fault("a tensor is described by something other than storage, offset, size and stride");
        }

        FileDType type = dtype ?? storage.DType ?? throw scanner.Fault("a tensor over an untyped storage does not say its type");
        long elements = storage.DType is null ? storage.Elements / type.ByteCount() : storage.Elements;
        long offset = Number(scanner, arguments[1]);
        long[] size = Numbers(scanner, arguments[2]), stride = Numbers(scanner, arguments[3]);
        string described = $"tensor {type.TorchName()} [{string.Join(", ", size)}], stride [{string.Join(", ", stride)}], offset {offset}";
        if (size.Length != stride.Length || size.Length > HighestRank || size.Any(length => length > int.MaxValue))
        {
            throw scanner.Fault($"{described} makes no sense");
        }

        Int128 count = 1, last = offset;
        bool empty = size.Contains(0);
        for (int axis = 0; axis < size.Length && !empty; axis++)
        {
            count *= size[axis];
            last += (Int128)(size[axis] - 1) * stride[axis];
            if (count > Array.MaxLength) break;
        }

        if (!empty && count * type.ByteCount() > Array.MaxLength) throw scanner.Fault($"{described} is larger than 2 GiB");
        if (!empty && last >= elements) throw scanner.Fault($"{described} reaches beyond its storage '{storage.Key}' of {elements:N0} elements");

        int[] shape = [.. size.Select(length => (int)length)];
        return new PickleTensor(type, shape, () => Gather(storage, type, shape, stride, storage.FirstElement + offset, empty ? 0 : (int)count));
    }

    private static FileTensor Gather(TorchStorage storage, FileDType type, int[] shape, long[] stride, long offset, int count)
    {
        int width = type.ByteCount();
        if (count == 0) return new FileTensor(type, shape, []);
        byte[] all = storage.Read();
        if (IsContiguous(shape, stride))
        {
            bool whole = offset == 0 && all.Length == count * width;
            return new FileTensor(type, shape, whole ? all : all.AsSpan((int)(offset * width), count * width).ToArray());
        }

        byte[] data = new byte[count * width];
        int[] index = new int[shape.Length];
        long from = offset * width;
        for (int to = 0; to < data.Length; to += width)
        {
            all.AsSpan((int)from, width).CopyTo(data.AsSpan(to));
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                from += stride[axis] * width;
                if (++index[axis] < shape[axis]) break;
                from -= stride[axis] * width * shape[axis];
                index[axis] = 0;
            }
        }

        return new FileTensor(type, shape, data);
    }

    private static bool IsContiguous(int[] shape, long[] stride)
    {
        long step = 1;
        for (int axis = shape.Length - 1; axis >= 0; step *= shape[axis--]) if (shape[axis] != 1 && stride[axis] != step) return false;
        return true;
    }

    private static long Number(PickleScanner scanner, PickleValue value) =>
        value is PickleInt number && number.Value >= 0 && number.Value <= long.MaxValue
            ? (long)number.Value
            : throw scanner.Fault("an offset, size or stride of a tensor is not a count");

    private static long[] Numbers(PickleScanner scanner, PickleValue value) => value switch
    {
        PickleTuple tuple => [.. tuple.Items.Select(item => Number(scanner, item))],
        PickleList list => [.. list.Items.Select(item => Number(scanner, item))],
        _ => throw scanner.Fault("a tensor's size or stride is not a tuple"),
    };
}
