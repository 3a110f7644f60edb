using RvcNative.Core.Cpu;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Conversion;
using RvcNative.Rvc.Verification;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Verification;

/// <summary>
/// Training steps and conversions beside mainline's own in float64, at versions, rates and sizes that no golden has: benchmarks/peers/mainline_case.py
/// makes a case from the checkout that RVC_REPO names, and it is judged as goldens are.
/// </summary>
public sealed class MainlineCasesTests
{
    private static readonly RvcConfig Tiny = Training.TinyVoice.Config;

    private static readonly Dictionary<string, Made> Cases = new()
    {
        ["v1 at 32 kHz"] = new(32000, [4, 3, 2], "--version v1 --batch 1 --choice 20"),
        ["v1 without pitch, resumed"] = new(48000, [6, 4, 2], "--version v1 --no-f0 --batch 3 --choice 22 --checkpoints"),
        ["second kind of block, five items"] = new(32000, [8, 4], "--no-f0 --batch 5 --choice 3", model =>
            model with { ResBlock = "2", ResBlockKernels = [3, 7], ResBlockDilations = [[1, 3], [2, 5]] }),
        ["two blocks of other reach, four stages"] = new(48000, [5, 2, 2, 2], "--batch 4 --choice 4", model =>
            model with { ResBlockKernels = [5, 9], ResBlockDilations = [[1, 2, 4], [2, 6, 3]] }),
        ["odd channels, three heads"] = new(40000, [5, 4, 2], "--batch 2 --divisor 8 --choice 6", model => model with
        {
            InterChannels = 6,
            HiddenChannels = 9,
            FilterChannels = 13,
            Heads = 3,
            UpsampleInitialChannel = 20,
            GinChannels = 5,
            Speakers = 7,
        }),
        ["three layers of an even kernel"] = new(40000, [7, 6], "--batch 2 --divisor 32 --choice 9", model => model with { HiddenChannels = 12, Heads = 4, Layers = 3, KernelSize = 4 }),
        ["no overlap, one speaker, one stage"] = new(44100, [16], "--batch 3 --frames 82 --choice 16", model => model with { Speakers = 1, Heads = 1, KernelSize = 1 }),
        ["four steps of a fast optimiser"] = new(40000, [5, 4, 2], "--steps 4 --choice 10 --checkpoints", Train: train =>
            train with { MelWeight = 15, KlWeight = 1, Beta1 = 0.5, Beta2 = 0.9, Epsilon = 1e-4, LearningRate = 0.003 }),
        ["conversion"] = new(32000, [7, 6], "--kind infer --version v1 --batch 2 --frames 53 --choice 30"),
        ["conversion without pitch from a checkpoint"] = new(48000, [5, 4, 2], "--kind infer --no-f0 --batch 1 --frames 1 --choice 31 --checkpoints"),
        ["window at the beginning"] = new(40000, [5, 4, 2], "--kind infer --batch 3 --frames 12 --skip-head 0 --return-length 10 --choice 32"),
        ["window whose flow begins later"] = new(40000, [5, 4, 2], "--kind infer --version v1 --batch 2 --frames 47 --skip-head 25 --return-length 4 --choice 33"),
        ["window at the end"] = new(40000, [6, 4], "--kind infer --no-f0 --batch 1 --frames 50 --skip-head 40 --return-length 10 --choice 34"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void A_case_made_from_mainline_passes(string name)
    {
        string? mainline = Environment.GetEnvironmentVariable("RVC_REPO");
        Skip.If(string.IsNullOrEmpty(mainline), "RVC_REPO names no checkout of mainline");
        using TestFolder folder = new();
        Made made = Cases[name];
        RvcConfig config = made.Config();
        File.WriteAllText(folder["config.json"], ConfigFile.Text(config));
        DebianPython.RunFile(
            "torch, numpy, scipy", Path.Combine(GoldenCases.Root(), "benchmarks", "peers", "mainline_case.py"),
            ["--repo", mainline!, "--out", folder["case"], "--config", folder["config.json"], "--frames", $"{config.SegmentFrames + 3}", .. made.Arguments.Split(' ')]);
        using CpuBackend backend = new(2);
        CaseReport report = Verifier.Run(new GoldenCase(folder["case"]), backend);
        Assert.Empty(report.Failures);
        Assert.True(report.Checks.Count > (made.Arguments.Contains("infer", StringComparison.Ordinal) ? 4 : 400), $"{report.Checks.Count} tensors were compared");
    }

    private sealed record Made(
        int SampleRateHz, int[] Rates, string Arguments, Func<ModelSettings, ModelSettings>? Model = null, Func<TrainSettings, TrainSettings>? Train = null)
    {
        /// <summary>A segment of little over 1300 samples, which the longest period of the discriminators wants.</summary>
        internal RvcConfig Config()
        {
            int hop = Rates.Aggregate((product, rate) => product * rate);
            ModelSettings model = Tiny.Model with
            {
                UpsampleRates = Rates,
                UpsampleKernels = [.. Rates.Select(rate => rate + (2 * ((rate + 1) / 2)))],
                UpsampleInitialChannel = 1 << (Rates.Length + 1),
            };
            TrainSettings train = Tiny.Train with { SegmentSamples = ((1300 / hop) + 1) * hop, KlWeight = 0.01, Epsilon = 1e-5 };
            return new RvcConfig(
                Train?.Invoke(train) ?? train,
                Tiny.Data with { SampleRateHz = SampleRateHz, FftSamples = 256, WindowSamples = 256, HopSamples = hop, MelBands = 20 },
                Model?.Invoke(model) ?? model);
        }
    }
}
