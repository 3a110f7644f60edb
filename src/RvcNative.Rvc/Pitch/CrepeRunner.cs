using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Pitch;

/// <summary>CREPE over a recording: windows in batches of one size, so that there is one program. Each window is by itself, so pieces change nothing.</summary>
internal sealed class CrepeRunner : PitchRunner
{
    // The first layer lays out 256 x 512 samples of each window: 32 windows take 16 MiB. Tiny layers want more windows to fill the threads.
    private const int Batch = 32;
    private readonly Tensor _windows, _confidence;
    private readonly StepProgram _program;
    private readonly float[] _frames = new float[Batch * CrepeFrames.WindowSamples], _values = new float[Batch * PitchBins.Count];

    internal CrepeRunner(Crepe network, Backend backend, bool ownsBackend) : base(backend, ownsBackend)
    {
        Tape tape = new(backend);
        _windows = tape.Input([Batch, CrepeFrames.WindowSamples, 1]);
        _confidence = tape.Keep(network.Forward(tape, _windows));
        _program = Program("network", Batch, (arena, _) => tape.Compile(arena));
    }

    internal override void Run(Signal wave16k, ConfidenceSink sink)
    {
        int frames = CrepeFrames.Count(wave16k.Length);
        for (int first = 0; first < frames; first += Batch)
        {
            CrepeFrames.Fill(wave16k, first, Batch, _frames);
            Backend.Write(_frames, _windows);
            _program.Run();
            Backend.Read(_confidence, _values);
            sink(_values.AsSpan(0, Math.Min(Batch, frames - first) * PitchBins.Count));
        }
    }
}
