using System.Diagnostics;
using RvcNative.Nn;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>
/// Devices that run ahead: updates are launched one after the other, and their losses come by themselves. One that fails stops the weights where they are, on the device; when its
/// losses are seen, the updates behind it are forgotten and made again.
/// </summary>
internal sealed partial class StepRunner
{
    // Launched and not seen: enough to keep a device busy, and no more than about a second of work, which Ctrl-C has to wait for.
    private const int MostAhead = 8, LeastAhead = 2;
    private const int LookMs = 1;
    private StepLedger? _ledger;

    private int Ahead => SecondsAnUpdate == 0 ? LeastAhead : (int)Math.Clamp(1 / SecondsAnUpdate, LeastAhead, MostAhead);

    private StepFailure? RunAhead(ReadOnlySpan<int[]> batches, RunState state, Action<TrainingStep, Batch> onDone, CancellationToken cancellation)
    {
        (AdamW ofDiscriminator, AdamW ofGenerator) = (_networks.DiscriminatorOptimiser, _networks.GeneratorOptimiser);
        (long discriminatorStep, long generatorStep) = (ofDiscriminator.Step, ofGenerator.Step);
        long started = Stopwatch.GetTimestamp();
        UpdateBatches? update = null;
        try
        {
            int most = Longest(state), launched = 0, made = 0;
            ReadOnlySpan<int[]> left = batches;
            _networks.ForgetFault();
            while (true)
            {
                bool isEnd = launched > 0 && (launched == most || left.Length == 0 || cancellation.IsCancellationRequested);
                if (!isEnd && launched - made < Ahead)
                {
                    update?.Dispose();
                    update = Assemble(Next(left), state.GlobalStep + launched++);
                    left = left[update.Batches.Length..];
                    _ledger ??= new StepLedger(_networks.Backend, update.Steps[0].Ledger.Count, MostAhead * RowsOf(_options.Accumulate));
                    GanUpdate.Launch(_networks, update.Steps, update.Load, state.LearningRate, _ledger);
                }
                else if (made == launched)
                {
                    return null;
                }

                ReadOnlySpan<int[]> of = Next(batches);
                if (!_ledger!.Has(RowsOf(of.Length)))
                {
                    if (isEnd || launched - made >= Ahead) Thread.Sleep(LookMs);
                    continue;
                }

                TrainingStep last = update!.Steps[^1];
                Losses = _mean ?? last.Losses;
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

                SecondsAnUpdate = Stopwatch.GetElapsedTime(started).TotalSeconds / ++made;
                _scaling.Made();
                onDone(last, update.Batches[^1]);
                batches = batches[of.Length..];
            }
        }
        finally
        {
            _ledger?.Clear();
            update?.Dispose();
        }
    }

    private int RowsOf(int parts) => _mean is null ? 1 : 2 * parts;

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
        return (int)Math.Min(toLogged + 1, _scaling.UpdatesLeft);
    }
}
