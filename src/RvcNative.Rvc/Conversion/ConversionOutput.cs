using RvcNative.Audio;
using RvcNative.Formats;

namespace RvcNative.Rvc.Conversion;

/// <summary>What a voice says, as it comes, brought to the recording's length and the wanted loudness and rate. Nothing of the recording's length is kept in memory.</summary>
/// <param name="voice">Name of its file, for messages.</param>
/// <param name="rateHz">The voice's.</param>
/// <param name="samples">Of <see cref="SamplesOf"/>.</param>
/// <param name="folder">Where a long result lies; null for the system's folder for such.</param>
internal sealed class ConversionOutput(string voice, int rateHz, long samples, ConversionSettings settings, string? folder) : IDisposable
{
    private SampleSpool? _said = new(folder);

    /// <summary>Samples that a recording at 16 kHz takes at the voice's rate.</summary>
    internal static long SamplesOf(long inputSamples, int rateHz) => ((inputSamples * rateHz) + ConversionInput.SampleRateHz - 1) / ConversionInput.SampleRateHz;

    /// <summary>Adds what is said from a frame on; what lies between it and what came before is silence.</summary>
    /// <exception cref="FileFormatException">The voice makes something that is no sound.</exception>
    internal void Add(long frame, ReadOnlySpan<float> block)
    {
        FillTo(frame * (rateHz / ConversionPieces.FramesPerSecond));
        foreach (float sample in block)
        {
            if (float.IsFinite(sample)) continue;
            throw new FileFormatException(voice, $"makes {sample} in the place of sound; its training diverged, take an earlier one");
        }

        _said!.Add(block[..(int)Math.Min(block.Length, samples - _said.Count)]);
    }

    /// <summary>The whole, which is the caller's.</summary>
    /// <param name="filtered">The recording, after the high-pass.</param>
    internal SampleSpool Finish(SampleSpool filtered)
    {
        FillTo(samples);
        SampleSpool said = _said!;
        int outputHz = settings.OutputRateHz ?? rateHz;
        if (settings.RmsMix == 1 && outputHz == rateHz)
        {
            _said = null;
            return said;
        }

        LoudnessMix? mix = settings.RmsMix == 1 ? null : new LoudnessMix(filtered, ConversionInput.SampleRateHz, said, rateHz, settings.RmsMix);
        SampleSpool finished = new(folder);
        try
        {
            StreamResampler? resampler = outputHz == rateHz ? null : new StreamResampler(rateHz, outputHz, finished.Add);
            said.CopyTo((start, block) =>
            {
                mix?.Scale(start, block);
                if (resampler is null) finished.Add(block);
                else resampler.Add(block);
            });
            resampler?.Finish();
            return finished;
        }
        catch
        {
            finished.Dispose();
            throw;
        }
    }

    public void Dispose() => _said?.Dispose();

    private void FillTo(long count)
    {
        if (_said!.Count >= count) return;
        float[] silence = new float[1 << 14];
        while (_said.Count < count) _said.Add(silence.AsSpan(0, (int)Math.Min(silence.Length, count - _said.Count)));
    }
}
