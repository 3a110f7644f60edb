using System.Globalization;
using System.Text.Json;
using RvcNative.Audio;
using RvcNative.Formats;

namespace RvcNative.Rvc.Verification;

/// <summary>Sample-rate conversion, judged by its noise below the pass band's end and by what it leaves of an alias (kind audio-resample).</summary>
internal static class ResampleCaseVerifier
{
    internal static CaseReport Run(GoldenCase golden)
    {
        ToleranceChecks checks = new(golden);
        foreach (JsonProperty entry in golden.ExpectedEntries)
        {
            try
            {
                Check(golden, checks, entry);
            }
            catch (Exception failure) when (failure is IOException or ArgumentException)
            {
                checks.Fail($"{entry.Name}: {failure.Message}");
            }
        }

        if (golden.Params is { } all && all.TryGetProperty("lengths", out JsonElement lengths))
        {
            foreach (JsonProperty length in lengths.EnumerateObject()) CheckLength(checks, length);
        }

        return checks.Report();
    }

    private static void Check(GoldenCase golden, ToleranceChecks checks, JsonProperty entry)
    {
        if (!golden.Param("jobs").TryGetProperty(entry.Name, out JsonElement job))
        {
            checks.Fail($"{entry.Name}: params.jobs does not say how it was made");
            return;
        }

        int fromHz = job.GetProperty("rate_in").GetInt32(), toHz = job.GetProperty("rate_out").GetInt32();
        float[] input = golden.Input(job.GetProperty("input").GetString()!).ToFloat32(), truth = checks.Truth(entry.Name).ToFloat32();
        float[] ours = Streamed(input, fromHz, toHz);
        if (ours.Length != truth.Length)
        {
            checks.Fail($"{entry.Name}: ours has {ours.Length} samples, the case's {truth.Length}");
            return;
        }

        JsonElement tolerance = entry.Value.GetProperty("tolerance");
        bool isJudged = false;
        if (ToleranceChecks.Stated(tolerance, "snr_db") is { } snrDb)
        {
            isJudged = true;
            double passHz = ToleranceChecks.Stated(tolerance, "pass_hz") ?? job.GetProperty("pass_hz").GetDouble();
            double noise = BandNoise.Relative(truth, ours, toHz, passHz);
            checks.Add(new TensorCheck("noise in the band", entry.Name, noise, null, Math.Pow(10, -snrDb / 20)));
        }

        if (ToleranceChecks.Stated(tolerance, "alias_rms") is { } limit)
        {
            isJudged = true;
            ReadOnlySpan<float> alias = ours.AsSpan()[job.GetProperty("alias_from").GetInt32()..job.GetProperty("alias_to").GetInt32()];
            checks.Add(new TensorCheck("alias (RMS)", $"{entry.Name} alias", ErrorMeasure.Norm(alias) / Math.Sqrt(alias.Length), null, limit));
        }

        if (!isJudged) checks.Compare("samples", entry.Name, FileTensor.FromFloat32([ours.Length], ours));
    }

    // As recordings are read and written: block after block.
    private static float[] Streamed(float[] input, int fromHz, int toHz)
    {
        List<float> output = [];
        StreamResampler resampler = new(fromHz, toHz, block => output.AddRange(block));
        resampler.Add(input);
        resampler.Finish();
        return [.. output];
    }

    // "16001:16000->40000": 40003
    private static void CheckLength(ToleranceChecks checks, JsonProperty length)
    {
        string[] parts = length.Name.Split([":", "->"], StringSplitOptions.None);
        int[] numbers = [.. parts.Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        int samples = new Resampler(numbers[1], numbers[2]).OutputSamples(numbers[0]), wanted = length.Value.GetInt32();
        checks.Fact("lengths", length.Name, samples == wanted, $"{samples} samples, {wanted} are wanted");
    }
}
