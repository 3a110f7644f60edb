using BenchmarkDotNet.Attributes;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Benchmarks;

/// <summary>All three passes of layers of the real 40k step (batch 4, 300 frames), by mainline's names.</summary>
[MemoryDiagnoser]
public abstract class ConvolutionFamily
{
    private const int Batch = 4, Frames = 300;
    private CpuBackend _backend = null!;
    private ConvRun _forward = null!, _data = null!, _weight = null!;

    [ParamsSource(nameof(Layers))]
    public string Layer { get; set; } = "";

    public abstract IEnumerable<string> Layers { get; }

    [GlobalSetup]
    public void Setup()
    {
        IReadOnlyList<StepConvolution> step = StepConvolutions.Of(Presets.Of(ModelVersion.V2, 40000), ModelVersion.V2, hasPitch: true, Batch, Frames);
        _backend = new CpuBackend();
        _forward = New(step, ConvPass.Forward);
        _data = New(step, ConvPass.DataGradient);
        _weight = New(step, ConvPass.WeightGradient);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _forward.Dispose();
        _data.Dispose();
        _weight.Dispose();
        _backend.Dispose();
    }

    [Benchmark]
    public void Forward() => _forward.Run();

    [Benchmark]
    public void DataGradient() => _data.Run();

    [Benchmark]
    public void WeightGradient() => _weight.Run();

    // A discriminator's data gradient runs on both halves of the batch once and on the generated one once: the larger is taken.
    private ConvRun New(IReadOnlyList<StepConvolution> step, ConvPass pass)
    {
        StepConvolution convolution = step.Where(each => each.Size.Pass == pass && each.Names.Contains(Layer)).MaxBy(each => each.Size.Batch)
            ?? throw new ArgumentException($"the step computes no {pass} of {Layer}");
        return new ConvRun(_backend, convolution.Size, new ConvData(convolution.Size));
    }
}

/// <summary>The wide layers that most of a step's time goes to.</summary>
public class ConvolutionBenchmarks : ConvolutionFamily
{
    public override IEnumerable<string> Layers =>
    [
        "enc_q.enc.in_layers.0", "enc_p.encoder.ffn_layers.0.conv_1", "dec.conv_pre", "dec.resblocks.0.convs1.0", "dec.resblocks.5.convs1.2",
        "dec.resblocks.8.convs2.0", "dec.resblocks.11.convs1.2", "discriminators.1.convs.3", "discriminators.1.convs.4", "discriminators.8.convs.4",
        "discriminators.0.convs.5",
    ];
}

/// <summary>Upsampling.</summary>
public class TransposedConvolutionBenchmarks : ConvolutionFamily
{
    public override IEnumerable<string> Layers => ["dec.ups.0", "dec.ups.1", "dec.ups.2", "dec.ups.3"];
}

/// <summary>The scale discriminator's layers of four channels a group.</summary>
public class GroupedConvolutionBenchmarks : ConvolutionFamily
{
    public override IEnumerable<string> Layers =>
        ["discriminators.0.convs.1", "discriminators.0.convs.2", "discriminators.0.convs.3", "discriminators.0.convs.4"];
}

/// <summary>First layers on a waveform and last ones to a score or a waveform.</summary>
public class OneChannelConvolutionBenchmarks : ConvolutionFamily
{
    public override IEnumerable<string> Layers =>
        ["discriminators.0.convs.0", "discriminators.1.convs.0", "dec.noise_convs.0", "dec.conv_post", "discriminators.1.conv_post"];
}
