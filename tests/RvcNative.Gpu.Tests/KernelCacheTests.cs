namespace RvcNative.Gpu.Tests;

public sealed class KernelCacheTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-kernels-");

    [Fact]
    public void What_was_kept_is_found()
    {
        KernelCache cache = new(Path.Combine(_folder.FullName, "made when needed"));
        string key = KernelCache.Key("device", "driver", "source");
        Assert.Null(cache.Find(key));
        cache.Keep(key, [1, 2, 3]);
        Assert.Equal([1, 2, 3], cache.Find(key)!);
        Assert.Single(Directory.GetFiles(cache.Folder));
    }

    [Fact]
    public void Another_device_driver_or_source_has_another_key()
    {
        string[] keys = [KernelCache.Key("a", "b", "c"), KernelCache.Key("ab", "", "c"), KernelCache.Key("a", "b", "d"), KernelCache.Key("a", "bc", "")];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Theory, InlineData(0), InlineData(1), InlineData(31), InlineData(40)]
    public void A_file_that_was_damaged_or_cut_off_is_not_found(int bytes)
    {
        KernelCache cache = new(_folder.FullName);
        cache.Keep("program", [.. Enumerable.Range(0, 100).Select(value => (byte)value)]);
        string file = Directory.GetFiles(_folder.FullName).Single();
        byte[] content = File.ReadAllBytes(file);
        File.WriteAllBytes(file, content[..bytes]);
        Assert.Null(cache.Find("program"));
        content[^1] ^= 1;
        File.WriteAllBytes(file, content);
        Assert.Null(cache.Find("program"));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_no_failure()
    {
        string file = Path.Combine(_folder.FullName, "a file");
        File.WriteAllText(file, "");
        KernelCache cache = new(Path.Combine(file, "below it"));
        cache.Keep("program", [1]);
        Assert.Null(cache.Find("program"));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
