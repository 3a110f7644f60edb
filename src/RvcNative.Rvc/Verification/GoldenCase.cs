using System.Text.Json;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;

namespace RvcNative.Rvc.Verification;

/// <summary>A folder of reference data: case.json, the numbers that go in, those that must come out, and the peer's own f32 errors.</summary>
public sealed class GoldenCase
{
    private readonly SafetensorsFile? _inputs;
    private readonly Dictionary<string, double> _peerErrors = [];

    /// <exception cref="IOException">No such folder, or files missing or damaged.</exception>
    public GoldenCase(string directory)
    {
        Directory = directory;
        Name = Path.GetFileName(Path.GetFullPath(directory).TrimEnd(Path.DirectorySeparatorChar));
        string description = Path.Combine(directory, "case.json");
        if (!System.IO.Directory.Exists(directory))
        {
            throw new DirectoryNotFoundException($"{directory}: there is no such folder; `verify` wants folders that hold a case.json");
        }

        if (!File.Exists(description))
        {
            throw new FileNotFoundException($"{description}: there is no such file; `verify` wants folders that hold a case.json", description);
        }

        try
        {
            Description = JsonDocument.Parse(File.ReadAllText(description)).RootElement;
        }
        catch (JsonException failure)
        {
            throw new FileFormatException(description, $"is not JSON ({failure.Message})");
        }

        Kind = Description.TryGetProperty("kind", out JsonElement kind)
            ? kind.GetString() ?? ""
            : throw new FileFormatException(description, "has no key 'kind'");
        if (File.Exists(Place("inputs.safetensors"))) _inputs = SafetensorsFile.Read(Place("inputs.safetensors"));
        Expected = File.Exists(Place("expected.safetensors")) ? SafetensorsFile.Read(Place("expected.safetensors")) : null;
        if (File.Exists(Place("peer_error.json")))
        {
            using JsonDocument errors = JsonDocument.Parse(File.ReadAllText(Place("peer_error.json")));
            foreach (JsonProperty error in errors.RootElement.EnumerateObject())
            {
                if (error.Value.ValueKind == JsonValueKind.Number) _peerErrors[error.Name] = error.Value.GetDouble();
            }
        }
    }

    public string Directory { get; }

    public string Name { get; }

    public string Kind { get; }

    public JsonElement Description { get; }

    public SafetensorsFile? Expected { get; }

    /// <summary>case.json's "params"; null in a case without any.</summary>
    public JsonElement? Params => Description.TryGetProperty("params", out JsonElement value) && value.ValueKind == JsonValueKind.Object
        ? value
        : null;

    /// <summary>The entries of case.json's "expected": tensor names with their tolerances; none in a case without them.</summary>
    public IEnumerable<JsonProperty> ExpectedEntries => Entries("expected");

    /// <summary>File names of case.json's "files" with what they are.</summary>
    public IEnumerable<JsonProperty> Files => Entries("files");

    public string Place(string file) => Path.Combine(Directory, file);

    public bool Has(string file) => File.Exists(Place(file));

    public bool HasInput(string name) => _inputs is not null && _inputs.TryGet(name, out _);

    public FileTensor Input(string name) => _inputs is not null && _inputs.TryGet(name, out FileTensor? tensor)
        ? tensor
        : throw new FileFormatException(Place("inputs.safetensors"), $"has no tensor {name}");

    /// <summary>A number of "params", or what stands for it in a case that does not name it.</summary>
    public double Number(string key, double otherwise) =>
        Params is { } all && all.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : otherwise;

    /// <summary>A part of "params" that the kind cannot do without.</summary>
    /// <exception cref="FileFormatException">The case has no such part.</exception>
    public JsonElement Param(string key) => Params is { } all && all.TryGetProperty(key, out JsonElement value)
        ? value
        : throw new FileFormatException(Place("case.json"), $"has no params.{key}, which cases of the kind '{Kind}' have");

    /// <summary>PyTorch's own f32 error for an expected tensor.</summary>
    public double? PeerError(string name) => _peerErrors.TryGetValue(name, out double error) ? error : null;

    private IEnumerable<JsonProperty> Entries(string key) =>
        Description.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : [];
}
