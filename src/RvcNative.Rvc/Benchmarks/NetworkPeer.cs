namespace RvcNative.Rvc.Benchmarks;

/// <summary>The network of a benchmark in PyTorch, on its weights and recording.</summary>
public sealed class NetworkPeer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rvcnative-peer-").FullName;
    private readonly PeerProcess _process;

    /// <exception cref="IOException">As <see cref="PeerProcess"/>.</exception>
    public NetworkPeer(string python, NetworkBenchmark benchmark, int threads)
    {
        try
        {
            string weights = Path.Combine(_folder, "weights.safetensors");
            benchmark.WriteTensors(weights);
            _process = new PeerProcess(python, benchmark.PeerScript, ["--weights", weights, "--output", Result, .. benchmark.PeerArguments], threads);
            File.Delete(weights);
        }
        catch
        {
            Directory.Delete(_folder, recursive: true);
            throw;
        }
    }

    /// <inheritdoc cref="PeerProcess.Name"/>
    public string Name => _process.Name;

    /// <inheritdoc cref="PeerProcess.PeakRssMib"/>
    public double PeakRssMib => _process.PeakRssMib;

    private string Result => Path.Combine(_folder, "result");

    /// <inheritdoc cref="PeerProcess.Run"/>
    public double Run() => _process.Run();

    /// <summary>Runs once and compares, as <see cref="NetworkBenchmark.ErrorOf"/>.</summary>
    public double ErrorOf(float[] ours)
    {
        Run();
        return NetworkBenchmark.ErrorOf(ours, Result);
    }

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
