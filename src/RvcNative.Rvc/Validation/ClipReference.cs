namespace RvcNative.Rvc.Validation;

/// <summary>What a comparison wants of a recording: it is the same at every save.</summary>
/// <param name="Pitch">In Hz of every 10 ms, 0 where unvoiced.</param>
/// <param name="Mel">[T,mels], natural log.</param>
/// <param name="Spectra">[T,F] magnitudes of each of the three windows of the STFT distance.</param>
internal sealed record ClipReference(double[] Pitch, float[] Mel, IReadOnlyList<float[]> Spectra);
