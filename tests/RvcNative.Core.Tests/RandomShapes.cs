using FsCheck;
using FsCheck.Fluent;

namespace RvcNative.Core.Tests;

/// <summary>
/// Draws one case of a property: sizes, masks, values, and which items are differentiated. Sizes of 1, sizes that no vector divides and
/// more frames than a backend sums in one block come often. The same seed draws the same case.
/// </summary>
public sealed class RandomShapes
{
    private readonly int _seed;
    private readonly Random _random;
    private readonly List<string> _drawn = [];
    private int _draws;

    private RandomShapes(int seed) => (_seed, _random) = (seed, new Random(seed));

    /// <summary>All seeds, not only the small ones that FsCheck begins with; nothing to shrink.</summary>
    public static Arbitrary<RandomShapes> All() => Arb.From(Gen.Choose(1, int.MaxValue - 1).Select(seed => new RandomShapes(seed)));

    /// <summary>What a failed property shows.</summary>
    public override string ToString() => $"seed {_seed}: {string.Join(", ", _drawn)}";

    /// <summary>A number in least … most, for what <see cref="ToString"/> shall name.</summary>
    internal int Between(int least, int most, string what)
    {
        int drawn = _random.Next(least, most + 1);
        _drawn.Add($"{what} {drawn}");
        return drawn;
    }

    internal bool Coin(string what)
    {
        bool drawn = _random.Next(2) == 0;
        if (drawn) _drawn.Add(what);
        return drawn;
    }

    /// <summary>[B,T,C] of 1 to 4 items, 1 to 70 frames and 1 to 37 channels, at most some thousand elements.</summary>
    internal Shape Activations(string what, int mostFrames = 70, int mostChannels = 37)
    {
        int batch = _random.Next(1, 5), channels = _random.Next(5) == 0 ? 1 : _random.Next(1, mostChannels + 1);
        int frames = _random.Next(5) switch { 0 => 1, 1 => _random.Next(1, mostFrames + 1), _ => _random.Next(1, Math.Min(12, mostFrames) + 1) };
        Shape shape = [batch, Math.Clamp(frames, 1, Math.Max(1, 4000 / (batch * channels))), channels];
        _drawn.Add($"{what} {shape}");
        return shape;
    }

    /// <summary>Values of a distribution that the drawn seed chooses.</summary>
    internal float[] Values(Func<int, float[]> ofSeed) => ofSeed(unchecked(_seed + (7919 * ++_draws)));

    internal float[] Normal(Shape shape, float scale = 1) => Values(seed => RandomValues.Normal(shape, seed, scale));

    internal (Shape Shape, float[] Values) Input(Shape shape, float scale = 1) => (shape, Normal(shape, scale));

    /// <summary>0 and 1 in no order, or a one for each item's frames, or ones alone.</summary>
    internal float[] Mask(int batch, int frames) => Between(0, 2, "mask") switch
    {
        0 => Values(seed => RandomValues.Bits(batch * frames, seed)),
        1 => RandomValues.Mask(frames, [.. Enumerable.Range(0, batch).Select(_ => _random.Next(frames + 1))]),
        _ => [.. Enumerable.Repeat(1f, batch * frames)],
    };

    /// <summary>A mask [B,T] for activations [B,T,C].</summary>
    internal Tensor Mask(Backend backend, Shape activations) =>
        GradientCheck.Constant(backend, [activations[0], activations[1]], Mask(activations[0], activations[1]));

    internal long[] Ids(int count, int below) => RandomValues.Ids(count, unchecked(_seed + ++_draws), below);

    /// <summary>
    /// For each input its first differentiated item. Activations [B,T,C] lose their first items or all of them, others all or none;
    /// one input at least keeps a gradient.
    /// </summary>
    internal int[] GradientFrom(params ReadOnlySpan<Shape> shapes)
    {
        int[] from = new int[shapes.Length];
        int kept = _random.Next(shapes.Length);
        for (int input = 0; input < from.Length; input++)
        {
            int items = shapes[input][0], most = input == kept ? items - 1 : items;
            from[input] = _random.Next(2) == 0 ? 0 : shapes[input].Rank == 3 ? _random.Next(most + 1) : most == items ? items : 0;
        }

        _drawn.Add($"differentiated from items {string.Join(' ', from)}");
        return from;
    }
}
