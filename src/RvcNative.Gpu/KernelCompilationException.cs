namespace RvcNative.Gpu;

/// <summary>A compiler refused a kernel; the message has its log.</summary>
public sealed class KernelCompilationException(string message) : InvalidOperationException(message);
