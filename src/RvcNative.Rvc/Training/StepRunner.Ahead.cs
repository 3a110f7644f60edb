using System.Diagnostics;
using RvcNative.Nn;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>
/// Devices that run ahead: updates are launched one after the other, their losses stay on the device and are read together. One that fails stops the weights where they are, on the
/// device; when its losses are read, the updates behind it are forgotten and made again.
/// </summary>
internal sealed partial class StepRunner
{
    // Where a step takes long a look at it costs nothing, and who watches wants to see something.
    private static readonly TimeSpan s_longestStretch = TimeSpan.FromSeconds(1);
    private const int MostUnseen = 256;
    private StepLedger? _ledger;

    // Of an update in the ledger.
    private int Rows => _mean is null ? 1 : 2 * _options.Accumulate;

    private StepFailure? RunAhead(ReadOnlySpan<int[]> batches, RunState state, Action<TrainingStep, Batch> onDone)
    {
        (AdamW ofDiscriminator, AdamW ofGenerator) = (_networks.DiscriminatorOptimiser, _networks.GeneratorOptimiser);
        (long discriminatorStep, long generatorStep) = (ofDiscriminator.Step, ofGenerator.Step);
        long started = Stopwatch.GetTimestamp();
        UpdateBatches? update = null;
        try
        {
            int most = Longest(state), count = 0;
            ReadOnlySpan<int[]> left = batches;
            _networks.ForgetFault();
            do
            {
                update?.Dispose();
                update = Assemble(Next(left), state.GlobalStep + count++);
                left = left[update.Batches.Length..];
                _ledger ??= new StepLedger(_networks.Backend, update.Steps[0].Ledger.Count, Math.Max(MostUnseen, Rows));
                GanUpdate.Launch(_networks, update.Steps, update.Load, state.LearningRate, _ledger);
            }
            while (count < most && left.Length > 0 && Stopwatch.GetElapsedTime(started) < s_longestStretch);

            _ledger.Read();
            SecondsAnUpdate = Stopwatch.GetElapsedTime(started).TotalSeconds / count;
            TrainingStep last = update.Steps[^1];
            Losses = _mean ?? last.Losses;
            for (int made = 0; made < count; made++)
            {
                ReadOnlySpan<int[]> of = Next(batches);
                try
                {
                    Take(_ledger, last, of.Length);
                }
                catch (NonFiniteException failure)
                {
                    (ofDiscriminator.Step, ofGenerator.Step) = (discriminatorStep + made, generatorStep + made);
                    _networks.Discriminator.Network.Refresh();
                    return _scaling.Lower(failure) ? null : Explain(failure, of, state, made);
                }

                _scaling.Made();
                onDone(last, update.Batches[^1]);
                batches = batches[of.Length..];
            }

            return null;
        }
        finally
        {
            _ledger?.Clear();
            update?.Dispose();
        }
    }

    /// <summary>Takes the losses of the update whose rows come next.</summary>
    private void Take(StepLedger ledger, TrainingStep step, int parts)
    {
        if (_mean is null)
        {
            step.TakeLosses(ledger.Take());
            return;
        }

        double share = 1.0 / parts;
        _mean.Clear();
        for (int i = 0; i < parts; i++)
        {
            step.TakeDiscriminatorLosses(ledger.Take());
            _mean.AddDiscriminator(step.Losses, share);
        }

        for (int i = 0; i < parts; i++)
        {
            step.TakeGeneratorLosses(ledger.Take());
            _mean.AddGenerator(step.Losses, share);
        }
    }

    private StepFailure Explain(NonFiniteException failure, ReadOnlySpan<int[]> batches, RunState state, int made)
    {
        using UpdateBatches update = Assemble(batches, state.GlobalStep + made);
        _networks.DiscriminatorOptimiser.Prepare(state.LearningRate, 1.0 / batches.Length);
        return _diagnosis.Of(failure, update.Steps, update.Batches, update.Load, looks: made > 0 || LooksAt(state));
    }

    /// <summary>Updates to a look: up to the next step that is logged, and one by one behind a step that failed.</summary>
    private int Longest(RunState state)
    {
        if (state.SkippedInARow > 0) return 1;
        int interval = _networks.Config.Train.LogInterval;
        long toLogged = (interval - (state.GlobalStep % interval)) % interval;
        return (int)Math.Min(toLogged + 1, Math.Min(Math.Max(1, MostUnseen / Rows), _scaling.UpdatesLeft));
    }
}
