using System.Globalization;
using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>One convolution's forward work.</summary>
/// <param name="Name">Mainline's module path.</param>
/// <param name="Flop">Multiplications and additions, those on padding counted.</param>
public readonly record struct ConvCount(string Name, double Flop);

/// <summary>
/// The floating-point operations that the convolutions of a training step need, from their shapes: 2 K Cin/groups Cout for every output frame
/// (for every input frame where transposed).
/// </summary>
public static class ConvWork
{
    /// <summary>The generator's training pass over <paramref name="frames"/> frames, of which the decoder makes a segment into audio.</summary>
    public static IReadOnlyList<ConvCount> Generator(Network network, ModelPlan plan, int batch, int frames) =>
        Count(network, name => (double)batch * GeneratorFrames(name, plan, frames));

    /// <summary>All discriminators on <paramref name="items"/> waves.</summary>
    public static IReadOnlyList<ConvCount> Discriminator(Network network, DiscriminatorPlan plan, int items, int samples) =>
        Count(network, name => (double)items * DiscriminatorFrames(name, plan, samples));

    /// <summary>
    /// A whole step: forward and the two gradients of the generator; of the discriminators forward and two gradients, then forward again and the
    /// data gradient of the generated half.
    /// </summary>
    public static double Step(double generatorForward, double discriminatorForward) => (3 * generatorForward) + (4.5 * discriminatorForward);

    private static List<ConvCount> Count(Network network, Func<string, double> frames)
    {
        List<ConvCount> counts = [];
        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            bool isConvolution = parameter.Layout != ParameterLayout.Same && parameter.CheckpointShape.Rank >= 3;
            if (!isConvolution) continue;
            string name = parameter.Name[..parameter.Name.LastIndexOf('.')];
            counts.Add(new ConvCount(name, 2.0 * parameter.Shape.Count * frames(name)));
        }

        return counts;
    }

    private static int GeneratorFrames(string name, ModelPlan plan, int frames)
    {
        string[] path = name.Split('.');
        if (path[^1] is "cond_layer" or "cond") return 1;
        if (path[0] != "dec") return frames;
        return path[1] switch
        {
            "conv_pre" or "mel_conv" => plan.SegmentFrames,
            "ups" or "upsamples" => After(Index(path), plan),
            "noise_convs" or "mrfs" or "upsample_conv_blocks" => After(Index(path) + 1, plan),
            "downsample_blocks" => After(plan.UpsampleRates.Count - 1 - Index(path), plan),
            "resblocks" => After((Index(path) / plan.ResBlockKernels.Count) + 1, plan),
            _ => After(plan.UpsampleRates.Count, plan),
        };
    }

    // Frames of a segment behind so many upsampling stages.
    private static int After(int stages, ModelPlan plan) =>
        plan.UpsampleRates.Take(stages).Aggregate(plan.SegmentFrames, (frames, rate) => frames * rate);

    private static int DiscriminatorFrames(string name, DiscriminatorPlan plan, int samples)
    {
        string[] path = name.Split('.');
        int discriminator = Index(path), layer = path[2] == "convs" ? int.Parse(path[3], CultureInfo.InvariantCulture) : int.MaxValue;
        return discriminator == 0 ? ScaleFrames(layer, plan, samples)
            : discriminator <= plan.Periods.Count ? PeriodFrames(layer, plan, plan.Periods[discriminator - 1], samples)
            : ResolutionFrames(layer, plan.Resolutions[discriminator - 1 - plan.Periods.Count], samples);
    }

    // Kernels of 41 with stride 4 between the first and the last.
    private static int ScaleFrames(int layer, DiscriminatorPlan plan, int samples)
    {
        for (int i = 1; i <= layer && i < plan.ScaleChannels.Count - 1; i++) samples = ((samples + 40 - 41) / 4) + 1;
        return samples;
    }

    // Kernels of 5 rows with stride 3 up to the last, on a wave filled up to whole rows.
    private static int PeriodFrames(int layer, DiscriminatorPlan plan, int period, int samples)
    {
        int rows = (samples + period - 1) / period;
        for (int i = 0; i <= layer && i < plan.PeriodChannels.Count - 1; i++) rows = ((rows + 4 - 5) / 3) + 1;
        return rows * period;
    }

    // Kernels of 9 frames, of which those in the middle have stride 2, over all bins.
    private static int ResolutionFrames(int layer, Resolution resolution, int samples)
    {
        StftSettings stft = new(resolution.FftSamples, resolution.HopSamples, resolution.WindowSamples);
        int frames = stft.Frames(samples);
        for (int i = 1; i <= Math.Min(layer, 3); i++) frames = ((frames + 8 - 9) / 2) + 1;
        return frames * stft.Bins;
    }

    private static int Index(string[] path) => int.Parse(path[0] == "dec" ? path[2] : path[1], CultureInfo.InvariantCulture);
}
