using FsCheck.Xunit;
using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Nn;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Conversion;

public class PieceTests
{
    [Theory]
    [InlineData(ModelVersion.V2, true)]
    [InlineData(ModelVersion.V1, false)]
    public void Masked_frames_change_nothing_before_the_decoder_s_reach(ModelVersion version, bool hasPitch)
    {
        const int frames = 137, padded = 200;
        using CpuBackend backend = new(2);
        Synthesizer synthesizer = TinyVoice.Build(backend, TinyVoice.Plan(version, hasPitch));
        int reach = DecoderReach.Of(synthesizer.Plan, backend).Source, hop = synthesizer.Plan.SamplesPerFrame;
        Assert.InRange(reach, 4, 20);
        using Arena arena = new(backend);
        float[] exact = Piece(synthesizer.Plan, frames, new PieceProgram(backend, synthesizer, frames, 0.66666f, 5, arena, padded));
        float[] masked = Piece(synthesizer.Plan, frames, new PieceProgram(backend, synthesizer, padded, 0.66666f, 5, arena, padded));

        Assert.Equal(frames * hop, masked.Length);
        for (int i = 0; i < (frames - reach) * hop; i++)
        {
            Assert.True(Math.Abs(exact[i] - masked[i]) <= 2e-6f, $"sample {i}: {exact[i]} and {masked[i]}");
        }

        Assert.Contains(Enumerable.Range((frames - reach) * hop, reach * hop), i => Math.Abs(exact[i] - masked[i]) > 1e-4f);
        Assert.True(exact.Max() - exact.Min() > 0.01f, "the voice is silent, so the comparison says nothing");
    }

    [Theory]
    [InlineData(ModelVersion.V2, true, 1)]
    [InlineData(ModelVersion.V2, true, 37)]
    [InlineData(ModelVersion.V1, false, 60)]
    [InlineData(ModelVersion.V1, true, 199)]
    public void Windows_of_the_decoder_make_the_same_samples_as_the_whole(ModelVersion version, bool hasPitch, int windowFrames)
    {
        const int frames = 187, padded = 200;
        using CpuBackend backend = new(2);
        Synthesizer synthesizer = TinyVoice.Build(backend, TinyVoice.Plan(version, hasPitch));
        using Arena arena = new(backend);
        float[] whole = Piece(synthesizer.Plan, frames, new PieceProgram(backend, synthesizer, padded, 0.66666f, 5, arena, padded));
        float[] windows = Piece(synthesizer.Plan, frames, new PieceProgram(backend, synthesizer, padded, 0.66666f, 5, arena, windowFrames));
        Assert.True(whole.Max() - whole.Min() > 0.01f, "the voice is silent, so the comparison says nothing");
        Assert.Equal(whole, windows);
    }

    [Theory]
    [InlineData(Vocoder.RefineGan, 37)]
    [InlineData(Vocoder.RefineGan, 130)]
    [InlineData(Vocoder.MrfHifiGan, 21)]
    public void Windows_of_Applio_s_decoders_make_the_same_samples_as_the_whole(Vocoder vocoder, int windowFrames)
    {
        const int frames = 487, padded = 500;
        using CpuBackend backend = new(2);
        Synthesizer synthesizer = TinyVoice.Build(backend, TinyVoice.Plan(vocoder));
        using Arena arena = new(backend);
        float[] whole = Piece(synthesizer.Plan, frames, new PieceProgram(backend, synthesizer, padded, 0.66666f, 5, arena, padded));
        float[] windows = Piece(synthesizer.Plan, frames, new PieceProgram(backend, synthesizer, padded, 0.66666f, 5, arena, windowFrames));
        Assert.True(whole.Max() - whole.Min() > 0.01f, "the voice is silent, so the comparison says nothing");
        Assert.Equal(whole, windows);
    }

    [Fact]
    public void Masked_frames_change_nothing_before_RefineGAN_s_reach()
    {
        const int frames = 290, padded = 400;
        using CpuBackend backend = new(2);
        Synthesizer synthesizer = TinyVoice.Build(backend, TinyVoice.Plan(Vocoder.RefineGan));
        DecoderReach reach = DecoderReach.Of(synthesizer.Plan, backend);
        Assert.InRange(reach.Source, reach.Latent + 67, frames / 2);
        int hop = synthesizer.Plan.SamplesPerFrame, same = (frames - reach.Source) * hop;
        using Arena arena = new(backend);
        float[] exact = Piece(synthesizer.Plan, frames, new PieceProgram(backend, synthesizer, frames, 0.66666f, 5, arena, padded));
        float[] masked = Piece(synthesizer.Plan, frames, new PieceProgram(backend, synthesizer, padded, 0.66666f, 5, arena, padded));
        Assert.Equal(exact[..same], masked[..same]);
        Assert.Contains(Enumerable.Range(same, exact.Length - same), i => Math.Abs(exact[i] - masked[i]) > 1e-5f);
    }

    [Theory]
    [InlineData(Vocoder.HifiGan, 37)]
    [InlineData(Vocoder.HifiGan, 100)]
    [InlineData(Vocoder.RefineGan, 60)]
    public void Windows_of_layers_so_wide_that_rows_are_computed_together_make_the_same_samples_as_the_whole(Vocoder vocoder, int windowFrames)
    {
        const int frames = 380, padded = 400;
        using CpuBackend backend = new(2);
        ModelPlan tiny = TinyVoice.Plan(vocoder);
        Synthesizer synthesizer = TinyVoice.Build(backend, vocoder == Vocoder.RefineGan ? tiny : tiny with { UpsampleInitialChannel = 256 });
        DecoderReach reach = DecoderReach.Of(synthesizer.Plan, backend);
        Assert.True(reach.Step > 1, $"{reach}: no layer is computed in tiles, so the test says nothing");
        using Arena arena = new(backend);
        float[] whole = Piece(synthesizer.Plan, frames, new PieceProgram(backend, synthesizer, padded, 0.66666f, 5, arena, padded));
        float[] windows = Piece(synthesizer.Plan, frames, new PieceProgram(backend, synthesizer, padded, 0.66666f, 5, arena, windowFrames));
        Assert.Equal(whole, windows);
    }

    [Fact]
    public void Programs_of_other_lengths_leave_a_piece_as_it_was()
    {
        using CpuBackend backend = new(2);
        Synthesizer synthesizer = TinyVoice.Build(backend, TinyVoice.Plan());
        using PieceSynthesizer pieces = new(backend, synthesizer);
        float[] first = Piece(synthesizer.Plan, 120, pieces, seed: 1);
        Piece(synthesizer.Plan, 250, pieces, seed: 1);
        Assert.Equal(first, Piece(synthesizer.Plan, 120, pieces, seed: 1));
        Assert.NotEqual(first, Piece(synthesizer.Plan, 120, pieces, seed: 2));
        Assert.Equal(first, Piece(synthesizer.Plan, 120, pieces, seed: 1));
    }

    [Property(MaxTest = 12)]
    public void Pieces_follow_each_other_and_have_features_for_all_their_frames(ushort length, byte odd)
    {
        float[] wave = new float[1 + length + (odd * 160)];
        RandomStream random = RandomStream.Named(length, "wave");
        for (int i = 0; i < wave.Length; i++) wave[i] = (float)random.NextDouble() - 0.5f;
        using SampleSpool filtered = ConversionPieces.Filter(new ConversionInput("wave", wave));
        ConversionPieces recording = ConversionPieces.Of(filtered.ToSignal(), new SegmentSettings(PadSeconds: 1, QuerySeconds: 1, CenterSeconds: 2, MaxSeconds: 2));
        int next = 0;
        foreach (ConversionPiece piece in recording.Pieces)
        {
            Assert.Equal(next, piece.FirstFrame);
            next = piece.EndFrame - (2 * recording.PadFrames);
            Assert.True(next > piece.FirstFrame);
            Assert.InRange(2 * SpectralFeatures.Frames(recording.SamplesOf(piece).Length), piece.Frames, piece.Frames + 1);
        }

        Assert.Equal((wave.Length + 159) / 160, next);
        Assert.Equal(recording.Filtered.ToArray(), recording.Whole().Part(recording.PadFrames * 160, wave.Length).ToArray());
    }

    [Fact]
    public void Pitch_is_filled_when_wanted_then_shifted_then_classed()
    {
        ConversionPieces recording = ConversionPieces.Of(new float[320], new SegmentSettings());
        double[] track = new double[recording.Frames];
        (track[100], track[101]) = (0, 220);
        ConversionPiece own = new(100, 102);
        PitchCurve zeros = PitchCurve.Of(PitchCurve.Find(recording, new FixedPitch(track)), fillsUnvoiced: false, semitones: 12);
        Assert.Equal([0f, 440f], zeros.Hz(own).ToArray());
        Assert.Equal([1, PitchClasses.Coarse((double[])[440])[0]], zeros.Classes(own).ToArray());
        PitchCurve filled = PitchCurve.Of(PitchCurve.Find(recording, new FixedPitch(track)), fillsUnvoiced: true, semitones: -0.5);
        Assert.Equal([213.737f, 213.737f], filled.Hz(own).ToArray().Select(hz => MathF.Round(hz, 3)));
    }

    private sealed class FixedPitch(double[] track) : IPitchExtractor
    {
        public string Name => "fixed";

        public bool IsConcurrent => true;

        public double[] Extract(Signal wave16k) => wave16k.Length / 160 == track.Length
            ? [.. track]
            : throw new ArgumentException($"{wave16k.Length} samples for {track.Length} frames");
    }

    private static float[] Piece(ModelPlan plan, int frames, PieceProgram program) => program.Run(Input(plan, frames));

    private static float[] Piece(ModelPlan plan, int frames, PieceSynthesizer pieces, ulong seed) => pieces.Run(Input(plan, frames), 0.66666f, seed);

    private static PieceInput Input(ModelPlan plan, int frames)
    {
        float[] phone = new float[frames * plan.PhoneChannels];
        RandomStream random = RandomStream.Named(3, "phone");
        for (int i = 0; i < phone.Length; i++) phone[i] = (float)random.NextNormal();
        float[] hz = [.. Enumerable.Range(0, plan.HasPitch ? frames : 0).Select(frame => frame % 40 < 12 ? 0 : 120f + frame)];
        return new PieceInput(frames, phone, Array.ConvertAll(PitchClasses.Coarse(hz), each => (long)each), hz, 1, 700);
    }
}
