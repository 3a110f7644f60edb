using RvcNative.Core;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Measuring;

/// <summary>Our backend's convolution.</summary>
internal sealed class OwnTrial(Backend backend, ConvSize size, ConvData data) : ConvTrial("ours")
{
    private readonly ConvRun _run = new(backend, size, data);

    internal override void Run() => _run.Run();

    internal override float[] Result() => _run.Result();

    public override void Dispose() => _run.Dispose();
}
