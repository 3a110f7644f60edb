using RvcNative.Audio;

namespace RvcNative.Cli.Commands;

/// <summary>What `infer --format` asks for.</summary>
/// <param name="Extension">Of what ffmpeg writes; null for wav.</param>
/// <param name="Encoding">Of the samples of wav, and of those that ffmpeg gets.</param>
internal readonly record struct OutputFormat(string? Extension, WavEncoding Encoding)
{
    private const string Pcm16 = "pcm16", Float = "float";
    private static readonly string[] s_encoded = ["flac", "mp3", "ogg", "opus", "m4a"];

    internal static IEnumerable<string> Names => [Pcm16, Float, .. s_encoded];

    /// <summary>The ending of files that are not named by the user.</summary>
    internal string Ending => Extension ?? ".wav";

    /// <param name="name">One of <see cref="Names"/>, or null for 16-bit wav.</param>
    internal static OutputFormat Of(string? name) => name switch
    {
        null or Pcm16 => new(null, WavEncoding.Pcm16),
        Float => new(null, WavEncoding.Float32),
        _ => new("." + name, WavEncoding.Pcm16),
    };

    /// <summary>Refuses a file whose name asks for another format than --format does.</summary>
    /// <exception cref="AudioFileException">It does.</exception>
    internal string Fit(string path) => Extension is null || Path.GetExtension(path).Equals(Extension, StringComparison.OrdinalIgnoreCase)
        ? path
        : throw new AudioFileException($"'{path}' is not named {Extension}, which --format asks for; name it {Path.ChangeExtension(Path.GetFileName(path), Extension)}, or leave --format away");
}
