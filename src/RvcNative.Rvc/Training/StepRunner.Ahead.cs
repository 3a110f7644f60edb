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
    private StepLedger? _ledger;

    // What several parts or a clipped norm add up to is computed from losses that were read.
    private bool RunsAhead => _networks.Backend.RunsAhead && _options is { Accumulate: 1, ClipNorm: null };

    private StepFailure? RunAhead(ReadOnlySpan<int[]> batches, RunState state, Action<TrainingStep, Batch> onDone)
    {
        (AdamW ofDiscriminator, AdamW ofGenerator) = (_networks.DiscriminatorOptimiser, _networks.GeneratorOptimiser);
        (long discriminatorStep, long generatorStep) = (ofDiscriminator.Step, ofGenerator.Step);
        long started = Stopwatch.GetTimestamp();
        int most = Math.Min(Longest(state), batches.Length), count = 0;
        Batch? batch = null;
        try
        {
            TrainingStep step;
            _networks.ForgetFault();
            do
            {
                batch?.Dispose();
                batch = _assembler.Assemble(batches[count]);
                step = StepOf(batch);
                Load(batch, step, state.GlobalStep + count);
                step.Launch(state.LearningRate);
                _ledger ??= new StepLedger(_networks.Backend, step.Ledger.Count);
                _ledger.Keep(step, count++);
            }
            while (count < most && Stopwatch.GetElapsedTime(started) < s_longestStretch);

            ReadOnlySpan<float> losses = _ledger.Read(count);
            SecondsAnUpdate = Stopwatch.GetElapsedTime(started).TotalSeconds / count;
            Losses = step.Losses;
            for (int made = 0; made < count; made++)
            {
                try
                {
                    step.TakeLosses(losses.Slice(made * step.Ledger.Count, step.Ledger.Count));
                }
                catch (NonFiniteException failure)
                {
                    (ofDiscriminator.Step, ofGenerator.Step) = (discriminatorStep + made, generatorStep + made);
                    _networks.Discriminator.Network.Refresh();
                    return _scaling.Lower(failure) ? null : Explain(failure, batches[made], state, made);
                }

                _scaling.Made();
                onDone(step, batch);
            }

            return null;
        }
        finally
        {
            batch?.Dispose();
        }
    }

    private StepFailure Explain(NonFiniteException failure, int[] clips, RunState state, int made)
    {
        using Batch batch = _assembler.Assemble(clips);
        TrainingStep step = StepOf(batch);
        return _diagnosis.Of(failure, [step], [batch], _ => Load(batch, step, state.GlobalStep + made), looks: made > 0 || LooksAt(state));
    }

    /// <summary>Updates to a look: up to the next step that is logged, and one by one behind a step that failed.</summary>
    private int Longest(RunState state)
    {
        if (state.SkippedInARow > 0) return 1;
        int interval = _networks.Config.Train.LogInterval;
        long toLogged = (interval - (state.GlobalStep % interval)) % interval;
        return (int)Math.Min(toLogged + 1, Math.Min(StepLedger.Rows, _scaling.UpdatesLeft));
    }
}
