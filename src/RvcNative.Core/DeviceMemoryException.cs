namespace RvcNative.Core;

/// <summary>A device has no memory left for what was asked of it; the message says how much that was, and what to do.</summary>
public sealed class DeviceMemoryException(string message, Exception? cause = null) : Exception(message, cause);
