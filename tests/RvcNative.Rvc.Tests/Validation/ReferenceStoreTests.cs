using RvcNative.Rvc.Tests.Data;
using RvcNative.Rvc.Validation;

namespace RvcNative.Rvc.Tests.Validation;

/// <summary>What was found of a recording is found once, and never taken for that of another or from a damaged file.</summary>
public sealed class ReferenceStoreTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private int _found;

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_reference_comes_back_bit_for_bit()
    {
        float[] wave = Noise(1, 900);
        ClipReference first = Of(wave), again = Of(wave);
        Assert.Equal(1, _found);
        Assert.Equal(first.Pitch.Select(BitConverter.DoubleToInt64Bits), again.Pitch.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(first.Mel, again.Mel);
        Assert.Equal(first.Spectra, again.Spectra);
    }

    [Fact]
    public void Other_samples_and_other_settings_have_their_own()
    {
        float[] wave = Noise(1, 900), changed = [.. wave];
        changed[450] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(changed[450]) ^ 1);
        Of(wave);
        Of(changed);
        Of(wave[..^1]);
        Of(wave, "other");
        Assert.Equal(4, _found);
        Of(changed);
        Of(wave, "other");
        Assert.Equal(4, _found);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("bit in the head")]
    [InlineData("bit in the values")]
    [InlineData("empty")]
    public void A_damaged_file_is_found_anew_and_mended(string damage)
    {
        float[] wave = Noise(2, 700);
        ClipReference wanted = Of(wave);
        string file = Assert.Single(Directory.GetFiles(_temp["references"]));
        byte[] bytes = File.ReadAllBytes(file);
        byte[] damaged = damage switch
        {
            "cut" => bytes[..^5],
            "empty" => [],
            _ => [.. bytes.Select((value, i) => i == (damage == "bit in the head" ? 30 : bytes.Length - 9) ? (byte)(value ^ 4) : value)],
        };
        File.WriteAllBytes(file, damaged);
        Assert.Equal(wanted.Mel, Of(wave).Mel);
        Assert.Equal(2, _found);
        Assert.Equal(bytes, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_time_alone()
    {
        File.WriteAllText(_temp["references"], "a file in its place");
        Assert.Equal(Of(Noise(3, 500)).Mel, Of(Noise(3, 500)).Mel);
        Assert.Equal(2, _found);
    }

    [Theory]
    [InlineData(159, 0)]
    [InlineData(160, 1)]
    [InlineData(1000, 3)]
    public void Spectra_beyond_what_they_may_take_are_found_each_time(int mostBytes, int kept)
    {
        float[][] waves = [Noise(1, 400), Noise(2, 400), Noise(3, 400)];
        int spectra = 0;
        foreach (int round in (int[])[1, 2])
        {
            ReferenceStore store = new(_temp["references"], "settings", mostBytes);
            foreach (float[] wave in waves)
            {
                ClipReference reference = store.Of(wave, () => Find(wave), () =>
                {
                    spectra++;
                    return Spectra(wave);
                });
                Assert.Equal(Spectra(wave), reference.Spectra);
            }

            Assert.Equal((waves.Length, round == 1 ? 0 : waves.Length - kept), (_found, spectra));
        }
    }

    [Fact]
    public void What_is_not_asked_for_any_more_goes()
    {
        Of(Noise(1, 300));
        ReferenceStore store = new(_temp["references"], "settings");
        store.Of(Noise(2, 300), () => Find(Noise(2, 300)), () => Spectra(Noise(2, 300)));
        store.Trim();
        Assert.Single(Directory.GetFiles(_temp["references"]));
        Of(Noise(2, 300));
        Assert.Equal(2, _found);
    }

    private ClipReference Of(float[] wave, string settings = "settings") => new ReferenceStore(_temp["references"], settings).Of(wave, () => Find(wave), () => Spectra(wave));

    private ClipReference Find(float[] wave)
    {
        _found++;
        return new ClipReference([0, wave[1], 123.456789012345, double.Epsilon], [.. wave.Select(sample => 2 * sample)], Spectra(wave));
    }

    private static float[][] Spectra(float[] wave) => [wave[..10], [], wave[10..40]];

    private static float[] Noise(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
