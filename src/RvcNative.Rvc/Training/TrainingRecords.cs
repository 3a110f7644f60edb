using RvcNative.Core;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>What a running training leaves to be read: messages and train.log, the curves of both programs, warnings.</summary>
internal sealed class TrainingRecords : IDisposable
{
    private readonly string _name;
    private readonly RvcConfig _config;
    private readonly GanNetworks _networks;
    private readonly LossAverages _averages;
    private readonly Action<string>? _onMessage;
    private readonly TensorBoardLog _board;
    private readonly EvalLog _eval;
    private readonly StreamWriter _log;

    /// <param name="averages">Receive every step's losses.</param>
    internal TrainingRecords(ExperimentFolder experiment, GanNetworks networks, LossAverages averages, Action<string>? onMessage)
    {
        (_name, _config, _networks, _averages, _onMessage) = (experiment.Name, networks.Config, networks, averages, onMessage);
        Warnings = new TrainingWarnings(experiment.Root, Say);
        _log = File.AppendText(Path.Combine(experiment.Root, "train.log"));
        _board = new TensorBoardLog(experiment.Root);
        _eval = new EvalLog(experiment.Root);
    }

    internal TrainingWarnings Warnings { get; }

    internal void Say(string message)
    {
        _onMessage?.Invoke(message);
        _log.WriteLine($"{DateTime.Now:yyyy-MM-dd HH:mm:ss}\t{_name}\tINFO\t{message}");
        _log.Flush();
    }

    /// <summary>After a step that went well.</summary>
    /// <param name="before">Where the training was before it.</param>
    internal void Step(TrainingStep step, Batch batch, StepLosses losses, RunState before)
    {
        LossFigures figures = LossFigures.Of(losses);
        _averages.Add(figures);
        long made = before.GlobalStep + 1;
        if (before.GlobalStep % _config.Train.LogInterval == 0) ShowStep(step, batch, losses, before);
        if (made % LossAverages.Window == 0) _eval.Window(_averages.WindowMean(), made);
        Warnings.AfterStep(figures, before.IsFineTuning, made, before.Epoch);
    }

    /// <summary>After an epoch's last step.</summary>
    /// <param name="learningRate">Of its steps.</param>
    internal void Epoch(int epoch, double learningRate, long step)
    {
        if (_averages.EndEpoch() is not { } mean) return;
        _eval.Epoch(mean, learningRate, step);
        Warnings.AfterEpoch(_averages.EpochMels, step, epoch);
    }

    /// <summary>A value of its own curve.</summary>
    internal void Scalar(string tag, double value, long step) => _board.Scalar(tag, value, step);

    /// <summary>The reference clip as a save says it.</summary>
    internal void Sound(ReadOnlySpan<float> samples, long step) => _eval.Sound(samples, _config.Data.SampleRateHz, step);

    public void Dispose()
    {
        _eval.Dispose();
        _board.Dispose();
        _log.Dispose();
    }

    private void ShowStep(TrainingStep step, Batch batch, StepLosses losses, RunState before)
    {
        Backend backend = _networks.Backend;
        long at = before.GlobalStep;
        int mels = _config.Data.MelBands, bins = _config.Data.SpecBins, frames = step.RealMel.Shape[1];
        _board.Scalars(losses, before.LearningRate, at);
        _board.Mel("slice/mel_org", backend.ToArray(step.RealMel).AsSpan(0, frames * mels), mels, at);
        _board.Mel("slice/mel_gen", backend.ToArray(step.GeneratedMel).AsSpan(0, frames * mels), mels, at);
        _board.Mel("all/mel", _networks.Mel.Transform.Of(batch.Spec.AsSpan(0, batch.Lengths[0] * bins)), mels, at);
    }
}
