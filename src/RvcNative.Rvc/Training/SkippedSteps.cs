using System.Globalization;

namespace RvcNative.Rvc.Training;

/// <summary>
/// What becomes of steps that changed nothing because a loss or gradient was not finite: they are said and skipped; after five in a row training goes
/// back to the last good save with half the learning rate, or halves it where it stands when there is none. A training that gets no further stops.
/// </summary>
internal sealed class SkippedSteps(CheckpointStore store, TrainingBeginning beginning, GanNetworks networks, LossAverages averages)
{
    private const int MostInARow = 5, MostReturns = 5;
    private int _returns;

    /// <summary>A save has been made after a step that changed the weights: going back begins from there.</summary>
    internal void Forget() => _returns = 0;

    /// <param name="state">After the skipped step; the save's where training goes back.</param>
    /// <returns>Whether the place in the epochs has changed.</returns>
    /// <exception cref="TrainingStoppedException">Training has gone back several times from the same place.</exception>
    internal bool After(StepFailure failure, ref RunState state, TrainingRecords records)
    {
        string text = $"step {state.GlobalStep - 1}, epoch {state.Epoch}: {failure}; the step is skipped, no weight has changed";
        records.Warnings.NotFinite(failure, state.GlobalStep - 1, state.Epoch);
        records.Say(text);
        if (state.SkippedInARow < MostInARow) return false;
        if (++_returns > MostReturns)
        {
            throw new TrainingStoppedException($"{text}; training has gone back {MostReturns} times with an ever lower rate and comes no further. "
                + "The last save is untouched: look at the clips named, at the pretrained weights and at the learning rate in config.json", failure.Cause);
        }

        RunState? good = store.NewestGood();
        double rate = (good?.LearningRate * Math.Pow(0.5, _returns)) ?? (state.LearningRate / 2);
        string place = "where it is, for there is no good save yet";
        RunState start = state;
        if (good is not null)
        {
            start = beginning.GoOn(good, networks, state.BatchSize, state.BatchesPerEpoch, averages, out string changed);
            place = $"from the save of step {good.GlobalStep}{changed}";
        }

        state = start with { LearningRate = rate, SkippedInARow = 0, BalancesSpeakers = state.BalancesSpeakers };
        records.Say(string.Create(CultureInfo.InvariantCulture, $"{MostInARow} steps in a row were skipped: training goes on {place}, with half the learning rate ({rate:g4})"));
        return good is not null;
    }
}

/// <summary>Training cannot go on; the message says at which step, why, and with which clips.</summary>
public sealed class TrainingStoppedException(string message, Exception cause) : Exception(message, cause);
