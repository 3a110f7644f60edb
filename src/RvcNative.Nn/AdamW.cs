using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>Settings of AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101); PyTorch's default decay.</summary>
public readonly record struct AdamWSettings(double Beta1, double Beta2, double Epsilon, double WeightDecay = 0.01);

/// <summary>AdamW over all parameters of a set at once, as PyTorch's torch.optim.AdamW without amsgrad.</summary>
public sealed class AdamW(Backend backend, ParameterSet parameters, AdamWSettings settings)
{
    private readonly float[] _values = new float[4];
    private readonly Tensor _schedule = backend.NewTensor([4]);

    public AdamWSettings Settings { get; } = settings;

    /// <summary>Updates made so far; part of a checkpoint.</summary>
    public long Step { get; set; }

    /// <summary>Sets the rates of the next update; before the program's trial or update runs.</summary>
    /// <param name="gradientScale">What gradients are multiplied by: 1 / n when those of n batches have been added up.</param>
    public void Prepare(double learningRate, double gradientScale = 1)
    {
        double correction1 = 1 - Math.Pow(Settings.Beta1, Step + 1), correction2 = 1 - Math.Pow(Settings.Beta2, Step + 1);
        _values[0] = (float)(1 - (learningRate * Settings.WeightDecay));
        _values[1] = (float)(learningRate / correction1);
        _values[2] = (float)(1 / Math.Sqrt(correction2));
        _values[3] = (float)gradientScale;
        backend.Write(_values, _schedule);
    }

    /// <summary>Counts the update that has run.</summary>
    public void Advance() => Step++;

    /// <summary>Records the norm of all gradients, [1].</summary>
    public Tensor RecordNorm(Tape tape)
    {
        Tensor norm = tape.NewLoss();
        tape.Run(() => backend.Norm(parameters.Gradients, norm), norm);
        return norm;
    }

    /// <summary>Records, once the rates are set, that gradients are scaled down to a norm where theirs is larger (Pascanu et al. 2013, arXiv:1211.5063).</summary>
    /// <param name="norm">Of the gradients as they are, before <see cref="Prepare"/>'s scale.</param>
    public void RecordClipping(Tape tape, Tensor norm, double most) => tape.Run(() => backend.ClipToNorm(norm, (float)most, _schedule), norm);

    /// <summary>Records the update of all values.</summary>
    /// <param name="fault">i64 [1]: not 0 where nothing may change; null where everything always may.</param>
    public void RecordUpdate(Tape tape, Tensor? fault = null) => tape.Run(() => backend.AdamW(
        parameters.Values, parameters.Gradients, parameters.Means, parameters.Variances, _schedule, (float)Settings.Beta1, (float)Settings.Beta2, (float)Settings.Epsilon,
        fault));

    /// <summary>Records what the update would make of one parameter, which stays as it is.</summary>
    /// <param name="trial">Where it goes, the parameter's shape.</param>
    public void RecordTrial(Tape tape, Parameter parameter, Tensor trial) =>
        tape.Run(
            () => backend.AdamWTrial(
                parameter.Value, parameter.Gradient, parameter.Mean, parameter.Variance, _schedule, (float)Settings.Beta1, (float)Settings.Beta2,
                (float)Settings.Epsilon, trial),
            trial);
}
