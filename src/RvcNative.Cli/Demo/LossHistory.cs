using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Demo;

/// <summary>The losses of every step of a training, and how far the mel loss fell.</summary>
internal sealed class LossHistory
{
    private const int FirstSteps = 3, LastSteps = 10;
    private readonly List<double> _mel = [], _kl = [], _featureMatching = [], _generator = [], _discriminator = [];

    internal IReadOnlyList<double> Mel => _mel;

    internal IReadOnlyList<double> Kl => _kl;

    internal IReadOnlyList<double> FeatureMatching => _featureMatching;

    internal IReadOnlyList<double> Generator => _generator;

    internal IReadOnlyList<double> Discriminator => _discriminator;

    internal int Steps => _mel.Count;

    /// <summary>Steps that the two means are taken over: never the same ones.</summary>
    internal int BeganSteps => Math.Clamp(Steps / 2, 1, FirstSteps);

    internal int ReachedSteps => Math.Clamp(Steps / 2, 1, LastSteps);

    /// <summary>Mean mel loss of the first steps.</summary>
    internal double Began => _mel.Take(BeganSteps).Average();

    /// <summary>Mean mel loss of the last steps.</summary>
    internal double Reached => _mel.TakeLast(ReachedSteps).Average();

    internal double Ratio => Reached / Began;

    /// <summary>Copies a step's losses, which the trainer uses again.</summary>
    internal void Add(StepLosses losses) => Add(losses.Mel, losses.Kl, losses.FeatureMatching, losses.Generator, losses.Discriminator);

    internal void Add(double mel, double kl, double featureMatching, double generator, double discriminator)
    {
        _mel.Add(mel);
        _kl.Add(kl);
        _featureMatching.Add(featureMatching);
        _generator.Add(generator);
        _discriminator.Add(discriminator);
    }
}
