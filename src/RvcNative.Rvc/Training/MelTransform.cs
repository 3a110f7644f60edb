using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Rvc.Configuration;

namespace RvcNative.Rvc.Training;

/// <summary>Log-mel spectrograms on the tape, as mainline and Applio compute them (train/mel_processing.py).</summary>
public sealed class MelTransform
{
    private readonly Tensor _window, _bank;
    private readonly StftSettings _stft;
    private readonly MelBank _melBank;
    private readonly float _floor;

    /// <param name="centred">Whether frames lie around multiples of the hop.</param>
    public MelTransform(Backend backend, DataSettings data, MelLossSettings settings, bool centred = false)
    {
        _floor = settings.MelFloor;
        _stft = new StftSettings(data.FftSamples, data.HopSamples, data.WindowSamples, settings.SpecFloor) { Centred = centred };
        float[] window = new float[data.WindowSamples];

        // In float, as torch.hann_window computes it; the correctly rounded table is further from what mainline trains on.
        for (int i = 0; i < window.Length; i++) window[i] = (MathF.Cos(i * (float)(2 * Math.PI / window.Length)) * -0.5f) + 0.5f;
        _window = backend.NewTensor([window.Length]);
        backend.Write(window, _window);

        MelBank bank = _melBank = new(data.SampleRateHz, data.FftSamples, data.MelBands, data.MelMinimumHz, data.MelMaximumHz ?? (data.SampleRateHz / 2.0));
        float[] columns = new float[bank.Bins * bank.Bands];
        for (int band = 0; band < bank.Bands; band++)
        {
            for (int bin = 0; bin < bank.Bins; bin++) columns[(bin * bank.Bands) + band] = bank.Weights[(band * bank.Bins) + bin];
        }

        _bank = backend.NewTensor([1, bank.Bins, bank.Bands]);
        backend.Write(columns, _bank);
    }

    /// <param name="spec">[B,T,bins], linear magnitudes.</param>
    /// <returns>[B,T,mels], natural log.</returns>
    public Tensor FromSpec(Tape tape, Tensor spec) => Op.LogClamp(tape, Op.Conv(tape, spec, _bank, null, new ConvGeometry(1)), _floor);

    /// <summary>The same on the host, for pictures.</summary>
    /// <param name="spec">[T,bins].</param>
    /// <returns>[T,mels].</returns>
    public float[] Of(ReadOnlySpan<float> spec) => _melBank.LogMel(spec, _floor);

    /// <param name="wave">[B,N,1].</param>
    /// <returns>[B,T,mels], T = N / hop, and one more if centred.</returns>
    public Tensor FromWave(Tape tape, Tensor wave) => FromSpec(tape, Op.StftMagnitude(tape, wave, _window, _stft));
}
