using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Rvc.Checkpoints;

namespace RvcNative.Rvc.Conversion;

/// <summary>What a voice says, as it comes, brought to the recording's length and the wanted loudness and rate. Nothing of the recording's length is kept in memory.</summary>
internal sealed class ConversionOutput(VoiceFile voice, long inputSamples, ConversionSettings settings, string? folder) : IDisposable
{
    private readonly int _rateHz = voice.Plan.SampleRateHz;
    private SampleSpool? _said = new(folder);

    /// <summary>Samples that the recording takes at the voice's rate.</summary>
    private long Wanted => ((inputSamples * _rateHz) + ConversionInput.SampleRateHz - 1) / ConversionInput.SampleRateHz;

    /// <summary>Adds what is said from a frame on; what lies between it and what came before is silence.</summary>
    /// <exception cref="FileFormatException">The voice makes something that is no sound.</exception>
    internal void Add(long frame, ReadOnlySpan<float> samples)
    {
        FillTo(frame * voice.Plan.SamplesPerFrame);
        foreach (float sample in samples)
        {
            if (float.IsFinite(sample)) continue;
            throw new FileFormatException(voice.FilePath, $"makes {sample} in the place of sound; its training diverged, take an earlier one");
        }

        _said!.Add(samples[..(int)Math.Min(samples.Length, Wanted - _said.Count)]);
    }

    /// <summary>The whole, which is the caller's.</summary>
    internal SampleSpool Finish(SampleSpool filtered)
    {
        FillTo(Wanted);
        SampleSpool said = _said!;
        int rateHz = settings.OutputRateHz ?? _rateHz;
        bool mixes = settings.RmsMix != 1;
        if (!mixes && rateHz == _rateHz)
        {
            _said = null;
            return said;
        }

        double[] source = mixes ? LoudnessMix.HalfSecondLevels(filtered.Count, filtered.Read, ConversionInput.SampleRateHz) : [];
        double[] target = mixes ? LoudnessMix.HalfSecondLevels(said.Count, said.Read, _rateHz) : [];
        SampleSpool finished = new(folder);
        try
        {
            StreamResampler? resampler = rateHz == _rateHz ? null : new StreamResampler(_rateHz, rateHz, finished.Add);
            said.CopyTo((start, block) =>
            {
                if (mixes) LoudnessMix.Scale(block, start, said.Count, source, target, settings.RmsMix);
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
