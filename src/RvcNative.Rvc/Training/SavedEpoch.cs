namespace RvcNative.Rvc.Training;

/// <summary>A finished save: all its files are on disk.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Updates made so far.</param>
/// <param name="VoicePath">The save's voice file.</param>
public sealed record SavedEpoch(int Epoch, long Step, string VoicePath);
