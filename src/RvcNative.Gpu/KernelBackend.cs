using System.Runtime.InteropServices;
using RvcNative.Core;

namespace RvcNative.Gpu;

/// <summary>
/// All ops as kernels, on whatever device runs them. Launches and Write return at once, Read waits. Results are the same bytes in every run,
/// for every sum has one order, which depends on shapes alone.
/// </summary>
public sealed partial class KernelBackend : Backend
{
    private readonly IDevice _device;
    private readonly Precision _precision;
    private readonly ConvMath _math;
    private readonly DeviceKernel?[] _kernels = new DeviceKernel?[Kernels.All.Count];
    private readonly Dictionary<string, DeviceProgram> _programs = [];
    private readonly List<DeviceStorage> _outgrown = [];
    private DeviceStorage? _scratch;

    /// <param name="math">Whose convolutions run, where the device has libraries.</param>
    /// <param name="choices">Where it is kept whose are the fastest; the user's for null.</param>
    public KernelBackend(IDevice device, Precision precision = Precision.F32, ConvMath math = ConvMath.Own, KernelCache? choices = null)
    {
        (_device, _precision, _math) = (device, precision, math);
        IReadOnlyList<ConvLibrary> libraries = math == ConvMath.Own ? [] : device.OpenLibraries();
        _choices = new ConvChoices(device.Name, libraries, math, precision, choices ?? KernelCache.OfUser(), Time);
        Name = string.Join(", ", [device.Name, .. precision == Precision.F32 ? [] : (string[])[Precision.ToString().ToLowerInvariant()], .. libraries.Select(library => library.Name)]);
    }

    public override string Name { get; }

    public Precision Precision => _precision;

    /// <summary>Half precision is stored so, except where libraries are to compute, which take f32.</summary>
    public override DType WideType => _math == ConvMath.Library ? DType.F32 : _precision switch
    {
        Precision.Bf16 => DType.Bf16,
        Precision.Fp16 => DType.F16,
        _ => DType.F32,
    };

    /// <summary>Has matrix instructions run in C, by the tables of who holds what; for tests on devices that have none.</summary>
    internal bool EmulatesTensorCores { get; init; }

    public IDevice Device => _device;

    private int WideBytes => _device.HasDouble ? sizeof(double) : sizeof(float);

    public override bool RunsAhead => true;

    public override long? FreeBytes => _device.FreeBytes;

    public override Readout NewReadout(int places, int width) => _device.NewReadout(places, width);

    /// <summary>Whether programs are recorded and launched at once; without it, kernel by kernel.</summary>
    public bool Records { get; set; } = true;

    public override RecordedOps? Record(Action run) => Records ? _device.Record(run) : null;

    public override void Wait() => _device.Wait();

    public override Storage Allocate(long bytes) => _device.Allocate(bytes);

    public override void Write(ReadOnlySpan<float> values, Tensor to)
    {
        if (to.DType is DType.Bf16 or DType.F16) Write(MemoryMarshal.AsBytes<ushort>(Halves.Of(values, to.DType)), to, sizeof(ushort));
        else Write(MemoryMarshal.AsBytes(values), to, sizeof(float));
    }

    public override void Write(ReadOnlySpan<long> values, Tensor to) => Write(MemoryMarshal.AsBytes(values), to, sizeof(long));

    public override void Read(Tensor from, Span<float> values)
    {
        if (from.DType is not (DType.Bf16 or DType.F16))
        {
            Read(from, MemoryMarshal.AsBytes(values[..from.Count]), sizeof(float));
            return;
        }

        ushort[] words = new ushort[from.Count];
        Read(from, MemoryMarshal.AsBytes(words.AsSpan()), sizeof(ushort));
        Halves.Expand(words, from.DType, values);
    }

    public override void Read(Tensor from, Span<long> values) => Read(from, MemoryMarshal.AsBytes(values[..from.Count]), sizeof(long));

    /// <summary>Whether a kernel has been launched, or compiled beforehand.</summary>
    public bool IsCompiled(KernelSpec spec) => _kernels[spec.Index] is not null;

    /// <summary>Compiles a kernel now rather than at its first launch.</summary>
    public DeviceKernel Compile(KernelSpec spec)
    {
        if (_kernels[spec.Index] is { } ready) return ready;
        if (!_programs.TryGetValue(spec.ProgramKey, out DeviceProgram? program))
        {
            bool takesHalves = spec.TakesHalves && WideType != DType.F32;
            string[] defines = [$"BLOCK={spec.Block}", .. _device.HasDouble ? ["HAS_DOUBLE"] : (string[])[], .. takesHalves ? ["HALVES"] : (string[])[], .. EmulatesTensorCores && spec.UsesTensorCores ? ["EMULATED"] : (string[])[], .. spec.Defines];
            _programs.Add(spec.ProgramKey, program = _device.Compile(spec.ProgramName(takesHalves), KernelSource.Of(spec.File), defines));
        }

        return _kernels[spec.Index] = program.Kernel(spec.Entry, spec.Block);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _device.Wait();
        _choices.Dispose();
        foreach (DeviceStorage each in _outgrown) each.Dispose();
        _scratch?.Dispose();
        _lossScale?.Buffer.Storage?.Dispose();
        foreach (Tensor table in _turns.Values) table.Buffer.Storage?.Dispose();
        foreach (DeviceProgram program in _programs.Values) program.Dispose();
        _device.Dispose();
    }

    private void Write(ReadOnlySpan<byte> values, Tensor to, int elementBytes)
    {
        if (values.Length > (long)to.Count * elementBytes || elementBytes != to.DType.Bytes()) throw new ArgumentException($"{values.Length / elementBytes} values of {elementBytes} bytes for a tensor {to}");
        _device.Write(values, KernelArgument.MemoryOf(to), to.Buffer.OffsetBytes + (to.Offset * elementBytes));
    }

    private void Read(Tensor from, Span<byte> values, int elementBytes) =>
        _device.Read(KernelArgument.MemoryOf(from), from.Buffer.OffsetBytes + (from.Offset * elementBytes), values);

    private void Launch(KernelSpec spec, Grid groups, params ReadOnlySpan<KernelArgument> arguments)
    {
        if (groups.X > 0 && groups.Y > 0 && groups.Z > 0) _device.Launch(_kernels[spec.Index] ?? Compile(spec), groups, arguments);
    }

    /// <summary>Groups for one thread each.</summary>
    private static Grid Each(int count, int y = 1, int z = 1) => new(Ceiling(count, Kernels.Block), y, z);

    private static int Ceiling(int count, int each) => (count + each - 1) / each;

    /// <summary>
    /// The tensor's last batch items. A gradient may hold only the last items of its tensor's batch (<see cref="Tensor.GradientFrom"/>); an op's
    /// backward aligns all tensors at their ends.
    /// </summary>
    private static KernelArgument Tail(Tensor? tensor, int items) => tensor is null
        ? default(Tensor)
        : KernelArgument.Of(tensor, (long)(tensor.Shape[0] - items) * (tensor.Count / tensor.Shape[0]));

    /// <summary>A tensor that may be stored in 16 bits; its <see cref="TypeOf"/> follows it (IN_ANY, OUT_ANY of the prelude).</summary>
    private static KernelArgument Any(Tensor? tensor) => tensor is null ? default(Tensor) : KernelArgument.Of(tensor, 0);

    private static KernelArgument TypeOf(Tensor? tensor) => tensor?.DType switch
    {
        DType.Bf16 => 1,
        DType.F16 => 2,
        _ => 0,
    };

    /// <summary>Memory for an op's partial sums, kept for the next op; nothing in it outlives the call.</summary>
    private DeviceStorage Scratch(long bytes)
    {
        if (_scratch is { } enough && enough.Bytes >= bytes) return enough;
        if (_scratch is { } outgrown) _outgrown.Add(outgrown);   // kernels that use it may still be waiting their turn
        return _scratch = _device.Allocate(bytes);
    }

    /// <summary>y[group] = or += the sum over blocks of partial [groups,blocks,width]; rows of y are <paramref name="stride"/> apart.</summary>
    private void AddPartialSums(KernelArgument partial, int groups, int blocks, int width, KernelArgument y, int stride, bool accumulate) =>
        Launch(Kernels.SumPartials, Each(groups * width), partial, y, groups, blocks, width, stride, accumulate);

    private static int SumBlocks(int rows) => Ceiling(rows, Kernels.SumRows);
}
