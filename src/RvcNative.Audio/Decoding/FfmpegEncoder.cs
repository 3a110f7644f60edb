using System.Diagnostics;

namespace RvcNative.Audio;

/// <summary>Writes flac, mp3, ogg, m4a and whatever else the user's ffmpeg knows, from a pipe of wav.</summary>
public static class FfmpegEncoder
{
    /// <summary>Writes the file that its name's ending asks for, whole or not at all.</summary>
    /// <param name="write">Gives wav to the stream.</param>
    /// <exception cref="AudioFileException">ffmpeg is not installed, or cannot write the format; the message has its own words.</exception>
    public static void Write(string path, Action<Stream> write, string ffmpeg = FfmpegDecoder.DefaultProgram)
    {
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Guid.NewGuid():N}{Path.GetExtension(full)}");
        ProcessStartInfo start = new(ffmpeg) { RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in (string[])["-hide_banner", "-v", "error", "-y", "-f", "wav", "-i", "pipe:0", "file:" + temporary])
            start.ArgumentList.Add(argument);
        try
        {
            Encode(path, start, write);
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Encode(string path, ProcessStartInfo start, Action<Stream> write)
    {
        using Process process = FfmpegDecoder.Start(start, $"'{path}' is no wav file");
        try
        {
            Task<string> said = process.StandardError.ReadToEndAsync();
            try
            {
                using Stream pipe = process.StandardInput.BaseStream;
                write(pipe);
            }
            catch (IOException) when (process.WaitForExit(1000))
            {
                // It went away while it was written to; its own words say why.
            }

            process.WaitForExit();
            string words = FfmpegDecoder.LastLines(said.GetAwaiter().GetResult());
            if (process.ExitCode != 0) throw new AudioFileException($"'{path}' cannot be written; ffmpeg ended with {process.ExitCode}: {words}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
