using System.Diagnostics;

namespace RvcNative.Core;

/// <summary>A compiled tape. Running it allocates nothing.</summary>
public sealed partial class StepProgram
{
    private readonly Instruction[] _instructions;
    private readonly Phase[] _phases;
    private readonly double[] _phaseMs;
    private readonly Arena _arena;
    private RecordedOps? _recording;
    private int _recordedIn = -1;
    private bool _hasRun;

    internal StepProgram(Backend backend, List<Instruction> instructions, List<Phase> phases, MemoryPlan plan, Arena arena)
    {
        Backend = backend;
        _instructions = [.. instructions];
        if (phases is not [{ Start: 0 }, ..]) phases.Insert(0, new Phase("start", 0));
        _phases = [.. phases];
        _phaseMs = new double[_phases.Length];
        PlannedBytes = plan.Bytes;
        _arena = arena;
        arena.Add(plan);
    }

    public Backend Backend { get; }

    /// <summary>Arena bytes that this program needs; exact.</summary>
    public long PlannedBytes { get; }

    public int InstructionCount => _instructions.Length;

    public IReadOnlyList<Phase> Phases => _phases;

    /// <summary>Milliseconds that each phase took in its last run; on a device that works on by itself, those of launching it, all in the first phase where they are launched at once.</summary>
    public ReadOnlySpan<double> PhaseMs => _phaseMs;

    /// <summary>Runs all phases. A device that can notes what they launch at the second run, when all is compiled and allocated, and from then on launches it at once.</summary>
    public void Run()
    {
        if (_hasRun && _recordedIn != _arena.Places) (_recording, _recordedIn) = (Backend.Record(RunPhases), _arena.Places);
        _hasRun = true;
        if (_recording is null)
        {
            RunPhases();
            return;
        }

        long started = Stopwatch.GetTimestamp();
        _recording.Replay();
        Array.Clear(_phaseMs);
        _phaseMs[0] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private void RunPhases()
    {
        for (int phase = 0; phase < _phases.Length; phase++) RunPhase(phase);
    }

    /// <summary>Runs one phase alone; the caller looks at losses between phases.</summary>
    public void RunPhase(int phase)
    {
        long started = Stopwatch.GetTimestamp();
        int end = phase + 1 < _phases.Length ? _phases[phase + 1].Start : _instructions.Length;
        for (int index = _phases[phase].Start; index < end; index++) _instructions[index].Run();
        _phaseMs[phase] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
