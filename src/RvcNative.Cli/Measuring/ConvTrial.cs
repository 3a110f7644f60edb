namespace RvcNative.Cli.Measuring;

/// <summary>One way of computing one convolution, ready to run again and again on tensors of its own.</summary>
internal abstract class ConvTrial(string name) : IDisposable
{
    internal string Name { get; } = name;

    /// <summary>How long this library's threads may go on spinning after a run; others wait for it.</summary>
    internal virtual TimeSpan Settling => TimeSpan.Zero;

    /// <summary>Computes once; waits for the result.</summary>
    internal abstract void Run();

    /// <summary>What the last run computed: y [B,T',Cout], dx [B,T,Cin] or dw [K,Cin/groups,Cout].</summary>
    internal abstract float[] Result();

    public abstract void Dispose();
}
