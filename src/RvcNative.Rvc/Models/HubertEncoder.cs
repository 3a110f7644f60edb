using RvcNative.Core;

namespace RvcNative.Rvc.Models;

/// <summary>
/// Runs HuBERT on recordings of any length. The front end, whose inner values would take 100 MB for every 10 s, goes over the samples in stretches; attention is global, so the
/// transformer sees all frames at once, but scores of a few rows at a time (<see cref="Op.Attention"/>). Memory beyond the weights is some 1.5 MB a second. Programs are
/// kept for the lengths that came last, in one arena. Not for several threads at once: the backend's threads share each step.
/// </summary>
public sealed class HubertEncoder : IDisposable
{
    /// <summary>Frames of a stretch of the front end: 2 s.</summary>
    private const int StretchFrames = 100;
    private const int ProgramsKept = 32;
    private readonly Backend _backend;
    private readonly Dictionary<(int Frames, int Layer, bool Final), Compiled> _programs = [];
    private Arena _arena;

    internal HubertEncoder(Backend backend, HubertNetwork network)
    {
        (_backend, Network) = (backend, network);
        _arena = new Arena(backend);
    }

    public HubertPlan Plan => Network.Plan;

    internal HubertNetwork Network { get; }

    /// <summary>Bytes of the weights.</summary>
    public long WeightBytes => Network.Weights.Bytes;

    /// <summary>Bytes that recordings so far have taken at most at one time.</summary>
    public long ArenaBytes => _arena.Bytes;

    /// <summary>Phone features of a recording.</summary>
    /// <param name="wave16k">N samples at 16 kHz, at least <see cref="HubertPlan.WindowSamples"/>.</param>
    /// <param name="layer">Whose output, 1 to <see cref="HubertPlan.Layers"/>; those above are not computed.</param>
    /// <param name="final">Whether final_proj follows.</param>
    /// <returns>[T,C], T = <see cref="HubertPlan.FramesOf"/>(N).</returns>
    /// <exception cref="ArgumentException">Too few samples, or a layer that is not there.</exception>
    public float[] Run(ReadOnlySpan<float> wave16k, int layer, bool final)
    {
        if (layer < 1 || layer > Plan.Layers) throw new ArgumentException($"layer {layer}: this HuBERT has layers 1 to {Plan.Layers}");
        float[] features = Features(wave16k);
        int frames = features.Length / Plan.FeatureChannels;
        Compiled program = Program(frames, layer, final);
        _backend.Write(features, program.Input);
        _backend.Write(Ones(frames), program.Mask!);
        program.Program.Run();
        return _backend.ToArray(program.Output);
    }

    /// <summary>The front end's features, [T,C].</summary>
    internal float[] Features(ReadOnlySpan<float> wave16k)
    {
        int frames = Plan.FramesOf(wave16k.Length), channels = Plan.FeatureChannels;
        if (frames < 1) throw new ArgumentException($"{wave16k.Length} samples at 16 kHz are too few; one frame of HuBERT takes {Plan.WindowSamples}");
        Network.FrontEnd.Prepare(wave16k);

        // Stretches of one length; the last begins so that it ends with the recording.
        int stretches = (frames + StretchFrames - 1) / StretchFrames, length = (frames + stretches - 1) / stretches;
        Compiled program = Program(length, layer: 0, final: false);
        float[] features = new float[frames * channels], part = new float[length * channels];
        for (int start = 0; start < frames; start += length)
        {
            int first = Math.Min(start, frames - length);
            _backend.Write(wave16k.Slice(first * Plan.HopSamples, Plan.SamplesOf(length)), program.Input);
            program.Program.Run();
            _backend.Read(program.Output, part);
            part.CopyTo(features, first * channels);
        }

        return features;
    }

    public void Dispose() => _arena.Dispose();

    // Layer 0 is the front end.
    private Compiled Program(int frames, int layer, bool final)
    {
        if (_programs.TryGetValue((frames, layer, final), out Compiled? known)) return known;
        if (_programs.Count == ProgramsKept)
        {
            _programs.Clear();
            long bytes = _arena.Bytes;
            _arena.Dispose();
            _arena = new Arena(_backend);
            _arena.Reserve(bytes);
        }

        Tape tape = new(_backend);
        Tensor input = tape.Input(layer == 0 ? [1, Plan.SamplesOf(frames), 1] : [1, frames, Plan.FeatureChannels]), output;
        Tensor? mask = null;
        if (layer == 0)
        {
            output = Network.FrontEnd.Record(tape, input);
        }
        else
        {
            mask = tape.Input([1, frames]);
            output = Network.Record(tape, input, mask, layer).Layers[layer];
            if (final) output = Network.RecordFinal(tape, output);
        }

        tape.Keep(output);
        Compiled compiled = new(input, mask, output, tape.Compile(_arena));
        _programs.Add((frames, layer, final), compiled);
        return compiled;
    }

    private static float[] Ones(int count)
    {
        float[] ones = new float[count];
        Array.Fill(ones, 1);
        return ones;
    }

    private sealed record Compiled(Tensor Input, Tensor? Mask, Tensor Output, StepProgram Program);
}
