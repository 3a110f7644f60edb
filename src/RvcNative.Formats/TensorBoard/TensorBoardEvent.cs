using Google.Protobuf;

namespace RvcNative.Formats.TensorBoard;

/// <summary>One value of a summary.</summary>
/// <param name="Tag">Name of the curve, such as loss/g/total.</param>
public abstract record SummaryValue(string Tag);

public sealed record ScalarValue(string Tag, float Value) : SummaryValue(Tag);

/// <param name="Channels">1 grey, 3 RGB, 4 RGB and alpha (tensorflow's colorspace).</param>
/// <param name="Png">The encoded image.</param>
public sealed record ImageValue(string Tag, int Height, int Width, int Channels, byte[] Png) : SummaryValue(Tag);

/// <param name="Wav">The encoded sound.</param>
public sealed record AudioValue(string Tag, float SampleRateHz, int Channels, long Frames, byte[] Wav, string ContentType) : SummaryValue(Tag);

/// <summary>One record of an event file: tensorflow's Event message, as far as curves, images and sounds go.</summary>
/// <param name="WallTimeSeconds">Seconds since 1970, UTC.</param>
/// <param name="FileVersion">brain.Event:2 in the first record, else null.</param>
/// <param name="SourceWriter">Which library wrote the file; in the first record, else null.</param>
public sealed record TensorBoardEvent(
    double WallTimeSeconds, long Step, IReadOnlyList<SummaryValue> Values, string? FileVersion = null, string? SourceWriter = null)
{
    // Field numbers of tensorflow/core/util/event.proto and framework/summary.proto; a tag is number << 3 | wire type.
    private const uint WallTimeTag = (1 << 3) | 1, StepTag = 2 << 3, FileVersionTag = (3 << 3) | 2;
    private const uint SummaryTag = (5 << 3) | 2, SourceTag = (10 << 3) | 2;

    internal byte[] ToProto()
    {
        using MemoryStream bytes = new();
        using (CodedOutputStream proto = new(bytes, leaveOpen: true))
        {
            proto.WriteTag(WallTimeTag);
            proto.WriteDouble(WallTimeSeconds);
            if (Step != 0)
            {
                proto.WriteTag(StepTag);
                proto.WriteInt64(Step);
            }

            if (FileVersion is not null)
            {
                proto.WriteTag(FileVersionTag);
                proto.WriteString(FileVersion);
            }

            if (Values.Count > 0) SummaryProto.Write(proto, SummaryTag, Values);
            if (SourceWriter is not null) SummaryProto.WriteMessage(proto, SourceTag, source => SummaryProto.WriteText(source, 1, SourceWriter));
        }

        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no protobuf message.</exception>
    internal static TensorBoardEvent FromProto(ReadOnlySpan<byte> bytes)
    {
        WireReader proto = new(bytes);
        (double wallTime, long step, string? version, string? source) = (0, 0, null, null);
        List<SummaryValue> values = [];
        for (uint tag = proto.ReadTag(); tag != 0; tag = proto.ReadTag())
        {
            switch (tag)
            {
                case WallTimeTag: wallTime = proto.ReadDouble(); break;
                case StepTag: step = proto.ReadVarint(); break;
                case FileVersionTag: version = proto.ReadText(); break;
                case SummaryTag: SummaryProto.Read(proto.ReadBytes(), values); break;
                case SourceTag: source = SummaryProto.ReadText(proto.ReadBytes(), 1); break;
                default: proto.Skip(tag); break;
            }
        }

        return new TensorBoardEvent(wallTime, step, values, version, source);
    }
}
