using RvcNative.Core;
using RvcNative.Rvc.Configuration;

namespace RvcNative.Rvc.Training;

/// <summary>What the generated audio's mel spectrogram is compared with, and how.</summary>
public enum MelLossForm
{
    /// <summary>The segment's frames of the item's spectrogram, which was made from the whole recording (mainline).</summary>
    FromSpec,

    /// <summary>The spectrogram of the segment's audio (Applio's HiFi-GAN and MRF HiFi-GAN).</summary>
    FromWave,

    /// <summary>Spectrograms of the segment's audio at seven scales (Applio's RefineGAN; Kumar et al. 2023, arXiv:2306.06546, sec. 3.5).</summary>
    MultiScale,
}

/// <summary>A form of the mel loss and its floors.</summary>
/// <param name="SpecFloor">Added to re^2 + im^2 inside the root.</param>
/// <param name="MelFloor">Least of a mel band before the logarithm.</param>
public readonly record struct MelLossSettings(MelLossForm Form, float SpecFloor, float MelFloor)
{
    public static MelLossSettings Mainline { get; } = new(MelLossForm.FromSpec, 2e-7f, 2e-6f);

    public static MelLossSettings Applio { get; } = new(MelLossForm.FromWave, 1e-6f, 1e-5f);

    public static MelLossSettings RefineGan { get; } = Applio with { Form = MelLossForm.MultiScale };
}

/// <summary>How far the generated audio's mel spectrogram is from the real one's, times c_mel in the gradient.</summary>
public sealed class MelLoss
{
    // Applio's MultiScaleMelSpectrogramLoss, whose sum over scales is multiplied by c_mel / 3 and whose logarithm is that of base 10.
    private static readonly int[] s_bands = [5, 10, 20, 40, 80, 160, 320], s_windows = [32, 64, 128, 256, 512, 1024, 2048];
    private const double ScaleFactor = 1 / (3 * 2.302585092994046);
    private readonly MelLossForm _form;
    private readonly double _weight;
    private readonly List<MelTransform> _scales = [];

    /// <param name="weight">c_mel.</param>
    public MelLoss(Backend backend, DataSettings data, double weight, MelLossSettings settings)
    {
        _form = settings.Form;
        Transform = new MelTransform(backend, data, settings);
        _weight = _form == MelLossForm.MultiScale ? weight * ScaleFactor : weight;
        if (_form != MelLossForm.MultiScale) return;
        foreach ((int bands, int window) in s_bands.Zip(s_windows))
        {
            DataSettings scale = data with
            {
                FftSamples = window,
                WindowSamples = window,
                HopSamples = window / 4,
                MelBands = bands,
                MelMinimumHz = 0,
                MelMaximumHz = null,
            };
            _scales.Add(new MelTransform(backend, scale, settings, centred: true));
        }
    }

    /// <summary>The voice's own mel spectrogram, which pictures show whatever the loss compares.</summary>
    public MelTransform Transform { get; }

    /// <param name="spec">[B,T,bins], the segment's frames of the item's spectrogram.</param>
    /// <param name="real">[B,N,1], the segment's audio.</param>
    /// <param name="generated">[B,N,1].</param>
    public RecordedMelLoss Record(Tape tape, Tensor spec, Tensor real, Tensor generated)
    {
        Tensor realMel = tape.Keep(_form == MelLossForm.FromWave ? Transform.FromWave(tape, real) : Transform.FromSpec(tape, spec));
        if (_form != MelLossForm.MultiScale)
        {
            Tensor generatedMel = tape.Keep(Transform.FromWave(tape, generated));
            return new RecordedMelLoss(realMel, generatedMel, [Compared(tape, generatedMel, realMel)], _weight);
        }

        Tensor[] losses = [.. _scales.Select(scale => Compared(tape, scale.FromWave(tape, generated), scale.FromWave(tape, real)))];
        return new RecordedMelLoss(realMel, tape.Keep(Transform.FromWave(tape, generated.Detach())), losses, _weight);
    }

    private Tensor Compared(Tape tape, Tensor generated, Tensor real) => tape.Keep(Op.AbsoluteError(tape, generated, real, (float)_weight));
}

/// <summary>A step's mel spectrograms [B,T,mels], and its losses [1], whose sum times the weight is the mel loss.</summary>
public sealed record RecordedMelLoss(Tensor Real, Tensor Generated, IReadOnlyList<Tensor> Losses, double Weight);
