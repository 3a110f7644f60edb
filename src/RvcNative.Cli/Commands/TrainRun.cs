using System.Globalization;
using RvcNative.Core;
using RvcNative.Rvc.Audition;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Commands;

/// <summary>Runs a training and tells how it goes.</summary>
internal static class TrainRun
{
    internal sealed record Options(ExperimentFolder Experiment, TrainOptions How, int Threads, bool Plan = false, string Device = Devices.Cpu)
    {
        /// <summary>Recordings that each save says as soon as it is there; empty for none.</summary>
        internal IReadOnlyList<string> AuditionClips { get; init; } = [];

        internal string Precision { get; init; } = "f32";

        internal string Math { get; init; } = "auto";
    }

    internal static int Run(Options options, TextWriter output)
    {
        using Interruption interruption = new();
        using Backend backend = Devices.Open(options.Device, options.Threads, options.Precision, options.Math);
        using StatusLine line = StatusLine.For(output);
        using Trainer trainer = new(backend, options.Experiment, options.How, prepare: () => ValidationArguments.Prepare(
            options.Experiment, options.How.Validation, options.How.Version, options.How.HasPitch, options.Threads, line, interruption.Token));
        foreach (SkippedClip clip in trainer.Clips.Excluded.Where(clip => !clip.IsDamaged)) line.Print($"not used: {clip.Name} {clip.Reason}");
        if (options.Plan)
        {
            MemoryTable.Print(trainer, output);
            return CommandLine.Done;
        }

        line.Print(Describe(backend, trainer, options.How));
        using AuditionRenderer? renderer = options.AuditionClips.Count == 0 ? null : new(backend, options.Experiment.Root, options.AuditionClips, new AuditionSettings());
        Action<SavedEpoch>? onSaved = renderer is null ? null : new TrainingAudition(renderer, line.Print).Render;
        trainer.Run(progress => line.Update(() => Describe(progress)), line.Print, interruption.Token, onSaved);
        return CommandLine.Done;
    }

    internal static string Describe(TrainProgress at) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {at.Epoch}/{at.Epochs} {at.Batch}/{at.Batches} step {at.GlobalStep} | mel {at.Losses.Mel:f2} kl {at.Losses.Kl:f2} fm {at.Losses.FeatureMatching:f2} gen {at.Losses.Generator:f2} disc {at.Losses.Discriminator:f2} | {at.StepsPerSecond:f2} steps/s, {TimeLeft.Text(at.Remaining)} left");

    private static string Describe(Backend backend, Trainer trainer, TrainOptions how)
    {
        MemoryNeed memory = trainer.Memory;
        return string.Create(CultureInfo.InvariantCulture,
            $"{backend.Name}; {trainer.Clips.Count} clips, {trainer.DataSeconds / 60:f1} minutes, {trainer.BatchesPerEpoch} batches of {memory.BatchSize} an epoch, {how.Accumulate} to an update: the effective batch is {trainer.EffectiveBatchSize}; {memory.Bytes >> 20} MiB of memory{(memory.Recompute ? ", the decoder computed twice" : "")}");
    }
}
