using System.Runtime.CompilerServices;

namespace RvcNative.Native.Cublas;

/// <summary>A call into cuBLASLt that failed.</summary>
public sealed class CublasException : NativeCallException
{
    private CublasException(string call, CublasStatus status, object arguments) : base(call, status.ToString(), arguments, Cure(status)) => Status = status;

    public CublasStatus Status { get; }

    /// <param name="arguments">What the call was about; made into text on failure only.</param>
    /// <param name="call">The call itself, from the source.</param>
    internal static void ThrowUnless(CublasStatus status, object arguments, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != CublasStatus.Success) throw new CublasException(call, status, arguments);
    }

    private static string Cure(CublasStatus status) => status switch
    {
        CublasStatus.AllocFailed => "the card is out of memory: take a smaller --batch-size, or --math own",
        CublasStatus.ArchMismatch or CublasStatus.NotInitialized => "the library does not fit the card or its driver: --math own does without it",
        _ => "--math own does without the library",
    };
}
