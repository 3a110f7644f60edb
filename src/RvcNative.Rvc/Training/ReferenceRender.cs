using RvcNative.Core;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>The same clip of the training set said at every save: to be heard, and to see that a save gives any sound.</summary>
internal sealed class ReferenceRender(Backend backend, Synthesizer synthesizer, TrainingSet clips)
{
    private const float AudibleRms = 0.01f, SilentPeak = 1e-4f;
    private const ulong Seed = 0;
    private readonly TrainingItem _clip = Choose(clips);

    /// <returns>Samples at the voice's rate.</returns>
    internal float[] Run()
    {
        using PieceSynthesizer pieces = new(backend, synthesizer);
        return pieces.Run(new PieceInput(_clip.Frames, _clip.Phone, _clip.Pitch, _clip.F0, _clip.Speaker, firstFrame: 0), ConversionSettings.DefaultNoiseScale, Seed);
    }

    /// <summary>What is wrong with the sound; null for nothing.</summary>
    internal string? FaultOf(ReadOnlySpan<float> audio)
    {
        float peak = 0;
        foreach (float sample in audio)
        {
            if (!float.IsFinite(sample)) return $"the clip {_clip.Name} said by it has samples that are not finite";
            peak = Math.Max(peak, MathF.Abs(sample));
        }

        return peak < SilentPeak && IsAudible(_clip) ? $"the clip {_clip.Name} said by it is silent" : null;
    }

    // The first that is no silence.
    private static TrainingItem Choose(TrainingSet clips)
    {
        for (int i = 0; i < clips.Count; i++)
        {
            if (clips.Get(i) is var clip && IsAudible(clip)) return clip;
        }

        return clips.Get(0);
    }

    private static bool IsAudible(TrainingItem clip)
    {
        double energy = 0;
        foreach (float sample in clip.Wave) energy += (double)sample * sample;
        return Math.Sqrt(energy / clip.Wave.Length) > AudibleRms;
    }
}
