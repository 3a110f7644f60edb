using RvcNative.Core.Cpu;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Conversion;
using RvcNative.Rvc.Training;
using RvcNative.Rvc.Verification;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Verification;

/// <summary>
/// Two training steps beside Applio's own in float64, at rates, sizes and combinations that no golden has: benchmarks/peers/applio_case.py makes a case
/// from the checkout that APPLIO_REPO names, and it is judged as goldens are.
/// </summary>
public sealed class ApplioCasesTests
{
    [SkippableTheory]
    [InlineData(Vocoder.RefineGan, 24000, new[] { 3, 4, 2, 2 }, "v3", MelLossForm.MultiScale, 3, 9, 2)]
    [InlineData(Vocoder.RefineGan, 32000, new[] { 7, 3, 3, 1 }, "v3", MelLossForm.MultiScale, 1, 4, 3)]
    [InlineData(Vocoder.RefineGan, 40000, new[] { 2, 5, 2, 2 }, "v3", MelLossForm.FromWave, 2, 1, 16)]
    [InlineData(Vocoder.RefineGan, 48000, new[] { 6, 2, 2, 2 }, "v3", MelLossForm.MultiScale, 2, 13, 4)]
    [InlineData(Vocoder.RefineGan, 44100, new[] { 7, 3, 2, 1 }, "v2", MelLossForm.MultiScale, 2, 7, 5)]
    [InlineData(Vocoder.MrfHifiGan, 24000, new[] { 6, 4, 2 }, "v2", MelLossForm.FromWave, 3, 18, 7)]
    [InlineData(Vocoder.MrfHifiGan, 32000, new[] { 5, 3, 3 }, "v2", MelLossForm.FromWave, 2, 15, 8)]
    [InlineData(Vocoder.MrfHifiGan, 40000, new[] { 10, 4 }, "v2", MelLossForm.FromWave, 4, 2, 21)]
    [InlineData(Vocoder.MrfHifiGan, 48000, new[] { 10, 2, 2 }, "v3", MelLossForm.MultiScale, 2, 1, 10)]
    [InlineData(Vocoder.MrfHifiGan, 44100, new[] { 7, 9 }, "v1", MelLossForm.FromWave, 1, 19, 9)]
    [InlineData(Vocoder.HifiGan, 24000, new[] { 5, 3, 2, 2 }, "v3", MelLossForm.MultiScale, 3, 19, 11)]
    [InlineData(Vocoder.HifiGan, 44100, new[] { 7, 9 }, "v2", MelLossForm.FromWave, 2, 21, 12)]
    public void A_case_made_from_Applio_passes(
        Vocoder vocoder, int sampleRateHz, int[] rates, string discriminator, MelLossForm mel, int batch, int beyondSegment, int choice)
    {
        string? applio = Environment.GetEnvironmentVariable("APPLIO_REPO");
        Skip.If(applio is null, "APPLIO_REPO does not name a checkout of Applio");
        using TestFolder folder = new();
        bool isRefineGan = vocoder == Vocoder.RefineGan;
        int hop = rates.Aggregate((product, rate) => product * rate), segmentFrames = (1300 / hop) + 1;
        RvcConfig tiny = Training.TinyVoice.Config;
        File.WriteAllText(folder["config.json"], ConfigFile.Text(tiny with
        {
            // AdamW's first step is a gradient's sign unless Epsilon is above rounding: one of a million elements lies so near zero that two right engines move it apart.
            Train = tiny.Train with { SegmentSamples = segmentFrames * hop, KlWeight = 0.01, Epsilon = 1e-5 },
            Data = tiny.Data with { SampleRateHz = sampleRateHz, FftSamples = 256, WindowSamples = 256, HopSamples = hop, MelBands = 20 },
            Model = tiny.Model with
            {
                UpsampleRates = rates,
                UpsampleKernels = [.. rates.Select(rate => 2 * rate)],
                UpsampleInitialChannel = isRefineGan ? 512 : 32,
                GinChannels = isRefineGan ? 256 : 8,
            },
        }));
        string form = mel == MelLossForm.MultiScale ? "multi-scale" : "from wave slice";
        DebianPython.RunFile(
            "torch, numpy", Path.Combine(GoldenCases.Root(), "benchmarks", "peers", "applio_case.py"), "--repo", applio!, "--out", folder["case"],
            "--config", folder["config.json"], "--vocoder", vocoder.FileName(), "--discriminator", discriminator, "--mel", form,
            "--batch", $"{batch}", "--frames", $"{segmentFrames + beyondSegment}", "--choice", $"{choice}");
        using CpuBackend backend = new(2);
        CaseReport report = Verifier.Run(new GoldenCase(folder["case"]), backend);
        Assert.Empty(report.Failures);
        Assert.True(report.Checks.Count > 400, $"{report.Checks.Count} tensors were compared");
    }
}
