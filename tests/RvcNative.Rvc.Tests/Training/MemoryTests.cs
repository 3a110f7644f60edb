using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Nn;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Memory is known beforehand, and saving it changes no byte of the result.</summary>
public sealed class MemoryTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Fact]
    public void Recomputation_takes_less_memory_for_the_same_weights()
    {
        TinyRun kept = voice.NewRun(), recomputed = voice.NewRun();
        kept.Train(kept.Options(2));
        recomputed.Train(recomputed.Options(2) with { Recompute = true });
        Assert.Equal(kept.Saves(), recomputed.Saves());
        using TinySteps steps = new(voice.NewRun(), threads: 1);
        MemoryPlanner planner = new(steps.Networks, 100, isPart: false);
        Assert.True(planner.Of(2, recompute: true).ArenaBytes < 0.8 * planner.Of(2, recompute: false).ArenaBytes);
    }

    [Theory]
    [InlineData(1, 50, false)]
    [InlineData(3, 100, false)]
    [InlineData(3, 100, true)]
    public void The_plan_is_what_a_step_takes(int batch, int frames, bool recompute)
    {
        using TinySteps steps = new(voice.NewRun(), threads: 1);
        MemoryNeed need = new MemoryPlanner(steps.Networks, frames, isPart: false).Of(batch, recompute);
        using Arena arena = new(steps.Backend);
        TrainingStep step = new(steps.Networks, batch, frames, arena, new RandomDraws(5, steps.Networks.StepNumber), new StepForm { Recomputes = recompute });
        Assert.Equal(step.PlannedBytes, need.ArenaBytes);
        Assert.Equal(arena.Bytes, need.ArenaBytes);
        long held = ((Network[])[steps.Networks.Generator.Network, steps.Networks.Discriminator.Network]).Sum(network => network.Bytes);
        Assert.Equal(held, need.NetworkBytes);
    }

    [Fact]
    public void A_limit_makes_training_recompute_then_take_smaller_batches_then_refuse()
    {
        using TinySteps steps = new(voice.NewRun(), threads: 1);
        MemoryPlanner planner = new(steps.Networks, 100, isPart: false);
        Assert.Equal(planner.Of(4, false), planner.Choose(4, false, planner.Of(4, false).Bytes));
        Assert.Equal(planner.Of(4, true), planner.Choose(4, false, planner.Of(4, false).Bytes - 1));
        Assert.Equal(planner.Of(4, true), planner.Choose(4, true, planner.Of(4, false).Bytes));
        Assert.True(planner.Choose(4, false, planner.Of(4, true).Bytes - 1).BatchSize < 4);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => planner.Choose(4, false, planner.Of(1, true).Bytes - 1));
        Assert.Contains("--memory-limit", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clips_on_the_device_are_counted_and_are_the_first_to_go_where_memory_is_limited()
    {
        using TinySteps steps = new(voice.NewRun(), threads: 1);
        const long Clips = 12345678;
        long asked = 0;
        MemoryPlanner bare = new(steps.Networks, 100, isPart: false), planner = new(steps.Networks, 100, isPart: false, arena =>
        {
            asked = arena;
            return Clips;
        });
        MemoryNeed plain = bare.Of(2, false), need = planner.Of(2, false);
        Assert.Equal((plain.ArenaBytes, Clips, plain.Bytes + Clips), (asked, need.ClipBytes, need.Bytes));
        Assert.Equal(need, planner.Choose(2, false, need.Bytes));
        Assert.Equal(plain, planner.Choose(2, false, need.Bytes - 1));
        Assert.Equal(bare.Of(2, true), planner.Choose(2, false, plain.Bytes - 1));
        string refusal = Assert.Throws<ArgumentException>(() => planner.Choose(2, false, bare.Of(1, true).Bytes - 1)).Message;
        Assert.Equal(Assert.Throws<ArgumentException>(() => bare.Choose(2, false, bare.Of(1, true).Bytes - 1)).Message, refusal);
    }

    [Fact]
    public void A_training_keeps_within_what_it_chose()
    {
        TinyRun run = voice.NewRun();
        using CpuBackend backend = new(1);
        long limit;
        using (Trainer plain = new(backend, new ExperimentFolder(run.Folder), run.Options(1)))
        {
            limit = plain.MemoryOf([2]).Single(need => need.Recompute).Bytes;
        }

        using Trainer trainer = new(backend, new ExperimentFolder(run.Folder), run.Options(1) with { MemoryLimit = limit, BatchSize = 2 });
        trainer.Run(null, null, CancellationToken.None);
        Assert.True(trainer.Memory.Recompute);
        Assert.Equal(2, trainer.Memory.BatchSize);
        Assert.Equal(trainer.Memory.ArenaBytes, trainer.ArenaBytes);
    }
}
