using System.Runtime.CompilerServices;

namespace RvcNative.Native.OneDnn;

/// <summary>A call into oneDNN that failed.</summary>
public sealed class DnnlException : NativeCallException
{
    private DnnlException(string call, DnnlStatus status, object arguments) : base(call, $"{status}", arguments, "") => Status = status;

    public DnnlStatus Status { get; }

    /// <param name="arguments">What the call was about; made into text on failure only.</param>
    /// <param name="call">The call itself, from the source.</param>
    internal static void ThrowUnless(DnnlStatus status, object arguments, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != DnnlStatus.Success) throw new DnnlException(call, status, arguments);
    }

    internal static void Throw(string call, DnnlStatus status, object arguments) => throw new DnnlException(call, status, arguments);
}
