using System.Runtime.CompilerServices;

namespace RvcNative.Native.OpenCl;

/// <summary>A call into OpenCL that failed; the message names it, what it was given and what to do.</summary>
public sealed class ClException : InvalidOperationException
{
    private ClException(string call, ClStatus status, object arguments)
        : base($"{call} failed with {status} ({(int)status}): {arguments}{Cure(status)}") => Status = status;

    public ClStatus Status { get; }

    /// <param name="arguments">What the call was about; made into text on failure only.</param>
    /// <param name="call">The call itself, from the source.</param>
    internal static void ThrowUnless(ClStatus status, object arguments, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != ClStatus.Success) throw new ClException(Name(call), status, arguments);
    }

    /// <summary>For a call that returns a handle and its status apart.</summary>
    internal static void Throw(string call, ClStatus status, object arguments) => throw new ClException(call, status, arguments);

    private static string Cure(ClStatus status) => status switch
    {
        ClStatus.MemObjectAllocationFailure or ClStatus.OutOfResources or ClStatus.OutOfHostMemory =>
            "; the device is out of memory: take a smaller batch (train --plan says what one needs) or close other programs that use it",
        ClStatus.DeviceNotFound or ClStatus.NoPlatform => "; install the card's driver with its OpenCL part (rvcnative doctor lists what is found)",
        ClStatus.DeviceNotAvailable => "; another program holds the device",
        ClStatus.CompilerNotAvailable => "; the driver has no compiler: install its full version",
        _ => "",
    };

    // "OpenCl.clFinish(queue)" is called clFinish.
    private static string Name(string call)
    {
        int bracket = call.IndexOf('(', StringComparison.Ordinal);
        string function = bracket < 0 ? call : call[..bracket];
        return function[(function.LastIndexOf('.') + 1)..];
    }
}
