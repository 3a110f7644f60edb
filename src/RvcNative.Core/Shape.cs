using System.Runtime.CompilerServices;

namespace RvcNative.Core;

/// <summary>Sizes of a tensor of up to four axes, last axis contiguous; a value, so that shapes cost no allocation.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int _d0, _d1, _d2, _d3;

    private Shape(int rank, int d0, int d1, int d2, int d3)
    {
        Rank = rank;
        (_d0, _d1, _d2, _d3) = (d0, d1, d2, d3);
    }

    /// <summary>Number of axes, 0 to 4.</summary>
    public int Rank { get; }

    /// <summary>Number of elements; fewer than 2^30.</summary>
    public int Count
    {
        get
        {
            int count = 1;
            for (int axis = 0; axis < Rank; axis++) count *= this[axis];
            return count;
        }
    }

    public int this[int axis] => (uint)axis >= (uint)Rank
        ? throw new ArgumentOutOfRangeException(nameof(axis), $"axis {axis} of a shape {this}")
        : axis switch { 0 => _d0, 1 => _d1, 2 => _d2, _ => _d3 };

    public int this[Index axis] => this[axis.GetOffset(Rank)];

    /// <exception cref="ArgumentException">More than four axes, a negative size, or 2^30 elements and more.</exception>
    public static Shape Create(ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > 4) throw new ArgumentException($"a tensor has at most 4 axes, not {sizes.Length}");
        long count = 1;
        foreach (int size in sizes)
        {
            if (size < 0) throw new ArgumentException($"negative size {size} in a shape");
            count *= size;
        }

        if (count >= 1 << 30) throw new ArgumentException($"a tensor of {count:N0} elements; the limit is {1 << 30:N0}");
        return new Shape(sizes.Length, At(sizes, 0), At(sizes, 1), At(sizes, 2), At(sizes, 3));

        static int At(ReadOnlySpan<int> sizes, int axis) => axis < sizes.Length ? sizes[axis] : 1;
    }

    /// <summary>This shape with another size of its first axis.</summary>
    public Shape WithFirst(int size) => new(Rank, size, _d1, _d2, _d3);

    public IEnumerator<int> GetEnumerator()
    {
        for (int axis = 0; axis < Rank; axis++) yield return this[axis];
    }

    public int[] ToArray()
    {
        int[] sizes = new int[Rank];
        for (int axis = 0; axis < Rank; axis++) sizes[axis] = this[axis];
        return sizes;
    }

    public bool Equals(Shape other) =>
        Rank == other.Rank && _d0 == other._d0 && _d1 == other._d1 && _d2 == other._d2 && _d3 == other._d3;

    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Rank, _d0, _d1, _d2, _d3);

    public override string ToString() => $"[{string.Join(',', ToArray())}]";

    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
