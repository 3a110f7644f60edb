namespace RvcNative.Audio.Tests;

public sealed class ProtectionTests
{
    private const int Channels = 24;

    [SkippableFact]
    public void Protected_features_are_mainlines()
    {
        Golden golden = Golden.Case("pipeline");
        float[] features = golden.Floats("protect_feats");
        float[] blended = Retrieve(features, golden.Floats("protect_vectors"), indexRate: 0.6);
        float[] pitchHz = golden.Floats("protect_pitchf"), mixed = Protection.DoubleAndMix(blended, features, Channels, pitchHz.Length, pitchHz, 0.33f);
        Assert.Equal(golden.Longs("protect_length")[0], mixed.Length / Channels);
        Close.RelL2(golden.Floats("protected"), mixed, 1e-5);
    }

    [Fact]
    public void Frames_are_the_fewer_of_audio_and_features()
    {
        Assert.Equal([1f, 1, 2, 2], Protection.Double([1f, 2], 1, frames: 6));
        Assert.Equal([1f, 10, 1, 10, 2, 20], Protection.Double([1f, 10, 2, 20], 2, frames: 3));
        Assert.Equal([5f, 5, 6], Protection.DoubleAndMix([1f, 2], [5f, 6], 1, 3, [0f, 0, 0, 7], 0));
        Assert.Throws<ArgumentException>(() => Protection.Double([1f, 2, 3], 2, 4));
        Assert.Throws<ArgumentException>(() => Protection.DoubleAndMix([1f, 2], [5f, 6], 1, 4, [0f, 0, 0], 0));
    }

    [Fact]
    public void From_one_half_on_nothing_is_protected()
    {
        float[] got = Protection.DoubleAndMix([1f, 2], [5f, 6], 1, 4, [0f, 0, 0, 0], 0.5f);
        Assert.Equal([1f, 1, 2, 2], got);
        Assert.Throws<ArgumentException>(() => Protection.DoubleAndMix([1f, 2], [5f], 1, 4, [0f], 0.5f));
    }

    // Inverse squares of the squared distances to the 8 nearest vectors, as mainline's index search weighs them.
    private static float[] Retrieve(float[] features, float[] vectors, double indexRate)
    {
        float[] blended = new float[features.Length];
        for (int at = 0; at < features.Length; at += Channels)
        {
            (double Distance, int Row)[] nearest = [.. Enumerable.Range(0, vectors.Length / Channels)
                .Select(row => (Enumerable.Range(0, Channels).Sum(c => Math.Pow((double)features[at + c] - vectors[row * Channels + c], 2)), row))
                .OrderBy(pair => pair.Item1).Take(8)];
            double total = nearest.Sum(pair => 1 / (pair.Distance * pair.Distance));
            for (int c = 0; c < Channels; c++)
            {
                double found = nearest.Sum(pair => vectors[pair.Row * Channels + c] / (pair.Distance * pair.Distance)) / total;
                blended[at + c] = (float)(found * indexRate + features[at + c] * (1 - indexRate));
            }
        }
        return blended;
    }
}
