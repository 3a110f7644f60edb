namespace RvcNative.Rvc.Training;

/// <summary>One step's losses as mainline reports them (weights applied), per discriminator and in all; reused from step to step.</summary>
public sealed class StepLosses(int discriminators)
{
    /// <summary>Mean of (1 - score)^2 on real audio, of each discriminator.</summary>
    public float[] DiscriminatorReal { get; } = new float[discriminators];

    /// <summary>Mean of score^2 on generated audio.</summary>
    public float[] DiscriminatorGenerated { get; } = new float[discriminators];

    /// <summary>Mean of (1 - score)^2 on generated audio, by the updated discriminators.</summary>
    public float[] Adversarial { get; } = new float[discriminators];

    public double Discriminator { get; internal set; }

    public double Generator { get; internal set; }

    public double FeatureMatching { get; internal set; }

    public double Mel { get; internal set; }

    public double Kl { get; internal set; }

    public double Total => Generator + FeatureMatching + Mel + Kl;

    public double DiscriminatorGradientNorm { get; internal set; }

    public double GeneratorGradientNorm { get; internal set; }
}
