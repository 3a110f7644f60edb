using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Tests.Pitch;

public sealed class PitchFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-curve-");

    private string this[string name] => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("new/curve.csv")]
    [InlineData("curve.npy")]
    public void What_is_written_is_read_to_the_last_bit(string name)
    {
        Random random = new(1);
        double[] hz = [.. Enumerable.Range(0, 321).Select(t => t % 7 < 2 ? 0 : 50 + (500 * random.NextDouble()))];
        PitchFile.Write(this[name], hz);
        Assert.Equal(hz, PitchFile.Read(this[name], 321));
        Assert.Equal([.. hz, 0, 0, 0], PitchFile.Read(this[name], 324));
        Assert.Equal(hz[..50], PitchFile.Read(this[name], 50));
    }

    [Fact]
    public void Points_apart_are_joined_and_gaps_are_not()
    {
        File.WriteAllText(this["a.csv"], "time,f0\n# a glide, then silence\n0.02;100\n0.06\t200\n\n0.07 0\n0.09,nan\n0.10,300\n");
        double[] hz = PitchFile.Read(this["a.csv"], 13);
        Assert.Equal([0, 0, 100, 125, 150, 175, 200, 0, 0, 0, 300, 0, 0], hz.Select(each => Math.Round(each, 9)));
    }

    [Fact]
    public void Npy_may_hold_times()
    {
        NpyFile.Write(this["pairs.npy"], FileTensor.FromFloat32([2, 2], [0, 100, 0.02f, 200]));
        Assert.Equal([100, 150, 200], PitchFile.Read(this["pairs.npy"], 3).Select(each => Math.Round(each, 3)));
        NpyFile.Write(this["cube.npy"], FileTensor.FromFloat32([1, 2, 2], [0, 1, 2, 3]));
        Assert.Contains("[T,2]", Assert.Throws<FileFormatException>(() => PitchFile.Read(this["cube.npy"], 3)).Message);
    }

    [Theory]
    [InlineData("0.0,100\nnot a number,1\n", "line 2")]
    [InlineData("0.1,100\n0.1,120\n", "line 2 is at 0.1 s")]
    [InlineData("0.0,-5\n", "-5 Hz")]
    [InlineData("0.0,90000\n", "90000 Hz")]
    [InlineData("seconds,Hz\n", "holds no point")]
    public void What_is_no_curve_is_refused_with_its_line(string text, string message)
    {
        File.WriteAllText(this["bad.csv"], text);
        Assert.Contains(message, Assert.Throws<FileFormatException>(() => PitchFile.Read(this["bad.csv"], 10)).Message);
    }

    [Fact]
    public void A_folder_has_a_curve_for_each_name()
    {
        File.WriteAllText(this["one.csv"], "0,1");
        File.WriteAllText(this["two.wav.npy"], "");
        Assert.Equal(this["one.csv"], PitchFile.For(_folder.FullName, "one"));
        Assert.Equal(this["two.wav.npy"], PitchFile.For(_folder.FullName, "two"));
        Assert.Equal(this["one.csv"], PitchFile.For(this["one.csv"], "any"));
        Assert.Contains("three.csv", Assert.Throws<FileNotFoundException>(() => PitchFile.For(_folder.FullName, "three")).Message);
    }
}
