namespace RvcNative.Native;

/// <summary>A call into a driver or a library that failed; the message names it, what it was given and what to do.</summary>
public abstract class NativeCallException(string call, string result, object arguments, string cure)
    : InvalidOperationException($"{NameOf(call)} failed with {result}: {arguments}{(cure.Length > 0 ? "; " : "")}{cure}")
{
    // From the source: "CudaDriver.cuMemAlloc_v2(out …)" is called cuMemAlloc_v2.
    private static string NameOf(string call)
    {
        int bracket = call.IndexOf('(', StringComparison.Ordinal);
        string function = bracket < 0 ? call : call[..bracket];
        return function[(function.LastIndexOf('.') + 1)..];
    }
}
