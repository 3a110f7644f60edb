namespace RvcNative.Rvc.Data;

/// <summary>One file of the user's data folder.</summary>
/// <param name="RelativePath">Below the data folder, with '/'.</param>
internal sealed record Recording(string RelativePath, int Speaker);
