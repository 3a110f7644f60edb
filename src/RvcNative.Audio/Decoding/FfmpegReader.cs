using System.Diagnostics;

namespace RvcNative.Audio;

/// <summary>What ffmpeg decodes of a file's first audio stream, as it comes out of its pipe.</summary>
internal sealed class FfmpegReader : AudioReader
{
    private readonly Process _process;
    private readonly Task<string> _said;
    private readonly string _path;
    private readonly WavReader _wav;

    internal FfmpegReader(string path, string ffmpeg)
    {
        _path = path;
        _process = FfmpegDecoder.Start(path, ffmpeg);
        _said = _process.StandardError.ReadToEndAsync();
        try
        {
            ForwardStream stream = new(_process.StandardOutput.BaseStream);
            _wav = new WavReader(stream, WavHeader.Parse(stream, path), path);
        }
        catch (AudioFileException)
        {
            End(nothing: true);
            throw;
        }
    }

    public override int SampleRateHz => _wav.SampleRateHz;

    public override int Channels => _wav.Channels;

    public override int Read(Span<float> samples)
    {
        int got = _wav.Read(samples);
        if (got == 0) End(nothing: false);
        return got;
    }

    protected override void Dispose(bool disposing)
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    // Why the pipe has ended.
    private void End(bool nothing)
    {
        _process.WaitForExit();
        string words = FfmpegDecoder.LastLines(_said.GetAwaiter().GetResult());
        if (_process.ExitCode != 0) throw new AudioFileException($"'{_path}' cannot be decoded; ffmpeg ended with {_process.ExitCode}: {words}");
        if (nothing) throw new AudioFileException($"'{_path}' holds no audio that ffmpeg can decode. {words}".TrimEnd());
    }
}
