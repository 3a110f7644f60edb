using RvcNative.Core;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>A voice file out of a generator's checkpoint, whenever it was saved (mainline's extract_small_model, train/process_ckpt.py).</summary>
public static class ExtractedVoice
{
    private const string PhoneWeight = "enc_p.emb_phone.weight", PitchWeight = "enc_p.emb_pitch.weight", SpeakerWeight = "emb_g.weight";

    /// <param name="checkpoint">G_STEP.pth; what its folder's extract.json says of features and pitch goes into the voice.</param>
    /// <param name="config">Of its training; version, pitch, speakers and vocoder are read off the checkpoint itself.</param>
    /// <returns>The voice's plan and the epoch of the checkpoint.</returns>
    /// <exception cref="Formats.FileFormatException">No generator's checkpoint, or of another configuration; the message lists what does not fit.</exception>
    public static (ModelPlan Plan, int Epoch) Write(Backend backend, string checkpoint, RvcConfig config, string path)
    {
        ModelPlan plan = PlanOf(checkpoint, config);
        Synthesizer synthesizer = new(backend, plan, training: false);
        int epoch = TrainingCheckpoint.LoadWeights(checkpoint, synthesizer.Network);
        VoiceFile.Write(path, synthesizer, epoch, ExtractionBeside(checkpoint, plan));
        return (plan, epoch);
    }

    /// <summary>What a training heard, as the extract.json beside its checkpoint says; null where it says nothing.</summary>
    public static VoiceExtraction? ExtractionBeside(string checkpoint, ModelPlan plan) =>
        TrainingSettings.ExtractionOf(new ExperimentFolder(Path.GetDirectoryName(Path.GetFullPath(checkpoint))!), plan);

    private static ModelPlan PlanOf(string checkpoint, RvcConfig config)
    {
        if (!File.Exists(checkpoint)) throw new FileNotFoundException($"{checkpoint}: there is no such file; a generator's checkpoint (G_STEP.pth) is wanted", checkpoint);
        using PthFile file = PthFile.Open(checkpoint);
        return PlanOf(file.Root.Get("model", "is it a voice file already?"), config);
    }

    /// <summary>The plan of a generator's state dict: the configuration's, with version, pitch, speakers and vocoder as the tensors have them.</summary>
    /// <exception cref="Formats.FileFormatException">It is of no generator.</exception>
    public static ModelPlan PlanOf(PickleNode model, RvcConfig config)
    {
        int[] phone = model.Get(PhoneWeight, "is it a discriminator's checkpoint (D_)? The generator's (G_) is wanted;").Tensor().Shape;
        if (phone is not [_, 256 or 768]) throw model[PhoneWeight].Fault($"is [{string.Join(',', phone)}]; features of 256 (v1) or 768 (v2) values are known");
        ModelVersion version = phone[1] == 256 ? ModelVersion.V1 : ModelVersion.V2;
        return config.Plan(version, model.TryGet(PitchWeight, out _)) with
        {
            Speakers = model[SpeakerWeight].Tensor().Shape[0],
            Vocoder = Vocoders.OfParameters(model.Keys),
        };
    }
}
