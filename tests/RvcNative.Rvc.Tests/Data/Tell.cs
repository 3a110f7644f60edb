using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Tests.Data;

/// <summary>Progress that is told at once, on the worker's thread.</summary>
internal sealed class Tell(Action<StageProgress> tell) : IProgress<StageProgress>
{
    public void Report(StageProgress value) => tell(value);
}
