using System.Text.Json;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Benchmarks;

public sealed class ConvWorkTests
{
    private const int Batch = 4, Frames = 300;

    // 40k's frames, rates and layers with few channels: a convolution's frames do not depend on these.
    private static readonly DiscriminatorPlan s_discriminators = DiscriminatorPlan.Of(ModelVersion.V2) with
    {
        ScaleChannels = [1, 4, 16, 64, 64, 64],
        ScaleGroups = [1, 1, 1, 4, 16, 1],
        PeriodChannels = [2, 8, 32, 64, 64],
    };

    [Fact]
    public void Every_convolution_of_mainlines_40k_step_is_counted_with_its_frames()
    {
        Dictionary<string, double> wanted = [];
        string shapes = Path.Combine(Verification.GoldenCases.Folder("conv-shapes"), "conv-shapes-40k.jsonl");
        foreach (string line in File.ReadLines(shapes))
        {
            using JsonDocument row = JsonDocument.Parse(line);
            string kind = row.RootElement.GetProperty("kind").GetString()!;
            int[] shape = [.. row.RootElement.GetProperty(kind == "ConvTranspose1d" ? "input" : "output").EnumerateArray()
                .Select(length => length.GetInt32())];
            wanted.Add(row.RootElement.GetProperty("name").GetString()!,
                shape.Where((_, axis) => axis != 1).Aggregate(1.0, (product, length) => product * length));
        }

        using CpuBackend backend = new(1);
        RvcConfig config = Small();
        ModelPlan plan = config.Plan(ModelVersion.V2, hasPitch: true);
        GanNetworks networks = new(backend, config, plan, s_discriminators, seed: 1);
        Dictionary<string, double> weights = [];
        foreach (Core.Parameter parameter in networks.Generator.Network.Parameters.Parameters)
        {
            weights[$"g.{Module(parameter.Name)}"] = Largest(weights, $"g.{Module(parameter.Name)}", parameter);
        }

        foreach (Core.Parameter parameter in networks.Discriminator.Network.Parameters.Parameters)
        {
            weights[$"d.{Module(parameter.Name)}"] = Largest(weights, $"d.{Module(parameter.Name)}", parameter);
        }

        Dictionary<string, double> got = [];
        foreach (ConvCount conv in ConvWork.Generator(networks.Generator.Network, plan, Batch, Frames))
        {
            got.Add($"g.{conv.Name}", conv.Flop / 2 / weights[$"g.{conv.Name}"]);
        }

        foreach (ConvCount conv in ConvWork.Discriminator(networks.Discriminator.Network, s_discriminators, 2 * Batch, config.Train.SegmentSamples))
        {
            got.Add($"d.{conv.Name}", conv.Flop / 2 / weights[$"d.{conv.Name}"]);
        }

        Assert.Equal(wanted.Order(Comparer<KeyValuePair<string, double>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))),
            got.OrderBy(entry => entry.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Steps_run_on_the_shapes_asked_for()
    {
        using CpuBackend backend = new(2);
        RvcConfig config = Small() with { Train = Small().Train with { SegmentSamples = 1200 } };
        using StepBenchmark benchmark = new(backend, config, ModelVersion.V1, hasPitch: false, batch: 1, frames: 5,
            s_discriminators with { Periods = [2, 3] });
        Assert.True(benchmark.Run() > 0);
        Assert.True(benchmark.Run() > 0);
        Assert.Equal(benchmark.PhaseNames.Count(), benchmark.PhaseMs.Length);
        Assert.True(benchmark.PlannedBytes > 0);
        Assert.InRange(benchmark.StepFlop, 3 * benchmark.ForwardFlop, 4.5 * benchmark.ForwardFlop);
    }

    [Fact]
    public void Items_shorter_than_the_segment_are_refused()
    {
        using CpuBackend backend = new(1);
        Assert.Contains("give --frames 32 or more", Assert.Throws<ArgumentException>(() =>
            new StepBenchmark(backend, Small(), ModelVersion.V2, true, 1, 31)).Message);
        Assert.Contains("has no items", Assert.Throws<ArgumentException>(() =>
            new StepBenchmark(backend, Small(), ModelVersion.V2, true, 0, 300)).Message);
    }

    private static RvcConfig Small()
    {
        RvcConfig config = Presets.Of(ModelVersion.V2, 40000);
        return config with
        {
            Model = config.Model with
            {
                InterChannels = 8,
                HiddenChannels = 8,
                FilterChannels = 16,
                UpsampleInitialChannel = 16,
                GinChannels = 8,
                Speakers = 4
            },
        };
    }

    private static string Module(string name) => name[..name.LastIndexOf('.')];

    // A module's weight is its largest parameter.
    private static double Largest(Dictionary<string, double> weights, string module, Core.Parameter parameter) =>
        Math.Max(weights.GetValueOrDefault(module), parameter.Shape.Count);
}
