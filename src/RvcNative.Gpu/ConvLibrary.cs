using RvcNative.Core;

namespace RvcNative.Gpu;

/// <summary>A convolution's sum by its sizes.</summary>
/// <param name="Batch">Items; of a gradient those that are differentiated.</param>
public readonly record struct ConvSum(ConvPass Pass, int Batch, int InFrames, int InChannels, int OutFrames, int OutChannels, ConvGeometry Geometry)
{
    internal int InGroup => InChannels / Geometry.Groups;

    internal long WeightCount => (long)Geometry.Taps * InGroup * OutChannels;

    /// <summary>Of y, dx or dw.</summary>
    internal long ResultCount => Pass switch
    {
        ConvPass.Forward => (long)Batch * OutFrames * OutChannels,
        ConvPass.DataGradient => (long)Batch * InFrames * InChannels,
        _ => WeightCount,
    };
}

/// <summary>Convolutions of a vendor's library, for one device.</summary>
public abstract class ConvLibrary : IDisposable
{
    /// <summary>Name and version.</summary>
    public abstract string Name { get; }

    /// <summary>Makes ready for a sum, or returns null where the library does not have it. Results are the same bytes in every run.</summary>
    public abstract ConvPlan? Plan(ConvSum sum, Precision precision);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>A sum that a library is ready for.</summary>
public abstract class ConvPlan : IDisposable
{
    /// <summary>Name of the library.</summary>
    public abstract string Library { get; }

    /// <summary>Whether the weight, or its gradient, is [Cout,K,Cin/groups] and not [K,Cin/groups,Cout].</summary>
    public abstract bool WantsOutputsFirst { get; }

    /// <summary>Memory that a run needs and that may change between runs.</summary>
    public abstract long WorkspaceBytes { get; }

    /// <summary>Launches to =, or += where results are added. Forward: x, w and y; data gradient: dy, w and dx; weight gradient: x, dy and dw.</summary>
    public abstract void Run(KernelArgument first, KernelArgument second, KernelArgument to, bool accumulate, KernelArgument workspace);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>Whose convolutions run.</summary>
public enum ConvMath
{
    /// <summary>For each sum the fastest of all, as measured when it first comes up.</summary>
    Auto,

    Own,

    /// <summary>A library's wherever one has the sum.</summary>
    Library,
}
