using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace RvcNative.Core;

/// <summary>A shape is checked once, where a tensor enters an op; the message says the op, what came and what was wanted.</summary>
internal static class Expect
{
    /// <exception cref="ArgumentException">The condition does not hold. The message is built only then.</exception>
    internal static void That([DoesNotReturnIf(false)] bool holds, string op, [InterpolatedStringHandlerArgument(nameof(holds))] ExpectMessage message)
    {
        if (!holds) throw new ArgumentException($"{op}: {message.ToString()}");
    }

    /// <summary>A tensor [B,T,C], with at least one of each.</summary>
    internal static (int Batch, int Frames, int Channels) Frames(Tensor x, string op, string name)
    {
        if (x.Shape.Rank != 3 || x.Count == 0) throw new ArgumentException($"{op}: {name} {x.Shape} is not [B,T,C]");
        return (x.Shape[0], x.Shape[1], x.Shape[2]);
    }

    internal static void Shape(Tensor x, Shape wanted, string op, string name)
    {
        if (x.Shape != wanted) throw new ArgumentException($"{op}: {name} {x.Shape} is not {wanted}");
    }
}

/// <summary>Builds a message only when a check fails.</summary>
[InterpolatedStringHandler]
internal ref struct ExpectMessage
{
    private DefaultInterpolatedStringHandler _inner;
    private readonly bool _wanted;

    public ExpectMessage(int literalLength, int formattedCount, bool holds, out bool append)
    {
        append = _wanted = !holds;
        _inner = append ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    private ExpectMessage(string text)
    {
        _inner = new DefaultInterpolatedStringHandler(text.Length, 0);
        _inner.AppendLiteral(text);
        _wanted = true;
    }

    public static implicit operator ExpectMessage(string text) => new(text);

    public void AppendLiteral(string text) => _inner.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _inner.AppendFormatted(value);

    public override string ToString() => _wanted ? _inner.ToStringAndClear() : "";
}
