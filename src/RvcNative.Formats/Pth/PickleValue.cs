using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace RvcNative.Formats.Pth;

/// <summary>What a checkpoint's pickle can hold: plain Python values, containers, tensors, and names of things that are not rebuilt.</summary>
[SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructors are the named alternates.")]
public abstract class PickleValue
{
    /// <summary>Python's name of the value's type, for messages.</summary>
    public abstract string TypeName { get; }

    public static implicit operator PickleValue(long value) => new PickleInt(value);

    public static implicit operator PickleValue(double value) => new PickleFloat(value);

    public static implicit operator PickleValue(bool value) => new PickleBool(value);

    public static implicit operator PickleValue(string value) => new PickleString(value);

    public static implicit operator PickleValue(FileTensor value) => new PickleTensor(value);
}

public sealed class PickleNone : PickleValue
{
    public static readonly PickleNone Instance = new();

    private PickleNone()
    {
    }

    public override string TypeName => "None";
}

public sealed class PickleBool(bool value) : PickleValue
{
    public bool Value => value;

    public override string TypeName => "bool";
}

/// <summary>Python's int, which has no bound; beyond 2048 bits a file is refused.</summary>
public sealed class PickleInt(BigInteger value) : PickleValue
{
    public BigInteger Value => value;

    public override string TypeName => "int";
}

public sealed class PickleFloat(double value) : PickleValue
{
    public double Value => value;

    public override string TypeName => "float";
}

public sealed class PickleString(string value) : PickleValue
{
    public string Value => value;

    public override string TypeName => "str";
}

public sealed class PickleBytes(byte[] value) : PickleValue
{
    public byte[] Value => value;

    public override string TypeName => "bytes";
}

public sealed class PickleList(params IEnumerable<PickleValue> items) : PickleValue
{
    public List<PickleValue> Items { get; } = [.. items];

    public override string TypeName => "list";
}

/// <summary>A tuple or torch.Size.</summary>
public sealed class PickleTuple(params IEnumerable<PickleValue> items) : PickleValue
{
    public IReadOnlyList<PickleValue> Items { get; } = [.. items];

    public override string TypeName => "tuple";
}

/// <summary>
/// Something that is known by name only: an instance of a class that no checkpoint of ours needs (its state was skipped, nothing of it ran),
/// or a bare name such as torch.float32. It cannot be written.
/// </summary>
public class PickleOpaque : PickleValue
{
    internal PickleOpaque(string name) => Name = name;

    /// <summary>module.name as the pickle has it.</summary>
    public string Name { get; }

    public override string TypeName => Name;
}
