using System.Globalization;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>
/// Makes a training's saves: looks for room, writes the voice, lets the reference clip be said, writes checkpoints and state, and puts all that into saves.json.
/// </summary>
internal sealed class SaveKeeper(
    ExperimentFolder experiment, GanNetworks networks, TrainingSet clips, CheckpointStore store, TrainOptions options, VoiceExtraction? extraction)
{
    // One clip that always fails may stand at the end of an epoch; two steps in a row hint at the weights.
    private const int Suspicious = 2;
    private readonly ApplioInfo? _applio = ApplioInfo.Read(experiment);
    private readonly Lazy<ReferenceRender> _reference = new(() => new ReferenceRender(networks.Backend, networks.Generator, clips));
    private (int Epoch, double Rate) _trained;

    /// <summary>Step of the last save, or that where training began.</summary>
    internal long SavedStep { get; private set; }

    /// <summary>Looks at the folder for voices, notes where training begins; a save that a kill has kept out of the list is put there.</summary>
    /// <returns>The save of an epoch that training goes on from; null where it begins, or goes on from the middle of an epoch.</returns>
    internal SavedEpoch? Begin(RunState state)
    {
        SavedStep = state.GlobalStep;
        SaveSpace.RequireWritable(options.WeightsFolder);
        if (state.Generator.Name.Length == 0) return null;
        int epoch = state.BatchesDone > 0 ? state.Epoch : state.Epoch - 1;
        string? voice = VoicePath(NameOf(epoch, state.GlobalStep)) is var path && File.Exists(path) ? path : null;
        if (!SaveList.Read(experiment.Root).Any(save => save.Step == state.GlobalStep)) List(state, epoch, voice);
        return voice is null ? null : new SavedEpoch(epoch, state.GlobalStep, voice);
    }

    /// <summary>Notes the epoch and the rate of a step that was made, which go into the checkpoints.</summary>
    internal void Trained(RunState before) => _trained = (before.Epoch, before.LearningRate);

    /// <summary>The save of an epoch that has ended.</summary>
    /// <param name="state">The next epoch's beginning.</param>
    internal SavedEpoch Save(RunState state, LossAverages averages, TrainingRecords records)
    {
        int epoch = state.Epoch - 1;

        // The small file first: whoever resumes from this save then need not make it.
        SaveSpace.Require(networks, experiment.Root, options.WeightsFolder);
        string voice = WriteVoice(NameOf(epoch, state.GlobalStep), state);
        SaveCheckpoint(state, averages, voice, records);
        return new SavedEpoch(epoch, state.GlobalStep, voice);
    }

    /// <param name="voice">The save's voice file; null for a save in the middle of an epoch.</param>
    internal void SaveCheckpoint(RunState state, LossAverages averages, string? voice, TrainingRecords records)
    {
        SaveSpace.Require(networks, experiment.Root, options.WeightsFolder);
        float[] sound = _reference.Value.Run();
        string? fault = state.SkippedInARow >= Suspicious ? $"the last {state.SkippedInARow} steps before it were not finite" : _reference.Value.FaultOf(sound);
        if (voice is not null) records.Sound(sound, state.GlobalStep);
        RunState saved = store.Save(networks, state with { Fault = fault, Averages = averages.Save() }, _trained.Epoch, _trained.Rate, options.Keep);
        SavedStep = saved.GlobalStep;
        List(saved, _trained.Epoch, voice);
        if (fault is null) return;
        records.Say($"the save of step {saved.GlobalStep} is bad: {fault}");
        records.Warnings.BadSave(fault, saved.GlobalStep, _trained.Epoch);
    }

    /// <returns>The file's path.</returns>
    internal string WriteVoice(string name, RunState state)
    {
        string path = VoicePath(name);
        VoiceFile.Write(path, networks.Generator, state.Epoch - 1, extraction, state.GlobalStep, _applio);
        return path;
    }

    private void List(RunState saved, int epoch, string? voice) => SaveList.Add(experiment.Root, new SaveRecord(
        saved.Id, epoch, saved.GlobalStep, voice is null ? null : Path.GetRelativePath(experiment.Root, voice).Replace('\\', '/'), voice is null ? null : ContentHash.Of(voice),
        saved.Generator.Name, saved.Discriminator.Name, saved.Fault is null ? SaveRecord.Good : SaveRecord.Bad, saved.Fault, DateTime.UtcNow));

    private string NameOf(int epoch, long step) => string.Create(CultureInfo.InvariantCulture, $"{experiment.Name}_e{epoch}_s{step}");

    private string VoicePath(string name) => Path.Combine(options.WeightsFolder, name + ".pth");
}
