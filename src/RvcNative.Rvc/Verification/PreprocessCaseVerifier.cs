using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using RvcNative.Audio;
using RvcNative.Formats;

namespace RvcNative.Rvc.Verification;

/// <summary>From a recording to training chunks: high-pass, slices, chunks, levels (kind audio-preprocess).</summary>
internal sealed partial class PreprocessCaseVerifier
{
    private const int TableColumns = 6, FeatureRateHz = 16000;
    private readonly GoldenCase _golden;
    private readonly ToleranceChecks _checks;
    private readonly int _sampleRateHz;
    private readonly SlicerSettings _slicer;
    private readonly Lazy<double[]> _filtered;
    private readonly Dictionary<string, ChunkTable> _tables = [];

    private PreprocessCaseVerifier(GoldenCase golden)
    {
        (_golden, _checks) = (golden, new ToleranceChecks(golden));
        _sampleRateHz = golden.Param("sample_rate").GetInt32();
        _slicer = new SlicerSettings(
            golden.Number("threshold_db", -42), (int)golden.Number("min_length_ms", 1500), (int)golden.Number("min_interval_ms", 400),
            (int)golden.Number("hop_ms", 15), (int)golden.Number("max_sil_kept_ms", 500));
        _filtered = new Lazy<double[]>(() => HighPass(_sampleRateHz).Forward(
            _golden.Input("audio_i16").ToFloat32().Select(value => value / 32768f).ToArray()));
    }

    internal static CaseReport Run(GoldenCase golden)
    {
        PreprocessCaseVerifier verifier = new(golden);
        verifier._checks.Each(verifier.Compute, Group);
        return verifier._checks.Report();
    }

    private static string Group(string name) => name.Split('_')[0] switch
    {
        "butter" => "filter design",
        "filtered" or "rms" or "slices" => "filter and slicer",
        "made" => "made-up chunks",
        _ => "chunks",
    };

    private FileTensor? Compute(string name)
    {
        if (Numbered().Match(name) is { Success: true } numbered)
        {
            int number = int.Parse(numbered.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
            return numbered.Groups[1].Value switch
            {
                "butter_b" => Row(HighPass(number).Numerator),
                "butter_a" => Row(HighPass(number).Denominator),
                _ => Row([.. _filtered.Value.Where((_, i) => i % number == 0)]),
            };
        }

        if (Tabled().Match(name) is { Success: true } tabled)
        {
            return Table(tabled.Groups[2].Value).Compute(tabled.Groups[1].Value, _checks.Truth(name).Shape[^1]);
        }

        if (name.StartsWith("made_out_", StringComparison.Ordinal))
        {
            return FileTensor.FromFloat32(_checks.Truth(name).Shape, Narrow(Chunker(null).Normalise(Made(name["made_out_".Length..]))));
        }

        return name switch
        {
            "filtered_head" => Row(_filtered.Value.AsSpan(0, _checks.Truth(name).Count)),
            "rms" => Row(new SilenceSlicer(_sampleRateHz, _slicer).Rms(_filtered.Value)),
            "slices" => Slices(),
            "made_kept" => MadeKept(),
            _ => null,
        };
    }

    private FileTensor Slices()
    {
        IReadOnlyList<SampleRange> slices = new SilenceSlicer(_sampleRateHz, _slicer).Slice(_filtered.Value);
        return FileTensor.FromInt64([slices.Count, 2], [.. slices.SelectMany(slice => (long[])[slice.Start, slice.End])]);
    }

    private FileTensor MadeKept()
    {
        TrainingChunker chunker = Chunker(null);
        long[] kept = [.. _golden.Param("made").EnumerateArray()
            .Select(name => chunker.Judge(Made(name.GetString()!)).Drop == ChunkDrop.None ? 1L : 0L)];
        return FileTensor.FromInt64([kept.Length], kept);
    }

    private double[] Made(string name) => _golden.Input($"made_{name}").ToFloat64();

    private IirFilter HighPass(int sampleRateHz)
    {
        JsonElement settings = _golden.Param("high_pass");
        return Butterworth.HighPass(settings.GetProperty("order").GetInt32(), settings.GetProperty("cutoff_hz").GetDouble(), sampleRateHz);
    }

    private TrainingChunker Chunker(double? chunkSeconds)
    {
        ChunkSettings settings = new(
            OverlapSeconds: _golden.Number("overlap_s", 0.3), Level: _golden.Number("max", 0.9), Mix: _golden.Number("alpha", 0.75),
            PeakLimit: _golden.Number("peak_limit", 2.5));
        return new TrainingChunker(_sampleRateHz, chunkSeconds is { } seconds ? settings with { ChunkSeconds = seconds } : settings, _slicer);
    }

    // "37" names the chunks of 3.7 s.
    private ChunkTable Table(string digits)
    {
        if (_tables.TryGetValue(digits, out ChunkTable? table)) return table;
        foreach (JsonElement seconds in _golden.Param("per_s").EnumerateArray())
        {
            double value = seconds.GetDouble();
            string written = value.ToString("0.0##", CultureInfo.InvariantCulture).Replace(".", "", StringComparison.Ordinal);
            if (written == digits) return _tables[digits] = new ChunkTable(Chunker(value), _filtered.Value);
        }

        throw new FileFormatException(_golden.Place("case.json"), $"params.per_s names no chunk length that is written as per{digits}");
    }

    private static FileTensor Row(ReadOnlySpan<double> values) => FileTensor.FromFloat64([values.Length], values);

    private static float[] Narrow(double[] values) => [.. values.Select(value => (float)value)];

    [GeneratedRegex("^(butter_a|butter_b|filtered)_([0-9]+)$")]
    private static partial Regex Numbered();

    [GeneratedRegex("^(chunks|raw_head|raw_tail|norm_head|norm_tail|peak|energy)_per([0-9]+)$")]
    private static partial Regex Tabled();

    /// <summary>The chunks of one length that are written, in order, with mainline's numbers.</summary>
    private sealed class ChunkTable
    {
        private readonly double[] _filtered;
        private readonly List<(TrainingChunk Chunk, float[] Levelled, long Number)> _rows = [];
        private readonly Resampler _resampler;

        internal ChunkTable(TrainingChunker chunker, double[] filtered)
        {
            _filtered = filtered;
            _resampler = new Resampler(chunker.SampleRateHz, FeatureRateHz);
            IReadOnlyList<TrainingChunk> all = chunker.Cut(filtered);
            long number = 0;
            for (int i = 0; i < all.Count; i++)
            {
                // Mainline counts before it writes a slice's last chunk and after any other, so the next slice may overwrite it.
                bool last = i + 1 == all.Count || all[i + 1].Slice != all[i].Slice;
                long written = last ? ++number : number++;
                if (all[i].IsUsed) _rows.Add((all[i], Narrow(chunker.Normalise(Samples(all[i]))), written));
            }
        }

        internal FileTensor Compute(string what, int columns) => what switch
        {
            "chunks" => FileTensor.FromInt64([_rows.Count, TableColumns], [.. _rows.SelectMany(Row)]),
            "peak" => FileTensor.FromFloat64([_rows.Count], [.. _rows.Select(row => row.Chunk.Peak)]),
            "energy" => FileTensor.FromFloat64([_rows.Count], [.. _rows.Select(row => row.Levelled.Sum(sample => (double)sample * sample))]),
            "raw_head" => FileTensor.FromFloat64([_rows.Count, columns], [.. _rows.SelectMany(row => Samples(row.Chunk)[..columns])]),
            "raw_tail" => FileTensor.FromFloat64([_rows.Count, columns], [.. _rows.SelectMany(row => Samples(row.Chunk)[^columns..])]),
            "norm_head" => FileTensor.FromFloat32([_rows.Count, columns], [.. _rows.SelectMany(row => row.Levelled[..columns])]),
            _ => FileTensor.FromFloat32([_rows.Count, columns], [.. _rows.SelectMany(row => row.Levelled[^columns..])]),
        };

        private long[] Row((TrainingChunk Chunk, float[] Levelled, long Number) row, int index)
        {
            bool survives = !_rows.Skip(index + 1).Any(later => later.Number == row.Number);
            return [row.Chunk.Slice, row.Chunk.Range.Start, row.Chunk.Range.End, row.Number, survives ? 1 : 0,
                _resampler.OutputSamples(row.Chunk.Range.Length)];
        }

        private double[] Samples(TrainingChunk chunk) => _filtered[chunk.Range.Start..chunk.Range.End];
    }
}
