using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Commands;

/// <summary>`train`: the trainer on an experiment folder.</summary>
internal static class TrainCommand
{
    private const string Auto = "auto";
    private const int ByData = 0;

    internal static Command Create()
    {
        Option<string> name = Places.Name(), version = Places.Version(), device = Devices.Option(), precision = Devices.PrecisionOption(), math = Devices.MathOption();
        Option<DirectoryInfo> logs = Places.Logs(), weights = Places.Weights();
        Option<int> epochs = new("--epochs", "-e") { Description = "Epochs in all, those of earlier runs included.", DefaultValueFactory = _ => 200 };
        Option<int> batchSize = new("--batch-size", "-b")
        {
            Description = "Clips of one batch, or auto: that of the save which is gone on from, else 4 below 30 minutes of data and 8 from there on. [default: auto]",
            CustomParser = BatchSize,
        };
        Option<int> saveEvery = new("--save-every") { Description = "Epochs between saves; each also writes a small voice file.", DefaultValueFactory = _ => 5 };
        Option<string> keep = new("--keep") { Description = "latest: one pair of checkpoints; all: a pair for every save.", DefaultValueFactory = _ => "latest" };
        keep.AcceptOnlyFromAmong("latest", "all");
        Option<FileInfo> pretrainG = new("--pretrain-g") { Description = "Pretrained generator (f0G40k.pth, …)." };
        Option<FileInfo> pretrainD = new("--pretrain-d") { Description = "Pretrained discriminator (f0D40k.pth, …)." };
        Option<string?> vocoder = VocoderOption("The generator: hifigan (every client), mrf or refinegan (Applio alone); default is config.json's.");
        Option<string?> discriminator = DiscriminatorOption(), melLoss = MelLossOption();
        Option<bool> fromScratch = new("--from-scratch") { Description = "Random weights are meant, as for making a pretrain; says what that takes." };
        Option<long?> resumeFrom = new("--resume-from") { Description = "Go on from the save of this step, not from the last one." };
        Option<double?> clipNorm = new("--clip-norm") { Description = "Scale gradients whose norm is larger down to it, in each network; default is not to." };
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
        Option<bool?> balance = new("--balance-speakers")
        {
            Description = "Give every speaker equal hours, whatever each has recorded, or not (--balance-speakers false). [default: with --from-scratch, and as the training began]",
        };
        ValidationArguments validation = new();
        Option<bool> plan = new("--plan") { Description = "Print the memory that each batch size takes, and leave." };
        Option<int> threads = Places.Threads();
        Option<FileInfo[]> auditionClips = AuditionCommand.ClipOption("--audition-clip");
        foreach (Option<int> positive in (ReadOnlySpan<Option<int>>)[epochs, saveEvery, accumulate])
        {
            positive.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1) result.AddError($"{positive.Name} must be 1 or more");
            });
        }

        Numbers.WithPoint(clipNorm);
        clipNorm.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is not (null or > 0 and <= double.MaxValue)) result.AddError($"{clipNorm.Name} must be above 0");
        });
        fromScratch.Validators.Add(result =>
        {
            bool hasPretrain = result.GetValue(pretrainG) is not null || result.GetValue(pretrainD) is not null;
            if (result.GetValueOrDefault<bool>() && hasPretrain) result.AddError($"{fromScratch.Name} begins with random weights; leave {pretrainG.Name} and {pretrainD.Name} out");
        });
        Command command = new("train",
            "Trains a voice; goes on by itself where the last run stopped. Ctrl-C saves and leaves."
            + "\n\nExample: rvcnative train --name mira --epochs 200 --batch-size 4 --pretrain-g f0G40k.pth --pretrain-d f0D40k.pth")
        {
            name, logs, weights, version, epochs, batchSize, saveEvery, keep, pretrainG, pretrainD, fromScratch, resumeFrom, clipNorm, vocoder, discriminator, melLoss,
            noPitch, seed, accumulate, recompute, memoryLimit, balance, auditionClips, plan, device, precision, math, threads,
        };
        validation.AddTo(command);
        command.SetAction(parsed => TrainRun.Run(
            new(Places.Experiment(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(name)), new TrainOptions
            {
                Version = parsed.GetValue(version) == "v1" ? ModelVersion.V1 : ModelVersion.V2,
                HasPitch = !parsed.GetValue(noPitch),
                Vocoder = VocoderOf(parsed.GetValue(vocoder)),
                Discriminator = parsed.GetValue(discriminator),
                MelLoss = parsed.GetValue(melLoss),
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize) is var size and not ByData ? size : null,
                SaveEvery = parsed.GetValue(saveEvery),
                Keep = parsed.GetValue(keep) == "all" ? KeepSaves.All : KeepSaves.Latest,
                PretrainedGenerator = parsed.GetValue(pretrainG)?.FullName,
                PretrainedDiscriminator = parsed.GetValue(pretrainD)?.FullName,
                FromScratch = parsed.GetValue(fromScratch),
                ResumeFrom = parsed.GetValue(resumeFrom),
                ClipNorm = parsed.GetValue(clipNorm),
                Seed = parsed.GetValue(seed),
                Validation = validation.Choice(parsed),
                BalanceSpeakers = parsed.GetValue(balance),
                Accumulate = parsed.GetValue(accumulate),
                Recompute = parsed.GetValue(recompute),
                MemoryLimit = parsed.GetValue(memoryLimit),
                WeightsFolder = parsed.GetRequiredValue(weights).FullName,
            }, parsed.GetValue(threads), parsed.GetValue(plan), parsed.GetRequiredValue(device))
            {
                Precision = parsed.GetRequiredValue(precision),
                Math = parsed.GetRequiredValue(math),
                AuditionClips = [.. (parsed.GetValue(auditionClips) ?? []).Select(clip => clip.FullName)],
            },
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int BatchSize(ArgumentResult result)
    {
        string text = result.Tokens is [{ Value: string only }] ? only : "";
        if (text == Auto) return ByData;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size >= 1) return size;
        result.AddError($"--batch-size {text}: say a whole number from 1 on, or {Auto}");
        return ByData;
    }

    internal static Option<string?> VocoderOption(string description)
    {
        Option<string?> vocoder = new("--vocoder") { Description = description };
        vocoder.AcceptOnlyFromAmong([.. Vocoders.Options]);
        return vocoder;
    }

    internal static Option<string?> DiscriminatorOption()
    {
        Option<string?> discriminator = new("--discriminator") { Description = "v1, v2 or v3; default goes with the vocoder (RefineGAN: v3)." };
        discriminator.AcceptOnlyFromAmong([.. TrainSettings.DiscriminatorNames]);
        return discriminator;
    }

    internal static Option<string?> MelLossOption()
    {
        Option<string?> melLoss = new("--mel-loss")
        {
            Description = "What generated audio is compared with: spec (mainline's), wave (Applio's) or multi-scale; default goes with the vocoder (RefineGAN: multi-scale).",
        };
        melLoss.AcceptOnlyFromAmong([.. TrainSettings.MelLossNames]);
        return melLoss;
    }

    /// <summary>Null where none is named.</summary>
    internal static Vocoder? VocoderOf(string? option) => option is null ? null : Vocoders.FromOption(option);
}
