using System.CommandLine;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Validation;

namespace RvcNative.Cli;

/// <summary>Options of `train` on what is held out and measured.</summary>
internal sealed class ValidationArguments
{
    private readonly Option<string> _validation = new("--validation")
    {
        Description = "What is held out of training and measured at each save: auto (5% of each speaker with 3 minutes or more, 10 to 60 s), off, per cent of each speaker's time (5), or a folder of other recordings. "
            + "Chosen when a training begins; it stays as it is when the training goes on.",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<FileInfo> _clip = new("--validation-clip") { Description = "A recording of any voice, said again and measured at each save as well." };

    internal ValidationArguments()
    {
        _validation.Validators.Add(result =>
        {
            try
            {
                ValidationOptions.Parse(result.GetValueOrDefault<string>());
            }
            catch (ArgumentException wrong)
            {
                result.AddError(wrong.Message);
            }
        });
        _clip.AcceptExistingOnly();
    }

    internal void AddTo(Command command)
    {
        command.Options.Add(_validation);
        command.Options.Add(_clip);
    }

    internal ValidationOptions Choice(ParseResult parsed) =>
        ValidationOptions.Parse(parsed.GetRequiredValue(_validation)) with { ForeignClip = parsed.GetValue(_clip)?.FullName };

    /// <summary>Cuts and extracts the recordings that are named beside the training's own, as those were.</summary>
    internal static void Prepare(ExperimentFolder experiment, ValidationOptions options, ModelVersion version, bool hasPitch, int threads, StatusLine line, CancellationToken cancellation)
    {
        if (options is { Kind: not HoldOutKind.Folder, ForeignClip: null }) return;
        using CpuBackend backend = new(threads);
        PreparedClips.Prepare(
            experiment, options, ConfigFile.Read(experiment.Config).Data.SampleRateHz, version, () => RecordedExtractors.Open(backend, experiment, version, hasPitch), threads,
            new Commands.StageLine(line), cancellation);
    }
}
