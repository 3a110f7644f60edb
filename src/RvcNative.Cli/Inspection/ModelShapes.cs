using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Inspection;

/// <summary>Tells what the names and shapes of a state dict say.</summary>
internal sealed class ModelShapes(PickleNode stateDict)
{
    internal NetworkShapes Network { get; } = new(stateDict);

    internal string Kind => Network.IsGenerator ? "training checkpoint of a generator (G)"
        : Network.IsDiscriminator ? "training checkpoint of a discriminator (D)"
        : "training checkpoint of another network";

    internal Facts Describe(Facts facts)
    {
        IEnumerable<PickleTensor> tensors = stateDict.Entries.Select(entry => entry.Value.Value).OfType<PickleTensor>();
        facts.Add("parameters", tensors.Sum(tensor => FileTensor.CountElements(tensor.Shape)));
        if (Network.IsGenerator)
        {
            string version = Network.Version switch
            {
                ModelVersion.V1 => "v1",
                ModelVersion.V2 => "v2",
                _ => Network.PhoneChannels is { } width ? $"unknown: phone features of {width}" : "unknown",
            };
            facts.Add("version", version).Add("f0", Network.HasPitch).Add("sample_rate_guess", SampleRateGuess());
            DescribeVocoder(facts, Network.Vocoder);
            DescribeSpeakers(facts);
        }
        else if (Network.IsDiscriminator)
        {
            facts.Add("discriminators", Network.Discriminators).Add("version", Network.DiscriminatorVersion ?? "unknown");
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
        if (Network.Speakers is { } speakers) facts.Add("speakers", speakers);
    }

    private string SampleRateGuess() => Network.FittingRates() is { Count: > 0 } fitting
        ? string.Join(" or ", fitting) : "none: not a configuration of mainline's or Applio's";
}
