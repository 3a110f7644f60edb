namespace RvcNative.Formats.Tests;

public class AtomicFileTests
{
    [Fact]
    public void A_failed_write_leaves_the_older_file_and_no_other()
    {
        using TestFolder folder = new();
        string path = folder.Write("a.bin", [1, 2, 3]);
        Assert.Throws<TimeoutException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(9);
            throw new TimeoutException();
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void A_second_writer_is_refused_and_does_not_harm_the_first()
    {
        using TestFolder folder = new();
        string path = folder["new/a.bin"];
        AtomicFile.Write(path, first =>
        {
            first.WriteByte(1);
            Assert.Throws<IOException>(() => AtomicFile.Write(path, second => second.WriteByte(2)));
        });
        Assert.Equal([1], File.ReadAllBytes(path));
    }
}
