using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Inspection;

/// <summary>What the names and shapes of a state dict say about the network that it belongs to.</summary>
internal sealed class ModelShapes(PickleNode stateDict)
{
    private const string PhoneWeight = "enc_p.emb_phone.weight", PitchWeight = "enc_p.emb_pitch.weight", SpeakerWeight = "emb_g.weight",
        PosteriorWeight = "enc_q.pre.weight";

    internal bool IsGenerator => Shape(PhoneWeight) is not null;

    internal bool IsDiscriminator => stateDict.Keys.Any(name => name.StartsWith("discriminators.", StringComparison.Ordinal));

    internal string Kind => IsGenerator ? "training checkpoint of a generator (G)"
        : IsDiscriminator ? "training checkpoint of a discriminator (D)"
        : "training checkpoint of another network";

    internal Facts Describe(Facts facts)
    {
        IEnumerable<PickleTensor> tensors = stateDict.Entries.Select(entry => entry.Value.Value).OfType<PickleTensor>();
        facts.Add("parameters", tensors.Sum(tensor => FileTensor.CountElements(tensor.Shape)));
        if (IsGenerator)
        {
            facts.Add("version", Version()).Add("f0", Shape(PitchWeight) is not null).Add("sample_rate_guess", SampleRateGuess());
            DescribeVocoder(facts, VocoderOfNames());
            DescribeSpeakers(facts);
        }
        else if (IsDiscriminator)
        {
            int count = 1 + stateDict.Keys.Where(name => name.StartsWith("discriminators.", StringComparison.Ordinal))
                .Select(name => int.TryParse(name.Split('.')[1], out int index) ? index : 0).Max();
            facts.Add("discriminators", count).Add("version", count switch { 7 => "v1", 9 => HasPictures ? "v3" : "v2", _ => "unknown" });
        }

        return facts;
    }

    internal static void DescribeVocoder(Facts facts, Vocoder vocoder)
    {
        facts.Add("vocoder", vocoder.FileName());
        if (vocoder.Limit() is { } limit) facts.Add("clients", limit);
    }

    internal void DescribeSpeakers(Facts facts)
    {
        if (Shape(SpeakerWeight) is [int speakers, ..]) facts.Add("speakers", speakers);
    }

    // Resolution discriminators, of version 3 alone, look at pictures with windows of 3 by 9.
    private bool HasPictures => stateDict.Entries.Any(entry =>
        entry.Value.Value is PickleTensor { Shape: [_, _, 3, 9] } && entry.Value.Place.Contains("discriminators.", StringComparison.Ordinal));

    private Vocoder VocoderOfNames() =>
        stateDict.Keys.Any(name => name.StartsWith("dec.mrfs.", StringComparison.Ordinal)) ? Vocoder.MrfHifiGan
        : stateDict.Keys.Any(name => name.StartsWith("dec.downsample_blocks.", StringComparison.Ordinal)) ? Vocoder.RefineGan
        : Vocoder.HifiGan;

    private string Version() => Shape(PhoneWeight) switch
    {
        [_, 256] => "v1",
        [_, 768] => "v2",
        [_, int width] => $"unknown: phone features of {width}",
        _ => "unknown",
    };

    /// <summary>Whether it takes the features of v1.</summary>
    internal bool IsV1 => Shape(PhoneWeight) is [_, 256];

    private string SampleRateGuess() => FittingRates() is { Count: > 0 } fitting ? string.Join(" or ", fitting) : "none: not a configuration of mainline's or Applio's";

    /// <summary>Names of mainline's sample rates whose configuration the shapes fit. Upsampling kernels, spectrum bins and the noise convolutions' strides tell
    /// them apart; small or foreign models fit none.</summary>
    internal IReadOnlyList<string> FittingRates()
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
                    && Version().Equals(version.ToString(), StringComparison.OrdinalIgnoreCase)
                    && (Shape(PosteriorWeight) is not [_, int bins, ..] || bins == config.Data.SpecBins)
                    && (Shape("dec.noise_convs.0.weight") is not [_, _, int noiseKernel]
                        || noiseKernel == 2 * config.Model.UpsampleRates.Skip(1).Aggregate(1, (product, rate) => product * rate));
                if (fits) fitting.Add(name);
            }
        }

        return [.. fitting];
    }

    private int[]? UpsamplingWeight(int stage) => Direction($"dec.ups.{stage}") ?? Direction($"dec.upsamples.{stage}");

    private int[]? Direction(string layer) => Shape($"{layer}.weight_v") ?? Shape($"{layer}.parametrizations.weight.original1");

    private int[]? Shape(string name) => stateDict.TryGet(name, out PickleNode node) && node.Value is PickleTensor tensor ? tensor.Shape : null;
}
