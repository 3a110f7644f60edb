using RvcNative.Audio;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Faiss;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Retrieval;
using RvcNative.Rvc.Tests.Retrieval;

namespace RvcNative.Rvc.Tests.Conversion;

/// <summary>Conversion with an index, and the protection of unvoiced frames.</summary>
public class RetrievalTests
{
    private const int Channels = 6;

    [Theory]
    [InlineData(0)]
    [InlineData(0.33)]
    [InlineData(0.5)]
    public void Protection_changes_exactly_the_unvoiced_frames(double protect)
    {
        float[] features = Values(10 * Channels, 1);
        RetrievalIndex index = Index(Channels, 40);
        float[] pitch = [.. Enumerable.Range(0, 20).Select(frame => frame is 3 or 4 or 5 or 19 ? 0f : 150f)];
        float[] plain = PieceFeatures.Of(features, Channels, 20, null, pitch, new ConversionSettings());
        float[] blended = PieceFeatures.Of(features, Channels, 20, index, [], new ConversionSettings { Protect = protect });
        float[] kept = PieceFeatures.Of(features, Channels, 20, index, pitch, new ConversionSettings { Protect = protect });
        for (int i = 0; i < kept.Length; i++)
        {
            bool isVoiced = pitch[i / Channels] > 0;
            float wanted = isVoiced || protect == 0.5 ? blended[i] : (float)((protect * blended[i]) + ((1 - protect) * plain[i]));
            Assert.Equal(wanted, kept[i], isVoiced ? 0 : 1e-6);
            Assert.NotEqual(plain[i], blended[i]);
        }
    }

    [Fact]
    public void The_index_rate_draws_features_to_the_index()
    {
        float[] features = Values(4 * Channels, 1);
        RetrievalIndex index = Index(Channels, 40);
        float[] none = Of(0), half = Of(0.5), all = Of(1);
        Assert.Equal(Protection.Double(features, Channels, 7), none);
        for (int i = 0; i < half.Length; i++) Assert.Equal((none[i] + all[i]) / 2, half[i], 1e-5);

        float[] Of(double rate) => PieceFeatures.Of(features, Channels, 7, index, [], new ConversionSettings { IndexRate = rate });
    }

    [Fact]
    public void The_pitch_as_it_was_found_stays_known_when_gaps_are_filled()
    {
        ConversionPieces recording = ConversionPieces.Of(new float[320], new SegmentSettings());
        double[] track = new double[recording.Frames];
        (track[100], track[101], track[103]) = (200, 0, 220);
        PitchCurve curve = PitchCurve.Of(PitchCurve.Find(recording, new FixedPitch(track)), fillsUnvoiced: true, semitones: 12);
        ConversionPiece piece = new(100, 104);
        Assert.Equal([200f, 0, 0, 220], curve.Found(piece).ToArray());
        Assert.All(curve.Hz(piece).ToArray(), hz => Assert.True(hz > 300));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Conversion_retrieves_and_protects_where_the_voice_has_pitch(bool hasPitch)
    {
        float[] speech = Repository.SpeechOrSkip()[..6000];
        using TestFolder folder = new();
        using CpuBackend backend = new(2);
        VoiceFile voice = TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan(ModelVersion.V2, hasPitch));
        IndexFile(768, 300).Write(folder["a.index"]);
        float[] plain = Convert(null, new ConversionSettings());
        RetrievalIndex index = RetrievalIndex.Read(folder["a.index"], threads: 1);
        float[] unprotected = Convert(index, new ConversionSettings { Protect = 0.5 });
        Assert.NotEqual(plain, unprotected);
        Assert.Equal(plain, Convert(index, new ConversionSettings { IndexRate = 0 }));
        Assert.Equal(plain, Convert(null, new ConversionSettings { IndexRate = 1, Protect = 0 }));
        Assert.NotEqual(unprotected, Convert(index, new ConversionSettings { Protect = 0.5, Nprobe = 3 }));
        Assert.NotEqual(unprotected, Convert(index, new ConversionSettings { Protect = 0.5, IndexRate = 0.3 }));
        Assert.Equal(hasPitch, !unprotected.SequenceEqual(Convert(index, new ConversionSettings { Protect = 0 })));

        // Filling unvoiced frames does not undo protection, as it does in mainline.
        float[] filled = Convert(index, new ConversionSettings { Protect = 0.5, FillUnvoiced = true });
        Assert.Equal(hasPitch, !filled.SequenceEqual(Convert(index, new ConversionSettings { Protect = 0, FillUnvoiced = true })));
        Assert.Equal(unprotected, Convert(RetrievalIndex.Read(folder["a.index"], threads: 3), new ConversionSettings { Protect = 0.5 }));

        float[] Convert(RetrievalIndex? with, ConversionSettings settings)
        {
            using Converter converter = new(backend, voice, index: with);
            return converter.Convert(new ConversionInput("speech", speech), settings).Samples;
        }
    }

    [Fact]
    public void An_index_of_another_width_is_refused_by_its_name()
    {
        using TestFolder folder = new();
        using CpuBackend backend = new(1);
        VoiceFile voice = TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan(ModelVersion.V1));
        string message = Assert.Throws<FileFormatException>(() => new Converter(backend, voice, index: new RetrievalIndex("other.index", IndexFile(768, 20)))).Message;
        Assert.StartsWith("other.index: holds features of 768 values", message);
        Assert.Contains("voice.pth takes 256", message);
        Assert.Contains("(v1)", message);
    }

    [Fact]
    public void Settings_out_of_range_name_the_range()
    {
        ModelPlan plan = TinyVoice.Plan();
        AssertRefused(new ConversionSettings { IndexRate = 1.1 }, "index rate of 1.1; it is from 0");
        AssertRefused(new ConversionSettings { IndexRate = double.NaN }, "index rate of NaN");
        AssertRefused(new ConversionSettings { Nprobe = 0 }, "0 lists of the index");
        AssertRefused(new ConversionSettings { Protect = 0.51 }, "protection of 0.51; it is from 0");

        void AssertRefused(ConversionSettings settings, string words) =>
            Assert.Contains(words, Assert.Throws<ArgumentException>(() => settings.Check(plan)).Message);
    }

    private static float[] Values(int count, ulong seed) => Made.Rows(count, 1, seed: seed);

    private static RetrievalIndex Index(int channels, int count) => new("made", IndexFile(channels, count));

    private static FaissIndex IndexFile(int channels, int count) =>
        Made.Lists(Made.Rows(count, channels, seed: 3), channels, count / 20);

    private sealed class FixedPitch(double[] track) : IPitchExtractor
    {
        public string Name => "fixed";

        public bool IsConcurrent => true;

        public double[] Extract(Signal wave16k) => [.. track];
    }
}
