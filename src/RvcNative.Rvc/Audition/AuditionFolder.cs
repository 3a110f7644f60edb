using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using RvcNative.Formats;

namespace RvcNative.Rvc.Audition;

/// <summary>A clip of the user's own as it was when it was rendered.</summary>
/// <param name="Id">First digits of the file's SHA-256.</param>
/// <param name="Name">The file's name.</param>
public sealed record AuditionClip(string Id, string Name, string Sha256, double Seconds, int SampleRateHz);

/// <summary>A clip said by the voice of one save.</summary>
/// <param name="Id">Of voice, clip and settings; names its files.</param>
/// <param name="Settings">How it was converted, in words.</param>
public sealed record AuditionRender(
    string Id, int Epoch, long Step, string Voice, string VoiceSha256, string Clip, string Settings, double Seconds, int SampleRateHz, DateTime TimeUtc);

/// <summary>
/// logs/NAME/audition: a wav and a small json file for every clip and every render, so that any number of programs may add to it at once. What is there
/// under an identity is never rendered again.
/// </summary>
public sealed class AuditionFolder(string experimentFolder)
{
    public const string Name = "audition";

    private const int IdDigits = 16;
    private const string ClipPrefix = "clip-", RenderPrefix = "render-";

    public string Root { get; } = Path.Combine(experimentFolder, Name);

    /// <summary>Whether a text can be an identity, so that it may become part of a path.</summary>
    public static bool IsId(string text) => text.Length == IdDigits && text.All(char.IsAsciiHexDigitLower);

    public static string ClipId(string sha256) => sha256[..IdDigits];

    /// <summary>The identity of what a voice makes of a clip.</summary>
    public static string RenderId(string voiceSha256, string clipSha256, string settings) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{voiceSha256}\n{clipSha256}\n{settings}")))[..IdDigits];

    public string ClipWave(string id) => Path.Combine(Root, $"{ClipPrefix}{id}.wav");

    public string RenderWave(string id) => Path.Combine(Root, $"{RenderPrefix}{id}.wav");

    public bool Has(AuditionClip clip) => File.Exists(Record(ClipPrefix, clip.Id)) && File.Exists(ClipWave(clip.Id));

    public bool HasRender(string id) => File.Exists(Record(RenderPrefix, id)) && File.Exists(RenderWave(id));

    /// <summary>Clips by name.</summary>
    public IReadOnlyList<AuditionClip> Clips() =>
        [.. Read(ClipPrefix, AuditionJson.Default.AuditionClip, clip => clip.Id, ClipWave).OrderBy(clip => clip.Name, StringComparer.Ordinal)];

    /// <summary>Renders by step; a record that is damaged is left out, its render is made again.</summary>
    public IReadOnlyList<AuditionRender> Renders() =>
        [.. Read(RenderPrefix, AuditionJson.Default.AuditionRender, render => render.Id, RenderWave).OrderBy(render => render.Step).ThenBy(render => render.Epoch)];

    /// <summary>Notes a clip; its wav must be there.</summary>
    public void Add(AuditionClip clip) => Write(Record(ClipPrefix, clip.Id), clip, AuditionJson.Default.AuditionClip);

    /// <summary>Notes a render; its wav must be there.</summary>
    public void Add(AuditionRender render) => Write(Record(RenderPrefix, render.Id), render, AuditionJson.Default.AuditionRender);

    private string Record(string prefix, string id) => Path.Combine(Root, $"{prefix}{id}.json");

    private static void Write<T>(string path, T record, JsonTypeInfo<T> type) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, record, type));

    private IEnumerable<T> Read<T>(string prefix, JsonTypeInfo<T> type, Func<T, string> idOf, Func<string, string> waveOf)
        where T : class
    {
        if (!Directory.Exists(Root)) yield break;
        foreach (string path in Directory.EnumerateFiles(Root, $"{prefix}*.json"))
        {
            T? record = null;
            try
            {
                record = JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
            }
            catch (JsonException)
            {
            }

            if (record is not null && Record(prefix, idOf(record)) == path && File.Exists(waveOf(idOf(record)))) yield return record;
        }
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AuditionClip))]
[JsonSerializable(typeof(AuditionRender))]
[JsonSerializable(typeof(AuditionMarks))]
internal sealed partial class AuditionJson : JsonSerializerContext;
