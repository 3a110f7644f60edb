using RvcNative.Native.OneDnn;
using RvcNative.Native.OpenBlas;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Measuring;

/// <summary>The libraries installed here that convolutions are compared with.</summary>
internal sealed class ConvPeers
{
    private readonly bool _oneDnn, _openBlas;

    private ConvPeers(bool oneDnn, bool openBlas) => (_oneDnn, _openBlas) = (oneDnn, openBlas);

    internal static ConvPeers None { get; } = new(false, false);

    /// <summary>Name and version of each.</summary>
    internal IEnumerable<string> Names
    {
        get
        {
            if (_oneDnn) yield return OneDnnLibrary.Version;
            if (_openBlas) yield return OpenBlasLibrary.Version;
        }
    }

    /// <summary>What is not installed, and how to get it.</summary>
    internal static IEnumerable<string> Missing => new[] { OneDnnLibrary.Missing, OpenBlasLibrary.Missing }.OfType<string>();

    /// <summary>Those installed, for this thread and with so many threads of theirs.</summary>
    internal static ConvPeers Installed(int threads)
    {
        ConvPeers peers = new(OneDnnLibrary.Missing is null, OpenBlasLibrary.Missing is null);
        if (peers._oneDnn) OneDnnLibrary.UseThreads(threads);
        if (peers._openBlas) OpenBlasLibrary.UseThreads(threads);
        return peers;
    }

    /// <summary>oneDNN's ways of computing it.</summary>
    internal IEnumerable<OneDnnTrial> OneDnn(ConvSize size, ConvData data)
    {
        if (!_oneDnn) yield break;
        yield return new OneDnnTrial(size, data, ConvolutionFormat.Any);
        yield return new OneDnnTrial(size, data, ConvolutionFormat.ChannelsLast);
    }

    /// <summary>Null where the convolution is no single matrix product.</summary>
    internal OpenBlasTrial? OpenBlas(ConvSize size, ConvData data) => _openBlas && OpenBlasTrial.Applies(size) ? new OpenBlasTrial(size, data) : null;
}
