using System.Runtime.InteropServices;
using System.Text.Json;
using FsCheck.Xunit;
using RvcNative.Formats.Png;
using RvcNative.Formats.Safetensors;
using RvcNative.Formats.TensorBoard;

namespace RvcNative.Formats.Tests.TensorBoard;

public class EventFileTests
{
    private static readonly string GoldenPath = Golden.Require("tensorboard", "events.out.tfevents.golden");

    [Fact]
    public void The_golden_file_has_every_event()
    {
        EventFile file = EventFile.Read(GoldenPath);
        using JsonDocument contents = JsonDocument.Parse(File.ReadAllBytes(Golden.Require("tensorboard", "contents.json")));
        Assert.False(file.IsCut);
        Assert.Equal(contents.RootElement.GetArrayLength(), file.Events.Count);
        foreach ((JsonElement expected, TensorBoardEvent found) in contents.RootElement.EnumerateArray().Zip(file.Events))
        {
            Assert.Equal(expected.GetProperty("wall_time").GetDouble(), found.WallTimeSeconds);
            Assert.Equal(expected.GetProperty("step").GetInt64(), found.Step);
            Assert.Equal(expected.TryGetProperty("file_version", out JsonElement version) ? version.GetString() : null, found.FileVersion);
            Assert.Equal(expected.TryGetProperty("tag", out JsonElement tag) ? tag.GetString() : null, found.Values.SingleOrDefault()?.Tag);
            if (expected.TryGetProperty("simple_value", out JsonElement value)) Assert.Equal(value.GetSingle(), Assert.IsType<ScalarValue>(found.Values[0]).Value);
        }
    }

    [Fact]
    public void Golden_image_sound_and_curves_are_exact()
    {
        SafetensorsFile expected = SafetensorsFile.Read(Golden.Require("tensorboard", "expected.safetensors"));
        List<SummaryValue> values = [.. EventFile.Read(GoldenPath).Events.SelectMany(item => item.Values)];
        PngImage image = PngFile.Decode(values.OfType<ImageValue>().Single().Png, "golden image");
        Assert.Equal(expected["image"], FileTensor.FromUInt8([image.Height, image.Width, image.Channels], image.Pixels));
        Assert.Equal(expected["audio_i16"].Data.AsSpan(), values.OfType<AudioValue>().Single().Wav.AsSpan(44));
        foreach (string tag in new[] { "loss/g/total", "loss/d/total", "learning_rate" })
        {
            Assert.Equal(expected["scalar_" + tag.Replace('/', '_')].ToFloat32(), values.OfType<ScalarValue>().Where(value => value.Tag == tag).Select(value => value.Value));
        }
    }

    [Fact]
    public void The_golden_events_written_again_are_the_same_bytes()
    {
        using TestFolder folder = new();
        using (EventFileWriter writer = new(folder.FullName))
        {
            long own = new FileInfo(writer.FilePath).Length;
            foreach (TensorBoardEvent item in EventFile.Read(GoldenPath).Events) writer.Write(item);
            Assert.Equal(File.ReadAllBytes(GoldenPath), File.ReadAllBytes(writer.FilePath)[(int)own..]);
        }
    }

    [Fact]
    public void A_sound_written_from_floats_is_the_golden_sound()
    {
        using TestFolder folder = new();
        AudioValue golden = EventFile.Read(GoldenPath).Events.SelectMany(item => item.Values).OfType<AudioValue>().Single();
        float[] samples = [.. MemoryMarshal.Cast<byte, short>(golden.Wav.AsSpan(44)).ToArray().Select(value => (value + (0.5f * Math.Sign(value))) / 32767)];
        using EventFileWriter writer = new(folder.FullName);
        writer.Audio(golden.Tag, samples, (int)golden.SampleRateHz, 1);
        AudioValue ours = EventFile.Read(writer.FilePath).Events.SelectMany(item => item.Values).OfType<AudioValue>().Single();
        Assert.Equal(golden.Wav, ours.Wav);
        Assert.Equal(golden with { Wav = ours.Wav }, ours);
    }

    [Fact]
    public void Samples_beyond_full_scale_are_clipped()
    {
        using TestFolder folder = new();
        using EventFileWriter writer = new(folder.FullName);
        writer.Audio("a", [2, -2, float.NaN, 0.5f], 16000, 1);
        byte[] wav = ((AudioValue)EventFile.Read(writer.FilePath).Events[1].Values[0]).Wav;
        Assert.Equal([32767, -32767, 0, 16383], MemoryMarshal.Cast<byte, short>(wav.AsSpan(44)).ToArray());
    }

    [Property(MaxTest = 30)]
    public void Scalars_are_read_back(float[] values, long step, double time)
    {
        using TestFolder folder = new();
        using EventFileWriter writer = new(folder.FullName);
        TensorBoardEvent item = new(time, step, [.. values.Select((value, i) => new ScalarValue($"loss/g/{i}", value))]);
        writer.Write(item);
        TensorBoardEvent read = EventFile.Read(writer.FilePath).Events[1];
        Assert.Equal(item.Values, read.Values);
        Assert.Equal((item.Step, item.WallTimeSeconds), (read.Step, read.WallTimeSeconds));
    }

    [Fact]
    public void A_file_cut_anywhere_keeps_its_whole_records()
    {
        using TestFolder folder = new();
        byte[] whole = File.ReadAllBytes(GoldenPath);
        int before = 0;
        for (int length = 0; length < 1000; length += 3)
        {
            EventFile cut = EventFile.Read(folder.Write("cut", whole[..length]));
            Assert.InRange(cut.Events.Count, before, before + 1);
            before = cut.Events.Count;
        }

        Assert.True(before > 15);
        Assert.True(EventFile.Read(folder.Write("cut", whole[..^1])).IsCut);
    }

    [Fact]
    public void Every_byte_that_changes_is_reported()
    {
        using TestFolder folder = new();
        byte[] whole = File.ReadAllBytes(GoldenPath)[..600];
        for (int i = 0; i < 120; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x10;
            string path = folder.Write("damaged", damaged);
            Assert.Contains("CRC-32C", Assert.Throws<FileFormatException>(() => EventFile.Read(path)).Message);
        }
    }

    [Fact]
    public void A_growing_file_can_be_read_and_a_second_writer_takes_another_name()
    {
        using TestFolder folder = new();
        FixedTime time = new();
        using EventFileWriter first = new(folder.FullName, time), second = new(folder.FullName, time);
        first.Scalars([new("a", 1), new("b", 2)], 200);
        Assert.Equal(2, EventFile.Read(first.FilePath).Events.Count);
        Assert.Equal($"events.out.tfevents.1760000000.{Environment.MachineName}.{Environment.ProcessId}.0", Path.GetFileName(first.FilePath));
        Assert.EndsWith(".1", second.FilePath);
        TensorBoardEvent header = EventFile.Read(second.FilePath).Events.Single();
        Assert.Equal(("brain.Event:2", "rvcnative", 1760000000.25), (header.FileVersion, header.SourceWriter, header.WallTimeSeconds));
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1760000000250);
    }
}
