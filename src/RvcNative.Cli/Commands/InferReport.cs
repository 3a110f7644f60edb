using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RvcNative.Audio;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Cli.Commands;

/// <summary>What `infer` says: progress and a line a recording (or a JSON object alone) on the output; remarks and failures as errors.</summary>
internal sealed class InferReport(InferCommand.Options options, TextWriter output, TextWriter error) : IDisposable
{
    private readonly StatusLine _line = StatusLine.For(output);
    private int _failed;
    private double _modelMs, _indexMs;
    private RetrievalIndex? _index;
    private string _backend = "", _features = "";
    private string? _pitch;

    internal void Begin(string backend, Converter converter, RetrievalIndex? index, double modelMs, double indexMs)
    {
        (_backend, _index, _modelMs, _indexMs) = (backend, index, modelMs, indexMs);
        (_features, _pitch) = (converter.FeaturesName, options.PitchFile is not null && converter.Plan.HasPitch ? "file" : converter.PitchName);
        foreach (string warning in converter.Warnings) error.WriteLine($"rvcnative: {warning}");
        if (!converter.Plan.HasPitch && options.OnPitch.Count > 0) error.WriteLine($"rvcnative: {string.Join(", ", options.OnPitch)}: without effect on a voice without pitch");
        if (!options.IsProtectGiven) return;
        if (index is null)
        {
            error.WriteLine("rvcnative: --protect has no effect without an index: nothing is retrieved that unvoiced frames would be kept from");
        }
        else if (!converter.Plan.HasPitch)
        {
            error.WriteLine("rvcnative: --protect has no effect on a voice without pitch, as in mainline: no pitch says which frames are unvoiced");
        }
    }

    internal IProgress<ConversionProgress>? ProgressOf(InferItem item) => options.Json ? null : new PieceLine(_line, Path.GetFileName(item.Input));

    internal void Done(InferItem item, ConversionInput input, ConvertedAudio audio, double loadMs, double writeMs, double elapsedMs)
    {
        double realTime = elapsedMs / 1000 / input.DurationSeconds;
        PitchQuality quality = PitchQuality.Of([.. audio.PitchHz]);
        string? suspicion = _pitch is null ? null : quality.Suspicion;
        _line.Clear();
        if (suspicion is not null && !options.Json) error.WriteLine($"rvcnative: the pitch of {item.Input} looks wrong: {suspicion}");
        if (!options.Json)
        {
            _line.Print(string.Create(
                CultureInfo.InvariantCulture,
                $"{item.Output}: {input.DurationSeconds:f1} s at {audio.SampleRateHz} Hz in {elapsedMs / 1000:f1} s (real time x {realTime:f2})"));
            return;
        }

        JsonLine.Write(output, json =>
        {
            json.WriteString("input", item.Input);
            json.WriteString("output", item.Output);
            json.WriteString("device", _backend);
            json.WriteNumber("sample_rate_hz", audio.SampleRateHz);
            json.WriteNumber("seconds", input.DurationSeconds);
            json.WriteNumber("pieces", audio.Pieces);
            json.WriteString("embedder", _features);
            json.WriteString("pitch_method", _pitch);
            if (_pitch is not null)
            {
                json.WriteNumber("pitch_semitones", Math.Round(audio.PitchSemitones, 4));
                json.WriteNumber("median_hz", Math.Round(quality.MedianHz, 2));
                json.WriteNumber("unvoiced_share", Math.Round(quality.UnvoicedShare, 4));
                json.WriteNumber("octave_jumps", quality.OctaveJumps);
                json.WriteString("pitch_suspicion", suspicion);
            }

            if (_index is not null)
            {
                json.WriteString("index", _index.Name);
                json.WriteNumber("index_vectors", _index.Count);
                json.WriteNumber("index_rate", options.Settings.IndexRate);
                json.WriteNumber("nprobe", Math.Min(options.Settings.Nprobe ?? _index.Nprobe, _index.Lists));
                json.WriteNumber("protect", options.Settings.Protect);
                Number("index_ms", _indexMs);
            }

            Number("model_ms", _modelMs);
            Number("load_ms", loadMs);
            Number("filter_ms", audio.Timings.FilterMs);
            Number("pitch_ms", audio.Timings.PitchMs);
            Number("features_ms", audio.Timings.FeaturesMs);
            Number("retrieval_ms", audio.Timings.RetrievalMs);
            Number("synthesis_ms", audio.Timings.SynthesisMs);
            Number("finish_ms", audio.Timings.FinishMs);
            Number("write_ms", writeMs);
            Number("elapsed_ms", elapsedMs);
            json.WriteNumber("real_time_factor", Math.Round(realTime, 4));

            void Number(string name, double milliseconds) => json.WriteNumber(name, Math.Round(milliseconds, 3));
        });
    }

    internal void Failed(InferItem item, string reason)
    {
        _failed++;
        _line.Clear();
        error.WriteLine($"rvcnative: {reason}");
        if (!options.Json) return;
        JsonLine.Write(output, json =>
        {
            json.WriteString("input", item.Input);
            json.WriteString("error", reason);
        });
    }

    /// <returns>Whether all went well.</returns>
    internal bool End(int count)
    {
        if (_failed > 0) error.WriteLine($"rvcnative: {_failed} of {count} recordings could not be converted");
        return _failed == 0;
    }

    public void Dispose() => _line.Dispose();

    private sealed class PieceLine(StatusLine line, string name) : IProgress<ConversionProgress>
    {
        private long _first;

        public void Report(ConversionProgress value)
        {
            // The first piece compiles programs, so the rest is guessed from those after it.
            if (value.PiecesDone == 1) _first = Stopwatch.GetTimestamp();
            if (value.PiecesDone < value.Pieces) line.Update(() => $"{name}: {value.PiecesDone} of {value.Pieces} pieces{Left(value)}");
        }

        private string Left(ConversionProgress value)
        {
            if (value.PiecesDone < 2) return "";
            TimeSpan left = Stopwatch.GetElapsedTime(_first) / (value.PiecesDone - 1) * (value.Pieces - value.PiecesDone);
            return $", {TimeLeft.Text(left)} left";
        }
    }
}
