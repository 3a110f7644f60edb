using System.Globalization;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Conversion;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Models;

/// <summary>Against the benchmark's PyTorch module, in double and in float, on sizes that the goldens do not have.</summary>
public sealed class HubertTorchTests
{
    private const string Script = """
        import sys, json, numpy as np, torch
        sys.path.insert(0, sys.argv[1])
        import hubert, network_peer
        for kind, name in ((np.float64, sys.argv[4]), (np.float32, sys.argv[5])):
            tensors = {key: value.astype(kind) for key, value in network_peer.read_safetensors(sys.argv[2]).items()}
            hubert.Peer(tensors, json.loads(sys.argv[3]), torch).run().numpy().astype(np.float64).tofile(name)
        """;

    [SkippableTheory]
    [InlineData(1, 7, 2, 3, 9001)]
    [InlineData(2, 16, 4, 6, 4000)]
    [InlineData(3, 1, 1, 1, 700)]
    [InlineData(4, 128, 3, 2, 20000)]
    public void Features_are_PyTorch_s(int seed, int positionKernel, int positionGroups, int heads, int samples)
    {
        using TestFolder folder = new();
        using CpuBackend backend = new(2);
        HubertPlan plan = MadeHubert.Plan with { PositionKernel = positionKernel, PositionGroups = positionGroups, Heads = heads, Layers = 1 + (seed % 3), FinalChannels = 0 };
        using EmbedderBenchmark made = new(backend, plan, samples / 16000.0);
        made.Run(out float[] ours);
        made.WriteTensors(folder["weights.safetensors"]);
        string script = PeerProcess.FindScript("hubert.py")!;
        DebianPython.Run(
            "torch, numpy", Script, Path.GetDirectoryName(script)!, folder["weights.safetensors"], made.Sizes, folder["double"], folder["float"]);
        double[] truth = Read(folder["double"]);
        double error = Error([.. ours.Select(value => (double)value)], truth), theirs = Error(Read(folder["float"]), truth);
        Assert.True(error <= 2 * theirs, string.Create(CultureInfo.InvariantCulture, $"our error {error:g3}, PyTorch's {theirs:g3}"));
    }

    private static double[] Read(string path) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(path)).ToArray();

    private static double Error(double[] values, double[] truth)
    {
        Assert.Equal(truth.Length, values.Length);
        return Math.Sqrt(values.Zip(truth, (value, wanted) => (value - wanted) * (value - wanted)).Sum() / truth.Sum(wanted => wanted * wanted));
    }
}
