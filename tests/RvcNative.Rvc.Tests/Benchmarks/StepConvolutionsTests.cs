using System.Text.Json;
using RvcNative.Core;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Verification;

namespace RvcNative.Rvc.Tests.Benchmarks;

/// <summary>The recorded step has mainline's convolutions; channels are fewer here, which changes nothing of what is compared.</summary>
public sealed class StepConvolutionsTests
{
    private const int Batch = 4, Frames = 300;

    private static readonly Lazy<IReadOnlyList<StepConvolution>> s_step = new(Record);

    [Fact]
    public void Every_convolution_of_mainlines_40k_step_is_there()
    {
        Dictionary<string, ConvSize> got = [];
        foreach (StepConvolution convolution in s_step.Value.Where(each => each.Size.Pass == ConvPass.Forward))
        {
            foreach (string name in convolution.Names) got.Add(name, convolution.Size);
        }

        int compared = 0;
        foreach (string line in File.ReadLines(Path.Combine(GoldenCases.Folder("conv-shapes"), "conv-shapes-40k.jsonl")))
        {
            using JsonDocument row = JsonDocument.Parse(line);
            JsonElement root = row.RootElement;
            string name = root.GetProperty("name").GetString()![2..];
            Assert.True(got.Remove(name, out ConvSize size), $"{name} is missing");
            Assert.Equal(First(root, "kernel"), size.Geometry.Kernel);
            Assert.Equal(First(root, "stride"), size.Geometry.Stride);
            Assert.Equal(First(root, "dilation"), size.Geometry.Dilation);
            Assert.Equal(root.GetProperty("kind").GetString() == "ConvTranspose1d", size.Geometry.Transposed);
            Assert.Equal(root.GetProperty("input")[0].GetInt32(), size.Batch);

            // The feed-forward layers of mainline pad their input beforehand.
            int rows = (size.InFrames / size.Geometry.Columns) + size.Geometry.PadLeft + size.Geometry.PadRight;
            Assert.Equal(root.GetProperty("input")[2].GetInt32() + (2 * First(root, "padding")), rows);
            Assert.Equal(Length(root, "output"), size.OutFrames);
            compared++;
        }

        Assert.Equal(246, compared);
        Assert.Equal(["dec.m_source.l_linear", "enc_p.emb_phone", "mel"], got.Keys.Order(StringComparer.Ordinal));   // linear layers
    }

    [Fact]
    public void Discriminators_run_twice_and_only_the_generated_half_is_differentiated_for_the_generator()
    {
        const string Name = "discriminators.1.convs.3";
        StepConvolution forward = Of(Name, ConvPass.Forward).Single(), weight = Of(Name, ConvPass.WeightGradient).Single();
        Assert.Equal((2, 2 * Batch), (forward.Count / forward.Names.Count, forward.Size.Batch));
        Assert.Equal((1, 2 * Batch), (weight.Count / weight.Names.Count, weight.Size.Batch));
        Assert.Equal([Batch, 2 * Batch], Of(Name, ConvPass.DataGradient).Select(each => each.Size.Batch).Order());
    }

    [Fact]
    public void The_step_needs_what_ConvWork_says()
    {
        RvcConfig config = Small();
        using Core.Cpu.CpuBackend backend = new(1);
        using StepBenchmark benchmark = new(backend, config, ModelVersion.V2, hasPitch: true, Batch, Frames, s_discriminators);
        double recorded = s_step.Value.Sum(each => each.Count * each.Size.Flop);
        Assert.InRange(recorded / benchmark.StepFlop, 0.97, 1.03);   // first layers have no data gradient, the mel bank is no layer
    }

    [Fact]
    public void Spectrogram_discriminators_need_what_ConvWork_says()
    {
        DiscriminatorPlan plan = DiscriminatorPlan.Of("v3").DividedBy(16);
        IReadOnlyList<StepConvolution> step = StepConvolutions.Of(Small(), ModelVersion.V2, hasPitch: true, batch: 1, frames: 40, plan);
        using Core.Cpu.CpuBackend backend = new(1);
        Nn.Network network = new MultiPeriodDiscriminator(backend, plan).Network;
        foreach (ConvCount wanted in ConvWork.Discriminator(network, plan, items: 2, Small().Train.SegmentSamples))
        {
            StepConvolution forward = step.Single(each => each.Size.Pass == ConvPass.Forward && each.Names.Contains(wanted.Name));
            Assert.Equal(wanted.Flop, forward.Size.Flop);
        }
    }

    private static readonly DiscriminatorPlan s_discriminators = DiscriminatorPlan.Of(ModelVersion.V2).DividedBy(16);

    private static IEnumerable<StepConvolution> Of(string name, ConvPass pass) =>
        s_step.Value.Where(each => each.Size.Pass == pass && each.Names.Contains(name));

    private static IReadOnlyList<StepConvolution> Record() =>
        StepConvolutions.Of(Small(), ModelVersion.V2, hasPitch: true, Batch, Frames, DiscriminatorPlan.Of(ModelVersion.V2).DividedBy(16));

    private static RvcConfig Small()
    {
        RvcConfig config = Presets.Of(ModelVersion.V2, 40000);
        return config with
        {
            Model = config.Model with { InterChannels = 8, HiddenChannels = 8, FilterChannels = 16, UpsampleInitialChannel = 16, GinChannels = 8, Speakers = 4 },
        };
    }

    private static int First(JsonElement row, string name) => row.GetProperty(name)[0].GetInt32();

    // PyTorch's [B,C,T], or [B,C,T/P,P] for a period.
    private static int Length(JsonElement row, string name) => row.GetProperty(name).EnumerateArray().Skip(2).Aggregate(1, (product, axis) => product * axis.GetInt32());
}
