using System.Runtime.InteropServices;
using RvcNative.Core.Cpu;
using RvcNative.Gpu.Cuda;
using RvcNative.Native.Cublas;
using RvcNative.Native.Cuda;
using RvcNative.Native.Cudnn;

namespace RvcNative.Gpu.Tests;

/// <summary>
/// Convolutions by cuBLASLt and cuDNN without a card: libraries of the same names, compiled from plain C, take the calls as the vendor's reference documents them and compute on
/// the host, so descriptors, places and order of arguments are tested, and that the libraries are found.
/// </summary>
[Collection(StandIns.Name)]
public sealed class ConvStandInTests : IClassFixture<StandIns>
{
    private const nint Stream = 0x57;   // the stand-ins want to see it

    private static readonly (int Batch, int Frames, int In, int Out, ConvGeometry Geometry)[] s_sums =
    [
        (2, 9, 4, 8, new(1)),
        (3, 20, 5, 6, ConvGeometry.Same(3, 2)),
        (2, 31, 8, 4, ConvGeometry.Same(7)),
        (2, 17, 3, 7, new(4, 1, 1, 2, 1)),
        (1, 12, 6, 5, new(5)),
        (2, 5, 4, 3, ConvGeometry.Same(11)),
        (2, 40, 8, 12, new(5, 2, 1, 2, 2) { Groups = 4 }),
        (2, 5 * 12, 4, 6, new(5, 3, 1, 2, 2) { Columns = 5 }),
        (2, 6 * 7, 3, 4, ConvGeometry.Picture(ConvAxis.Same(3), new(3, 2, 1, 1, 1), columns: 7)),
        (2, 13, 4, 3, new(16, 10, 1, 3, 3) { Transposed = true }),
    ];

    public static TheoryData<int, ConvPass, bool> Sums()
    {
        TheoryData<int, ConvPass, bool> all = [];
        for (int i = 0; i < s_sums.Length; i++)
        {
            foreach (ConvPass pass in Enum.GetValues<ConvPass>())
            {
                foreach (bool add in (bool[])[false, true]) all.Add(i, pass, add);
            }
        }

        return all;
    }

    [SkippableTheory, MemberData(nameof(Sums))]
    public void CuBlasLt_gets_products_that_make_a_convolution(int index, ConvPass pass, bool add)
    {
        using CublasConvLibrary library = new(Stream);
        Assert.Equal("cuBLASLt 12.8.4", library.Name);
        ConvGeometry geometry = s_sums[index].Geometry;
        using ConvPlan? plan = library.Plan(Sum(index, pass), Precision.F32);

        // Some sums have taps of which none reaches all rows that are written, or one that reaches nothing.
        bool has = geometry is { Stride: 1, Groups: 1, Columns: 1, Transposed: false } && !(geometry.Kernel == 11 && pass == ConvPass.WeightGradient)
            && !(geometry.PadLeft + geometry.PadRight == 0 && geometry.Kernel > 1 && pass == ConvPass.DataGradient);
        Assert.Equal(has, plan is not null);
        if (plan is CublasConvPlan made) Compare(index, pass, add, made, made.Run);
    }

    [SkippableTheory, MemberData(nameof(Sums))]
    public void CuDnn_gets_the_convolution(int index, ConvPass pass, bool add)
    {
        using CudnnConvLibrary library = new(Stream);
        Assert.Equal("cuDNN 9.1.0", library.Name);
        ConvGeometry geometry = s_sums[index].Geometry;
        using ConvPlan? plan = library.Plan(Sum(index, pass), Precision.Tf32);
        Assert.Equal(!geometry.Transposed && geometry.PadLeft == geometry.PadRight, plan is not null);   // it pads both ends alike
        if (plan is CudnnConvPlan made) Compare(index, pass, add, made, made.Run);
    }

    [SkippableFact]
    public void A_sum_that_a_library_does_not_have_is_left_to_own_kernels()
    {
        using CublasConvLibrary cublas = new(Stream);
        using CudnnConvLibrary cudnn = new(Stream);
        ConvSum sum = new(ConvPass.Forward, 2, 20, 6, 20, 9, ConvGeometry.Same(3) with { Groups = 3 });
        Assert.Null(cublas.Plan(Sum(0, ConvPass.Forward), Precision.Fp16));
        Assert.Null(cudnn.Plan(sum, Precision.Tf32));
        using ConvPlan? other = cudnn.Plan(sum with { Geometry = sum.Geometry with { Groups = 1 } }, Precision.Tf32);
        Assert.NotNull(other);
    }

    [Fact]
    public void Libraries_of_CUDA_13_are_looked_for_where_its_Python_packages_put_them()
    {
        const string Variable = "VIRTUAL_ENV";
        string? before = Environment.GetEnvironmentVariable(Variable);
        string root = Directory.CreateTempSubdirectory("rvcnative packages ").FullName;
        try
        {
            Environment.SetEnvironmentVariable(Variable, root);
            string linux = Path.Combine(root, "lib64", "python3.12", "site-packages", "nvidia", "cu13", "lib"), windows = Path.Combine(root, "Lib", "site-packages", "nvidia", "cu13", "bin", "x86_64");
            Directory.CreateDirectory(linux);
            Directory.CreateDirectory(windows);
            string[] folders = [.. CudaFolders.OfToolkits()];
            Assert.Contains(linux, folders);
            Assert.Contains(windows, folders);
            Assert.All(folders, folder => Assert.True(Directory.Exists(folder), folder));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void Structs_are_as_long_as_the_headers_have_them()
    {
        Assert.Equal(64, Marshal.SizeOf<CublasLtAlgorithm>());
        Assert.Equal(96, Marshal.SizeOf<CublasLtHeuristicResult>());
        Assert.Equal(64, Marshal.OffsetOf<CublasLtHeuristicResult>(nameof(CublasLtHeuristicResult.WorkspaceBytes)));
        Assert.Equal(72, Marshal.OffsetOf<CublasLtHeuristicResult>(nameof(CublasLtHeuristicResult.State)));
        Assert.Equal(48, Marshal.SizeOf<CudnnAlgorithm>());
        Assert.Equal(16, Marshal.OffsetOf<CudnnAlgorithm>(nameof(CudnnAlgorithm.WorkspaceBytes)));
        Assert.Equal(24, Marshal.OffsetOf<CudnnAlgorithm>(nameof(CudnnAlgorithm.IsDeterministic)));
    }

    private static ConvSum Sum(int index, ConvPass pass)
    {
        (int batch, int frames, int from, int to, ConvGeometry geometry) = s_sums[index];
        return new ConvSum(pass, batch, frames, from, geometry.OutputFrames(frames), to, geometry);
    }

    private static unsafe void Compare(int index, ConvPass pass, bool add, ConvPlan plan, Action<nint, nint, nint, bool, nint> run)
    {
        (int batch, int frames, int from, int to, ConvGeometry geometry) = s_sums[index];
        Shape ofX = [batch, frames, from], ofW = [geometry.Taps, from / geometry.Groups, to], ofY = [batch, geometry.OutputFrames(frames), to];
        using CpuBackend cpu = new(1);
        Random random = new(index);
        float[] x = Values(ofX), w = Values(ofW), y = Values(ofY), target = pass switch
        {
            ConvPass.Forward => y,
            ConvPass.DataGradient => x,
            _ => w,
        };
        Tensor tx = Of(ofX, x), tw = Of(ofW, w), ty = Of(ofY, y);
        switch (pass)
        {
            case ConvPass.Forward: cpu.Conv(tx, tw, null, geometry, ConvEpilogue.Plain, ty); break;
            case ConvPass.DataGradient: cpu.ConvDataGradient(ty, tw, geometry, new Gradient(tx, Accumulate: false)); break;
            default: cpu.ConvWeightGradient(tx, ty, geometry, new Gradient(tw, Accumulate: false)); break;
        }

        float[] wanted = cpu.ToArray(pass switch
        {
            ConvPass.Forward => ty,
            ConvPass.DataGradient => tx,
            _ => tw,
        });
        for (int i = 0; add && i < wanted.Length; i++) wanted[i] += target[i];

        bool turns = plan.WantsOutputsFirst;
        float[] given = turns ? LibraryDevice.Turned(w, ofW[0] * ofW[1], to) : w, found = pass == ConvPass.WeightGradient ? given : target;
        byte[] workspace = new byte[plan.WorkspaceBytes];
        fixed (float* px = x, pw = given, py = y)
        {
            fixed (byte* memory = workspace)
            {
                (nint first, nint second, nint result) = pass switch
                {
                    ConvPass.Forward => ((nint)px, (nint)pw, (nint)py),
                    ConvPass.DataGradient => ((nint)py, (nint)pw, (nint)px),
                    _ => ((nint)px, (nint)py, (nint)pw),
                };
                run(first, second, result, add, (nint)memory);
            }
        }

        if (turns && pass == ConvPass.WeightGradient) found = LibraryDevice.Turned(found, to, ofW[0] * ofW[1]);
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], found[i], 1e-4f);

        float[] Values(Shape shape) => [.. Enumerable.Range(0, shape.Count).Select(_ => random.NextSingle() - 0.5f)];

        Tensor Of(Shape shape, float[] values)
        {
            Tensor tensor = cpu.NewTensor(shape);
            cpu.Write(values, tensor);
            return tensor;
        }
    }
}
