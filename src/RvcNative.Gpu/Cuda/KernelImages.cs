using System.Text;

namespace RvcNative.Gpu.Cuda;

/// <summary>
/// PTX of all programs, which cmake/ made with nvcc before this was built: with it a machine needs its driver alone, which makes the card's own code of it. A build
/// without nvcc carries none.
/// </summary>
/// <param name="open">A file of cmake's folder of images by its name; null where there is none.</param>
public sealed class KernelImages(Func<string, Stream?> open)
{
    public static KernelImages OfBuild { get; } = new(name => typeof(KernelImages).Assembly.GetManifestResourceStream("images/" + name));

    /// <summary>Whether images are there, made of the sources that this build carries.</summary>
    public bool AreThere { get; } = Bytes(open, "sources.sha256") is { } hash && Encoding.ASCII.GetString(hash).Trim() == KernelSource.FilesHash;

    /// <param name="program">As <see cref="KernelSpec.ProgramName"/> says it.</param>
    /// <returns>PTX, with a zero at its end.</returns>
    /// <exception cref="KernelCompilationException">There is none of that name.</exception>
    internal byte[] Find(string program) => Bytes(open, FileName(program)) is { } image
        ? [.. image, 0]
        : throw new KernelCompilationException($"'{program}' is not among the kernels that this build was given; install NVRTC, such as: pip install nvidia-cuda-nvrtc-cu12");

    /// <summary>As cmake/CMakeLists.txt names it.</summary>
    internal static string FileName(string program) => program.Replace(' ', '_').Replace('=', '-') + ".ptx";

    private static byte[]? Bytes(Func<string, Stream?> open, string name)
    {
        using Stream? stream = open(name);
        if (stream is null) return null;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
