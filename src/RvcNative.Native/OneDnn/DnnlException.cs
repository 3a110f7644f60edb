using System.Runtime.CompilerServices;

namespace RvcNative.Native.OneDnn;

/// <summary>A call into oneDNN that failed; the message names it and what it was given.</summary>
public sealed class DnnlException : InvalidOperationException
{
    private DnnlException(string call, DnnlStatus status, object arguments) : base($"{call} failed with {status}: {arguments}") => Status = status;

    public DnnlStatus Status { get; }

    /// <param name="arguments">What the call was about; made into text on failure only.</param>
    /// <param name="call">The call itself, from the source.</param>
    internal static void ThrowUnless(DnnlStatus status, object arguments, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != DnnlStatus.Success) throw new DnnlException(Name(call), status, arguments);
    }

    internal static void Throw(string call, DnnlStatus status, object arguments) => throw new DnnlException(call, status, arguments);

    // "Dnnl.dnnl_memory_create(out …)" is called dnnl_memory_create.
    private static string Name(string call)
    {
        string function = call[..call.IndexOf('(', StringComparison.Ordinal)];
        return function[(function.LastIndexOf('.') + 1)..];
    }
}
