using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.RegularExpressions;
using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Formats.Faiss;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Rvc.Verification;

/// <summary>What conversion does around the networks, by the code that converts: high-pass, cuts, retrieval with protection, loudness, 16 bit (kind pipeline).</summary>
internal sealed partial class PipelineCaseVerifier
{
    private const double DefaultIndexRate = 0.6;
    private readonly GoldenCase _golden;
    private readonly ToleranceChecks _checks;
    private readonly int _sampleRateHz, _hopSamples;
    private readonly Lazy<float[]> _filtered;

    private PipelineCaseVerifier(GoldenCase golden)
    {
        (_golden, _checks) = (golden, new ToleranceChecks(golden));
        _sampleRateHz = (int)golden.Number("sample_rate", ConversionInput.SampleRateHz);
        _hopSamples = (int)golden.Number("window", ConversionPieces.HopSamples);
        _filtered = new Lazy<float[]>(() =>
        {
            using ConversionInput input = new("audio_i16", [.. golden.Input("audio_i16").ToFloat32().Select(value => value / 32768f)]);
            using SampleSpool filtered = ConversionPieces.Filter(input);
            return filtered.ToSignal().ToArray();
        });
        _checks.Fact("settings", "sample_rate", _sampleRateHz == ConversionInput.SampleRateHz, $"conversion works at {ConversionInput.SampleRateHz} Hz");
        _checks.Fact("settings", "window", _hopSamples == ConversionPieces.HopSamples, $"conversion has a frame every {ConversionPieces.HopSamples} samples");
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
                "filtered" => Wide([.. _filtered.Value.Where((_, i) => i % int.Parse(key, CultureInfo.InvariantCulture) == 0)]),
                "rms_mixed" => Mixed(double.Parse(key, CultureInfo.InvariantCulture)),
                _ => Quantised(key),
            };
        }

        return name switch
        {
            "high_pass_b" => Row(Butterworth.SpeechHighPass(_sampleRateHz).Numerator),
            "high_pass_a" => Row(Butterworth.SpeechHighPass(_sampleRateHz).Denominator),
            "filtered_head" => Wide(_filtered.Value.AsSpan(0, _checks.Truth(name).Count)),
            "filtered_tail" => Wide(_filtered.Value.AsSpan()[^_checks.Truth(name).Count..]),
            "segments" => Segments(Pieces(QuietRule.SumOfMagnitudes)),
            "segments_applio" => Segments(Pieces(QuietRule.MagnitudeOfSum)),
            "cuts" => Cuts(Pieces(QuietRule.SumOfMagnitudes)),
            "cuts_applio" => Cuts(Pieces(QuietRule.MagnitudeOfSum)),
            "protected" => Protected(),
            "protect_length" => FileTensor.FromInt64([3], [.. Enumerable.Repeat((long)Protected().Shape[0], 3)]),
            _ => null,
        };
    }

    private ConversionPieces Pieces(QuietRule rule)
    {
        JsonElement cuts = _golden.Param("cuts");
        return ConversionPieces.Of(_filtered.Value, new SegmentSettings(Seconds("x_pad"), Seconds("x_query"), Seconds("x_center"), Seconds("x_max"), rule));

        int Seconds(string key) => cuts.GetProperty(key).GetInt32();
    }

    // Mainline's samples of a piece are one frame more than its pitch; the last ends with the padded signal, whose last frame may lack samples and has then no pitch there.
    private static FileTensor Segments(ConversionPieces recording)
    {
        const int hop = ConversionPieces.HopSamples;
        int padded = recording.Filtered.Length + (2 * recording.PadFrames * hop);
        return FileTensor.FromInt64([recording.Pieces.Count, 4], [.. recording.Pieces.SelectMany(piece =>
            (long[])[piece.FirstFrame * hop, Math.Min((piece.EndFrame + 1) * hop, padded), piece.FirstFrame, Math.Min(piece.EndFrame, padded / hop)])]);
    }

    private static FileTensor Cuts(ConversionPieces recording) =>
        FileTensor.FromInt64([recording.Pieces.Count - 1], [.. recording.Pieces.Skip(1).Select(piece => (long)piece.FirstFrame * ConversionPieces.HopSamples)]);

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
        float[] pitchHz = _golden.Input("protect_pitchf").ToFloat32();
        float[] mixed = PieceFeatures.Of(
            features.ToFloat32(), channels, pitchHz.Length, new RetrievalIndex("protect_vectors", flat), pitchHz, settings,
            (int)_golden.Number("k", Said("protect_vectors", NeighbourCount(), RetrievalIndex.DefaultNeighbours)));
        return FileTensor.FromFloat32([mixed.Length / channels, channels], mixed);
    }

    // Some settings stand only in what a case says of its inputs: "searched exhaustively, k = 8, index rate 0.6", "the converted signal at 32 kHz".
    private double Said(string input, Regex said, double otherwise)
    {
        string what = _golden.Description.GetProperty("inputs").GetProperty(input).TryGetProperty("what", out JsonElement text) ? text.GetString() ?? "" : "";
        return said.Match(what) is { Success: true } match ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : otherwise;
    }

    private FileTensor Mixed(double rate)
    {
        float[] input = _golden.Input("rms_input").ToFloat32(), output = _golden.Input("rms_output").ToFloat32();
        double outputKhz = Said("rms_output", Kilohertz(), _sampleRateHz / 1000.0 * output.Length / input.Length);
        using SampleSpool filtered = new();
        filtered.Add(input);
        using ConversionOutput said = new("rms_output", (int)Math.Round(1000 * outputKhz), output.Length, new ConversionSettings { RmsMix = rate }, null);
        said.Add(0, output);
        using SampleSpool mixed = said.Finish(filtered);
        return FileTensor.FromFloat32([output.Length], mixed.ToSignal().ToArray());
    }

    private FileTensor Quantised(string key)
    {
        using ConvertedAudio audio = new(_golden.Input($"to16_{key}").ToFloat32(), _sampleRateHz, 1, new ConversionTimings(0, 0, 0, 0, 0, 0));
        using MemoryStream file = new();
        audio.Write(file, WavEncoding.Pcm16);
        file.Position = 0;
        short[] pcm = [.. WavFile.Read(file, key).Samples.Select(sample => (short)(sample * 32768))];
        return FileTensor.FromInt16([pcm.Length], pcm);
    }

    private static FileTensor Wide(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        TensorPrimitives.ConvertTruncating(values, wide.AsSpan());
        return Row(wide);
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
