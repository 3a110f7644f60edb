using System.Text.Json;
using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Verification;

/// <summary>Spectrograms, log-mels and mel banks, as extraction computes them and as the trainer's tape does (kind audio-mel).</summary>
internal sealed class MelCaseVerifier
{
    // Longest first: mel_applio_40k begins with mel_ too.
    private static readonly string[] s_prefixes = ["mel_applio_", "mel_", "spec_", "bank_"];
    private readonly GoldenCase _golden;
    private readonly float[] _wave;

    private MelCaseVerifier(GoldenCase golden) => (_golden, _wave) = (golden, golden.Input("wav").ToFloat32());

    internal static CaseReport Run(GoldenCase golden, Backend backend)
    {
        MelCaseVerifier verifier = new(golden);
        ToleranceChecks checks = new(golden);
        checks.Each(verifier.Compute, name => Split(name).Kind.TrimEnd('_'));
        foreach (JsonProperty entry in golden.ExpectedEntries)
        {
            (string kind, string config) = Split(entry.Name);
            if (kind is not ("mel_" or "mel_applio_") || verifier.Config(config) is not { } settings) continue;
            try
            {
                checks.Compare("mel on the tape", entry.Name, verifier.OnTape(settings, verifier.Floors(kind, settings), backend), $"{entry.Name} (tape)");
            }
            catch (Exception failure) when (failure is IOException or ArgumentException)
            {
                checks.Fail($"{entry.Name} (tape): {failure.Message}");
            }
        }

        return checks.Report();
    }

    private FileTensor? Compute(string name)
    {
        (string kind, string config) = Split(name);
        if (Config(config) is not { } settings) return null;
        int fft = Int(settings, "n_fft"), window = settings.TryGetProperty("win", out JsonElement win) ? win.GetInt32() : fft;
        if (window != fft) throw new NotSupportedException($"a window of {window} samples in a transform of {fft} is used by no configuration");
        MelBank bank = new(Int(settings, "sampling_rate"), fft, Int(settings, "n_mels"), settings.GetProperty("fmin").GetDouble(),
            HighestHz(settings));
        if (kind == "bank_") return FileTensor.FromFloat32([bank.Bands, bank.Bins], bank.Weights);

        (double specFloor, double melFloor) = Floors(kind, settings);
        Spectrogram spectrogram = Spectrogram.Training(fft, Int(settings, "hop"), specFloor);
        float[] magnitude = spectrogram.Magnitude(_wave);
        int frames = magnitude.Length / spectrogram.Bins;
        return kind == "spec_"
            ? Transposed(magnitude, frames, spectrogram.Bins)
            : Transposed(bank.LogMel(magnitude, melFloor), frames, bank.Bands);
    }

    private (double Spec, double Mel) Floors(string kind, JsonElement settings)
    {
        JsonElement floors = kind == "mel_applio_" ? _golden.Param("applio") : settings;
        return (floors.GetProperty("magnitude_floor").GetDouble(), floors.GetProperty("log_floor").GetDouble());
    }

    private FileTensor OnTape(JsonElement settings, (double Spec, double Mel) floors, Backend backend)
    {
        int fft = Int(settings, "n_fft");
        MelTransform mel = new(backend, new DataSettings
        {
            SampleRateHz = Int(settings, "sampling_rate"),
            FftSamples = fft,
            HopSamples = Int(settings, "hop"),
            WindowSamples = settings.TryGetProperty("win", out JsonElement win) ? win.GetInt32() : fft,
            MelBands = Int(settings, "n_mels"),
            MelMinimumHz = settings.GetProperty("fmin").GetDouble(),
            MelMaximumHz = HighestHz(settings),
        }, new MelLossSettings(MelLossForm.FromWave, (float)floors.Spec, (float)floors.Mel));
        Tape tape = new(backend);
        Tensor input = tape.Input([1, _wave.Length, 1]), output = tape.Keep(mel.FromWave(tape, input));
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        backend.Write(_wave, input);
        program.Run();
        return Transposed(backend.ToArray(output), output.Shape[1], output.Shape[2]);
    }

    // [T,C] as the case's [C,T].
    private static FileTensor Transposed(float[] values, int frames, int channels) =>
        FileTensor.FromFloat32([channels, frames], Layouts.SwapLast(values, 1, frames, channels));

    private static (string Kind, string Config) Split(string name)
    {
        string prefix = s_prefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ?? "";
        return (prefix, name[prefix.Length..]);
    }

    private JsonElement? Config(string name) => _golden.Param("configs").TryGetProperty(name, out JsonElement config) ? config : null;

    private static double HighestHz(JsonElement settings) =>
        settings.TryGetProperty("fmax", out JsonElement hz) && hz.ValueKind == JsonValueKind.Number
            ? hz.GetDouble()
            : Int(settings, "sampling_rate") / 2.0;

    private static int Int(JsonElement settings, string key) => settings.GetProperty(key).GetInt32();
}
