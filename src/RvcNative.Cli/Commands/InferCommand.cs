using System.CommandLine;
using System.Diagnostics;
using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Pitch;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Cli.Commands;

/// <summary>`infer`: recordings said again in a voice.</summary>
internal static class InferCommand
{
    private const string Help = """
        Says a recording, or every recording of a folder, again in a voice of RVC (mainline's or Applio's NAME.pth). Writes wav, or by the name of OUT what ffmpeg writes.
        With - for IN, OUT or both, wav comes from standard input and goes, as --format says, to standard output.

        Example: rvcnative infer talk.flac talk-as-anna.wav --model anna.pth --index added_IVF512_Flat_nprobe_1_anna_v2.index --pitch 3.5
        """;

    private const int OthersShown = 5;

    internal sealed record Options(string Input, string Output, string Model, ConversionSettings Settings)
    {
        /// <summary>A speaker's number or name; null for the first.</summary>
        internal string? Speaker { get; init; }

        /// <summary>Where - reads from; null for the program's own.</summary>
        internal Stream? StandardInput { get; init; }

        /// <summary>Where - writes to, likewise.</summary>
        internal Stream? StandardOutput { get; init; }

        /// <summary>The retrieval index; null for none.</summary>
        internal string? Index { get; init; }

        internal EmbedderChoice Embedder { get; init; } = new();

        /// <summary>How pitch is found.</summary>
        internal PitchChoice PitchChoice { get; init; } = new();

        /// <summary>A curve, or a folder with one for every recording, in the place of what would be found; null for none.</summary>
        internal string? PitchFile { get; init; }

        /// <summary>Where the curve, or a curve for every recording, is written to; null for nowhere.</summary>
        internal string? SavePitch { get; init; }

        internal OutputFormat Format { get; init; } = OutputFormat.Of(null);

        /// <summary>Whether --protect was given.</summary>
        internal bool IsProtectGiven { get; init; }

        /// <summary>Names of the options on pitch that were given.</summary>
        internal IReadOnlyList<string> OnPitch { get; init; } = [];

        internal int Threads { get; init; }

        internal string Device { get; init; } = Devices.Cpu;

        internal bool Json { get; init; }
    }

    internal static Command Create()
    {
        Argument<string> input = new("IN") { Description = "A recording, a folder of them (wav, or anything that ffmpeg reads), or - for wav on standard input." };
        Argument<string> output = new("OUT") { Description = "The file to write: .wav, or .flac, .mp3 ... through ffmpeg; a folder when IN is one; - for standard output." };
        Option<string> model = new("--model", "-m") { Description = "The voice file, NAME.pth.", Required = true };
        Option<string?> speaker = Places.Speaker();
        Option<double> pitch = new("--pitch") { Description = "Shift in semitones, such as -12, 3.5." };
        Option<string> autoPitch = new("--auto-pitch")
        {
            Description = "Shift, besides --pitch, towards the pitch that the voice was trained on: by whole semitones or whole octaves.",
            DefaultValueFactory = _ => "off",
        };
        Option<double> autotune = new("--autotune") { Description = "How far pitch is drawn to the nearest note (A4 = 440 Hz), 0 to 1." };
        Option<double> formant = new("--formant") { Description = "Move the formants that are heard by so many semitones, -24 to 24; pitch stays." };
        Option<bool> split = new("--split") { Description = "Convert only what lies between silences; silence becomes zeros, and the length stays." };
        Option<double> rmsMix = new("--rms-mix")
        {
            Description = "Loudness over time: 0 the recording's, 1 the voice's own.",
            DefaultValueFactory = _ => 1,
        };
        Option<string?> index = new("--index") { Description = "The voice's retrieval index, added_*.index, of mainline, Applio or `rvcnative index`." };
        Option<double?> indexRate = new("--index-rate")
        {
            Description = $"How far features are drawn to the voice's own in the index, 0 to 1; {ConversionSettings.DefaultIndexRate} by default.",
        };
        Option<int?> nprobe = new("--nprobe") { Description = "Lists of the index that each frame is looked for in; what the file says by default." };
        Option<double?> protect = new("--protect")
        {
            Description = "How much of the retrieved features unvoiced frames (breath, s, t) take, 0 to 0.5, where 0.5 protects nothing; "
                + $"{ConversionSettings.DefaultProtect} by default. It takes effect with an index.",
        };
        Option<string?> embedder = Places.Embedder("What the voice was trained on by default."), v1Features = Places.V1Features("What the voice was trained on by default.");
        Option<float> noiseScale = new("--noise-scale")
        {
            Description = "Spread of the drawn latent.",
            DefaultValueFactory = _ => ConversionSettings.DefaultNoiseScale,
        };
        Option<ulong> seed = new("--seed") { Description = "The same seed gives the same file." };
        Option<string> unvoiced = new("--unvoiced")
        {
            Description = "zero keeps unvoiced frames at 0 Hz; interpolate fills them as mainline does; trained is what the voice says, or zero.",
            DefaultValueFactory = _ => "trained",
        };
        Option<int?> outputRate = new("--output-rate") { Description = "Sample rate of the output in Hz; the voice's by default." };
        Option<string?> format = new("--format")
        {
            Description = "What is written: wav of 16-bit (pcm16, the default) or float samples, or flac, mp3, ogg, opus, m4a through ffmpeg. A single file is named like it.",
        };
        Option<string> device = Devices.Option();
        Option<int> threads = Places.Threads();
        Option<bool> json = new("--json") { Description = "One JSON object a recording: milliseconds by stage and the real-time factor." };
        unvoiced.AcceptOnlyFromAmong("zero", "interpolate", "trained");
        format.AcceptOnlyFromAmong([.. OutputFormat.Names]);
        Numbers.Within(rmsMix, 0, 1);
        Numbers.Within(indexRate, 0, 1);
        Numbers.Within(nprobe, 1, int.MaxValue);
        Wants(index, indexRate);
        Wants(index, nprobe);
        Numbers.Within(protect, 0, ConversionSettings.HighestProtect);
        Numbers.Within(noiseScale, 0, ConversionSettings.MostNoiseScale);
        Numbers.Within(pitch, -ConversionSettings.MostSemitones, ConversionSettings.MostSemitones);
        Numbers.Within(outputRate, ConversionSettings.LowestRateHz, ConversionSettings.HighestRateHz);
        autoPitch.AcceptOnlyFromAmong("off", "semitone", "octave");
        Numbers.Within(autotune, 0, 1);
        Numbers.Within(formant, -24, 24);
        Command command = new("infer", Help)
        {
            input, output, model, index, indexRate, nprobe, protect, embedder, v1Features, speaker, pitch, autoPitch, autotune, formant, split, rmsMix, noiseScale,
            seed, unvoiced, outputRate, format, device, threads, json,
        };
        PitchOptions curve = new();
        curve.AddTo(command);
        command.SetAction(parsed =>
        {
            ConversionSettings settings = new()
            {
                PitchSemitones = parsed.GetValue(pitch),
                AutoPitch = parsed.GetValue(autoPitch) switch { "semitone" => AutoPitchStep.Semitone, "octave" => AutoPitchStep.Octave, _ => AutoPitchStep.Off },
                Autotune = parsed.GetValue(autotune),
                FormantRatio = Math.Pow(2, parsed.GetValue(formant) / 12),
                SplitsAtSilence = parsed.GetValue(split),
                RmsMix = parsed.GetValue(rmsMix),
                IndexRate = parsed.GetValue(indexRate) ?? ConversionSettings.DefaultIndexRate,
                Nprobe = parsed.GetValue(nprobe),
                Protect = parsed.GetValue(protect) ?? ConversionSettings.DefaultProtect,
                NoiseScale = parsed.GetValue(noiseScale),
                Seed = parsed.GetValue(seed),
                FillUnvoiced = parsed.GetValue(unvoiced) switch { "zero" => false, "interpolate" => true, _ => null },
                OutputRateHz = parsed.GetValue(outputRate),
            };
            Options options = new(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output), parsed.GetRequiredValue(model), settings)
            {
                Speaker = parsed.GetValue(speaker),
                Index = parsed.GetValue(index),
                Embedder = Places.EmbedderOf(parsed.GetValue(embedder), parsed.GetValue(v1Features)),
                PitchChoice = curve.Choice(parsed),
                PitchFile = parsed.GetValue(curve.File),
                SavePitch = parsed.GetValue(curve.Save),
                Format = OutputFormat.Of(parsed.GetValue(format)),
                OnPitch =
                [
                    .. ((Option[])[pitch, autoPitch, autotune, unvoiced]).Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name),
                    .. curve.Given(parsed),
                ],
                IsProtectGiven = parsed.GetValue(protect) is not null,
                Device = parsed.GetRequiredValue(device),
                Threads = parsed.GetValue(threads),
                Json = parsed.GetValue(json),
            };
            return Run(options, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        });
        return command;
    }

    internal static int Run(Options options, TextWriter output, TextWriter error)
    {
        using Interruption interruption = new();
        IReadOnlyList<InferItem> items = InferItem.List(options.Input, options.Output, options.Format);
        string[] others = [.. InferItem.Others(options.Input)];
        if (others.Length > 0) error.WriteLine($"rvcnative: not audio by their names, and left alone: {string.Join(", ", others.Take(OthersShown))}{(others.Length > OthersShown ? ", …" : "")}");
        long started = Stopwatch.GetTimestamp();
        using Backend backend = Devices.Open(options.Device, options.Threads);
        VoiceFile voice = VoiceFile.Read(options.Model);
        options = options with { Settings = options.Settings with { Speaker = voice.SpeakerNumber(options.Speaker) } };
        long voiceRead = Stopwatch.GetTimestamp();
        RetrievalIndex? index = options.Index is null ? null : RetrievalIndex.Read(options.Index, options.Threads);
        double indexMs = Stopwatch.GetElapsedTime(voiceRead).TotalMilliseconds;
        PitchOptions.Check(items.Count, options.PitchFile, options.SavePitch);
        IFeatureExtractor features = Embedders.ForVoice(backend, voice, options.Embedder);
        using IDisposable? network = features as IDisposable;
        string? note = null;
        IPitchExtractor? pitch = !voice.Plan.HasPitch || options.PitchFile is not null ? null
            : PitchMethods.Create(PitchMethods.AsTrained(options.PitchChoice, voice.Extraction?.Pitch), new PitchBackends(backend), out note);
        using IDisposable? tracker = pitch as IDisposable;
        if (note is not null) error.WriteLine($"rvcnative: {note}");
        using Converter converter = new(backend, voice, pitch, features, index);
        using InferReport report = new(options, options.Output == InferItem.Pipe ? error : output, error);
        report.Begin(backend.Name, converter, index, Stopwatch.GetElapsedTime(started).TotalMilliseconds - indexMs, indexMs);
        foreach (InferItem item in items)
        {
            try
            {
                Convert(item, converter, options, report, interruption.Token);
            }
            catch (Exception failure) when (items.Count > 1 && failure is (IOException or UnauthorizedAccessException))
            {
                report.Failed(item, failure.Message);
            }
        }

        return report.End(items.Count) ? CommandLine.Done : CommandLine.Failed;
    }

    private static void Convert(InferItem item, Converter converter, Options options, InferReport report, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        bool toPipe = item.Output == InferItem.Pipe;
        converter.WorkFolder = toPipe ? null : Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(item.Output))!).FullName;
        using ConversionInput input = item.Input == InferItem.Pipe
            ? ConversionInput.Read(options.StandardInput ?? Console.OpenStandardInput(), "standard input", converter.WorkFolder)
            : ConversionInput.Load(item.Input, workFolder: converter.WorkFolder);
        double loadMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        ConversionSettings settings = options.PitchFile is null || !converter.Plan.HasPitch ? options.Settings : options.Settings with
        {
            GivenPitchHz = PitchFile.Read(PitchFile.For(options.PitchFile, item.Name), input.Frames),
        };
        using ConvertedAudio audio = converter.Convert(input, settings, report.ProgressOf(item), cancellation);
        long converted = Stopwatch.GetTimestamp();
        if (toPipe) WritePipe(audio, options);
        else audio.Write(item.Output, options.Format.Encoding);
        if (options.SavePitch is { } save && converter.Plan.HasPitch) PitchFile.Write(PitchFile.PlaceFor(save, item.Name, !Directory.Exists(options.Input)), [.. audio.PitchHz]);

        double writeMs = Stopwatch.GetElapsedTime(converted).TotalMilliseconds;
        report.Done(item, input, audio, loadMs, writeMs, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private static void WritePipe(ConvertedAudio audio, Options options)
    {
        using BufferedStream pipe = new(options.StandardOutput ?? Console.OpenStandardOutput(), 1 << 16);
        if (options.Format.Extension is not { } extension)
        {
            audio.Write(pipe, options.Format.Encoding);
            return;
        }

        // Some formats are finished at their beginning, so that a file is wanted.
        DirectoryInfo folder = Directory.CreateTempSubdirectory("rvcnative-infer-");
        try
        {
            string path = Path.Combine(folder.FullName, "out" + extension);
            audio.Write(path, options.Format.Encoding);
            using FileStream written = File.OpenRead(path);
            written.CopyTo(pipe);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Wants<T>(Option index, Option<T> option) => option.Validators.Add(result =>
    {
        if (result.GetResult(index) is null) result.AddError($"{option.Name} says how an index is used; name one with {index.Name}.");
    });
}
