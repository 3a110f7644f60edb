using System.CommandLine;
using System.Globalization;
using RvcNative.Core;
using RvcNative.Rvc.Audition;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Data;

namespace RvcNative.Cli.Commands;

/// <summary>`audition`: the user's own clips through every kept save, to be heard on the board; or a save chosen.</summary>
internal static class AuditionCommand
{
    private const string Help = """
        Says clips of yours in the voice of every kept save (assets/weights/NAME_eEPOCH_sSTEP.pth), into logs/NAME/audition; what was rendered before is not rendered
        again. Listen to them on `rvcnative board`, which switches between saves without a gap and compares blindly. --pick makes a save the voice NAME.pth.

        Example: rvcnative audition --name mira --clip verse.wav --clip talk.flac --pitch 12
        Example: rvcnative audition --name mira --pick 120
        """;

    internal sealed record Options(ExperimentFolder Experiment, string Weights, IReadOnlyList<string> Clips, AuditionSettings Settings)
    {
        /// <summary>Epochs of the saves to render; empty for all.</summary>
        internal IReadOnlyList<int> Epochs { get; init; } = [];

        internal int? Pick { get; init; }

        internal string Device { get; init; } = Devices.Cpu;

        internal int Threads { get; init; }
    }

    internal static Command Create()
    {
        Option<string> name = Places.Name(), device = Devices.Option();
        Option<DirectoryInfo> logs = Places.Logs(), weights = Places.Weights();
        Option<FileInfo[]> clips = ClipOption("--clip");
        Option<double> pitch = new("--pitch") { Description = "Shift in semitones, such as -12, 3.5." };
        Option<string?> speaker = Places.Speaker();
        Option<FileInfo> index = new("--index") { Description = "The voice's retrieval index, added_*.index." };
        Option<double> indexRate = new("--index-rate")
        {
            Description = "How far features are drawn to the voice's own in the index, 0 to 1.",
            DefaultValueFactory = _ => ConversionSettings.DefaultIndexRate,
        };
        Option<double> protect = new("--protect")
        {
            Description = "How much of the retrieved features unvoiced frames take, 0 to 0.5, where 0.5 protects nothing.",
            DefaultValueFactory = _ => ConversionSettings.DefaultProtect,
        };
        Option<int[]> epochs = new("--epoch") { Description = "Only the saves of these epochs.", AllowMultipleArgumentsPerToken = true };
        Option<int?> pick = new("--pick") { Description = "Copy the save of this epoch to NAME.pth; the voice that stands there is kept as NAME.pth.bak." };
        Option<int> threads = Places.Threads();
        Numbers.Within(pitch, -ConversionSettings.MostSemitones, ConversionSettings.MostSemitones);
        Numbers.Within(indexRate, 0, 1);
        Numbers.Within(protect, 0, ConversionSettings.HighestProtect);
        Command command = new("audition", Help) { name, logs, weights, clips, pitch, speaker, index, indexRate, protect, epochs, pick, device, threads };
        PitchOptions curve = new();
        curve.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(clips) is null && result.GetResult(pick) is null) result.AddError("name clips with --clip, or a save with --pick.");
        });
        command.SetAction(parsed => Run(
            new Options(
                Places.Experiment(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(name)), parsed.GetRequiredValue(weights).FullName,
                [.. (parsed.GetValue(clips) ?? []).Select(clip => clip.FullName)],
                new AuditionSettings
                {
                    PitchSemitones = parsed.GetValue(pitch),
                    Speaker = parsed.GetValue(speaker),
                    PitchChoice = curve.Choice(parsed),
                    PitchFile = parsed.GetValue(curve.File),
                    SavePitch = parsed.GetValue(curve.Save),
                    IndexPath = parsed.GetValue(index)?.FullName,
                    IndexRate = parsed.GetValue(indexRate),
                    Protect = parsed.GetValue(protect),
                })
            {
                Epochs = parsed.GetValue(epochs) ?? [],
                Pick = parsed.GetValue(pick),
                Device = parsed.GetRequiredValue(device),
                Threads = parsed.GetValue(threads),
            }, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    /// <summary>Clips to render: any number, each named or several after one another.</summary>
    internal static Option<FileInfo[]> ClipOption(string name) => new(name)
    {
        Description = "A clip of yours to hear in the voice of every save: wav, or anything that ffmpeg reads. May be given several times.",
        AllowMultipleArgumentsPerToken = true,
    };

    internal static int Run(Options options, TextWriter output, TextWriter error)
    {
        using Interruption interruption = new();
        string name = options.Experiment.Name;
        PitchOptions.Check(options.Clips.Count, options.Settings.PitchFile, options.Settings.SavePitch);
        if (options.Clips.Count > 0) Render(options, output, error, interruption.Token);
        if (options.Pick is { } epoch) output.WriteLine(VoicePick.Copy(KeptSave.OfEpoch(options.Weights, name, epoch), name).Said);
        return CommandLine.Done;
    }

    private static void Render(Options options, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        string name = options.Experiment.Name;
        IReadOnlyList<KeptSave> saves = options.Epochs.Count > 0
            ? [.. options.Epochs.Distinct().Order().Select(epoch => KeptSave.OfEpoch(options.Weights, name, epoch))]
            : KeptSave.Of(options.Weights, name);
        if (saves.Count == 0) throw KeptSave.Missing(options.Weights, name);
        using Backend backend = Devices.Open(options.Device, options.Threads);
        using AuditionRenderer renderer = new(backend, options.Experiment.Root, options.Clips, options.Settings);
        using StatusLine line = StatusLine.For(output);
        (int made, int known) = (0, 0);
        string? note = null;
        foreach (KeptSave save in saves)
        {
            renderer.Render(save, (clip, _, isNew) =>
            {
                if (renderer.Note is { } said && said != note) error.WriteLine($"rvcnative: {note = said}");
                (made, known) = (made + (isNew ? 1 : 0), known + (isNew ? 0 : 1));
                if (isNew) line.Print(string.Create(CultureInfo.InvariantCulture, $"epoch {save.Epoch}, step {save.Step}: {clip.Name}"));
            }, cancellation);
        }

        output.WriteLine($"{made} rendered, {known} were there; hear them with `rvcnative board` ({new AuditionFolder(options.Experiment.Root).Root})");
    }
}
