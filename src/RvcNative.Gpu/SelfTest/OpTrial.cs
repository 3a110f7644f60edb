using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

/// <summary>One call of an op on made-up tensors, to be run on two backends.</summary>
/// <param name="Op">The op's name, as its file has it.</param>
/// <param name="Case">What is particular, for messages.</param>
/// <param name="Limit">Largest difference allowed, relative to the largest value of the tensor.</param>
/// <param name="LimitInSingle">Likewise on a device that has no double precision; null for the same.</param>
public sealed record OpTrial(string Op, string Case, Action<TrialRun> Run, double Limit = 3e-6, double? LimitInSingle = null)
{
    /// <summary>Whether results are stored as those of wide layers are, and may be off by the rounding of that.</summary>
    public bool IsWide { get; init; }

    public override string ToString() => $"{Op} {Case}";
}

/// <summary>Tensors of one run of a trial: the same values for the same seed on every backend.</summary>
/// <param name="coarse">Values have seven bits behind the point, so that no precision rounds them and results are those of f32.</param>
public sealed class TrialRun(Backend backend, int seed, bool coarse = false) : IDisposable
{
    private const int GuardElements = 64;
    private const float Guard = 12288;   // in all types
    private readonly Random _random = new(seed);
    private readonly List<float> _noted = [];
    private readonly List<Tensor> _owned = [], _whole = [], _results = [];

    public Backend Backend { get; } = backend;

    /// <summary>Standard normal values times a scale.</summary>
    public Tensor Normal(Shape shape, float scale = 1) => Tensor(shape, Draw(shape.Count, () => scale * Normal()));

    public Tensor Uniform(Shape shape, float from, float to) => Tensor(shape, Draw(shape.Count, () => from + ((to - from) * _random.NextSingle())));

    /// <summary>[B,T] of 0 and 1 in no order; about a quarter is 0.</summary>
    public Tensor Mask(int batch, int frames) => Tensor([batch, frames], Draw(batch * frames, () => _random.Next(4) == 0 ? 0 : 1));

    public Tensor Ids(Shape shape, int below)
    {
        Tensor ids = Own(Backend.NewTensor(shape, DType.I64));
        long[] values = new long[shape.Count];
        for (int i = 0; i < values.Length; i++) values[i] = _random.Next(below);
        Backend.Write(values, ids);
        return ids;
    }

    /// <summary>[N] whole numbers.</summary>
    public Tensor Numbers(params long[] values)
    {
        Tensor numbers = Own(Backend.NewTensor([values.Length], DType.I64));
        Backend.Write(values, numbers);
        return numbers;
    }

    /// <summary>Holds what a tensor of numbers is now among the results.</summary>
    public void Note(Tensor numbers)
    {
        long[] values = new long[numbers.Count];
        Backend.Read(numbers, values);
        _noted.AddRange(values.Select(value => (float)value));
    }

    /// <summary>Standard normal values, stored as those of wide layers are.</summary>
    public Tensor Wide(Shape shape) => Tensor(shape, Draw(shape.Count, Normal), Backend.WideType);

    /// <summary>As Output, Changed and Into are, stored so.</summary>
    public Tensor WideOutput(Shape shape) => Result(shape, Draw(shape.Count, () => float.NaN), Backend.WideType);

    public Tensor WideChanged(Shape shape) => Result(shape, Draw(shape.Count, Normal), Backend.WideType);

    public Gradient WideInto(Shape shape, bool accumulate) => new(accumulate ? WideChanged(shape) : WideOutput(shape), accumulate);

    public Tensor Values(Shape shape, params float[] values) => Tensor(shape, values);

    /// <summary>What an op overwrites; NaN before, so that nothing is left out unseen.</summary>
    public Tensor Output(Shape shape) => Result(shape, Draw(shape.Count, () => float.NaN));

    /// <summary>What an op changes in place.</summary>
    public Tensor Changed(Shape shape, float scale = 1) => Result(shape, Draw(shape.Count, () => scale * Normal()));

    /// <summary>A gradient that is overwritten, or added to what is there.</summary>
    public Gradient Into(Shape shape, bool accumulate) => new(accumulate ? Changed(shape) : Output(shape), accumulate);

    /// <summary>The values of all results, in the order in which they were asked for.</summary>
    /// <exception cref="InvalidOperationException">Something was written beside a result.</exception>
    public float[][] Results()
    {
        foreach (Tensor whole in _whole)
        {
            float[] all = Backend.ToArray(whole);
            int first = Array.FindIndex(all, 0, GuardElements, value => value != Guard), last = Array.FindIndex(all, all.Length - GuardElements, value => value != Guard);
            if (first >= 0 || last >= 0) throw new InvalidOperationException($"element {(first >= 0 ? first : last) - GuardElements} beside a result of {all.Length - (2 * GuardElements)} was written");
        }

        return [.. _results.Select(Backend.ToArray), [.. _noted]];
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _owned) tensor.Buffer.Storage?.Dispose();
    }

    private Tensor Result(Shape shape, float[] values, DType dtype = DType.F32)
    {
        Tensor whole = Own(Backend.NewTensor([shape.Count + (2 * GuardElements)], dtype));
        float[] all = new float[whole.Count];
        Array.Fill(all, Guard);
        values.CopyTo(all, GuardElements);
        Backend.Write(all, whole);
        Tensor result = Backend.Part(whole, GuardElements, shape);
        _whole.Add(whole);
        _results.Add(result);
        return result;
    }

    private Tensor Tensor(Shape shape, float[] values, DType dtype = DType.F32)
    {
        Tensor tensor = Own(Backend.NewTensor(shape, dtype));
        Backend.Write(values, tensor);
        return tensor;
    }

    private Tensor Own(Tensor tensor)
    {
        _owned.Add(tensor);
        return tensor;
    }

    private float[] Draw(int count, Func<float> value)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = coarse ? Coarse(value()) : value();
        return values;
    }

    private static float Coarse(float value) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) & ~0xffff);

    private float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
}
