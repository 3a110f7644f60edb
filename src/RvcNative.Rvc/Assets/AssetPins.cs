using System.Text.Json;
using RvcNative.Formats;

namespace RvcNative.Rvc.Assets;

/// <summary>What a file was when it came.</summary>
/// <param name="IsOwn">A file of the user's own, which need not be the published one.</param>
public sealed record AssetPin(string Sha256, long Bytes, string Origin, bool IsOwn);

/// <summary>assets.lock.json: checksums of files whose publisher states none, and of the user's own, so that later damage or change shows.</summary>
internal sealed class AssetPins
{
    internal const string FileName = "assets.lock.json";
    private readonly string _path;
    private readonly SortedDictionary<string, AssetPin> _pins = new(StringComparer.Ordinal);

    internal AssetPins(string folder)
    {
        _path = Path.Combine(folder, FileName);
        if (!File.Exists(_path)) return;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_path));
            foreach (JsonProperty entry in document.RootElement.EnumerateObject())
            {
                JsonElement pin = entry.Value;
                _pins[entry.Name] = new AssetPin(
                    pin.GetProperty("sha256").GetString()!, pin.GetProperty("bytes").GetInt64(), pin.GetProperty("origin").GetString()!,
                    pin.GetProperty("own").GetBoolean());
            }
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AssetException($"{_path}: is damaged ({fault.Message}); delete it, then `assets verify` says what the files are now", fault);
        }
    }

    internal AssetPin? Find(string place) => _pins.GetValueOrDefault(place);

    /// <summary>Sets a pin, or takes it away for null, and writes the file.</summary>
    internal void Set(string place, AssetPin? pin)
    {
        if (pin is null && !_pins.Remove(place)) return;
        if (pin is not null) _pins[place] = pin;
        AtomicFile.Write(_path, stream =>
        {
            using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            foreach ((string key, AssetPin value) in _pins)
            {
                json.WriteStartObject(key);
                json.WriteString("sha256", value.Sha256);
                json.WriteNumber("bytes", value.Bytes);
                json.WriteString("origin", value.Origin);
                json.WriteBoolean("own", value.IsOwn);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }
}
