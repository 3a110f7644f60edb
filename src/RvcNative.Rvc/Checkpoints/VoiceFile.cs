using System.Globalization;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>What a voice heard in training; conversion has to give it the same.</summary>
/// <param name="Features">Name of the phone features' extractor, such as "spectral" or "contentvec".</param>
/// <param name="Pitch">Name of the pitch extractor; null when it is not known or the voice has no pitch.</param>
/// <param name="FillsUnvoiced">Whether unvoiced frames held the pitch of their neighbours instead of 0.</param>
public sealed record VoiceExtraction(string Features, string? Pitch, bool FillsUnvoiced)
{
    /// <summary>Of the weights that made the features; null when it is not known or they are made without.</summary>
    public string? FeaturesHash { get; init; }

    /// <summary>The pitch in the middle of all voiced frames; null when it is not known.</summary>
    public double? MedianPitchHz { get; init; }

    /// <summary>Names of the speakers by number, as far as they have any.</summary>
    public IReadOnlyList<string> SpeakerNames { get; init; } = [];
}

/// <summary>
/// A voice as it is shared (mainline's assets/weights/NAME.pth, Applio's NAME.pth): the synthesizer's weights without the posterior encoder, in half
/// precision, and what it takes to build it. Keys that are unknown here are kept by <see cref="Save"/>.
/// </summary>
public sealed partial class VoiceFile
{
    private const string OursKey = "rvcnative", EpochKey = "epoch", VocoderKey = "vocoder", EmbedderKey = "embedder_model", FeaturesHashKey = "features_sha256",
        MedianKey = "median_pitch_hz", SpeakersKey = "speakers";

    private readonly PickleNode _root;

    private VoiceFile(PickleNode root)
    {
        _root = root;
        PickleNode weight = Weights(root);
        Vocoder vocoder = VocoderOf(root);
        ModelVersion version = VersionOf(root);
        bool hasPitch = !root.TryGet("f0", out PickleNode f0) || f0.IsNone || f0.Int64() != 0;
        Plan = VoiceFileConfig.Read(root.Get("config", "it may be cut from a file of another program."), version, hasPitch, SpeakersOf(weight), vocoder);
        CheckPhoneWidth(weight, Plan);
        Info = root.TryGet("info", out PickleNode info) && info.Value is PickleString text ? text.Value
            : root.TryGet(EpochKey, out PickleNode epoch) && epoch.Value is PickleInt number ? $"{number.Value}epoch"
            : "";
        Extraction = ExtractionOf(root);
    }

    public string FilePath => _root.FilePath;

    public ModelPlan Plan { get; }

    /// <summary>What its maker says of it: mainline writes "200epoch", Applio the number alone under another key. Empty when there is nothing.</summary>
    public string Info { get; }

    /// <summary>Null when the file does not say: mainline's say nothing, their features are of HuBERT or ContentVec.</summary>
    public VoiceExtraction? Extraction { get; }

    /// <summary>Reads the file; its weights are looked at by <see cref="Load"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FileFormatException">Damaged, no voice file, or one that cannot be used; the message says what to do.</exception>
    public static VoiceFile Read(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such file; a voice file (NAME.pth) is wanted", path);
        return new VoiceFile(PthFile.Read(path));
    }

    /// <summary>The synthesizer with the file's weights, for conversion only.</summary>
    /// <exception cref="FileFormatException">Weights are missing, of another shape, or not finite.</exception>
    public Synthesizer Load(Backend backend)
    {
        Synthesizer synthesizer = new(backend, Plan, training: false);
        WeightNames.Load(_root["weight"], synthesizer.Network);
        foreach (Parameter parameter in synthesizer.Network.Parameters.Parameters)
        {
            foreach (float value in backend.ToArray(parameter.Value))
            {
                if (float.IsFinite(value)) continue;
                throw _root["weight"].Fault($"has {value} in {parameter.Name}; its training diverged, take an earlier one");
            }
        }

        return synthesizer;
    }

    /// <summary>The number of a speaker that a user names.</summary>
    /// <param name="speaker">A number, or a name of <see cref="VoiceExtraction.SpeakerNames"/> in letters of any case; null for the first.</param>
    /// <exception cref="ArgumentException">A name that the file has not. Numbers are looked at where the voice is run.</exception>
    public int SpeakerNumber(string? speaker)
    {
        if (speaker is null) return 0;
        if (int.TryParse(speaker, out int number)) return number;
        string[] names = [.. Extraction?.SpeakerNames ?? []];
        int found = speaker.Length == 0 ? -1 : Array.FindIndex(names, name => name.Equals(speaker, StringComparison.OrdinalIgnoreCase));
        if (found >= 0) return found;
        throw new ArgumentException(names.Length == 0
            ? $"speaker '{speaker}': {FilePath} has no names of speakers; give a number from 0 to {Plan.Speakers - 1}"
            : $"speaker '{speaker}': {FilePath} has the speakers {string.Join(", ", names.Where(name => name.Length > 0))}");
    }

    /// <summary>Writes the voice as it was read, with all keys of its top level.</summary>
    /// <exception cref="ArgumentException">It holds an object of a class that is not rebuilt here.</exception>
    public void Save(string path) => PthFile.Write(path, _root.Value);

    // A float in files of earlier versions.
    private static double? MedianHz(PickleNode median)
    {
        double hz = median.Value switch
        {
            PickleFloat number => number.Value,
            PickleString text when double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) => parsed,
            _ => 0,
        };
        return hz > 0 ? hz : null;
    }

    private static PickleNode Weights(PickleNode root)
    {
        if (root.TryGet("weight", out PickleNode weight)) return weight;
        throw root.TryGet("model", out _)
            ? root.Fault("has the key 'model' and no 'weight': it is a training checkpoint (G_ or D_), not a voice file. "
                + "Training writes the voice itself beside its checkpoints, into assets/weights; give that file, "
                + "or make one of the G_ checkpoint with `rvcnative extract-small`")
            : root.Fault("has no key 'weight': it is not a voice file, which holds weight, config, info, sr, f0 and version");
    }

    private static Vocoder VocoderOf(PickleNode root)
    {
        // Mainline's files say nothing of it.
        if (!root.TryGet(VocoderKey, out PickleNode vocoder) || vocoder.IsNone) return Vocoder.HifiGan;
        return Vocoders.FromFile(vocoder.String())
            ?? throw vocoder.Fault($"is '{vocoder.String()}'; known are {Vocoders.FileNames}: the program that made the voice may convert with it");
    }

    private static ModelVersion VersionOf(PickleNode root)
    {
        // Files from before v2 have no version (mainline infer/vc/modules.py).
        if (!root.TryGet("version", out PickleNode version)) return ModelVersion.V1;
        return version.String() switch
        {
            "v1" => ModelVersion.V1,
            "v2" => ModelVersion.V2,
            string other => throw version.Fault($"is '{other}'; known are 'v1' and 'v2'"),
        };
    }

    private static int? SpeakersOf(PickleNode weight) =>
        weight.TryGet("emb_g.weight", out PickleNode speakers) && speakers.Tensor().Shape is [int count, _] ? count : null;

    private static void CheckPhoneWidth(PickleNode weight, ModelPlan plan)
    {
        if (!weight.TryGet("enc_p.emb_phone.weight", out PickleNode phone)) return;
        if (phone.Tensor().Shape is not [_, int width] || width == plan.PhoneChannels) return;
        string other = plan.Version == ModelVersion.V1 ? "v2" : "v1", own = plan.Version == ModelVersion.V1 ? "v1" : "v2";
        throw phone.Fault($"takes features of {width} values, but ['version'] makes it a {own} voice (none written means v1), whose features have "
            + $"{plan.PhoneChannels}{(width is 256 or 768 ? $"; set ['version'] to '{other}' in the file" : "; it is no RVC voice")}");
    }

    private static VoiceExtraction? ExtractionOf(PickleNode root)
    {
        if (root.TryGet(OursKey, out PickleNode ours))
        {
            string? pitch = ours.TryGet("pitch", out PickleNode name) ? name.String() : null;
            return new VoiceExtraction(ours["features"].String(), pitch, ours["unvoiced"].String() == FilledUnvoiced)
            {
                FeaturesHash = ours.TryGet(FeaturesHashKey, out PickleNode hash) ? hash.String() : null,
                MedianPitchHz = ours.TryGet(MedianKey, out PickleNode median) ? MedianHz(median) : null,
                SpeakerNames = ours.TryGet(SpeakersKey, out PickleNode names) ? [.. names.Items.Select(item => item.String())] : [],
            };
        }

        // Applio names its embedder, takes the last layer for v1 voices too, and leaves unvoiced frames 0.
        return root.TryGet(EmbedderKey, out PickleNode embedder) && embedder.Value is PickleString text
            ? new VoiceExtraction(VersionOf(root) == ModelVersion.V1 ? text.Value + EmbedderFeatures.LastLayerSuffix : text.Value, null, false)
            : null;
    }
}
