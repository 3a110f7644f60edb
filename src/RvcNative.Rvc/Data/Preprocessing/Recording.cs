namespace RvcNative.Rvc.Data;

/// <summary>One file of the user's data folder.</summary>
/// <param name="Index">Its number in ordinal order of paths, the first half of its chunks' names.</param>
/// <param name="RelativePath">Below the data folder, with '/'.</param>
/// <param name="ModifiedUtc">With <paramref name="Bytes"/>, tells whether it is still the file it was.</param>
public sealed record Recording(int Index, string RelativePath, long Bytes, DateTime ModifiedUtc, int Speaker);
