namespace RvcNative.Core;

/// <summary>
/// Records a step as a program: ops append their forward instructions when they are built and, when a stretch is differentiated,
/// their backward instructions in reverse order. Nothing runs before <see cref="Compile(Arena)"/> has given every buffer its place in one
/// arena; then the program runs any number of times without allocating. What differs between runs (batch, noise, learning rate) is
/// read from input tensors.
/// </summary>
public sealed class Tape(Backend backend)
{
    private const int MostLosses = 512;
    private readonly List<Instruction> _instructions = [];
    private readonly List<Buffer> _buffers = [];
    private readonly List<Buffer> _kept = [];
    private readonly List<Action> _backward = [];
    private readonly List<Phase> _phases = [];
    private readonly Dictionary<(Parameter, bool), Tensor> _used = [];
    private Tensor? _losses;
    private int _lossCount;

    public Backend Backend { get; } = backend;

    /// <summary>Whether gradients are added to what a set's gradients hold already, which the caller clears; for batches in several parts.</summary>
    public bool AddsToGradients { get; init; }

    /// <summary>A planned tensor that lives from its first to its last use.</summary>
    public Tensor New(Shape shape, DType dtype = DType.F32) => New(shape, false, 0, dtype);

    /// <summary>The result of an op: differentiated when one of <paramref name="from"/> is, from the same batch item on.</summary>
    public Tensor Result(Shape shape, params ReadOnlySpan<Tensor?> from) => Result(shape, DType.F32, from);

    /// <summary>A result of another type than f32; its gradient is of that type too.</summary>
    public Tensor Result(Shape shape, DType dtype, params ReadOnlySpan<Tensor?> from)
    {
        bool wanted = false;
        int first = int.MaxValue;
        foreach (Tensor? tensor in from)
        {
            if (tensor is not { RequiresGradient: true }) continue;
            wanted = true;
            first = Math.Min(first, tensor.GradientFrom);
        }

        return New(shape, wanted, wanted ? first : 0, dtype);
    }

    /// <summary>A planned tensor with its own choice of gradient.</summary>
    public Tensor New(Shape shape, bool requiresGradient, int gradientFrom, DType dtype = DType.F32)
    {
        Buffer buffer = new((long)shape.Count * dtype.Bytes());
        _buffers.Add(buffer);
        return new Tensor(buffer, shape, dtype, 0) { RequiresGradient = requiresGradient, GradientFrom = gradientFrom };
    }

    /// <summary>A tensor that the host writes before a run; alive from the program's start. Differentiable in tests.</summary>
    public Tensor Input(Shape shape, DType dtype = DType.F32, bool requiresGradient = false)
    {
        Tensor input = New(shape, requiresGradient, 0, dtype);
        input.Buffer.Touch(0);
        return input;
    }

    /// <summary>Keeps a tensor readable after the run.</summary>
    public Tensor Keep(Tensor tensor)
    {
        _kept.Add(tensor.Buffer);
        return tensor;
    }

    /// <summary>A scalar [1] that stays readable after the run; all of a program lie side by side, so that one read gets them.</summary>
    public Tensor NewLoss()
    {
        if (_lossCount == MostLosses) throw new InvalidOperationException($"a program has at most {MostLosses} losses");
        _losses ??= Keep(New([MostLosses]));
        return Backend.Part(_losses, _lossCount++, [1]);
    }

    /// <summary>[N], the scalars asked for so far in their order.</summary>
    /// <exception cref="InvalidOperationException">None has been.</exception>
    public Tensor Losses => Backend.Part(_losses ?? throw new InvalidOperationException("no loss has been recorded"), 0, [_lossCount]);

    /// <summary>The parameter as an op's input: differentiated unless frozen, its gradient at home in the parameter's set.</summary>
    public Tensor Use(Parameter parameter)
    {
        if (_used.TryGetValue((parameter, parameter.Frozen), out Tensor? used)) return used;
        Tensor value = parameter.Value;
        used = new Tensor(value.Buffer, value.Shape, value.DType, value.Offset)
        {
            RequiresGradient = !parameter.Frozen,
            GradientHome = parameter.Gradient,
            Gradient = AddsToGradients && !parameter.Frozen ? parameter.Gradient : null,
        };
        _used.Add((parameter, parameter.Frozen), used);
        return used;
    }

    /// <summary>Has frozen uses of the parameter read another tensor from here on.</summary>
    public void Replace(Parameter parameter, Tensor value) => _used[(parameter, true)] = value.Detach();

    /// <summary>The same values as another differentiable tensor, whose gradient is this program's own (an effective weight).</summary>
    public Tensor Use(Tensor value, bool requiresGradient)
    {
        return new Tensor(value.Buffer, value.Shape, value.DType, value.Offset) { RequiresGradient = requiresGradient };
    }

    /// <summary>Names what follows, for timing by phase and for running a part of the program.</summary>
    public void StartPhase(string name) => _phases.Add(new Phase(name, _instructions.Count));

    /// <summary>Appends an instruction that reads or writes exactly the tensors named.</summary>
    public void Run(Action run, params ReadOnlySpan<Tensor?> touches)
    {
        foreach (Tensor? tensor in touches) tensor?.Buffer.Touch(_instructions.Count);
        _instructions.Add(new Instruction(run, touches.ToArray()));
    }

    /// <summary>Says how an op is differentiated: <paramref name="build"/> appends its backward instructions.</summary>
    public void Differentiate(Action build) => _backward.Add(build);

    /// <summary>The gradient that later ops have written for an op's result, or null when the loss does not depend on it.</summary>
    public static Tensor? GradientOf(Tensor y) => y.Gradient;

    /// <summary>Where an op's backward writes its input's gradient. Ask in the order in which the instructions run.</summary>
    public Gradient Into(Tensor? x)
    {
        if (x is not { RequiresGradient: true }) return default;
        if (x.Gradient is { } started) return new Gradient(started, Accumulate: true);
        x.Gradient = x.GradientHome ?? New(x.Shape.WithFirst(x.Shape[0] - x.GradientFrom), x.DType);
        return new Gradient(x.Gradient, Accumulate: false);
    }

    /// <summary>How many ops have been recorded that are not yet differentiated; a mark for <see cref="Backward"/>.</summary>
    public int Mark => _backward.Count;

    /// <summary>Appends the backward of all ops recorded since the mark, last first.</summary>
    public void Backward(int mark = 0)
    {
        for (int op = _backward.Count - 1; op >= mark; op--) _backward[op]();
        _backward.RemoveRange(mark, _backward.Count - mark);
    }

    /// <summary>
    /// Records a stretch whose inner results live only as long as the stretch: where it is differentiated, it is recorded, and run, a second
    /// time (Chen et al. 2016, arXiv:1604.06174).
    /// </summary>
    /// <param name="record">Records the same ops on the same tensors at each call.</param>
    public Tensor Recomputed(Func<Tensor> record)
    {
        int mark = Mark;
        Tensor y = record();
        _backward.RemoveRange(mark, _backward.Count - mark);
        Differentiate(() =>
        {
            if (y.Gradient is not { } dy) return;
            int again = Mark;
            record().Gradient = dy;
            Backward(again);
        });
        return y;
    }

    /// <summary>Places every buffer and takes the arena's memory.</summary>
    /// <param name="arena">An arena to share with other programs; it grows to the largest of them.</param>
    public StepProgram Compile(Arena arena)
    {
        foreach (Buffer buffer in _kept) buffer.Touch(_instructions.Count);
        return new StepProgram(Backend, _instructions, _phases, MemoryPlan.Of(_buffers), arena);
    }

    public StepProgram Compile() => Compile(new Arena(Backend));
}

/// <summary>One call of the backend, and the tensors that it reads or writes.</summary>
internal readonly record struct Instruction(Action Run, Tensor?[] Touches);

/// <summary>A named stretch of a program, from an instruction to the next phase.</summary>
public readonly record struct Phase(string Name, int Start);
