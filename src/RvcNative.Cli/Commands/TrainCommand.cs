using System.CommandLine;
using System.Globalization;
using RvcNative.Core;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Commands;

/// <summary>`train`: the trainer on an experiment folder.</summary>
internal static class TrainCommand
{
    internal sealed record Options(ExperimentFolder Experiment, TrainOptions How, int Threads, bool Plan = false, string Device = Devices.Cpu);

    internal static Command Create()
    {
        Option<string> name = Places.Name(), version = Places.Version(), device = Devices.Option();
        Option<DirectoryInfo> logs = Places.Logs(), weights = Places.Weights();
        Option<int> epochs = new("--epochs", "-e") { Description = "Epochs in all, those of earlier runs included.", DefaultValueFactory = _ => 200 };
        Option<int> batchSize = new("--batch-size", "-b") { Description = "Clips of one step.", DefaultValueFactory = _ => 4 };
        Option<int> saveEvery = new("--save-every") { Description = "Epochs between saves; each also writes a small voice file.", DefaultValueFactory = _ => 5 };
        Option<string> keep = new("--keep") { Description = "latest: one pair of checkpoints; all: a pair for every save.", DefaultValueFactory = _ => "latest" };
        keep.AcceptOnlyFromAmong("latest", "all");
        Option<FileInfo> pretrainG = new("--pretrain-g") { Description = "Pretrained generator (f0G40k.pth, …)." };
        Option<FileInfo> pretrainD = new("--pretrain-d") { Description = "Pretrained discriminator (f0D40k.pth, …)." };
        Option<string?> vocoder = VocoderOption("The generator: hifigan (every client), mrf or refinegan (Applio alone); default is config.json's.");
        Option<string?> discriminator = new("--discriminator") { Description = "v1, v2 or v3; default goes with the vocoder (RefineGAN: v3)." };
        discriminator.AcceptOnlyFromAmong([.. TrainSettings.DiscriminatorNames]);
        Option<string?> melLoss = new("--mel-loss")
        {
            Description = "What generated audio is compared with: spec (mainline's), wave (Applio's) or multi-scale; default goes with the vocoder (RefineGAN: multi-scale).",
        };
        melLoss.AcceptOnlyFromAmong([.. TrainSettings.MelLossNames]);
        Option<bool> noPitch = new("--no-f0") { Description = "The voice has no pitch." };
        Option<ulong?> seed = new("--seed") { Description = "Seed of all random numbers; default is config.json's." };
        Option<int> accumulate = new("--accumulate")
        {
            Description = "Batches whose gradients are averaged for one update; the effective batch is so many times --batch-size.",
            DefaultValueFactory = _ => 1,
        };
        Option<bool> recompute = new("--recompute") { Description = "Compute parts of the decoder twice instead of keeping them: less memory, more time, the same result." };
        Option<long?> memoryLimit = new("--memory-limit")
        {
            Description = "Memory that training may take, such as 3GiB or 2500MiB: recompute, then smaller batches, until it fits.",
            CustomParser = MemorySize.Parse,
        };
        Option<bool> plan = new("--plan") { Description = "Print the memory that each batch size takes, and leave." };
        Option<int> threads = Places.Threads();
        foreach (Option<int> positive in (ReadOnlySpan<Option<int>>)[epochs, batchSize, saveEvery, accumulate])
        {
            positive.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1) result.AddError($"{positive.Name} must be 1 or more");
            });
        }

        Command command = new("train", "Trains a voice; goes on by itself where the last run stopped. Ctrl-C saves and leaves.\n\nExample: rvcnative train --name mira --epochs 200 --batch-size 4 --pretrain-g f0G40k.pth --pretrain-d f0D40k.pth")
        {
            name, logs, weights, version, epochs, batchSize, saveEvery, keep, pretrainG, pretrainD, vocoder, discriminator, melLoss, noPitch, seed, accumulate, recompute, memoryLimit,
            plan, device, threads,
        };
        command.SetAction(parsed => Run(
            new(Places.Experiment(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(name)), new TrainOptions
            {
                Version = parsed.GetValue(version) == "v1" ? ModelVersion.V1 : ModelVersion.V2,
                HasPitch = !parsed.GetValue(noPitch),
                Vocoder = VocoderOf(parsed.GetValue(vocoder)),
                Discriminator = parsed.GetValue(discriminator),
                MelLoss = parsed.GetValue(melLoss),
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize),
                SaveEvery = parsed.GetValue(saveEvery),
                Keep = parsed.GetValue(keep) == "all" ? KeepSaves.All : KeepSaves.Latest,
                PretrainedGenerator = parsed.GetValue(pretrainG)?.FullName,
                PretrainedDiscriminator = parsed.GetValue(pretrainD)?.FullName,
                Seed = parsed.GetValue(seed),
                Accumulate = parsed.GetValue(accumulate),
                Recompute = parsed.GetValue(recompute),
                MemoryLimit = parsed.GetValue(memoryLimit),
                WeightsFolder = parsed.GetRequiredValue(weights).FullName,
            }, parsed.GetValue(threads), parsed.GetValue(plan), parsed.GetRequiredValue(device)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static Option<string?> VocoderOption(string description)
    {
        Option<string?> vocoder = new("--vocoder") { Description = description };
        vocoder.AcceptOnlyFromAmong([.. Vocoders.Options]);
        return vocoder;
    }

    /// <summary>Null where none is named.</summary>
    internal static Vocoder? VocoderOf(string? option) => option is null ? null : Vocoders.FromOption(option);

    internal static int Run(Options options, TextWriter output)
    {
        using Interruption interruption = new();
        using Backend backend = Devices.Open(options.Device, options.Threads);
        StatusLine line = StatusLine.For(output);
        using Trainer trainer = new(backend, options.Experiment, options.How);
        foreach (SkippedClip clip in trainer.Clips.Excluded) line.Print($"not used: {clip.Name} {clip.Reason}");
        MemoryNeed memory = trainer.Memory;
        if (options.Plan)
        {
            MemoryTable.Print(trainer, options.How.BatchSize, output);
            return CommandLine.Done;
        }

        line.Print(string.Create(CultureInfo.InvariantCulture,
            $"{backend.Name}; {trainer.Clips.Count} clips, {trainer.BatchesPerEpoch} batches of {memory.BatchSize} an epoch{Effective(options.How.Accumulate, memory.BatchSize)}; {memory.Bytes >> 20} MiB of memory{(memory.Recompute ? ", the decoder computed twice" : "")}"));
        trainer.Run(progress => line.Update(() => Describe(progress)), line.Print, interruption.Token);
        return CommandLine.Done;
    }

    private static string Effective(int accumulate, int batchSize) =>
        accumulate > 1 ? $", {accumulate} to an update: the effective batch is {accumulate * batchSize}" : "";

    internal static string Describe(TrainProgress at) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {at.Epoch}/{at.Epochs} {at.Batch}/{at.Batches} step {at.GlobalStep} | mel {at.Losses.Mel:f2} kl {at.Losses.Kl:f2} fm {at.Losses.FeatureMatching:f2} gen {at.Losses.Generator:f2} disc {at.Losses.Discriminator:f2} | {at.StepsPerSecond:f2} steps/s, {Left(at.Remaining)} left");

    private static string Left(TimeSpan left) => left.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{left.TotalDays:f1} days")
        : left.ToString(left.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
