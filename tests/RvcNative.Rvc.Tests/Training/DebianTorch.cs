namespace RvcNative.Rvc.Tests.Training;

/// <summary>Debian's PyTorch as an independent reader.</summary>
internal static class DebianTorch
{
    internal static string Run(string script, params string[] arguments) => DebianPython.Run("torch, scipy", script, arguments);
}
