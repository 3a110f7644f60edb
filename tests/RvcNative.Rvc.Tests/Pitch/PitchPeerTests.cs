using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Models;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Pitch;

/// <summary>Pitch networks beside the same in Debian's PyTorch, on procedural weights of other sizes than the goldens'.</summary>
public sealed class PitchPeerTests : IDisposable
{
    private const string CrepeInPyTorch = """
        import os, sys
        sys.path.insert(0, sys.argv[1])
        import torch
        from torch.nn import functional
        from network_peer import read_safetensors
        t = {name: torch.from_numpy(values) for name, values in read_safetensors(sys.argv[2]).items()}
        x = t["windows"][:, None, :, None]
        for i in range(1, 7):
            around = (0, 0, 254, 254) if i == 1 else (0, 0, 31, 32)
            x = functional.relu(functional.conv2d(functional.pad(x, around), t[f"conv{i}.weight"], t[f"conv{i}.bias"], stride=(4 if i == 1 else 1, 1)))
            norm = [t[f"conv{i}_BN.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
            x = functional.max_pool2d(functional.batch_norm(x, *norm, eps=0.001), (2, 1))
        x = x.transpose(1, 2).reshape(len(x), -1)
        torch.sigmoid(functional.linear(x, t["classifier.weight"], t["classifier.bias"])).numpy().tofile(sys.argv[3])
        """;

    private readonly CpuBackend _backend = new(2);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-peer-");

    private static string Script => PeerProcess.FindScript("rmvpe.py") ?? throw new SkipException("benchmarks/peers is not here");

    private string Weights => Path.Combine(_folder.FullName, "weights");

    private string Confidence => Path.Combine(_folder.FullName, "confidence");

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Delete(recursive: true);
    }

    // Of few channels, and of as many as the convolutions with fewer products want.
    [SkippableTheory]
    [InlineData(1, 2, 6, 1.7)]
    [InlineData(1, 8, 9, 0.83)]
    [InlineData(2, 4, 40, 1.1)]
    public void Rmvpe_of_any_width(int blocks, int channels, int hidden, double seconds)
    {
        using PitchBenchmark benchmark = new(_backend, seconds, RmvpeShapes.All(levels: 5, blocks, intermediate: 1, channels, hidden));
        benchmark.Run(out float[] ours);
        benchmark.WriteTensors(Weights);
        DebianPython.Run(
            "torch, numpy", "import sys, os; sys.path.insert(0, os.path.dirname(sys.argv[1])); import torch, rmvpe, network_peer; "
            + "rmvpe.Peer(network_peer.read_safetensors(sys.argv[2]), torch).run().numpy().tofile(sys.argv[3])", Script, Weights, Confidence);
        Assert.InRange(NetworkBenchmark.ErrorOf(ours, Confidence), 0, 1e-5);
    }

    [SkippableTheory]
    [InlineData(3, new[] { 5, 3, 2, 2, 3, 4 })]
    [InlineData(2, new[] { 70, 33, 17, 16, 20, 9 })]
    public void Crepe_of_any_width(int batch, int[] channels)
    {
        Dictionary<string, int[]> shapes = TinyNetworks.MakeCrepeShapes(channels);
        float[] windows = new float[batch * CrepeFrames.WindowSamples];
        CrepeFrames.Fill(TinyNetworks.Sound(4000), 1, batch, windows);
        SafetensorsFile.Write(Weights, [
            new("windows", FileTensor.FromFloat32([batch, CrepeFrames.WindowSamples], windows)),
            .. shapes.Select(each => KeyValuePair.Create(each.Key, FileTensor.FromFloat32(each.Value, TinyNetworks.Values(each.Key, each.Value)))),
        ]);

        Tape tape = new(_backend);
        Tensor input = tape.Input([batch, CrepeFrames.WindowSamples, 1]);
        Tensor output = tape.Keep(new Crepe(_backend, TinyNetworks.Weights(shapes)).Forward(tape, input));
        using Arena arena = new(_backend);
        StepProgram program = tape.Compile(arena);
        _backend.Write(windows, input);
        program.Run();
        DebianPython.Run("torch, numpy", CrepeInPyTorch, Path.GetDirectoryName(Script)!, Weights, Confidence);
        Assert.InRange(NetworkBenchmark.ErrorOf(_backend.ToArray(output), Confidence), 0, 1e-5);
    }
}
