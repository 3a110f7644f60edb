using System.Buffers.Binary;
using RvcNative.Formats.Png;

namespace RvcNative.Formats.TensorBoard;

/// <summary>
/// Appends events to a TensorBoard file. Each goes to the system in one write, so a killed process leaves whole records, at worst a cut last
/// one, which readers skip. Safe to call from several threads.
/// </summary>
public sealed class EventFileWriter : IDisposable
{
    private const string Version = "brain.Event:2", Source = "rvcnative";
    private readonly FileStream _stream;
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;

    /// <summary>
    /// Makes events.out.tfevents.[unix time].[host].[pid].[n] in the folder, as TensorBoard's own writer names it; n is the first that is free.
    /// </summary>
    public EventFileWriter(string folder, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        Directory.CreateDirectory(folder);
        int number = 0;
        while (File.Exists(PathOf(folder, number))) number++;
        FilePath = PathOf(folder, number);
        _stream = new FileStream(FilePath, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        Write(new TensorBoardEvent(Now(), 0, [], Version, Source));
    }

    public string FilePath { get; }

    public static string FileName(DateTimeOffset time, string host, int processId, int number) =>
        $"events.out.tfevents.{time.ToUnixTimeSeconds():D10}.{host}.{processId}.{number}";

    public void Scalar(string tag, float value, long step) => Add(step, new ScalarValue(tag, value));

    /// <summary>Several scalars of one step in one record.</summary>
    public void Scalars(IEnumerable<KeyValuePair<string, float>> values, long step) =>
        Add(step, [.. values.Select(value => new ScalarValue(value.Key, value.Value))]);

    public void Image(string tag, PngImage image, long step) =>
        Add(step, new ImageValue(tag, image.Height, image.Width, image.Channels, PngFile.Encode(image)));

    /// <param name="samples">Mono, in [-1, 1]; what lies outside is clipped. Stored as 16 bits: sample * 32767, truncated toward zero.</param>
    public void Audio(string tag, ReadOnlySpan<float> samples, int sampleRateHz, long step) =>
        Add(step, new AudioValue(tag, sampleRateHz, 1, samples.Length, Wav(samples, sampleRateHz), "audio/wav"));

    public void Add(long step, params IReadOnlyList<SummaryValue> values) => Write(new TensorBoardEvent(Now(), step, values));

    /// <summary>Appends any event as it is.</summary>
    public void Write(TensorBoardEvent item)
    {
        byte[] record = EventRecord.Frame(item.ToProto());
        lock (_lock) _stream.Write(record);
    }

    public void Dispose() => _stream.Dispose();

    private string PathOf(string folder, int number) =>
        Path.Combine(folder, FileName(_time.GetUtcNow(), Environment.MachineName, Environment.ProcessId, number));

    private double Now() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static byte[] Wav(ReadOnlySpan<float> samples, int sampleRateHz)
    {
        const int HeaderBytes = 44, SampleBytes = 2;
        byte[] wav = new byte[HeaderBytes + (SampleBytes * samples.Length)];
        Span<byte> bytes = wav;
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], wav.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], sampleRateHz);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[28..], sampleRateHz * SampleBytes);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[32..], SampleBytes);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[34..], 8 * SampleBytes);
        "data"u8.CopyTo(bytes[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], SampleBytes * samples.Length);
        for (int i = 0; i < samples.Length; i++)
        {
            float sample = float.IsNaN(samples[i]) ? 0 : Math.Clamp(samples[i], -1, 1);
            BinaryPrimitives.WriteInt16LittleEndian(bytes[(HeaderBytes + (SampleBytes * i))..], (short)(sample * 32767));
        }

        return wav;
    }
}
