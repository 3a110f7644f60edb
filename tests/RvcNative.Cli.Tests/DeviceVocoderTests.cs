using RvcNative.Native.OpenCl;

namespace RvcNative.Cli.Tests;

/// <summary>Training steps with Applio's vocoders on a device. RefineGAN's golden has full-size channels and takes minutes on PoCL; `verify --device opencl` runs it by hand.</summary>
public sealed class DeviceVocoderTests
{
    [SkippableTheory, InlineData("train-mrf-tiny"), InlineData("train-applio-hifigan-tiny")]
    public void Opencl_passes_Applio_s_goldens_with_the_limits_of_f32(string golden)
    {
        string folder = Path.Combine(Repository.Root, "..", "shared", "golden", golden);
        Skip.IfNot(ClDevices.All().Count > 0, "no OpenCL device; on Debian: apt install pocl-opencl-icd");
        Skip.IfNot(Directory.Exists(folder), $"{golden} is not here");
        (int code, string[] lines, string error) = Invocation.Run("verify", folder, "--device", "opencl");
        Assert.True(code == CommandLine.Done, string.Join('\n', lines) + error);
    }
}
