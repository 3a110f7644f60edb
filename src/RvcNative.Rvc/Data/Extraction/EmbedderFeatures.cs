using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Data;

/// <summary>Which of HuBERT's layers v1 voices hear before final_proj; v2 voices hear the last as it is.</summary>
public enum V1Features
{
    /// <summary>Layer 9, as mainline (infer/hubert.py) and all voices from there.</summary>
    Mainline,

    /// <summary>The last layer, as Applio (rvc/infer/pipeline.py).</summary>
    Applio,
}

/// <summary>Features of a HuBERT encoder: ContentVec and what is fine-tuned of the same network.</summary>
public sealed class EmbedderFeatures : IFeatureExtractor, IDisposable
{
    /// <summary>Behind the name of features that are of the last layer where mainline takes the ninth.</summary>
    public const string LastLayerSuffix = "-last";

    internal const int MainlineV1Layer = 9;
    private const double NormaliseEpsilon = 1e-5;
    private readonly LoadedHubert _hubert;
    private readonly int _layer;
    private readonly bool _final, _normalises;

    /// <param name="name">The embedder's name, such as "contentvec".</param>
    /// <param name="forTraining">Whether recordings are normalised if the network's files say so; mainline does in training and never in conversion.</param>
    /// <exception cref="ArgumentException">The network has no features of the width that the version takes.</exception>
    public EmbedderFeatures(LoadedHubert hubert, string name, ModelVersion version, V1Features v1Features = V1Features.Mainline, bool forTraining = false)
    {
        HubertPlan plan = hubert.Encoder.Plan;
        bool isV1 = version == ModelVersion.V1, last = !isV1 || v1Features == V1Features.Applio;
        (_hubert, _final, _layer, _normalises) = (hubert, isV1, last ? plan.Layers : MainlineV1Layer, forTraining && hubert.Normalises);
        Name = isV1 && last ? name + LastLayerSuffix : name;
        Channels = isV1 ? plan.FinalChannels : plan.HiddenChannels;
        if (Channels == 0)
        {
            throw new ArgumentException($"the embedder '{name}' has no final_proj, which makes the 256 values of v1 voices; it serves v2 voices alone: "
                + "take contentvec, or train a v2 voice");
        }

        if (_layer > plan.Layers) throw new ArgumentException($"the embedder '{name}' has {plan.Layers} layers; v1 voices hear layer {MainlineV1Layer}");
    }

    public string Name { get; }

    public string Hash => _hubert.Hash;

    public int Channels { get; }

    /// <summary>No: a recording is shared among the backend's threads.</summary>
    public bool IsConcurrent => false;

    public float[] Extract(ReadOnlySpan<float> wave16k) => _hubert.Encoder.Run(_normalises ? Normalised(wave16k) : wave16k, _layer, _final);

    public void Dispose() => _hubert.Encoder.Dispose();

    /// <summary>(x - mean) / sqrt(variance + 1e-5), over the recording (mainline train/dataset/extract_hubert_feature.py, readwave).</summary>
    internal static float[] Normalised(ReadOnlySpan<float> wave)
    {
        double mean = 0, squares = 0;
        foreach (float sample in wave) mean += sample;
        mean /= wave.Length;
        foreach (float sample in wave) squares += (sample - mean) * (sample - mean);
        double scale = 1 / Math.Sqrt((squares / wave.Length) + NormaliseEpsilon);
        float[] normalised = new float[wave.Length];
        for (int i = 0; i < wave.Length; i++) normalised[i] = (float)((wave[i] - mean) * scale);
        return normalised;
    }
}
