using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RvcNative.Formats;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>A checkpoint file as a save left it.</summary>
public sealed record SavedFile(string Name, long Bytes, string Sha256)
{
    /// <summary>Whether the file of this path has these bytes.</summary>
    public bool IsAt(string path) => new FileInfo(path) is { Exists: true } file && file.Length == Bytes && ContentHash.Of(path) == Sha256;

    internal static SavedFile Of(string path) => new(Path.GetFileName(path), new FileInfo(path).Length, ContentHash.Of(path));
}

/// <summary>
/// What mainline's checkpoints have no place for (logs/NAME/rvcnative.json, and rvcnative_STEP.json beside each pair): which files belong together and where
/// exactly training goes on.
/// </summary>
public sealed record RunState
{
    public const string FileName = "rvcnative.json";

    private const int Format = 1;

    /// <summary>Of the save; G and D hold it too. Null in states of older versions.</summary>
    public string? Id { get; init; }

    /// <summary>Epoch of the next batch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Batches of that epoch that are done.</summary>
    public required int BatchesDone { get; init; }

    /// <summary>Batches of an epoch when this was saved.</summary>
    public required int BatchesPerEpoch { get; init; }

    public required int BatchSize { get; init; }

    public required long GlobalStep { get; init; }

    /// <summary>Of that epoch, decayed.</summary>
    public required double LearningRate { get; init; }

    public required ulong Seed { get; init; }

    public required SavedFile Generator { get; init; }

    public required SavedFile Discriminator { get; init; }

    /// <summary>Whether training began with pretrained weights; null where nobody knows.</summary>
    public bool? IsFineTuning { get; init; }

    /// <summary>Whether all speakers are heard for equal hours.</summary>
    public bool BalancesSpeakers { get; init; }

    /// <summary>Steps that were skipped, one after the other, up to here.</summary>
    public int SkippedInARow { get; init; }

    /// <summary>What losses are multiplied by and the updates since that changed; null from a backend that does not scale them.</summary>
    public (double Scale, int Updates)? LossScale { get; init; }

    /// <summary>Why the save is bad; null for a good one.</summary>
    public string? Fault { get; init; }

    /// <summary>What <see cref="LossAverages"/> held; null where an older version saved.</summary>
    public string? Averages { get; init; }

    internal IEnumerable<SavedFile> Files => [Generator, Discriminator];

    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="FileFormatException">Not JSON, or a key is missing or wrong.</exception>
    public static RunState? Read(string folder) => ReadFile(Path.Combine(folder, FileName));

    /// <summary>Reads the state beside one pair.</summary>
    internal static RunState? ReadFile(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            if (root.GetProperty("format").GetInt32() is not Format and int format) throw new FormatException($"its format is {format}, known is {Format}");
            RunState state = new()
            {
                Id = Optional("id")?.GetString(),
                Epoch = root.GetProperty("epoch").GetInt32(),
                BatchesDone = root.GetProperty("batches_done").GetInt32(),
                BatchesPerEpoch = root.GetProperty("batches_per_epoch").GetInt32(),
                BatchSize = root.GetProperty("batch_size").GetInt32(),
                GlobalStep = root.GetProperty("global_step").GetInt64(),
                LearningRate = root.GetProperty("learning_rate").GetDouble(),
                Seed = root.GetProperty("seed").GetUInt64(),
                Generator = Saved(root.GetProperty("generator")),
                Discriminator = Saved(root.GetProperty("discriminator")),
                IsFineTuning = Optional("fine_tuning")?.GetBoolean(),
                BalancesSpeakers = Optional("balance_speakers")?.GetBoolean() ?? false,
                SkippedInARow = Optional("skipped_in_a_row")?.GetInt32() ?? 0,
                LossScale = Optional("loss_scale") is { } scale ? (scale.GetDouble(), root.GetProperty("loss_scale_updates").GetInt32()) : null,
                Fault = Optional("bad")?.GetString(),
                Averages = Optional("averages")?.GetString(),
            };
            bool counts = state is
            {
                Epoch: >= 1, BatchesDone: >= 0, BatchesPerEpoch: >= 1, BatchSize: >= 1, GlobalStep: >= 0, LearningRate: >= 0, SkippedInARow: >= 0,
                LossScale: null or { Scale: > 0, Updates: >= 0 },
            };
            return counts ? state : throw new FormatException("a count in it is below what it can be");

            JsonElement? Optional(string key) => root.TryGetProperty(key, out JsonElement value) ? value : null;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FileFormatException(path, $"cannot be read ({failure.Message}); delete it to go on from the newest G_ and D_ files as mainline does");
        }

        static SavedFile Saved(JsonElement element) => new(
            FileNameIn(element.GetProperty("file")), element.GetProperty("bytes").GetInt64(), element.GetProperty("sha256").GetString() ?? "");

        static string FileNameIn(JsonElement element) => element.GetString() is { Length: > 0 } name && Path.GetFileName(name) == name
            ? name : throw new FormatException($"{element.GetRawText()} is not the name of a file in this folder");
    }

    public void Write(string folder) => WriteFile(Path.Combine(folder, FileName));

    internal void WriteFile(string path)
    {
        JsonObject root = new() { ["format"] = Format };
        if (Id is not null) root["id"] = Id;
        root["epoch"] = Epoch;
        root["batches_done"] = BatchesDone;
        root["batches_per_epoch"] = BatchesPerEpoch;
        root["batch_size"] = BatchSize;
        root["global_step"] = GlobalStep;
        root["learning_rate"] = LearningRate;
        root["seed"] = Seed;
        root["generator"] = Saved(Generator);
        root["discriminator"] = Saved(Discriminator);
        if (IsFineTuning is { } fineTuning) root["fine_tuning"] = fineTuning;
        if (BalancesSpeakers) root["balance_speakers"] = true;
        if (SkippedInARow > 0) root["skipped_in_a_row"] = SkippedInARow;
        if (LossScale is var (scale, updates)) (root["loss_scale"], root["loss_scale_updates"]) = (scale, updates);
        if (Fault is not null) root["bad"] = Fault;
        if (Averages is not null) root["averages"] = Averages;
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, new JsonWriterOptions { Indented = true })) root.WriteTo(writer);
        AtomicFile.Write(path, stream =>
        {
            text.WriteTo(stream);
            stream.Write(Encoding.UTF8.GetBytes("\n"));
        });

        static JsonObject Saved(SavedFile file) => new() { ["file"] = file.Name, ["bytes"] = file.Bytes, ["sha256"] = file.Sha256 };
    }
}
