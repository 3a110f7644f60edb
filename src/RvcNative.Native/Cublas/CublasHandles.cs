using System.Runtime.InteropServices;

namespace RvcNative.Native.Cublas;

/// <summary>cublasLtHandle_t.</summary>
internal sealed class CublasLtHandle : SafeHandle
{
    internal CublasLtHandle() : base(invalidHandleValue: 0, ownsHandle: true) => CublasException.ThrowUnless(CublasLt.cublasLtCreate(out handle), CublasLtLibrary.Version);

    public override bool IsInvalid => handle == 0;

    internal nint Value => handle;

    protected override bool ReleaseHandle() => CublasLt.cublasLtDestroy(handle) == CublasStatus.Success;
}

/// <summary>cublasLtMatmulDesc_t: which operands are transposed, and what products are made of.</summary>
internal sealed unsafe class CublasLtMatmul : SafeHandle
{
    internal CublasLtMatmul(CublasComputeType compute, CublasOperation a, CublasOperation b) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        CublasException.ThrowUnless(CublasLt.cublasLtMatmulDescCreate(out handle, compute, CudaDataType.F32), compute);
        CublasException.ThrowUnless(CublasLt.cublasLtMatmulDescSetAttribute(handle, CublasLtMatmulAttribute.TransposeA, &a, sizeof(CublasOperation)), a);
        CublasException.ThrowUnless(CublasLt.cublasLtMatmulDescSetAttribute(handle, CublasLtMatmulAttribute.TransposeB, &b, sizeof(CublasOperation)), b);
    }

    public override bool IsInvalid => handle == 0;

    internal nint Value => handle;

    protected override bool ReleaseHandle() => CublasLt.cublasLtMatmulDescDestroy(handle) == CublasStatus.Success;
}

/// <summary>cublasLtMatrixLayout_t: matrices of f32, column after column.</summary>
internal sealed unsafe class CublasLtLayout : SafeHandle
{
    /// <param name="apart">Elements from one matrix of a batch to the next; 0 where all are the same.</param>
    internal CublasLtLayout(int rows, int columns, int count, long apart) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        CublasException.ThrowUnless(CublasLt.cublasLtMatrixLayoutCreate(out handle, CudaDataType.F32, (ulong)rows, (ulong)columns, rows), (rows, columns));
        CublasException.ThrowUnless(CublasLt.cublasLtMatrixLayoutSetAttribute(handle, CublasLtLayoutAttribute.BatchCount, &count, sizeof(int)), count);
        CublasException.ThrowUnless(CublasLt.cublasLtMatrixLayoutSetAttribute(handle, CublasLtLayoutAttribute.StridedBatchOffset, &apart, sizeof(long)), apart);
    }

    public override bool IsInvalid => handle == 0;

    internal nint Value => handle;

    protected override bool ReleaseHandle() => CublasLt.cublasLtMatrixLayoutDestroy(handle) == CublasStatus.Success;
}

/// <summary>cublasLtMatmulPreference_t.</summary>
internal sealed unsafe class CublasLtPreferences : SafeHandle
{
    /// <param name="alignmentBytes">Of all operands' addresses.</param>
    internal CublasLtPreferences(long workspaceBytes, uint alignmentBytes) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        CublasException.ThrowUnless(CublasLt.cublasLtMatmulPreferenceCreate(out handle), "anew");
        CublasException.ThrowUnless(CublasLt.cublasLtMatmulPreferenceSetAttribute(handle, CublasLtPreference.MaxWorkspaceBytes, &workspaceBytes, sizeof(long)), workspaceBytes);
        foreach (CublasLtPreference each in (ReadOnlySpan<CublasLtPreference>)
            [CublasLtPreference.MinAlignmentABytes, CublasLtPreference.MinAlignmentBBytes, CublasLtPreference.MinAlignmentCBytes, CublasLtPreference.MinAlignmentDBytes])
        {
            CublasException.ThrowUnless(CublasLt.cublasLtMatmulPreferenceSetAttribute(handle, each, &alignmentBytes, sizeof(uint)), alignmentBytes);
        }
    }

    public override bool IsInvalid => handle == 0;

    internal nint Value => handle;

    protected override bool ReleaseHandle() => CublasLt.cublasLtMatmulPreferenceDestroy(handle) == CublasStatus.Success;
}
