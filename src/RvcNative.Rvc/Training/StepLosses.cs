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

    internal void Clear()
    {
        foreach (float[] each in (ReadOnlySpan<float[]>)[DiscriminatorReal, DiscriminatorGenerated, Adversarial]) Array.Clear(each);
        (Discriminator, Generator, FeatureMatching, Mel, Kl) = (0, 0, 0, 0, 0);
    }

    /// <summary>Adds a share of the losses of the discriminator's half; its norm is that of the gradients added up so far.</summary>
    internal void AddDiscriminator(StepLosses part, double share)
    {
        Add(part.DiscriminatorReal, DiscriminatorReal, share);
        Add(part.DiscriminatorGenerated, DiscriminatorGenerated, share);
        Discriminator += share * part.Discriminator;
        DiscriminatorGradientNorm = share * part.DiscriminatorGradientNorm;
    }

    /// <summary>Adds a share of the losses of the generator's half, likewise.</summary>
    internal void AddGenerator(StepLosses part, double share)
    {
        Add(part.Adversarial, Adversarial, share);
        Generator += share * part.Generator;
        FeatureMatching += share * part.FeatureMatching;
        Mel += share * part.Mel;
        Kl += share * part.Kl;
        GeneratorGradientNorm = share * part.GeneratorGradientNorm;
    }

    private static void Add(float[] from, float[] to, double share)
    {
        for (int i = 0; i < to.Length; i++) to[i] += (float)(share * from[i]);
    }
}
