namespace RvcNative.Nn;

/// <summary>How a parameter starts when it is trained from scratch: PyTorch's defaults, as mainline leaves them.</summary>
public readonly record struct Initial
{
    private readonly float _mean, _uniform, _normal;

    private Initial(float mean, float uniform, float normal) => (_mean, _uniform, _normal) = (mean, uniform, normal);

    public static Initial Constant(float value) => new(value, 0, 0);

    /// <summary>Uniform in [-bound, bound).</summary>
    public static Initial Uniform(float bound) => new(0, bound, 0);

    /// <summary>Normal with mean 0.</summary>
    public static Initial Normal(float deviation) => new(0, 0, deviation);

    /// <summary>PyTorch's default for convolutions and linear layers, weight and bias alike: kaiming_uniform(a = sqrt 5).</summary>
    public static Initial FanIn(int fanIn) => Uniform(1 / MathF.Sqrt(Math.Max(1, fanIn)));

    /// <summary>Glorot and Bengio 2010.</summary>
    public static Initial Xavier(int fanIn, int fanOut) => Uniform(MathF.Sqrt(6f / (fanIn + fanOut)));

    internal void Fill(Span<float> values, RandomStream random)
    {
        foreach (ref float value in values)
        {
            value = _mean;
            if (_uniform != 0) value += _uniform * (float)((2 * random.NextDouble()) - 1);
            if (_normal != 0) value += _normal * (float)random.NextNormal();
        }
    }
}
