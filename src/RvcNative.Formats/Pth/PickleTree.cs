using System.Runtime.CompilerServices;

namespace RvcNative.Formats.Pth;

/// <summary>
/// Checks a finished tree, so that whoever walks it need not fear: no value contains itself, nothing is nested deeper than
/// <see cref="DeepestNesting"/>, and shared values written out do not exceed <see cref="MostValues"/>.
/// </summary>
internal static class PickleTree
{
    internal const int DeepestNesting = 200;
    private const long MostValues = 16_000_000;

    private readonly record struct Extent(int Depth, long Values);

    /// <summary>Every tensor of the tree once, in the order of the pickle.</summary>
    internal static List<PickleTensor> Check(string path, PickleValue root)
    {
        Dictionary<PickleValue, Extent?> extents = new(ReferenceComparer.Instance);
        List<PickleTensor> tensors = [];
        Stack<(PickleValue Value, bool Left)> work = [];
        work.Push((root, false));
        while (work.TryPop(out (PickleValue Value, bool Left) step))
        {
            if (step.Left)
            {
                extents[step.Value] = Measure(path, step.Value, extents);
                continue;
            }

            if (extents.TryGetValue(step.Value, out Extent? known))
            {
                if (known is null) throw new FileFormatException(path, "the pickle cannot be read: a container in it contains itself");
                continue;
            }

            extents.Add(step.Value, null);
            if (step.Value is PickleTensor tensor) tensors.Add(tensor);
            work.Push((step.Value, true));
            foreach (PickleValue child in Children(step.Value).Reverse()) work.Push((child, false));
        }

        return tensors;
    }

    private static Extent Measure(string path, PickleValue value, Dictionary<PickleValue, Extent?> extents)
    {
        (int depth, long values) = (0, 1);
        foreach (PickleValue child in Children(value))
        {
            Extent extent = extents[child] ?? throw new FileFormatException(path, "the pickle cannot be read: a container in it contains itself");
            depth = Math.Max(depth, extent.Depth);
            values += extent.Values;
        }

        if (++depth > DeepestNesting)
        {
            throw new FileFormatException(path, $"the pickle cannot be read: it is nested deeper than {DeepestNesting} levels");
        }

        if (values > MostValues)
        {
            throw new FileFormatException(path, $"the pickle cannot be read: written out it holds more than {MostValues:N0} values");
        }

        return new Extent(depth, values);
    }

    private static IEnumerable<PickleValue> Children(PickleValue value) => value switch
    {
        PickleList list => list.Items,
        PickleTuple tuple => tuple.Items,
        PickleDict { Attributes: null } dict => dict.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }),
        PickleDict dict => dict.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }).Append(dict.Attributes),
        _ => [],
    };

    private sealed class ReferenceComparer : IEqualityComparer<PickleValue>
    {
        internal static readonly ReferenceComparer Instance = new();

        public bool Equals(PickleValue? left, PickleValue? right) => ReferenceEquals(left, right);

        public int GetHashCode(PickleValue value) => RuntimeHelpers.GetHashCode(value);
    }
}
