using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Nn;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

public sealed partial class VoiceFile
{
    private const string FilledUnvoiced = "filled", ZeroUnvoiced = "zero", PosteriorEncoder = "enc_q";

    /// <summary>
    /// Writes a voice as mainline's savee does (train/process_ckpt.py), which mainline, Applio and torch.load(weights_only=True) read; what
    /// they do not know lies under the key "rvcnative". Voices of vocoders that only Applio has, and those trained in a folder of Applio's, get Applio's keys as
    /// well (its extract_model). The file appears whole or not at all.
    /// </summary>
    /// <param name="synthesizer">Of a training or of a voice file; its posterior encoder is left out.</param>
    /// <param name="epoch">Epochs trained.</param>
    /// <param name="extraction">What the voice heard in training, when that is known.</param>
    /// <exception cref="FileFormatException">A weight does not fit into half precision (beyond 65504, or not finite).</exception>
    /// <param name="step">Steps trained, for Applio's keys.</param>
    /// <param name="applio">Of the folder of Applio's in which the voice was trained; null elsewhere.</param>
    public static void Write(string path, Synthesizer synthesizer, int epoch, VoiceExtraction? extraction = null, long step = 0, ApplioInfo? applio = null)
    {
        ModelPlan plan = synthesizer.Plan;
        PickleDict weight = new(), root = new(ordered: true);
        foreach (Parameter parameter in synthesizer.Network.Parameters.Parameters)
        {
            if (parameter.Name.Contains(PosteriorEncoder, StringComparison.Ordinal)) continue;
            weight[parameter.Name] = Half(path, synthesizer.Network, parameter);
        }

        root["weight"] = weight;
        root["config"] = VoiceFileConfig.Write(plan);
        root["info"] = $"{epoch}epoch";
        root["sr"] = plan.SampleRateHz % 1000 == 0 ? $"{plan.SampleRateHz / 1000}k" : $"{plan.SampleRateHz}";
        root["f0"] = plan.HasPitch ? 1 : 0;
        root["version"] = plan.Version == ModelVersion.V1 ? "v1" : "v2";
        if (plan.Vocoder != Vocoder.HifiGan || applio is not null)
        {
            AddApplio(root, plan, Path.GetFileNameWithoutExtension(path), epoch, step, applio?.Duration, extraction?.Features);
        }

        if (extraction is not null)
        {
            PickleDict ours = new();
            ours["features"] = extraction.Features;
            if (extraction.Pitch is { } pitch) ours["pitch"] = pitch;
            ours["unvoiced"] = extraction.FillsUnvoiced ? FilledUnvoiced : ZeroUnvoiced;
            // As text: PyTorch before 2.0 reads no float with weights_only.
            if (extraction.MedianPitchHz is { } median) ours[MedianKey] = median.ToString(CultureInfo.InvariantCulture);
            if (extraction.SpeakerNames.Count > 0) ours[SpeakersKey] = new PickleList([.. extraction.SpeakerNames.Select(name => (PickleValue)name)]);
            if (extraction.FeaturesHash is { } hash)
            {
                ours[FeaturesHashKey] = hash;
                root[EmbedderKey] = Embedders.NameOf(extraction.Features);   // as Applio names it
            }

            root[OursKey] = ours;
        }

        PthFile.Write(path, root);
    }

    private static void AddApplio(PickleDict root, ModelPlan plan, string name, int epoch, long step, string? duration, string? embedder)
    {
        string identity = string.Create(CultureInfo.InvariantCulture, $"{name}-{epoch}-{step}-{plan.SampleRateHz}-{plan}");
        root["sr"] = plan.SampleRateHz;
        root["f0"] = plan.HasPitch;
        root[EpochKey] = epoch;
        root["step"] = step;
        root["creation_date"] = DateTime.Now.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        root["model_hash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)));
        root["dataset_length"] = OrNone(duration);
        root["model_name"] = name;
        root["author"] = PickleNone.Instance;
        root[EmbedderKey] = OrNone(embedder);
        root["speakers_id"] = plan.Speakers;
        root[VocoderKey] = plan.Vocoder.FileName();
    }

    private static PickleValue OrNone(string? text) => text is null ? PickleNone.Instance : text;

    private static PickleTensor Half(string path, Network network, Parameter parameter)
    {
        int[] shape = parameter.CheckpointShape.ToArray();
        return new PickleTensor(FileDType.Float16, shape, stream =>
        {
            float[] values = network.Save(parameter, parameter.Value);
            foreach (float value in values)
            {
                if (System.Half.IsFinite((System.Half)value)) continue;
                throw new FileFormatException(path, $"{parameter.Name} holds {value}, which half precision cannot (at most 65504); "
                    + "the training has diverged: take an earlier checkpoint, or train on with a lower learning rate. Nothing was written");
            }

            stream.Write(FileTensor.FromFloat16(shape, values).Data);
        });
    }
}
