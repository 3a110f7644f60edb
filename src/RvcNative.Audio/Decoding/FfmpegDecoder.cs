using System.ComponentModel;
using System.Diagnostics;

namespace RvcNative.Audio;

/// <summary>Decodes mp3, flac, m4a, ogg and whatever else the user's ffmpeg knows, through a pipe of 32-bit float wav.</summary>
public static class FfmpegDecoder
{
    public const string DefaultProgram = "ffmpeg";

    /// <summary>Decodes the first audio stream of a file at its own rate, with all its channels.</summary>
    /// <param name="ffmpeg">The program: a name on the path, or a file.</param>
    /// <exception cref="AudioFileException">ffmpeg is not installed, or cannot decode the file; the message has its own words.</exception>
    public static AudioBuffer Decode(string path, string ffmpeg = DefaultProgram)
    {
        using Process process = Start(path, ffmpeg);
        try
        {
            Task<string> said = process.StandardError.ReadToEndAsync();
            using MemoryStream wav = new();
            process.StandardOutput.BaseStream.CopyTo(wav);
            process.WaitForExit();
            string words = LastLines(said.GetAwaiter().GetResult());
            if (process.ExitCode != 0)
                throw new AudioFileException($"'{path}' cannot be decoded; ffmpeg ended with {process.ExitCode}: {words}");
            if (wav.Length == 0) throw new AudioFileException($"'{path}' holds no audio that ffmpeg can decode. {words}".TrimEnd());
            wav.Position = 0;
            return WavFile.Read(wav, path);
        }
        catch
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>ffmpeg, that writes wav to its output.</summary>
    internal static Process Start(string path, string ffmpeg)
    {
        ProcessStartInfo start = new(ffmpeg) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // "file:" keeps a name that begins with '-' or holds a ':' from being read as an option or a protocol.
        foreach (string argument in (string[])["-nostdin", "-hide_banner", "-v", "error", "-i", "file:" + Path.GetFullPath(path),
            "-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "wav", "pipe:1"])
            start.ArgumentList.Add(argument);
        return Start(start, $"'{path}' is no plain wav file");
    }

    internal static Process Start(ProcessStartInfo start, string why)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new AudioFileException(
                $"{why}, so ffmpeg is needed, and '{start.FileName}' cannot be started ({e.Message}). "
                + "Install it (Debian: apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg), "
                + "or keep to wav.", e);
        }
    }

    internal static string LastLines(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join("; ", lines.TakeLast(3));
    }
}
