namespace RvcNative.Cli.Diagnosis;

/// <summary>Whether something is as it should be; what is missing is not needed by everyone, what is broken stops the engine.</summary>
internal enum FindingState
{
    Ok,
    Missing,
    Broken,
}

/// <param name="Found">What was found, or why nothing was.</param>
/// <param name="Advice">What to do; null where nothing need be done.</param>
internal sealed record Finding(string Name, FindingState State, string Found, string? Advice = null);
