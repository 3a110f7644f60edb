namespace RvcNative.Rvc.Data;

/// <summary>How far a stage has come.</summary>
/// <param name="Stage">"preprocess", "extract" or "load".</param>
/// <param name="Done">Items finished, 1 to <paramref name="Total"/>.</param>
/// <param name="Item">The one just finished.</param>
public readonly record struct StageProgress(string Stage, int Done, int Total, string Item);
