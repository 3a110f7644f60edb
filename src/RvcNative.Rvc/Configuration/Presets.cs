using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Configuration;

/// <summary>
/// Mainline's configurations (configs/v1 and v2), and Applio's (rvc/configs), which at 32, 40 and 48 kHz have the sizes of mainline's version 2 and beside
/// them 24 kHz. Version 2 at 40 kHz uses that of version 1, as mainline does.
/// </summary>
public static class Presets
{
    /// <summary>Names of the sample rates, as mainline's -sr takes them; 24k is Applio's alone.</summary>
    public static IReadOnlyDictionary<string, int> SampleRatesHz { get; } =
        new Dictionary<string, int> { ["24k"] = 24000, ["32k"] = 32000, ["40k"] = 40000, ["48k"] = 48000 };

    /// <summary>The configuration for a vocoder; those of Applio's have the sizes of version 2.</summary>
    public static RvcConfig Of(ModelVersion version, int sampleRateHz, Vocoder vocoder)
    {
        RvcConfig config = Of(vocoder == Vocoder.HifiGan ? version : ModelVersion.V2, sampleRateHz);
        return config with { Model = config.Model with { Vocoder = vocoder } };
    }

    /// <exception cref="ArgumentException">Not 24000, 32000, 40000 or 48000 Hz.</exception>
    public static RvcConfig Of(ModelVersion version, int sampleRateHz) => (version, sampleRateHz) switch
    {
        (_, 24000) => Make(24000, 1024, 240, 80, 8640, [10, 6, 2, 2], [20, 12, 4, 4]),
        (ModelVersion.V1, 32000) => Make(32000, 1024, 320, 80, 12800, [10, 4, 2, 2, 2], [16, 16, 4, 4, 4]),
        (ModelVersion.V2, 32000) => Make(32000, 1024, 320, 80, 12800, [10, 8, 2, 2], [20, 16, 4, 4]),
        (_, 40000) => Make(40000, 2048, 400, 125, 12800, [10, 10, 2, 2], [16, 16, 4, 4]),
        (ModelVersion.V1, 48000) => Make(48000, 2048, 480, 128, 11520, [10, 6, 2, 2, 2], [16, 16, 4, 4, 4]),
        (ModelVersion.V2, 48000) => Make(48000, 2048, 480, 128, 17280, [12, 10, 2, 2], [24, 20, 4, 4]),
        _ => throw new ArgumentException($"no configuration for {sampleRateHz} Hz; there are 24k, 32k, 40k and 48k"),
    };

    /// <summary>Whether a configuration is one of these, unchanged.</summary>
    internal static bool Contain(RvcConfig config)
    {
        string text = ConfigFile.Text(config);
        return Enum.GetValues<ModelVersion>().Any(version => SampleRatesHz.Values.Any(rate => ConfigFile.Text(Of(version, rate, config.Model.Vocoder)) == text));
    }

    private static RvcConfig Make(int sampleRateHz, int fft, int hop, int mels, int segment, IReadOnlyList<int> rates, IReadOnlyList<int> kernels) => new(
        new TrainSettings
        {
            LogInterval = 200,
            Seed = 1234,
            Epochs = 20000,
            LearningRate = 1e-4,
            Beta1 = 0.8,
            Beta2 = 0.99,
            Epsilon = 1e-9,
            BatchSize = 4,
            LearningRateDecay = 0.999875,
            SegmentSamples = segment,
            MelWeight = 45,
            KlWeight = 1,
        },
        new DataSettings
        {
            SampleRateHz = sampleRateHz,
            FftSamples = fft,
            HopSamples = hop,
            WindowSamples = fft,
            MelBands = mels,
            MelMinimumHz = 0,
            MelMaximumHz = null,
        },
        new ModelSettings
        {
            InterChannels = 192,
            HiddenChannels = 192,
            FilterChannels = 768,
            Heads = 2,
            Layers = 6,
            KernelSize = 3,
            ResBlock = "1",
            ResBlockKernels = [3, 7, 11],
            ResBlockDilations = [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
            UpsampleRates = rates,
            UpsampleInitialChannel = 512,
            UpsampleKernels = kernels,
            GinChannels = 256,
            Speakers = 109,
        });
}
