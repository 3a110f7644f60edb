using RvcNative.Formats.Pth;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>What the names and shapes of a state dict say about the network that it belongs to.</summary>
public sealed class NetworkShapes(PickleNode stateDict)
{
    private const string PhoneWeight = "enc_p.emb_phone.weight", PitchWeight = "enc_p.emb_pitch.weight", SpeakerWeight = "emb_g.weight",
        PosteriorWeight = "enc_q.pre.weight", DiscriminatorPrefix = "discriminators.";

    public bool IsGenerator => Shape(PhoneWeight) is not null;

    public bool IsDiscriminator => stateDict.Keys.Any(name => name.StartsWith(DiscriminatorPrefix, StringComparison.Ordinal));

    public bool HasPitch => Shape(PitchWeight) is not null;

    /// <summary>Rows of the speaker table; null without one.</summary>
    public int? Speakers => Shape(SpeakerWeight) is [int speakers, ..] ? speakers : null;

    /// <summary>Of a generator; null when it takes features of another width.</summary>
    public ModelVersion? Version => Shape(PhoneWeight) switch
    {
        [_, 256] => ModelVersion.V1,
        [_, 768] => ModelVersion.V2,
        _ => null,
    };

    /// <summary>Values of one frame of phone features; null for no generator.</summary>
    public int? PhoneChannels => Shape(PhoneWeight) is [_, int width] ? width : null;

    public Vocoder Vocoder => Vocoders.OfParameters(stateDict.Keys);

    /// <summary>Discriminators in a discriminator's state dict.</summary>
    public int Discriminators => 1 + stateDict.Keys.Where(name => name.StartsWith(DiscriminatorPrefix, StringComparison.Ordinal))
        .Select(name => int.TryParse(name.Split('.')[1], out int index) ? index : 0).DefaultIfEmpty(-1).Max();

    /// <summary>v1, v2 or v3 by the number of discriminators; null for another number.</summary>
    public string? DiscriminatorVersion => Discriminators switch { 7 => "v1", 9 => HasPictures ? "v3" : "v2", _ => null };

    /// <summary>Names of mainline's sample rates whose configuration the shapes fit. Upsampling kernels, spectrum bins and the noise convolutions' strides tell
    /// them apart; small or foreign models fit none.</summary>
    public IReadOnlyList<string> FittingRates()
    {
        List<int> kernels = [];
        while (UpsamplingWeight(kernels.Count) is [_, _, int kernel]) kernels.Add(kernel);
        HashSet<string> fitting = [];
        foreach (ModelVersion version in Enum.GetValues<ModelVersion>())
        {
            foreach ((string name, int sampleRateHz) in Presets.SampleRatesHz)
            {
                RvcConfig config = Presets.Of(version, sampleRateHz);
                bool fits = config.Model.UpsampleKernels.SequenceEqual(kernels)
                    && Version == version
                    && (Shape(PosteriorWeight) is not [_, int bins, ..] || bins == config.Data.SpecBins)
                    && (Shape("dec.noise_convs.0.weight") is not [_, _, int noiseKernel]
                        || noiseKernel == 2 * config.Model.UpsampleRates.Skip(1).Aggregate(1, (product, rate) => product * rate));
                if (fits) fitting.Add(name);
            }
        }

        return [.. fitting];
    }

    // Resolution discriminators, of version 3 alone, look at pictures with windows of 3 by 9.
    private bool HasPictures => stateDict.Entries.Any(entry =>
        entry.Value.Value is PickleTensor { Shape: [_, _, 3, 9] } && entry.Value.Place.Contains(DiscriminatorPrefix, StringComparison.Ordinal));

    private int[]? UpsamplingWeight(int stage) => Direction($"dec.ups.{stage}") ?? Direction($"dec.upsamples.{stage}");

    private int[]? Direction(string layer) => Shape($"{layer}.weight_v") ?? Shape($"{layer}.parametrizations.weight.original1");

    private int[]? Shape(string name) => stateDict.TryGet(name, out PickleNode node) && node.Value is PickleTensor tensor ? tensor.Shape : null;
}
