namespace RvcNative.Gpu;

/// <summary>A kernel in one specialisation: where its source is and what is defined for it.</summary>
/// <param name="Index">Place in <see cref="Kernels.All"/>.</param>
/// <param name="File">Name of its file in kernels/, without ".cu".</param>
/// <param name="Entry">The kernel's name in that file.</param>
/// <param name="Block">Threads of a group; BLOCK in the source.</param>
/// <param name="Defines">Macros beyond BLOCK, such as "FLIPPED=1".</param>
/// <param name="Precision">Of a backend that launches it; f32 kernels are launched by all.</param>
public sealed record KernelSpec(int Index, string File, string Entry, int Block, IReadOnlyList<string> Defines, Precision Precision = Precision.F32)
{
    /// <summary>Name and specialisation, for messages.</summary>
    public string Title => Defines.Count == 0 ? Entry : $"{Entry} ({string.Join(' ', Defines)})";

    /// <summary>Whether it is written for tensor cores, which these precisions have since sm_80.</summary>
    public bool UsesTensorCores => File == "conv_rounded";

    /// <summary>Whether it has a second specialisation for backends that store activations as 16-bit floats.</summary>
    public bool TakesHalves { get; } = Precision != Precision.Tf32 && KernelSource.TakesHalves(File);

    /// <summary>File, threads of a group and macros of the program that it is in, as a line of cmake/kernels.txt has them.</summary>
    public string ProgramName(bool takesHalves) => string.Join(' ', [File, $"{Block}", .. Defines, .. takesHalves ? ["HALVES"] : (string[])[]]);

    /// <summary>Kernels of one file and specialisation are compiled together.</summary>
    internal string ProgramKey => $"{File} {Block} {string.Join(' ', Defines)}";
}
