using System.Runtime.CompilerServices;

namespace RvcNative.Native.OpenCl;

/// <summary>A call into OpenCL that failed.</summary>
public sealed class ClException : NativeCallException
{
    private ClException(string call, ClStatus status, object arguments) : base(call, $"{status} ({(int)status})", arguments, Cure(status)) => Status = status;

    public ClStatus Status { get; }

    public bool IsOutOfMemory => Status is ClStatus.MemObjectAllocationFailure or ClStatus.OutOfResources or ClStatus.OutOfHostMemory;

    /// <param name="arguments">What the call was about; made into text on failure only.</param>
    /// <param name="call">The call itself, from the source.</param>
    internal static void ThrowUnless(ClStatus status, object arguments, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != ClStatus.Success) throw new ClException(call, status, arguments);
    }

    /// <summary>For a call that returns a handle and its status apart.</summary>
    internal static void Throw(string call, ClStatus status, object arguments) => throw new ClException(call, status, arguments);

    private static string Cure(ClStatus status) => status switch
    {
        ClStatus.MemObjectAllocationFailure or ClStatus.OutOfResources or ClStatus.OutOfHostMemory =>
            "the device is out of memory: take a smaller --batch-size, or --recompute (train --plan says what a batch needs), or close other programs that use it",
        ClStatus.DeviceNotFound or ClStatus.NoPlatform => "install the card's driver with its OpenCL part (rvcnative doctor lists what is found)",
        ClStatus.DeviceNotAvailable => "another program holds the device",
        ClStatus.CompilerNotAvailable => "the driver has no compiler: install its full version",
        _ => "",
    };
}
