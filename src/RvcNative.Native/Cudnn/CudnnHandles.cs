using System.Runtime.InteropServices;

namespace RvcNative.Native.Cudnn;

/// <summary>cudnnHandle_t, whose calls run in one stream.</summary>
internal sealed class CudnnHandle : SafeHandle
{
    internal CudnnHandle(nint stream) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        CudnnException.ThrowUnless(Cudnn.cudnnCreate(out handle), CudnnLibrary.Version);
        CudnnException.ThrowUnless(Cudnn.cudnnSetStream(handle, stream), CudnnLibrary.Version);
    }

    public override bool IsInvalid => handle == 0;

    internal nint Value => handle;

    protected override bool ReleaseHandle() => Cudnn.cudnnDestroy(handle) == CudnnStatus.Success;
}

/// <summary>cudnnTensorDescriptor_t: f32 [n,h,w,c].</summary>
internal sealed class CudnnTensor : SafeHandle
{
    internal CudnnTensor(int n, int h, int w, int c) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        CudnnException.ThrowUnless(Cudnn.cudnnCreateTensorDescriptor(out handle), "anew");
        CudnnException.ThrowUnless(Cudnn.cudnnSetTensor4dDescriptor(handle, CudnnFormat.Nhwc, CudnnDataType.F32, n, c, h, w), (n, h, w, c));
    }

    public override bool IsInvalid => handle == 0;

    internal nint Value => handle;

    protected override bool ReleaseHandle() => Cudnn.cudnnDestroyTensorDescriptor(handle) == CudnnStatus.Success;
}

/// <summary>cudnnFilterDescriptor_t: f32 [k,h,w,c], k results of c values each.</summary>
internal sealed class CudnnFilter : SafeHandle
{
    internal CudnnFilter(int k, int h, int w, int c) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        CudnnException.ThrowUnless(Cudnn.cudnnCreateFilterDescriptor(out handle), "anew");
        CudnnException.ThrowUnless(Cudnn.cudnnSetFilter4dDescriptor(handle, CudnnDataType.F32, CudnnFormat.Nhwc, k, c, h, w), (k, h, w, c));
    }

    public override bool IsInvalid => handle == 0;

    internal nint Value => handle;

    protected override bool ReleaseHandle() => Cudnn.cudnnDestroyFilterDescriptor(handle) == CudnnStatus.Success;
}

/// <summary>cudnnConvolutionDescriptor_t.</summary>
internal sealed class CudnnConvolution : SafeHandle
{
    internal CudnnConvolution((int H, int W) pad, (int H, int W) stride, (int H, int W) dilation, int groups, CudnnMathType math) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        CudnnException.ThrowUnless(Cudnn.cudnnCreateConvolutionDescriptor(out handle), "anew");
        CudnnException.ThrowUnless(
            Cudnn.cudnnSetConvolution2dDescriptor(handle, pad.H, pad.W, stride.H, stride.W, dilation.H, dilation.W, CudnnConvolutionMode.CrossCorrelation, CudnnDataType.F32),
            (pad, stride, dilation));
        CudnnException.ThrowUnless(Cudnn.cudnnSetConvolutionGroupCount(handle, groups), groups);
        SetMath(math);
    }

    internal void SetMath(CudnnMathType math) => CudnnException.ThrowUnless(Cudnn.cudnnSetConvolutionMathType(handle, math), math);

    public override bool IsInvalid => handle == 0;

    internal nint Value => handle;

    protected override bool ReleaseHandle() => Cudnn.cudnnDestroyConvolutionDescriptor(handle) == CudnnStatus.Success;
}
