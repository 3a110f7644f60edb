using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Tests.Verification;

/// <summary>Every op has a golden (design.md, section 11): what a backend was asked for is noted while a case is verified.</summary>
public sealed class OpGoldenTests
{
    /// <summary>Ops that no case reaches, and why.</summary>
    private static readonly Dictionary<string, string> s_without = new()
    {
        [nameof(Backend.Normal)] = "cases bring their own random numbers; DrawTests has Random123's known answers",
        [nameof(Backend.Add)] = "no network of today's cases adds outside of a convolution",
        [nameof(Backend.AddBackward)] = "as Add",
        [nameof(Backend.Affine)] = "the cases fcpe and crepe-tiny run it",
        [nameof(Backend.MaxPool)] = "the case crepe-tiny runs it",
        [nameof(Backend.AveragePool)] = "the case rmvpe runs it",
        [nameof(Backend.Gru)] = "as AveragePool",
        [nameof(Backend.GatedLinear)] = "the case fcpe runs it",
        [nameof(Backend.Activate)] = "networks of today's cases activate inside of convolutions",
        [nameof(Backend.Gather)] = "of batches of clips that are on a device",
        [nameof(Backend.GroupNorm)] = "the cases hubert-tiny and hubert-base run it",
        [nameof(Backend.ClipToNorm)] = "cases do not clip, and the processor's trainer clips for itself",
        [nameof(Backend.CheckFinite)] = "of devices that run ahead",
        [nameof(Backend.Clear)] = "a step overwrites what it does not add to",
    };

    [SkippableFact]
    public void Golden_training_steps_run_every_op_in_both_passes()
    {
        string[] ops =
        [
            .. typeof(Backend).GetMethods().Where(method => method.IsAbstract && method.ReturnType == typeof(void)).Select(method => method.Name)
                .Except([nameof(Backend.Write), nameof(Backend.Read)]),
        ];
        using NotingBackend backend = new(new CpuBackend(2));
        foreach (string name in (ReadOnlySpan<string>)["train-v1-f0-tiny", "train-refinegan-tiny"])
        {
            Assert.Empty(Verifier.Run(new GoldenCase(GoldenCases.Find(name)), backend).Failures);
        }

        Assert.Equal(s_without.Keys.Order(), ops.Except(backend.Ran).Order());
    }
}
