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
        long frames = golden.Longs("protect_length")[0];
        float[] pitchHz = golden.Floats("protect_pitchf")[..(int)frames];
        Close.RelL2(golden.Floats("protected"), Protection.DoubleAndMix(blended, features, Channels, pitchHz, 0.33f), 1e-5);
    }

    [Fact]
    public void Frames_are_the_fewer_of_audio_and_features()
    {
        Assert.Equal(60, Protection.FramesOf(160 * 62 + 7, 160, 30));
        Assert.Equal(59, Protection.FramesOf(160 * 60 - 1, 160, 30));
    }

    [Fact]
    public void From_one_half_on_nothing_is_protected()
    {
        float[] got = Protection.DoubleAndMix([1f, 2], [5f, 6], 1, [0f, 0, 0, 0], 0.5f);
        Assert.Equal([1f, 1, 2, 2], got);
        Assert.Throws<ArgumentException>(() => Protection.DoubleAndMix([1f, 2], [5f], 1, [0f], 0.5f));
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
