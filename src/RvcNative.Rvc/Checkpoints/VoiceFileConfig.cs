using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>A voice file's list 'config': the arguments of mainline's SynthesizerTrn…, in their order.</summary>
internal static class VoiceFileConfig
{
    private const int Entries = 18, LargestSize = 1 << 16, MostItems = 16;

    // Mainline writes 32 whatever the segment was; conversion does not use it.
    private const int SegmentFrames = 32;

    /// <param name="speakers">Rows of the speaker table, which mainline believes rather than the list.</param>
    internal static ModelPlan Read(PickleNode config, ModelVersion version, bool hasPitch, int? speakers, Vocoder vocoder)
    {
        int found = config.Items.Count;
        if (found != Entries)
        {
            throw config.Fault(
                $"has {found} items; {Entries} are wanted, from the spectrogram's bins to the sample rate, as mainline and Applio write them");
        }

        ModelPlan plan = new()
        {
            Vocoder = vocoder,
            Version = version,
            HasPitch = hasPitch,
            SpecChannels = Size(config[0]),
            SegmentFrames = Size(config[1]),
            InterChannels = Size(config[2]),
            HiddenChannels = Size(config[3]),
            FilterChannels = Size(config[4]),
            Heads = Size(config[5]),
            Layers = Size(config[6]),
            KernelSize = Size(config[7]),
            ResBlock = config[9].String(),
            ResBlockKernels = Sizes(config[10]),
            ResBlockDilations = [.. Few(config[11]).Select(Sizes)],
            UpsampleRates = Sizes(config[12]),
            UpsampleInitialChannel = Size(config[13]),
            UpsampleKernels = Sizes(config[14]),
            Speakers = speakers ?? Size(config[15]),
            GinChannels = Size(config[16]),
            SampleRateHz = Rate(config[17]),
        };
        Check(config, plan);
        return plan;
    }

    internal static PickleList Write(ModelPlan plan) => new(
        plan.SpecChannels, SegmentFrames, plan.InterChannels, plan.HiddenChannels, plan.FilterChannels, plan.Heads, plan.Layers, plan.KernelSize,
        0, plan.ResBlock, List(plan.ResBlockKernels), new PickleList(plan.ResBlockDilations.Select(List)), List(plan.UpsampleRates),
        plan.UpsampleInitialChannel, List(plan.UpsampleKernels), plan.Speakers, plan.GinChannels, plan.SampleRateHz);

    private static void Check(PickleNode config, ModelPlan plan)
    {
        Require(plan.ResBlock is "1" or "2", $"names the residual block '{plan.ResBlock}'; known are '1' and '2'");
        Require(plan.ResBlockKernels.Count == plan.ResBlockDilations.Count,
            $"has {plan.ResBlockKernels.Count} residual kernels and dilations for {plan.ResBlockDilations.Count}");
        Require(plan.ResBlock == "1" || plan.ResBlockDilations.All(list => list.Count >= 2), "has too few dilations for residual blocks '2'");
        Require(plan.UpsampleRates.Count == plan.UpsampleKernels.Count,
            $"has {plan.UpsampleRates.Count} upsampling rates and {plan.UpsampleKernels.Count} kernels for them");
        Require(plan.HiddenChannels % plan.Heads == 0, $"has {plan.HiddenChannels} hidden channels, which do not split into {plan.Heads} heads");
        Require(plan.InterChannels % 2 == 0, $"has {plan.InterChannels} inter channels; the flow halves them");
        Require(plan.UpsampleInitialChannel >> plan.UpsampleRates.Count > 0,
            $"has {plan.UpsampleInitialChannel} channels at the decoder's start, which cannot be halved {plan.UpsampleRates.Count} times");
        for (int i = 0; i < plan.UpsampleRates.Count; i++)
        {
            int rate = plan.UpsampleRates[i], kernel = plan.UpsampleKernels[i];
            Require(
                plan.Vocoder == Vocoder.RefineGan || HifiGanGenerator.FaultOf(rate, kernel) is null,
                $"has a kernel of {kernel} for the upsampling rate {rate}");
        }

        if (plan.Vocoder == Vocoder.RefineGan && RefineGanGenerator.FaultOf(plan, plan.HasPitch) is { } fault) throw config.Fault($"does not fit: {fault}");

        void Require(bool holds, string problem)
        {
            if (!holds) throw config.Fault($"{problem}; is the file damaged?");
        }
    }

    private static int Size(PickleNode node) =>
        node.Int64() is > 0 and <= LargestSize and long size ? (int)size : throw node.Fault($"is {node.Int64()}, not from 1 to {LargestSize}");

    private static IReadOnlyList<int> Sizes(PickleNode node) => [.. Few(node).Select(Size)];

    private static IReadOnlyList<PickleNode> Few(PickleNode node) =>
        node.Items.Count is > 0 and <= MostItems ? node.Items : throw node.Fault($"has {node.Items.Count} items, not from 1 to {MostItems}");

    // The oldest files say "40k".
    private static int Rate(PickleNode node)
    {
        if (node.Value is PickleString { Value: var name })
        {
            return Presets.SampleRatesHz.TryGetValue(name, out int known) ? known : throw node.Fault($"is '{name}', not a sample rate");
        }

        return node.Int64() is >= 1000 and <= 1_000_000 and long rate ? (int)rate : throw node.Fault($"is {node.Int64()}, not a sample rate in Hz");
    }

    private static PickleList List(IReadOnlyList<int> values) => new(values.Select(value => (PickleValue)value));
}
