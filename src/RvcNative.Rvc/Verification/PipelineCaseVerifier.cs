using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Formats.Faiss;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Rvc.Verification;

/// <summary>What conversion does around the networks: high-pass, cuts, retrieval with protection, loudness, 16 bit (kind pipeline).</summary>
internal sealed partial class PipelineCaseVerifier
{
    private const double DefaultIndexRate = 0.6;
    private readonly GoldenCase _golden;
    private readonly ToleranceChecks _checks;
    private readonly int _sampleRateHz, _hopSamples;
    private readonly Lazy<double[]> _filtered;

    private PipelineCaseVerifier(GoldenCase golden)
    {
        (_golden, _checks) = (golden, new ToleranceChecks(golden));
        _sampleRateHz = (int)golden.Number("sample_rate", ConversionSegments.SampleRateHz);
        _hopSamples = (int)golden.Number("window", ConversionSegments.HopSamples);
        _filtered = new Lazy<double[]>(() =>
        {
            float[] audio = [.. _golden.Input("audio_i16").ToFloat32().Select(value => value / 32768f)];
            OutputLevel.LimitInput(audio);
            return new ZeroPhaseFilter(Butterworth.SpeechHighPass(_sampleRateHz)).Run(audio);
        });
        _checks.Fact("settings", "sample_rate", _sampleRateHz == ConversionSegments.SampleRateHz, $"conversion works at {ConversionSegments.SampleRateHz} Hz");
        _checks.Fact("settings", "window", _hopSamples == ConversionSegments.HopSamples, $"conversion has a frame every {ConversionSegments.HopSamples} samples");
    }

    internal static CaseReport Run(GoldenCase golden)
    {
        PipelineCaseVerifier verifier = new(golden);
        verifier._checks.Each(verifier.Compute, name => name.Split('_')[0] switch
        {
            "high" or "filtered" => "high-pass",
            "segments" or "cuts" => "cuts",
            "rms" => "loudness",
            "int16" => "16 bit",
            _ => "retrieval and protection",
        });
        return verifier._checks.Report();
    }

    private FileTensor? Compute(string name)
    {
        if (Keyed().Match(name) is { Success: true } keyed)
        {
            string key = keyed.Groups[2].Value;
            return keyed.Groups[1].Value switch
            {
                "filtered" => Row([.. _filtered.Value.Where((_, i) => i % int.Parse(key, CultureInfo.InvariantCulture) == 0)]),
                "rms_mixed" => Mixed(double.Parse(key, CultureInfo.InvariantCulture)),
                _ => Quantised(key),
            };
        }

        return name switch
        {
            "high_pass_b" => Row(Butterworth.SpeechHighPass(_sampleRateHz).Numerator),
            "high_pass_a" => Row(Butterworth.SpeechHighPass(_sampleRateHz).Denominator),
            "filtered_head" => Row(_filtered.Value.AsSpan(0, _checks.Truth(name).Count)),
            "filtered_tail" => Row(_filtered.Value.AsSpan()[^_checks.Truth(name).Count..]),
            "segments" => Segments(Plan(QuietRule.SumOfMagnitudes)),
            "segments_applio" => Segments(Plan(QuietRule.MagnitudeOfSum)),
            "cuts" => Cuts(Plan(QuietRule.SumOfMagnitudes)),
            "cuts_applio" => Cuts(Plan(QuietRule.MagnitudeOfSum)),
            "protected" => Protected(),
            "protect_length" => FileTensor.FromInt64([3], [.. Enumerable.Repeat((long)ProtectedFrames(), 3)]),
            _ => null,
        };
    }

    private ConversionSegments Plan(QuietRule rule)
    {
        JsonElement cuts = _golden.Param("cuts");
        return ConversionSegments.Plan(Array.ConvertAll(_filtered.Value, each => (float)each), new SegmentSettings(
            Seconds("x_pad"), Seconds("x_query"), Seconds("x_center"), Seconds("x_max"), rule));

        int Seconds(string key) => cuts.GetProperty(key).GetInt32();
    }

    private static FileTensor Segments(ConversionSegments plan) => FileTensor.FromInt64(
        [plan.Segments.Count, 4], [.. plan.Segments.SelectMany(each => (long[])[each.Start, each.End, each.FirstFrame, each.EndFrame])]);

    private static FileTensor Cuts(ConversionSegments plan) => FileTensor.FromInt64([plan.Cuts.Count], [.. plan.Cuts.Select(cut => (long)cut)]);

    private FileTensor Protected()
    {
        FileTensor features = _golden.Input("protect_feats"), vectors = _golden.Input("protect_vectors");
        int channels = features.Shape[^1];
        FaissIndex flat = new(channels, 1, [], [vectors.Shape[0]], vectors.ToFloat32(), [.. Enumerable.Range(0, vectors.Shape[0]).Select(id => (long)id)]);
        ConversionSettings settings = new()
        {
            IndexRate = _golden.Number("index_rate", Said("protect_vectors", IndexRate(), DefaultIndexRate)),
            Protect = _golden.Param("protect").GetDouble(),
        };
        float[] mixed = PieceFeatures.Of(
            features.ToFloat32(), channels, new RetrievalIndex("protect_vectors", flat), _golden.Input("protect_pitchf").ToFloat32().AsSpan(0, ProtectedFrames()),
            settings, (int)_golden.Number("k", Said("protect_vectors", NeighbourCount(), RetrievalIndex.DefaultNeighbours)));
        return FileTensor.FromFloat32([mixed.Length / channels, channels], mixed);
    }

    private int ProtectedFrames() =>
        Protection.FramesOf(_golden.Input("protect_pitchf").Count * _hopSamples, _hopSamples, _golden.Input("protect_feats").Shape[0]);

    // Some settings stand only in what a case says of its inputs: "searched exhaustively, k = 8, index rate 0.6", "the converted signal at 32 kHz".
    private double Said(string input, Regex said, double otherwise)
    {
        string what = _golden.Description.GetProperty("inputs").GetProperty(input).TryGetProperty("what", out JsonElement text) ? text.GetString() ?? "" : "";
        return said.Match(what) is { Success: true } match ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : otherwise;
    }

    private FileTensor Mixed(double rate)
    {
        double[] input = _golden.Input("rms_input").ToFloat64();
        float[] output = _golden.Input("rms_output").ToFloat32();
        double outputKhz = Said("rms_output", Kilohertz(), _sampleRateHz / 1000.0 * output.Length / input.Length);
        LoudnessMix.Apply(input, _sampleRateHz, output, (int)Math.Round(1000 * outputKhz), rate);
        return FileTensor.FromFloat32([output.Length], output);
    }

    private FileTensor Quantised(string key)
    {
        short[] pcm = OutputLevel.ToPcm16(_golden.Input($"to16_{key}").ToFloat32());
        return FileTensor.FromInt16([pcm.Length], pcm);
    }

    private static FileTensor Row(ReadOnlySpan<double> values) => FileTensor.FromFloat64([values.Length], values);

    [GeneratedRegex("^(filtered)_([0-9]+)$|^(?<1>rms_mixed)_(?<2>[0-9.]+)$|^(?<1>int16)_(?<2>.+)$")]
    private static partial Regex Keyed();

    [GeneratedRegex("index rate ([0-9.]*[0-9])")]
    private static partial Regex IndexRate();

    [GeneratedRegex("k = ([0-9]+)")]
    private static partial Regex NeighbourCount();

    [GeneratedRegex("([0-9.]*[0-9]) ?kHz")]
    private static partial Regex Kilohertz();
}
