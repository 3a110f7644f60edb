using System.Diagnostics;
using System.Runtime.InteropServices;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;
using RvcNative.Nn;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>A network of the front end on weights and a recording that are made up, through what extraction and conversion run.</summary>
public abstract class NetworkBenchmark : IDisposable
{
    private protected const ulong Seed = 1234;
    private const int SampleRateHz = 16000;

    private protected NetworkBenchmark(double seconds)
    {
        Wave = new float[(int)(seconds * SampleRateHz)];
        RandomStream random = RandomStream.Named(Seed, "benchmark");
        for (int i = 0; i < Wave.Length; i++) Wave[i] = (float)((0.2 * Math.Sin(i * (0.05 + (0.02 * Math.Sin(i * 0.0003))))) + (0.02 * random.NextNormal()));
    }

    /// <summary>Of its result.</summary>
    public abstract int Frames { get; }

    /// <summary>Operations of all in one piece.</summary>
    public double Flop { get; private protected set; }

    /// <summary>The script of benchmarks/peers with the same network in PyTorch.</summary>
    internal abstract string PeerScript { get; }

    /// <summary>What the peer is told besides the weights.</summary>
    internal virtual IEnumerable<string> PeerArguments => [];

    private protected float[] Wave { get; }

    /// <summary>Runs once.</summary>
    /// <returns>Milliseconds.</returns>
    public double Run(out float[] result)
    {
        long started = Stopwatch.GetTimestamp();
        result = Compute();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>Writes weights and recording for a peer.</summary>
    public void WriteTensors(string path) => SafetensorsFile.Write(path, [new("wave", FileTensor.FromFloat32([Wave.Length], Wave)), .. Tensors()]);

    /// <summary>How far a peer's result is from ours, relative L2; infinite where it is of another number of values.</summary>
    /// <param name="path">Raw 32-bit floats.</param>
    public static double ErrorOf(ReadOnlySpan<float> result, string path)
    {
        ReadOnlySpan<float> theirs = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path));
        double[] truth = new double[theirs.Length];
        for (int i = 0; i < truth.Length; i++) truth[i] = theirs[i];
        return ErrorMeasure.Relative(result, truth, 1e-12);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private protected abstract float[] Compute();

    private protected abstract IEnumerable<KeyValuePair<string, FileTensor>> Tensors();

    protected abstract void Dispose(bool disposing);
}
