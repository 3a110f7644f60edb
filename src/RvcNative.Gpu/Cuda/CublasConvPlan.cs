using RvcNative.Core;
using RvcNative.Native.Cublas;

namespace RvcNative.Gpu.Cuda;

/// <summary>A sum's products, each with the algorithm that the library advises.</summary>
internal sealed unsafe class CublasConvPlan : ConvPlan
{
    private const long MostWorkspaceBytes = 32 << 20;
    private const int Aligned = 16, Unaligned = sizeof(float);
    private readonly CublasLtHandle _handle;
    private readonly nint _stream;
    private readonly ConvSum _sum;
    private readonly CublasLtMatmul _matmul;
    private readonly List<Product> _products = [];

    internal CublasConvPlan(CublasLtHandle handle, nint stream, string library, ConvSum sum, IReadOnlyList<TapRows> taps, Precision precision)
    {
        (_handle, _stream, _sum, Library) = (handle, stream, sum, library);
        bool ofWeight = sum.Pass == ConvPass.WeightGradient, ofData = sum.Pass == ConvPass.DataGradient;
        _matmul = new CublasLtMatmul(Compute(precision), ofData ? CublasOperation.Transpose : CublasOperation.None, ofWeight ? CublasOperation.Transpose : CublasOperation.None);
        foreach (TapRows tap in taps)
        {
            // A tap that takes all rows as they are takes those of all items at once.
            bool joins = tap.Count == sum.InFrames && tap.Count == sum.OutFrames;
            int rows = joins ? sum.Batch * tap.Count : tap.Count, count = joins || ofWeight ? 1 : sum.Batch;
            for (int item = 0; item < (joins || !ofWeight ? 1 : sum.Batch); item++) _products.Add(Make(tap, rows, count, item));
        }

        WorkspaceBytes = _products.Max(product => product.Algorithms.Max(each => (long)each.WorkspaceBytes));
    }

    public override string Library { get; }

    public override bool WantsOutputsFirst => false;

    public override long WorkspaceBytes { get; }

    public override void Run(KernelArgument first, KernelArgument second, KernelArgument to, bool accumulate, KernelArgument workspace) => Run(
        CudaConvLibraries.Address(first), CudaConvLibraries.Address(second), CudaConvLibraries.Address(to), accumulate, CudaConvLibraries.Address(workspace));

    /// <summary>As the other, by addresses.</summary>
    internal void Run(nint first, nint second, nint to, bool accumulate, nint workspace)
    {
        float one = 1;
        for (int i = 0; i < _products.Count; i++)
        {
            Product product = _products[i];
            (nint a, nint b, nint c) = _sum.Pass switch
            {
                ConvPass.Forward => (second + product.AtWeight, first + product.AtIn, to + product.AtOut),
                ConvPass.DataGradient => (second + product.AtWeight, first + product.AtOut, to + product.AtIn),
                _ => (second + product.AtOut, first + product.AtIn, to + product.AtWeight),
            };
            float beta = accumulate || product.Adds || (_sum.Pass != ConvPass.WeightGradient && i > 0) ? 1 : 0;
            CublasLtHeuristicResult chosen = product.Algorithms[(a | b | c) % Aligned == 0 ? 0 : 1];
            CublasException.ThrowUnless(
                CublasLt.cublasLtMatmul(
                    _handle.Value, _matmul.Value, &one, a, product.A.Value, b, product.B.Value, &beta, c, product.C.Value, c, product.C.Value, &chosen.Algorithm, workspace,
                    chosen.WorkspaceBytes, _stream),
                _sum);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (Product product in _products)
        {
            product.A.Dispose();
            product.B.Dispose();
            product.C.Dispose();
        }

        _matmul.Dispose();
    }

    private static CublasComputeType Compute(Precision precision) => precision switch
    {
        Precision.Tf32 => CublasComputeType.F32FastTf32,
        Precision.Bf16 => CublasComputeType.F32FastBf16,
        Precision.Fp16 => CublasComputeType.F32FastF16,
        _ => CublasComputeType.F32,
    };

    private Product Make(TapRows tap, int rows, int count, int item)
    {
        (int from, int to) = (_sum.InChannels, _sum.OutChannels);
        long inApart = (long)_sum.InFrames * from, outApart = (long)_sum.OutFrames * to;
        CublasLtLayout ofWeight = new(to, from, count, 0), ofIn = new(from, rows, count, inApart), ofOut = new(to, rows, count, outApart);
        (CublasLtLayout a, CublasLtLayout b, CublasLtLayout c) = _sum.Pass switch
        {
            ConvPass.Forward => (ofWeight, ofIn, ofOut),
            ConvPass.DataGradient => (ofWeight, ofOut, ofIn),
            _ => (ofOut, ofIn, ofWeight),
        };
        return new Product(
            a, b, c, Bytes(((long)tap.InFirst * from) + (item * inApart)), Bytes(((long)tap.OutFirst * to) + (item * outApart)), Bytes((long)tap.Tap * from * to), Adds: item > 0,
            [Advise(a, b, c, Aligned), Advise(a, b, c, Unaligned)]);

        static nint Bytes(long elements) => (nint)(elements * sizeof(float));
    }

    private CublasLtHeuristicResult Advise(CublasLtLayout a, CublasLtLayout b, CublasLtLayout c, uint alignmentBytes)
    {
        using CublasLtPreferences preferences = new(MostWorkspaceBytes, alignmentBytes);
        CublasLtHeuristicResult best;
        CublasException.ThrowUnless(
            CublasLt.cublasLtMatmulAlgoGetHeuristic(_handle.Value, _matmul.Value, a.Value, b.Value, c.Value, c.Value, preferences.Value, 1, &best, out int found), _sum);
        CublasException.ThrowUnless(found > 0 ? best.State : CublasStatus.NotSupported, _sum, nameof(CublasLt.cublasLtMatmulAlgoGetHeuristic));
        return best;
    }

    /// <summary>One product: its matrices, where they begin in x, y and w (bytes), and the algorithms for aligned addresses and others.</summary>
    private sealed record Product(CublasLtLayout A, CublasLtLayout B, CublasLtLayout C, nint AtIn, nint AtOut, nint AtWeight, bool Adds, CublasLtHeuristicResult[] Algorithms);
}
