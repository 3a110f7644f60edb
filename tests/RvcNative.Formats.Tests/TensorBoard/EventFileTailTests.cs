using FsCheck.Xunit;
using RvcNative.Formats.TensorBoard;

namespace RvcNative.Formats.Tests.TensorBoard;

/// <summary>Reading an event file while it grows.</summary>
public class EventFileTailTests
{
    [Property(MaxTest = 25)]
    public void However_a_file_grows_every_record_comes_once_and_whole(int seed)
    {
        using TestFolder folder = new();
        byte[] bytes = Written(folder, new Random(seed), out float[] expected);
        string growing = folder["growing"];
        EventFileTail tail = new(growing);
        Random random = new(seed + 1);
        List<float> found = [];
        for (int length = 0; length <= bytes.Length;)
        {
            File.WriteAllBytes(growing, bytes[..length]);
            tail.Read((_, item) => found.AddRange(item.Values.OfType<ScalarValue>().Select(value => value.Value)));
            Assert.Equal(tail.Position < length, tail.IsCut);
            Assert.Equal(expected[..found.Count], found);
            if (length == bytes.Length) break;
            length = Math.Min(bytes.Length, length + random.Next(1, 90));
        }

        Assert.Equal(expected, found);
    }

    [Fact]
    public void An_event_is_found_again_where_it_was_said_to_be()
    {
        using TestFolder folder = new();
        Written(folder, new Random(3), out _);
        string path = Directory.GetFiles(folder.FullName).Single();
        List<(long Offset, TensorBoardEvent Event)> all = [];
        new EventFileTail(path).Read((offset, item) => all.Add((offset, item)));
        foreach ((long offset, TensorBoardEvent item) in all.AsEnumerable().Reverse())
        {
            TensorBoardEvent again = EventFile.ReadAt(path, offset);
            Assert.Equal((item.Step, item.WallTimeSeconds, item.FileVersion), (again.Step, again.WallTimeSeconds, again.FileVersion));
            Assert.Equal(item.Values, again.Values);
        }

        Assert.Throws<FileFormatException>(() => EventFile.ReadAt(path, all[1].Offset + 1));
        Assert.Contains("no whole record", Assert.Throws<FileFormatException>(() => EventFile.ReadAt(path, new FileInfo(path).Length)).Message);
    }

    [Fact]
    public void After_a_damaged_record_reading_begins_with_it_again()
    {
        using TestFolder folder = new();
        byte[] bytes = Written(folder, new Random(4), out float[] expected), damaged = [.. bytes];
        damaged[^6] ^= 0x10;
        string path = folder.Write("damaged", damaged);
        EventFileTail tail = new(path);
        List<float> found = [];
        Assert.Throws<FileFormatException>(() => tail.Read(Take));
        long stopped = tail.Position;
        Assert.Throws<FileFormatException>(() => tail.Read(Take));
        Assert.Equal(stopped, tail.Position);
        File.WriteAllBytes(path, bytes);
        tail.Read(Take);
        Assert.Equal(expected, found);

        void Take(long offset, TensorBoardEvent item) => found.AddRange(item.Values.OfType<ScalarValue>().Select(value => value.Value));
    }

    private static byte[] Written(TestFolder folder, Random random, out float[] values)
    {
        values = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.NextSingle())];
        using EventFileWriter writer = new(folder.FullName);
        for (int i = 0; i < values.Length; i++) writer.Scalar(new string('t', random.Next(1, 30)), values[i], i);
        return File.ReadAllBytes(writer.FilePath);
    }
}
