using RvcNative.Core;

namespace RvcNative.Rvc.Training;

/// <summary>Losses and norms, which the device computes side by side.</summary>
public sealed partial class TrainingStep
{
    internal const string DiscriminatorNorm = "grad_norm_d", GeneratorNorm = "grad_norm_g";

    /// <summary>Reads the losses of the discriminator's half, which waits for them.</summary>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite.</exception>
    internal void ReadDiscriminatorLosses() => TakeDiscriminatorLosses(ReadLedger());

    /// <summary>Reads those of the generator's half.</summary>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite.</exception>
    internal void ReadGeneratorLosses() => TakeGeneratorLosses(ReadLedger());

    /// <summary>Takes losses from what <see cref="Ledger"/> held after a step of any shape.</summary>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite.</exception>
    internal void TakeLosses(ReadOnlySpan<float> values)
    {
        TakeDiscriminatorLosses(values);
        TakeGeneratorLosses(values);
    }

    /// <summary>Takes those that are there after the discriminator's half.</summary>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite.</exception>
    internal void TakeDiscriminatorLosses(ReadOnlySpan<float> values)
    {
        TakeForwardLosses(values);
        double total = 0;
        for (int i = 0; i < _discriminatorLosses.Count; i++)
        {
            total += Losses.DiscriminatorReal[i] = values[(int)_discriminatorLosses[i].Real.Offset];
            total += Losses.DiscriminatorGenerated[i] = values[(int)_discriminatorLosses[i].Generated.Offset];
        }

        Losses.Discriminator = total;
        Losses.DiscriminatorGradientNorm = values[(int)_discriminatorNorm.Offset];
        Check("loss/g/mel", Losses.Mel);
        Check("loss/g/kl", Losses.Kl);
        Check("loss/d/total", Losses.Discriminator);
        Check(DiscriminatorNorm, Losses.DiscriminatorGradientNorm);
    }

    /// <summary>Takes those of the generator, which are there after its half.</summary>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite.</exception>
    internal void TakeGeneratorLosses(ReadOnlySpan<float> values)
    {
        TakeForwardLosses(values);
        double total = 0, feature = 0;
        for (int i = 0; i < _adversarial.Count; i++) total += Losses.Adversarial[i] = values[(int)_adversarial[i].Offset];
        foreach (Tensor loss in _feature) feature += values[(int)loss.Offset];
        Losses.Generator = total;
        Losses.FeatureMatching = feature * FeatureWeight;
        Losses.GeneratorGradientNorm = values[(int)_generatorNorm.Offset];
        Check("loss/g/total", Losses.Total);
        Check(GeneratorNorm, Losses.GeneratorGradientNorm);
    }

    private void TakeForwardLosses(ReadOnlySpan<float> values)
    {
        Losses.Mel = 0;
        foreach (Tensor loss in _mel.Losses) Losses.Mel += values[(int)loss.Offset] * _mel.Weight;
        Losses.Kl = values[(int)_kl.Offset] * _config.Train.KlWeight;
    }

    private float[] ReadLedger()
    {
        _networks.Backend.Read(Ledger, _values);
        return _values;
    }

    private static void Check(string name, double value)
    {
        if (!double.IsFinite(value)) throw new NonFiniteException(name, value);
    }
}

/// <summary>A loss or a gradient's norm became infinite or not a number.</summary>
public sealed class NonFiniteException(string quantity, double value) : Exception($"{quantity} is {value}")
{
    /// <summary>Tag of the quantity, as in TensorBoard.</summary>
    public string Quantity { get; } = quantity;

    /// <summary>Whether it is a norm; the losses of its network are finite then.</summary>
    internal bool IsOfGradients => Quantity is TrainingStep.DiscriminatorNorm or TrainingStep.GeneratorNorm;
}
