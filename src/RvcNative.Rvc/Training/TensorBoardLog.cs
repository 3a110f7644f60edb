using RvcNative.Formats.TensorBoard;
using RvcNative.Rvc.Imaging;

namespace RvcNative.Rvc.Training;

/// <summary>Mainline's scalars and mel images (train/train.py, train_and_evaluate); the values are not clamped.</summary>
public sealed class TensorBoardLog(string folder) : IDisposable
{
    // Mainline's figure of 10 x 2 inches at 100 dots an inch.
    private const int Width = 1000, Height = 200;
    private readonly EventFileWriter _writer = new(folder);

    public void Scalars(StepLosses losses, double learningRate, long step)
    {
        List<KeyValuePair<string, float>> values =
        [
            Pair("loss/g/total", losses.Total),
            Pair("loss/d/total", losses.Discriminator),
            Pair("learning_rate", learningRate),
            Pair("grad_norm_d", losses.DiscriminatorGradientNorm),
            Pair("grad_norm_g", losses.GeneratorGradientNorm),
            Pair("loss/g/fm", losses.FeatureMatching),
            Pair("loss/g/mel", losses.Mel),
            Pair("loss/g/kl", losses.Kl),
        ];
        for (int i = 0; i < losses.Adversarial.Length; i++) values.Add(Pair($"loss/g/{i}", losses.Adversarial[i]));
        for (int i = 0; i < losses.Adversarial.Length; i++) values.Add(Pair($"loss/d_r/{i}", losses.DiscriminatorReal[i]));
        for (int i = 0; i < losses.Adversarial.Length; i++) values.Add(Pair($"loss/d_g/{i}", losses.DiscriminatorGenerated[i]));
        foreach ((string tag, float value) in values) _writer.Scalar(tag, value, step);

        static KeyValuePair<string, float> Pair(string tag, double value) => new(tag, (float)value);
    }

    public void Scalar(string tag, double value, long step) => _writer.Scalar(tag, (float)value, step);

    /// <param name="mel">[T,mels], natural log.</param>
    public void Mel(string tag, ReadOnlySpan<float> mel, int mels, long step) => _writer.Image(tag, HeatMap.Of(mel, mels, Width, Height), step);

    public void Dispose() => _writer.Dispose();
}
