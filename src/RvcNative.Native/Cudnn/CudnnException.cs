using System.Runtime.CompilerServices;

namespace RvcNative.Native.Cudnn;

/// <summary>A call into cuDNN that failed.</summary>
public sealed class CudnnException : NativeCallException
{
    private CudnnException(string call, CudnnStatus status, object arguments) : base(call, $"status {status}", arguments, Cure(status))
    {
    }

    /// <param name="arguments">What the call was about; made into text on failure only.</param>
    /// <param name="call">The call itself, from the source.</param>
    internal static void ThrowUnless(CudnnStatus status, object arguments, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != CudnnStatus.Success) throw new CudnnException(call, status, arguments);
    }

    /// <summary>Whether the library says that it has no such sum.</summary>
    internal static bool IsNotSupported(CudnnStatus status) => status is CudnnStatus.NotSupportedIn8 or (>= CudnnStatus.NotSupported and < CudnnStatus.PastNotSupported);

    private static string Cure(CudnnStatus status) => status is CudnnStatus.NotInitialized or CudnnStatus.NotInitializedIn8
        ? "the library does not fit the card or its driver: --math own does without it"
        : "--math own does without the library";
}
