namespace RvcNative.Audio.Tests;

internal static class Preprocess
{
    internal static float[] Recording(Golden golden) => Floats(golden.Shorts("audio_i16"));

    internal static float[] Floats(short[] samples) => [.. samples.Select(sample => sample / 32768f)];
}
