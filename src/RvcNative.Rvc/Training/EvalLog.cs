using RvcNative.Formats.TensorBoard;

namespace RvcNative.Rvc.Training;

/// <summary>Applio's curves (rvc/train/train.py), in logs/NAME/eval: means of 50 steps, of whole epochs, and each save's sound under one tag, so that a slider goes through the steps.</summary>
public sealed class EvalLog(string folder, TimeProvider? time = null) : IDisposable
{
    /// <summary>Name of the folder in logs/NAME.</summary>
    public const string FolderName = "eval";

    private readonly EventFileWriter _writer = new(Path.Combine(folder, FolderName), time);

    /// <summary>Every 50 steps.</summary>
    /// <param name="step">Updates made.</param>
    public void Window(LossFigures mean, long step) => Add("loss_avg_50", "grad_avg_50", mean, step);

    /// <summary>After every epoch; Applio shows its last step there, here it is the mean of all steps.</summary>
    public void Epoch(LossFigures mean, double learningRate, long step)
    {
        Add("loss", "grad", mean, step);
        _writer.Scalar("learning_rate", (float)learningRate, step);
    }

    /// <summary>The reference clip at a save.</summary>
    public void Sound(ReadOnlySpan<float> samples, int sampleRateHz, long step) => _writer.Audio("gen/audio", samples, sampleRateHz, step);

    public void Dispose() => _writer.Dispose();

    private void Add(string losses, string gradients, LossFigures mean, long step)
    {
        (string Tag, double Value)[] values =
        [
            ($"{losses}/g/total", mean.Total), ($"{losses}/g/adv", mean.Adversarial), ($"{losses}/g/fm", mean.FeatureMatching), ($"{losses}/g/kl", mean.Kl),
            ($"{losses}/g/mel", mean.Mel), ($"{losses}/d/adv", mean.Discriminator), ($"{gradients}/norm_g", mean.NormG), ($"{gradients}/norm_d", mean.NormD),
        ];
        foreach ((string tag, double value) in values) _writer.Scalar(tag, (float)value, step);
    }
}
