using RvcNative.Cli.Demo;

namespace RvcNative.Cli.Tests;

public sealed class DemoFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("rvcnative-demo-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_folder_with_somebody_elses_files_is_refused_and_left_alone()
    {
        string theirs = Write("original.wav");
        IOException refusal = Assert.Throws<IOException>(() => new DemoFolder(_root).BeginAnew());
        Assert.Contains(_root, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--out", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([theirs], Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public void A_file_in_its_place_is_refused() =>
        Assert.Contains("is a file", Assert.Throws<IOException>(() => new DemoFolder(Write("file")).BeginAnew()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_new_folder_and_an_empty_one_are_taken()
    {
        string inner = Path.Combine(_root, "deep", "new");
        new DemoFolder(inner).BeginAnew();
        Assert.Single(Directory.GetFileSystemEntries(inner));
        string empty = Directory.CreateDirectory(Path.Combine(_root, "empty")).FullName;
        new DemoFolder(empty + Path.DirectorySeparatorChar).BeginAnew();
        Assert.Single(Directory.GetFileSystemEntries(empty));
    }

    [Fact]
    public void Beginning_anew_removes_what_a_demo_made_and_nothing_else()
    {
        DemoFolder folder = new(_root);
        folder.BeginAnew();
        DemoSamples.Write(folder);
        foreach (string made in (string[])["index.html", "converted.wav.tmp", "logs/demo/G_5.pth", "logs/demo/0_gt_wavs/0_0.wav", "logs/mute/0_gt_wavs/mute32k.wav", "weights/demo_e1_s5.pth", "weights/demo.pth"]) Write(made);
        string[] theirs = [.. new[] { "notes.txt", "logs/mira/G_5.pth", "recordings/mine.wav", "weights/mira.pth", "weights/demo-mine.pth" }.Select(Write)];
        folder.BeginAnew();
        string[] left = [.. Directory.GetFiles(_root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Assert.Equal([.. theirs.Append(Path.Combine(_root, "rvcnative-demo.txt")).Order(StringComparer.Ordinal)], left);
        Assert.False(Directory.Exists(Path.Combine(_root, "logs", "demo")));
    }

    [Fact]
    public void The_samples_lie_in_the_program_as_they_lie_in_the_repository()
    {
        DemoFolder folder = new(_root);
        DemoSamples.Write(folder);
        string samples = Path.Combine(Repository.Root, "samples");
        string[] written = [.. Directory.GetFiles(folder.Recordings).Append(folder.Original)];
        Assert.Equal(Directory.GetFiles(Path.Combine(samples, "speech")).Length, written.Length);
        foreach (string recording in Directory.GetFiles(folder.Recordings))
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(samples, "speech", Path.GetFileName(recording))), File.ReadAllBytes(recording));
        }

        Assert.Equal(File.ReadAllBytes(Path.Combine(samples, "LICENSE.md")), File.ReadAllBytes(folder.Licence));
        Assert.DoesNotContain(Directory.GetFiles(folder.Recordings), recording => File.ReadAllBytes(recording).AsSpan().SequenceEqual(File.ReadAllBytes(folder.Original)));
    }

    private string Write(string relative)
    {
        string path = Path.Combine([_root, .. relative.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, relative);
        return path;
    }
}
