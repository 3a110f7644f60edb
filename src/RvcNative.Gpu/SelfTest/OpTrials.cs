using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

/// <summary>Trials of every op over shapes that no tile, block or stretch divides, with gradients overwritten and added to, of all items and of some.</summary>
public static partial class OpTrials
{
    // One element; fewer channels than anything; more frames than one block sums; more channels than a group has threads.
    private static readonly Shape[] s_shapes = [[1, 1, 1], [2, 5, 3], [3, 70, 20], [2, 9, 300]];

    public static IEnumerable<OpTrial> All() =>
    [
        .. Rows(), .. Sums(), .. Encoder(), .. Recurrent(), .. Attention(), .. Convolutions(), .. Losses(), .. Weights(), .. Signals(), .. Placement(), .. Wide(),
    ];

    /// <summary>Trials of one op over all shapes, twice: gradients overwritten, and added to with an item fewer where there are several.</summary>
    private static IEnumerable<OpTrial> OverShapes(string op, Action<TrialRun, Shape, bool, int> run)
    {
        foreach (Shape shape in s_shapes)
        {
            foreach (bool add in (bool[])[false, true]) yield return New(shape, add);
        }

        OpTrial New(Shape shape, bool add)
        {
            int items = add ? Math.Max(1, shape[0] - 1) : shape[0];
            return new OpTrial(op, $"{shape}{(add ? ", added" : "")}", of => run(of, shape, add, items));
        }
    }

    private static Shape Twice(Shape shape) => [shape[0], shape[1], 2 * shape[2]];

    private static Shape PerItem(Shape shape) => [shape[0], 1, shape[2]];
}
