using RvcNative.Audio;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Conversion;

public class ConverterTests
{
    private static readonly SegmentSettings ShortPieces = new(PadSeconds: 1, QuerySeconds: 2, CenterSeconds: 7, MaxSeconds: 10);

    [SkippableTheory]
    [InlineData(48000, 1, true)]
    [InlineData(50001, 1, false)]
    [InlineData(395680, 4, true)]
    public void Speech_becomes_sound_of_the_same_length(int samples, int pieces, bool hasPitch)
    {
        float[] speech = Repository.SpeechOrSkip()[..samples];
        using Setup setup = new(TinyVoice.Plan(ModelVersion.V2, hasPitch));
        ConvertedAudio audio = setup.Converter.Convert(new ConversionInput("speech", speech), new ConversionSettings { Cuts = ShortPieces });
        Assert.Equal(pieces, audio.Pieces);
        Assert.Equal(40000, audio.SampleRateHz);
        Assert.Equal((int)Math.Ceiling(samples * 2.5), audio.Samples.Length);
        Assert.All(audio.Samples, sample => Assert.True(Math.Abs(sample) <= 0.99f + 1e-6f));
        for (int second = 0; second + 1 < samples / 16000; second++)
        {
            Assert.True(Rms(audio.Samples.AsSpan(second * 40000, 40000)) > 1e-3, $"nothing is heard in second {second}");
        }
    }

    [SkippableFact]
    public void The_same_seed_gives_the_same_samples_with_any_number_of_threads()
    {
        ConversionInput speech = new("speech", Repository.SpeechOrSkip()[..12000]);
        using TestFolder folder = new();
        VoiceFile voice = TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan());
        float[] one = Convert(1, 3), two = Convert(2, 3), three = Convert(3, 3), other = Convert(2, 4);
        Assert.Equal(one, two);
        Assert.Equal(one, three);
        Assert.NotEqual(one, other);

        float[] Convert(int threads, ulong seed)
        {
            using CpuBackend backend = new(threads);
            using Converter converter = new(backend, voice);
            return converter.Convert(speech, new ConversionSettings { Seed = seed }).Samples;
        }
    }

    [SkippableFact]
    public void A_recording_converts_the_same_whatever_was_converted_before()
    {
        float[] speech = Repository.SpeechOrSkip();
        using Setup setup = new(TinyVoice.Plan());
        float[] first = setup.Convert(speech[..5000]);
        setup.Convert(speech[..25000]);
        Assert.Equal(first, setup.Convert(speech[..5000]));
    }

    [SkippableFact]
    public void Sound_that_is_added_at_the_end_leaves_earlier_pieces_as_they_were()
    {
        float[] speech = Repository.SpeechOrSkip();
        using Setup setup = new(TinyVoice.Plan());
        ConversionSettings settings = new() { Cuts = new SegmentSettings(PadSeconds: 1, QuerySeconds: 1, CenterSeconds: 2, MaxSeconds: 3) };
        float[] shorter = setup.Convert(speech[..60000], settings), longer = setup.Convert(speech[..76000], settings);

        // The level and the pitch of the whole recording have a trace of influence.
        for (int i = 0; i < 40000; i++) Assert.True(Math.Abs(shorter[i] - longer[i]) < 1e-4f, $"sample {i}: {shorter[i]} and {longer[i]}");
    }

    [SkippableFact]
    public void Settings_change_what_they_say()
    {
        float[] speech = Repository.SpeechOrSkip()[..12000];
        using Setup setup = new(TinyVoice.Plan());
        float[] plain = setup.Convert(speech);
        Assert.NotEqual(plain, setup.Convert(speech, new ConversionSettings { Speaker = 2 }));
        Assert.NotEqual(plain, setup.Convert(speech, new ConversionSettings { PitchSemitones = 0.5 }));
        Assert.NotEqual(plain, setup.Convert(speech, new ConversionSettings { FillUnvoiced = true }));
        Assert.NotEqual(plain, setup.Convert(speech, new ConversionSettings { NoiseScale = 0 }));
        Assert.Equal(plain, setup.Convert(speech, new ConversionSettings { FillUnvoiced = false, OutputRateHz = 40000 }));
        Assert.Equal(9000, setup.Convert(speech, new ConversionSettings { OutputRateHz = 12000 }).Length);
    }

    [SkippableFact]
    public void Loudness_over_time_is_the_voice_s_or_the_recording_s()
    {
        float[] speech = Repository.SpeechOrSkip()[..40000];
        speech.AsSpan(16000).Clear();
        using Setup setup = new(TinyVoice.Plan());
        Assert.True(EndOverStart(new ConversionSettings()) > 0.1);
        Assert.True(EndOverStart(new ConversionSettings { RmsMix = 0 }) < 0.02);

        double EndOverStart(ConversionSettings settings)
        {
            float[] converted = setup.Convert(speech, settings);
            return Rms(converted.AsSpan(80000)) / Rms(converted.AsSpan(0, 40000));
        }
    }

    [SkippableFact]
    public void Unvoiced_frames_are_as_the_voice_was_trained()
    {
        float[] speech = Repository.SpeechOrSkip()[..12000];
        using Setup filled = new(TinyVoice.Plan(), new VoiceExtraction("spectral", "pyin", FillsUnvoiced: true)), zero = new(TinyVoice.Plan());
        Assert.Equal(zero.Convert(speech, new ConversionSettings { FillUnvoiced = true }), filled.Convert(speech));
        Assert.Equal(zero.Convert(speech), filled.Convert(speech, new ConversionSettings { FillUnvoiced = false }));
    }

    [Fact]
    public void A_voice_trained_on_other_features_is_warned_of()
    {
        using Setup ours = new(TinyVoice.Plan(), new VoiceExtraction("spectral", "pyin", FillsUnvoiced: false)), mainline = new(TinyVoice.Plan());
        Assert.Empty(ours.Converter.Warnings);
        Assert.Contains("trained on features of contentvec", Assert.Single(mainline.Converter.Warnings));
    }

    [Fact]
    public void A_setting_out_of_range_names_the_range()
    {
        float[] tone = Tone(16000);
        using Setup setup = new(TinyVoice.Plan());
        AssertRefused(new ConversionSettings { Speaker = 3 }, "this voice has the speakers 0 to 2");
        AssertRefused(new ConversionSettings { Speaker = -1 }, "speakers 0 to 2");
        AssertRefused(new ConversionSettings { PitchSemitones = double.NaN }, "NaN semitones");
        AssertRefused(new ConversionSettings { NoiseScale = -1 }, "noise scale of -1");
        AssertRefused(new ConversionSettings { RmsMix = 1.5 }, "from 0 (the recording's) to 1");
        AssertRefused(new ConversionSettings { OutputRateHz = 100 }, "from 8000 to 192000");
        AssertRefused(new ConversionSettings { Cuts = new SegmentSettings(PadSeconds: 0) }, "decoder reaches");

        void AssertRefused(ConversionSettings settings, string words) =>
            Assert.Contains(words, Assert.Throws<ArgumentException>(() => setup.Convert(tone, settings)).Message);
    }

    [Fact]
    public void A_voice_of_other_than_100_frames_a_second_is_refused()
    {
        using TestFolder folder = new();
        using CpuBackend backend = new(1);
        VoiceFile voice = TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan() with { UpsampleRates = [10, 4], UpsampleKernels = [16, 8] });
        string message = Assert.Throws<FileFormatException>(() => new Converter(backend, voice)).Message;
        Assert.Contains("40000 Hz, but its upsampling rates make 40 samples", message);
        Assert.Contains("so 400 are wanted", message);
    }

    [Fact]
    public void Features_of_another_width_are_refused()
    {
        using TestFolder folder = new();
        using CpuBackend backend = new(1);
        VoiceFile voice = TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan());
        Assert.Contains("256 values", Assert.Throws<ArgumentException>(() => new Converter(backend, voice, null, new BuiltInFeatures(256))).Message);
    }

    [Fact]
    public void Cancelling_ends_the_conversion()
    {
        using Setup setup = new(TinyVoice.Plan());
        Assert.Throws<OperationCanceledException>(() =>
            setup.Converter.Convert(new ConversionInput("tone", Tone(16000)), new ConversionSettings(), null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Even_a_click_is_converted()
    {
        using Setup setup = new(TinyVoice.Plan());
        Assert.Equal(3, setup.Convert([0.5f]).Length);
    }

    private static float[] Tone(int samples) => [.. Enumerable.Range(0, samples).Select(i => 0.3f * MathF.Sin(i * 0.06f))];

    private static double Rms(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float sample in samples) sum += (double)sample * sample;
        return Math.Sqrt(sum / samples.Length);
    }

    private sealed class Setup : IDisposable
    {
        private readonly TestFolder _folder = new();
        private readonly CpuBackend _backend = new(2);

        internal Setup(ModelPlan plan, VoiceExtraction? extraction = null) =>
            Converter = new Converter(_backend, TinyVoice.InFile(_folder["voice.pth"], plan, extraction));

        internal Converter Converter { get; }

        internal float[] Convert(float[] wave, ConversionSettings? settings = null) =>
            Converter.Convert(new ConversionInput("wave", wave), settings ?? new ConversionSettings()).Samples;

        public void Dispose()
        {
            Converter.Dispose();
            _backend.Dispose();
            _folder.Dispose();
        }
    }
}
