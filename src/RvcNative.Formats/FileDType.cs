namespace RvcNative.Formats;

/// <summary>Element types that checkpoints, safetensors and npy files share.</summary>
public enum FileDType
{
    Float16,
    BFloat16,
    Float32,
    Float64,
    Int8,
    UInt8,
    Int16,
    Int32,
    Int64,
    Bool,
}

public static class FileDTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int ByteCount(this FileDType dtype) => dtype switch
    {
        FileDType.Float64 or FileDType.Int64 => 8,
        FileDType.Float32 or FileDType.Int32 => 4,
        FileDType.Float16 or FileDType.BFloat16 or FileDType.Int16 => 2,
        _ => 1,
    };

    public static bool IsFloat(this FileDType dtype) =>
        dtype is FileDType.Float16 or FileDType.BFloat16 or FileDType.Float32 or FileDType.Float64;

    /// <summary>PyTorch's name of the type: float32, int64, ...</summary>
    public static string TorchName(this FileDType dtype) => dtype.ToString().ToLowerInvariant();
}
