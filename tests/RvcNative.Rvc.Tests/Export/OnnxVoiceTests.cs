using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Formats.Onnx;
using RvcNative.Nn;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Export;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Export;

/// <summary>Exported voices in onnxruntime against the engine on the same weights and noise.</summary>
public sealed class OnnxVoiceTests : IDisposable
{
    private const double Close = 1e-4;
    private readonly string _folder = Directory.CreateTempSubdirectory("rvcnative-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData(ModelVersion.V2, true, "1", 1, 1)]
    [InlineData(ModelVersion.V2, true, "1", 5, 5)]
    [InlineData(ModelVersion.V2, true, "1", 64, 49)]
    [InlineData(ModelVersion.V1, true, "2", 301, 301)]
    [InlineData(ModelVersion.V1, false, "1", 40, 40)]
    public void A_small_voice_sounds_as_it_does_here(ModelVersion version, bool hasPitch, string resBlock, int frames, int length)
    {
        Skip.If(OnnxRuntimeNode.Folder.Length == 0);
        ModelPlan plan = Small(version, hasPitch, resBlock);
        Assert.InRange(Difference(plan, frames, length), 0, Close);
    }

    [SkippableTheory]
    [InlineData(40000, ModelVersion.V2, 61)]
    [InlineData(48000, ModelVersion.V1, 12)]
    public void A_voice_of_full_size_sounds_as_it_does_here(int sampleRateHz, ModelVersion version, int frames)
    {
        Skip.If(OnnxRuntimeNode.Folder.Length == 0);
        Assert.InRange(Difference(Presets.Of(version, sampleRateHz).Plan(version, hasPitch: true), frames, frames), 0, Close);
    }

    [SkippableTheory]
    [InlineData(new[] { 7, 3, 7 }, 33)]
    [InlineData(new[] { 5, 4, 3, 1 }, 20)]
    public void A_voice_of_Applio_s_odd_rates_sounds_as_it_does_here(int[] rates, int frames)
    {
        Skip.If(OnnxRuntimeNode.Folder.Length == 0);
        Assert.InRange(Difference(Odd(rates), frames, frames), 0, Close);
    }

    [Fact]
    public void Every_upsampling_makes_its_rate_of_samples()
    {
        using CpuBackend backend = new(1);
        OnnxGraph graph = OnnxVoice.Of(new Synthesizer(backend, Odd([7, 3, 2]), training: false)).Graph;
        OnnxNode[] nodes = [.. graph.Nodes.Where(node => node.Operation == "ConvTranspose")];
        Assert.Equal([7, 3, 2], nodes.Select(node => Of(node, "kernel_shape")[0] - Of(node, "pads").Sum()));
        Assert.Equal([7, 3, 2], nodes.Select(node => Of(node, "strides")[0]));

        static IReadOnlyList<int> Of(OnnxNode node, string name) => node.Attributes.Single(attribute => attribute.Name == name).Integers!;
    }

    [Theory]
    [InlineData(Vocoder.MrfHifiGan, "MRF HiFi-GAN")]
    [InlineData(Vocoder.RefineGan, "RefineGAN")]
    public void Applio_s_vocoders_are_refused_in_one_sentence(Vocoder vocoder, string name)
    {
        using CpuBackend backend = new(1);
        ModelPlan plan = Odd([4, 2, 2]) with { Vocoder = vocoder, UpsampleInitialChannel = 256 };
        string message = Assert.Throws<ArgumentException>(() => OnnxVoice.Of(new Synthesizer(backend, plan, training: false))).Message;
        Assert.StartsWith($"a voice with {name} has no ONNX form here", message);
    }

    [Theory]
    [InlineData(ModelVersion.V2, true, "1", SourceNoise.Input)]
    [InlineData(ModelVersion.V1, true, "2", SourceNoise.Random)]
    [InlineData(ModelVersion.V2, false, "1", SourceNoise.None)]
    public void Every_node_finds_its_inputs_made_and_every_constant_is_used(ModelVersion version, bool hasPitch, string resBlock, SourceNoise noise)
    {
        ModelPlan plan = Small(version, hasPitch, resBlock);
        using CpuBackend backend = new(1);
        OnnxGraph graph = OnnxVoice.Of(new Synthesizer(backend, plan, training: false), noise).Graph;
        HashSet<string> made = [.. graph.Inputs.Select(input => input.Name), .. graph.Constants.Select(constant => constant.Key)];
        foreach (OnnxNode node in graph.Nodes)
        {
            Assert.All(node.Inputs, input => Assert.Contains(input, made));
            Assert.All(node.Outputs, output => Assert.True(made.Add(output), output));
        }

        Assert.Contains("audio", made);
        HashSet<string> used = [.. graph.Nodes.SelectMany(node => node.Inputs)];
        Assert.All(graph.Constants, constant => Assert.Contains(constant.Key, used));
        Assert.All(graph.Inputs, input => Assert.Contains(input.Name, used));
    }

    [Fact]
    public void A_voice_with_parts_that_the_graph_has_no_place_for_is_refused()
    {
        ModelPlan plan = Small(ModelVersion.V2, hasPitch: true, "1");
        using CpuBackend backend = new(1);
        Assert.Contains("such as enc_q.", Assert.Throws<ArgumentException>(() => OnnxVoice.Of(new Synthesizer(backend, plan, training: true))).Message);
    }

    [SkippableFact]
    public void Without_an_input_for_it_the_source_draws_its_noise_or_has_none()
    {
        Skip.If(OnnxRuntimeNode.Folder.Length == 0);
        ModelPlan plan = Small(ModelVersion.V2, hasPitch: true, "1");
        using CpuBackend backend = new(1);
        Synthesizer synthesizer = new(backend, plan, training: false, seed: 2);
        Given given = Given.Of(plan, 9, 9);
        (string Name, int[] Shape, Array Values)[] feeds = [.. given.Feeds(plan).Where(feed => feed.Name != "source_noise")];
        foreach (SourceNoise noise in (SourceNoise[])[SourceNoise.None, SourceNoise.Random])
        {
            string model = Path.Combine(_folder, $"{noise}.onnx");
            OnnxVoice.Of(synthesizer, noise).Write(model);
            OnnxRuntimeNode.Result first = OnnxRuntimeNode.Run(model, _folder, feeds), second = OnnxRuntimeNode.Run(model, _folder, feeds);
            Assert.Equal(["phone", "phone_lengths", "pitch", "pitchf", "ds", "rnd"], first.Inputs);
            Assert.Equal(noise == SourceNoise.None, first.Audio.SequenceEqual(second.Audio));
        }
    }

    private double Difference(ModelPlan plan, int frames, int length)
    {
        using CpuBackend backend = new(2);
        Synthesizer synthesizer = new(backend, plan, training: false, seed: 11);
        Stir(synthesizer);
        string model = Path.Combine(_folder, "voice.onnx");
        OnnxVoice.Of(synthesizer, SourceNoise.Input).Write(model);
        Given given = Given.Of(plan, frames, length);
        float[] ours = Convert(backend, synthesizer, given);
        OnnxRuntimeNode.Result theirs = OnnxRuntimeNode.Run(model, _folder, given.Feeds(plan));
        Assert.Equal([1, 1, frames * plan.SamplesPerFrame], theirs.Shape);
        Assert.Equal(plan.HasPitch ? ["phone", "phone_lengths", "pitch", "pitchf", "ds", "rnd", "source_noise"] : ["phone", "phone_lengths", "ds", "rnd"],
            theirs.Inputs);
        Assert.Contains(ours, sample => Math.Abs(sample) > 0.01);
        return Enumerable.Range(0, length * plan.SamplesPerFrame).Max(i => Math.Abs((double)ours[i] - theirs.Audio[i]));
    }

    // The flow's last layers begin at 0, which would hide what comes before them.
    private static void Stir(Synthesizer synthesizer)
    {
        RandomStream random = RandomStream.Named(5, "stir");
        foreach (Parameter parameter in synthesizer.Network.Parameters.Parameters)
        {
            float scale = parameter.Name.Contains(".post.", StringComparison.Ordinal) ? 0.05f : 0.01f;
            float[] values = synthesizer.Network.Backend.ToArray(parameter.Value);
            for (int i = 0; i < values.Length; i++) values[i] += scale * (float)random.NextNormal();
            synthesizer.Network.Backend.Write(values, parameter.Value);
        }

        synthesizer.Network.Refresh();
    }

    private static float[] Convert(Backend backend, Synthesizer synthesizer, Given given)
    {
        ModelPlan plan = synthesizer.Plan;
        int frames = given.Frames;
        Tape tape = new(backend);
        SynthesizerInput input = new(
            tape.Input([1, frames, plan.PhoneChannels]), plan.HasPitch ? tape.Input([1, frames], DType.I64) : null,
            plan.HasPitch ? tape.Input([1, frames]) : null, tape.Input([1, frames]), tape.Input([1], DType.I64));
        InjectedDraws draws = new();
        SynthesizerLatent latent = synthesizer.Infer(tape, input, draws, noiseScale: 1);
        Tensor audio = tape.Keep(synthesizer.Decode(tape, latent, draws));
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        backend.Write(given.Phone, input.Phone);
        float[] mask = new float[frames];
        mask.AsSpan(0, given.Length).Fill(1);
        backend.Write(mask, input.Mask);
        backend.Write([(long)given.Speaker], input.SpeakerIds);
        if (plan.HasPitch)
        {
            backend.Write(given.Pitch, input.Pitch!);
            backend.Write(given.Hz, input.F0!);
            backend.Write(given.SourceNoise, draws.Tensors["dec.m_source.l_sin_gen"]);
        }

        float[] rows = new float[given.Latent.Length];       // [C,T] to [T,C]
        for (int i = 0; i < rows.Length; i++) rows[(i % frames * plan.InterChannels) + (i / frames)] = given.Latent[i];
        backend.Write(rows, draws.Tensors["infer"]);
        program.Run();
        return backend.ToArray(audio);
    }

    private static ModelPlan Small(ModelVersion version, bool hasPitch, string resBlock) => new()
    {
        Version = version,
        HasPitch = hasPitch,
        SampleRateHz = 32000,
        SpecChannels = 33,
        SegmentFrames = 8,
        InterChannels = 12,
        HiddenChannels = 16,
        FilterChannels = 24,
        Heads = 2,
        Layers = 2,
        KernelSize = 3,
        ResBlock = resBlock,
        ResBlockKernels = [3, 5],
        ResBlockDilations = [[1, 3], [1, 2]],
        UpsampleRates = [5, 8, 4, 2],
        UpsampleInitialChannel = 32,
        UpsampleKernels = [11, 16, 8, 4],
        Speakers = 3,
        GinChannels = 8,
    };

    private static ModelPlan Odd(int[] rates) =>
        Small(ModelVersion.V2, hasPitch: true, "1") with { UpsampleRates = rates, UpsampleKernels = [.. rates.Select(rate => 2 * rate)] };

    private sealed record Given(int Frames, int Length, int Speaker, float[] Phone, long[] Pitch, float[] Hz, float[] Latent, float[] SourceNoise)
    {
        internal static Given Of(ModelPlan plan, int frames, int length)
        {
            RandomStream random = RandomStream.Named((ulong)frames, "given");
            float[] Normal(int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => (float)(scale * random.NextNormal()))];
            float[] hz = [.. Enumerable.Range(0, frames).Select(i => i % 7 == 3 ? 0 : 180 + (60 * MathF.Sin(i / 9f)))];
            return new Given(frames, length, plan.Speakers - 1, Normal(frames * plan.PhoneChannels, 0.5), [.. hz.Select((each, i) => 1 + ((long)each + i) % 255)], hz,
                Normal(frames * plan.InterChannels, 0.66666), Normal(frames * plan.SamplesPerFrame, 1));
        }

        internal (string Name, int[] Shape, Array Values)[] Feeds(ModelPlan plan)
        {
            List<(string Name, int[] Shape, Array Values)> feeds =
            [
                ("phone", [1, Frames, plan.PhoneChannels], Phone), ("phone_lengths", [1], new long[] { Length }), ("ds", [1], new long[] { Speaker }),
                ("rnd", [1, plan.InterChannels, Frames], Latent),
            ];
            if (plan.HasPitch)
            {
                feeds.Add(("pitch", [1, Frames], Pitch));
                feeds.Add(("pitchf", [1, Frames], Hz));
                feeds.Add(("source_noise", [1, Frames * plan.SamplesPerFrame, 1], SourceNoise));
            }

            return [.. feeds];
        }
    }
}
