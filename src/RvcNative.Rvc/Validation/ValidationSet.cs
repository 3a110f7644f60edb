using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Validation;

/// <summary>Clips to validate on.</summary>
/// <param name="Name">Of <see cref="ValidationSets"/>.</param>
/// <param name="Speaker">In whose voice they are said; null for each one's own.</param>
internal sealed record ValidationSet(string Name, TrainingSet Clips, int? Speaker);
