using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RvcNative.Formats;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Configuration;

/// <summary>
/// Reads and writes mainline's config.json; reads Applio's as well, whose data.sample_rate is mainline's data.sampling_rate and which says nothing of
/// epochs and batches. The vocoder, which Applio takes from its command line, is a key of ours in the section "train": its "model" goes to the network
/// as it is.
/// </summary>
public static class ConfigFile
{
    private const int DefaultEpochs = 20000, DefaultBatch = 4;
    private const string VocoderKey = "vocoder", DiscriminatorKey = "discriminator", MelLossKey = "mel_loss", DivisorKey = "discriminator_divisor",
        MainlineRate = "sampling_rate", ApplioRate = "sample_rate";

    // Written for the peers and not looked at here; and what is only written where it says something.
    private static readonly string[] s_fixed = ["max_wav_value", "p_dropout", "use_spectral_norm", "init_lr_ratio", "warmup_epochs"];
    private static readonly string[] s_optional = [VocoderKey, DiscriminatorKey, MelLossKey, DivisorKey, MainlineRate, ApplioRate];

    /// <exception cref="ConfigException">No such file, not JSON, a missing key, a value of another kind, or sizes that do not fit together.</exception>
    public static RvcConfig Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException(path, "there is no such file; `rvcnative extract` writes it");
        }

        return Parse(text, path);
    }

    /// <param name="file">Name for messages.</param>
    public static RvcConfig Parse(string text, string file)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (JsonException failure)
        {
            throw new ConfigException(file, $"is not JSON ({failure.Message}); delete it and run `rvcnative extract` again for a fresh one");
        }

        using (document)
        {
            ConfigSection root = new(file, "", document.RootElement), train = root.Section("train"), data = root.Section("data"), model = root.Section("model");
            IReadOnlyList<double> betas = train.Numbers("betas");
            if (betas.Count != 2) throw train.Fault("betas", $"has {betas.Count} values; wanted are 2");
            bool isApplio = data.Has(ApplioRate) && !data.Has(MainlineRate);
            RvcConfig config = new(
                new TrainSettings
                {
                    LogInterval = train.Positive("log_interval"),
                    Seed = (long)train.Number("seed"),
                    Epochs = train.Positive("epochs", DefaultEpochs),
                    LearningRate = train.Number("learning_rate"),
                    Beta1 = betas[0],
                    Beta2 = betas[1],
                    Epsilon = train.Number("eps"),
                    BatchSize = train.Positive("batch_size", DefaultBatch),
                    LearningRateDecay = train.Number("lr_decay"),
                    SegmentSamples = train.Positive("segment_size"),
                    MelWeight = train.Number("c_mel"),
                    KlWeight = train.Number("c_kl"),
                    DiscriminatorDivisor = train.Positive(DivisorKey, 1),
                    Discriminator = OneOf(train, DiscriminatorKey, TrainSettings.DiscriminatorNames),
                    MelLoss = OneOf(train, MelLossKey, TrainSettings.MelLossNames),
                },
                new DataSettings
                {
                    SampleRateHz = data.Positive(isApplio ? ApplioRate : MainlineRate),
                    IsApplio = isApplio,
                    FftSamples = data.Positive("filter_length"),
                    HopSamples = data.Positive("hop_length"),
                    WindowSamples = data.Positive("win_length"),
                    MelBands = data.Positive("n_mel_channels"),
                    MelMinimumHz = data.Number("mel_fmin"),
                    MelMaximumHz = data.NumberOrNull("mel_fmax"),
                },
                new ModelSettings
                {
                    Vocoder = VocoderOf(train),
                    InterChannels = model.Positive("inter_channels"),
                    HiddenChannels = model.Positive("hidden_channels"),
                    FilterChannels = model.Positive("filter_channels"),
                    Heads = model.Positive("n_heads"),
                    Layers = model.Positive("n_layers"),
                    KernelSize = model.Positive("kernel_size"),
                    ResBlock = model.Text("resblock"),
                    ResBlockKernels = model.Integers("resblock_kernel_sizes"),
                    ResBlockDilations = model.IntegerLists("resblock_dilation_sizes"),
                    UpsampleRates = model.Integers("upsample_rates"),
                    UpsampleInitialChannel = model.Positive("upsample_initial_channel"),
                    UpsampleKernels = model.Integers("upsample_kernel_sizes"),
                    GinChannels = model.Positive("gin_channels"),
                    Speakers = model.Positive("spk_embed_dim"),
                });
            Check(config, file);
            return config;
        }
    }

    /// <summary>Writes as mainline does (json.dump with indent 4 and sorted keys), to a temporary file first.</summary>
    public static void Write(RvcConfig config, string path) => Write(Root(config), path);

    /// <summary>Writes over a file that <see cref="Read"/> has read: what it says that is no part of a configuration here stays as it is.</summary>
    internal static void Update(RvcConfig config, string path)
    {
        JsonObject root = Root(config);
        Keep(JsonNode.Parse(File.ReadAllText(path))!.AsObject(), root);
        Write(root, path);
    }

    internal static string Text(RvcConfig config) => Text(Root(config));

    private static void Write(JsonObject root, string path) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Text(root))));

    private static void Keep(JsonObject before, JsonObject now)
    {
        foreach ((string key, JsonNode? value) in before)
        {
            if (value is JsonObject section && now[key] is JsonObject own) Keep(section, own);
            else if (s_fixed.Contains(key) || (!now.ContainsKey(key) && !s_optional.Contains(key))) now[key] = value?.DeepClone();
        }
    }

    private static JsonObject Root(RvcConfig config)
    {
        TrainSettings train = config.Train;
        DataSettings data = config.Data;
        ModelSettings model = config.Model;
        JsonObject root = new()
        {
            ["data"] = new JsonObject
            {
                ["filter_length"] = data.FftSamples,
                ["hop_length"] = data.HopSamples,
                ["max_wav_value"] = 32768.0,
                ["mel_fmax"] = data.MelMaximumHz is { } maximum ? JsonValue.Create(maximum) : null,
                ["mel_fmin"] = data.MelMinimumHz,
                ["n_mel_channels"] = data.MelBands,
                ["sampling_rate"] = data.SampleRateHz,
                ["win_length"] = data.WindowSamples,
            },
            ["model"] = new JsonObject
            {
                ["filter_channels"] = model.FilterChannels,
                ["gin_channels"] = model.GinChannels,
                ["hidden_channels"] = model.HiddenChannels,
                ["inter_channels"] = model.InterChannels,
                ["kernel_size"] = model.KernelSize,
                ["n_heads"] = model.Heads,
                ["n_layers"] = model.Layers,
                ["p_dropout"] = 0,
                ["resblock"] = model.ResBlock,
                ["resblock_dilation_sizes"] = new JsonArray([.. model.ResBlockDilations.Select(List)]),
                ["resblock_kernel_sizes"] = List(model.ResBlockKernels),
                ["spk_embed_dim"] = model.Speakers,
                ["upsample_initial_channel"] = model.UpsampleInitialChannel,
                ["upsample_kernel_sizes"] = List(model.UpsampleKernels),
                ["upsample_rates"] = List(model.UpsampleRates),
                ["use_spectral_norm"] = false,
            },
            ["train"] = new JsonObject
            {
                ["batch_size"] = train.BatchSize,
                ["betas"] = new JsonArray(train.Beta1, train.Beta2),
                ["c_kl"] = train.KlWeight,
                ["c_mel"] = train.MelWeight,
                ["epochs"] = train.Epochs,
                ["eps"] = train.Epsilon,
                ["init_lr_ratio"] = 1,
                ["learning_rate"] = train.LearningRate,
                ["log_interval"] = train.LogInterval,
                ["lr_decay"] = train.LearningRateDecay,
                ["seed"] = train.Seed,
                ["segment_size"] = train.SegmentSamples,
                ["warmup_epochs"] = 0,
            },
        };
        if (model.Vocoder != Vocoder.HifiGan || data.IsApplio) AddApplio(root, config);
        if (train.Discriminator is { } discriminator) root["train"]![DiscriminatorKey] = discriminator;
        if (train.MelLoss is { } melLoss) root["train"]![MelLossKey] = melLoss;
        if (train.DiscriminatorDivisor != 1) root["train"]![DivisorKey] = train.DiscriminatorDivisor;
        return root;

        static JsonArray List(IReadOnlyList<int> values) => new([.. values.Select(value => (JsonNode)value)]);
    }

    private static string Text(JsonObject root)
    {
        using MemoryStream stream = new();
        JsonWriterOptions options = new() { Indented = true, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter writer = new(stream, options)) root.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    // What Applio reads in the place of mainline's key, and beside mainline's keys for vocoders that only Applio goes on with.
    private static void AddApplio(JsonObject root, RvcConfig config)
    {
        root["data"]![ApplioRate] = config.Data.SampleRateHz;
        if (config.Data.IsApplio) ((JsonObject)root["data"]!).Remove(MainlineRate);
        if (config.Model.Vocoder != Vocoder.HifiGan) root["train"]![VocoderKey] = config.Model.Vocoder.FileName();
    }

    private static string? OneOf(ConfigSection section, string key, IReadOnlyList<string> names)
    {
        if (!section.Has(key)) return null;
        string name = section.Text(key);
        return names.Contains(name) ? name : throw section.Fault(key, $"is '{name}'; known are {string.Join(", ", names)}");
    }

    private static Vocoder VocoderOf(ConfigSection train)
    {
        if (!train.Has(VocoderKey)) return Vocoder.HifiGan;
        string name = train.Text(VocoderKey);
        return Vocoders.FromFile(name) ?? throw train.Fault(VocoderKey, $"is '{name}'; known are {Vocoders.FileNames}");
    }

    private static void Check(RvcConfig config, string file)
    {
        ModelSettings model = config.Model;
        Require(model.SamplesPerFrame == config.Data.HopSamples,
            $"model.upsample_rates multiply to {model.SamplesPerFrame}, but data.hop_length is {config.Data.HopSamples}; they must be equal");
        Require(model.UpsampleRates.Count == model.UpsampleKernels.Count,
            $"model.upsample_rates has {model.UpsampleRates.Count} values and upsample_kernel_sizes {model.UpsampleKernels.Count}; they must be equally many");
        Require(model.ResBlockKernels.Count == model.ResBlockDilations.Count,
            $"model.resblock_kernel_sizes has {model.ResBlockKernels.Count} values and resblock_dilation_sizes {model.ResBlockDilations.Count}");
        Require(model.ResBlock is "1" or "2", $"model.resblock is \"{model.ResBlock}\"; known are \"1\" and \"2\"");
        Require(model.ResBlockDilations.All(list => list.Count >= (model.ResBlock == "1" ? 1 : 2)), "model.resblock_dilation_sizes is too short for its blocks");
        Require(model.HiddenChannels % model.Heads == 0, $"model.hidden_channels {model.HiddenChannels} does not split into {model.Heads} heads");
        Require(model.InterChannels % 2 == 0, $"model.inter_channels {model.InterChannels} is odd; the flow halves it");
        Require(model.UpsampleInitialChannel >> model.UpsampleRates.Count > 0,
            $"model.upsample_initial_channel {model.UpsampleInitialChannel} cannot be halved {model.UpsampleRates.Count} times");
        Require(config.Train.SegmentSamples % config.Data.HopSamples == 0,
            $"train.segment_size {config.Train.SegmentSamples} is no multiple of data.hop_length {config.Data.HopSamples}");
        string? refine = model.Vocoder == Vocoder.RefineGan ? RefineGanGenerator.FaultOf(model, hasPitch: true) : null;
        Require(refine is null, $"model does not fit: {refine}");
        Require(config.Data.WindowSamples <= config.Data.FftSamples, "data.win_length is longer than data.filter_length");
        for (int i = 0; i < model.UpsampleRates.Count; i++)
        {
            string? fault = model.Vocoder == Vocoder.RefineGan ? null : HifiGanGenerator.FaultOf(model.UpsampleRates[i], model.UpsampleKernels[i]);
            Require(fault is null, $"model.upsample_kernel_sizes[{i}] = {model.UpsampleKernels[i]} does not go with the rate {model.UpsampleRates[i]}: {fault}");
        }

        void Require(bool holds, string problem)
        {
            if (!holds) throw new ConfigException(file, problem);
        }
    }
}
