using RvcNative.Core;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Data;

/// <summary>Which phone features a user asks for.</summary>
public sealed record EmbedderChoice
{
    /// <summary>
    /// A name of <see cref="Embedders.Names"/>, or a file or folder of a HuBERT. Null: in extraction ContentVec where its files are and else the built-in features, in conversion
    /// what the voice was trained on.
    /// </summary>
    public string? Embedder { get; init; }

    /// <summary>Null: mainline's, or what the voice was trained on.</summary>
    public V1Features? V1Features { get; init; }
}

/// <summary>Embedders by name: where their files are, and which one fits a voice.</summary>
public static class Embedders
{
    /// <summary>What mainline's voices hear, who say nothing of it.</summary>
    public const string ContentVec = "contentvec";

    /// <summary>The built-in features, which need no files.</summary>
    public const string Spectral = "spectral";

    private const string Custom = "custom";

    public static IReadOnlyList<string> Names { get; } =
        [ContentVec, "spin", "spin-v2", "chinese-hubert-base", "japanese-hubert-base", "korean-hubert-base", Spectral];

    /// <summary>Places of a named embedder below the current folder: ours, mainline's, Applio's; the first that is there is taken.</summary>
    public static IReadOnlyList<string> Places(string name) => name switch
    {
        Spectral => [],
        ContentVec =>
        [
            "assets/embedders/contentvec", "assets/hubert_base", "assets/hubert/hubert_base.pt", "rvc/models/embedders/contentvec",
        ],
        _ => [$"assets/embedders/{name}", $"rvc/models/embedders/{(name.Contains("hubert", StringComparison.Ordinal) ? name.Replace('-', '_') : name)}"],
    };

    /// <summary>The place that has a named embedder's files; null when none has.</summary>
    /// <param name="root">The folder that the places are in; null for the current one.</param>
    public static string? Find(string name, string? root = null) =>
        Places(name).Select(place => root is null ? place : Path.Combine(root, place)).FirstOrDefault(place => HubertFile.Find(place) is not null);

    /// <summary>The features to train on.</summary>
    /// <param name="note">What to tell the user of a choice that was made for him; null when he made it.</param>
    /// <exception cref="FileNotFoundException">The embedder's files are not there.</exception>
    /// <exception cref="ArgumentException">The embedder does not serve this version.</exception>
    public static IFeatureExtractor ForTraining(Backend backend, EmbedderChoice choice, ModelVersion version, out string? note, string? root = null)
    {
        string? place = choice.Embedder is null ? Find(ContentVec, root) : null;
        bool isDefault = choice.Embedder is null, builtIn = choice.Embedder == Spectral || (isDefault && place is null);
        note = (isDefault, builtIn) switch
        {
            (true, true) => $"features by the built-in spectral projection, for ContentVec's files are not here ({string.Join(", ", Places(ContentVec))}): enough to say the same "
                + "speaker again; converting between speakers wants ContentVec, which `rvcnative assets fetch contentvec` brings",
            (true, false) => $"features of ContentVec ({place})",
            _ => null,
        };
        return builtIn
            ? new BuiltInFeatures(ChannelsOf(version))
            : Load(backend, choice.Embedder ?? ContentVec, version, choice.V1Features ?? V1Features.Mainline, forTraining: true, root);
    }

    /// <summary>The features that a voice was trained on.</summary>
    /// <exception cref="FileNotFoundException">The embedder's files are not there.</exception>
    /// <exception cref="ArgumentException">The user asks for others than the voice was trained on, or for some of another width.</exception>
    public static IFeatureExtractor ForVoice(Backend backend, VoiceFile voice, EmbedderChoice choice, string? root = null)
    {
        ModelVersion version = voice.Plan.Version;
        (string trained, V1Features trainedV1) = Split(voice.Extraction?.Features ?? ContentVec);
        V1Features v1Features = choice.V1Features ?? trainedV1;
        bool isPath = choice.Embedder is { } given && !Names.Contains(given);
        if (choice.Embedder is { } asked && !isPath && asked != trained && voice.Extraction is not null)
        {
            throw new ArgumentException($"{voice.FilePath} was trained on features of {trained}; with those of {asked} it would not speak intelligibly. "
                + "Leave --embedder away, or name a folder of that network with it");
        }

        string name = isPath ? trained : choice.Embedder ?? trained;
        if (name == Spectral && !isPath) return new BuiltInFeatures(voice.Plan.PhoneChannels);
        if (trained == Spectral)
        {
            throw new ArgumentException($"{voice.FilePath} was trained on the built-in features, {Spectral}; no network gives those: leave --embedder away");
        }

        if (!isPath && Find(name, root) is null)
        {
            string why = name == Custom || !Names.Contains(name)
                ? "an embedder that only its maker knows; name its folder or file with --embedder"
                : $"which are not here ({string.Join(", ", Places(name))}); `rvcnative assets fetch {name}` brings them, or name their folder or file with --embedder";
            throw new FileNotFoundException($"{voice.FilePath} was trained on features of {name}, {why}");
        }

        EmbedderFeatures features = Load(backend, isPath ? choice.Embedder! : name, version, v1Features, forTraining: false, root, name);
        try
        {
            if (voice.Extraction?.FeaturesHash is { } hash && hash != features.Hash)
            {
                throw new ArgumentException($"{voice.FilePath} was trained on features of a network '{trained}' with other weights (SHA-256 {hash}) than "
                    + $"{(isPath ? choice.Embedder : Find(name, root))} has ({features.Hash}); it would not speak intelligibly. Name the network's own file with --embedder");
            }

            return features.Channels == voice.Plan.PhoneChannels ? features : throw new ArgumentException(
                $"the embedder '{choice.Embedder ?? name}' gives features of {features.Channels} values, {voice.FilePath} ({version.ToString().ToLowerInvariant()}) takes "
                + $"{voice.Plan.PhoneChannels}; name the one that it was trained with");
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }

    /// <summary>The embedder's name in that of its features: both layers that v1 voices hear are of one network.</summary>
    public static string NameOf(string features) => Split(features).Embedder;

    /// <summary>What to ask for to get features of this name again.</summary>
    internal static EmbedderChoice ChoiceOf(string features)
    {
        (string embedder, V1Features v1) = Split(features);
        return new EmbedderChoice { Embedder = embedder, V1Features = v1 };
    }

    private static (string Embedder, V1Features V1) Split(string features) => features.EndsWith(EmbedderFeatures.LastLayerSuffix, StringComparison.Ordinal)
        ? (features[..^EmbedderFeatures.LastLayerSuffix.Length], V1Features.Applio)
        : (features, V1Features.Mainline);

    private static EmbedderFeatures Load(
        Backend backend, string embedder, ModelVersion version, V1Features v1Features, bool forTraining, string? root, string? name = null)
    {
        string path = embedder;
        if (Names.Contains(embedder))
        {
            path = Find(embedder, root) ?? throw new FileNotFoundException(
                $"the files of {embedder} are not here; looked for {string.Join(", ", Places(embedder))}. `rvcnative assets fetch {embedder}` brings them, "
                + "or name their folder or file with --embedder");
        }

        LoadedHubert hubert = HubertFile.Load(backend, path);
        try
        {
            return new EmbedderFeatures(hubert, name ?? NameOfPath(embedder), version, v1Features, forTraining);
        }
        catch
        {
            hubert.Encoder.Dispose();
            throw;
        }
    }

    // A folder's name, or a file's without its ending; letters that no file name should have become dashes.
    private static string NameOfPath(string embedder)
    {
        if (Names.Contains(embedder)) return embedder;
        string name = Directory.Exists(embedder) ? new DirectoryInfo(embedder).Name : Path.GetFileNameWithoutExtension(embedder);
        if (name is "hubert_base" or "contentvec_base" or "checkpoint_best_legacy_500") return ContentVec;   // RVC's names of ContentVec's file
        return string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-'));
    }

    internal static int ChannelsOf(ModelVersion version) => version == ModelVersion.V1 ? 256 : 768;
}
