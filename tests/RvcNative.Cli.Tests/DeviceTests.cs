using System.Globalization;
using RvcNative.Gpu.Cuda;
using RvcNative.Native.Cuda;
using RvcNative.Native.OpenCl;

namespace RvcNative.Cli.Tests;

/// <summary>--device opens what it names or says why not; nothing takes another device's place unasked.</summary>
public sealed class DeviceTests
{
    [Theory, InlineData("gpu"), InlineData("opencl:"), InlineData("opencl:-1"), InlineData("cpu:1"), InlineData("cuda:x")]
    public void A_name_that_is_no_device_is_wrong_use(string name)
    {
        (int code, _, string error) = Run("selftest", "--device", name);
        Assert.Equal(CommandLine.WrongUse, code);
        Assert.Contains(name, error, StringComparison.Ordinal);
    }

    [Theory, InlineData("opencl:99"), InlineData("cuda:99")]
    public void A_device_that_is_not_there_is_an_error(string name)
    {
        (int code, string output, string error) = Run("selftest", "--device", name);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains($"--device {name}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("selftest of", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_processor_refuses_another_precision_than_its_own()
    {
        (int code, _, string error) = Run("selftest", "--device", "cpu", "--precision", "bf16");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("--precision bf16: the processor computes in f32", error, StringComparison.Ordinal);
        Assert.Equal(CommandLine.WrongUse, Run("selftest", "--precision", "int8").Code);
    }

    [Fact]
    public void A_library_is_refused_where_there_is_none()
    {
        (int code, _, string error) = Run("selftest", "--device", "cpu", "--math", "library");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("--math library: the processor has own kernels alone", error, StringComparison.Ordinal);
        Assert.Equal(CommandLine.WrongUse, Run("selftest", "--math", "best").Code);
        if (CudaConvLibraries.Missing is null) return;
        (code, _, error) = Run("selftest", "--device", "cuda", "--math", "library");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("--math library: no cuBLASLt of CUDA 12 or 13", error, StringComparison.Ordinal);
        Assert.Contains("--math own", error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Auto_takes_the_processor_where_there_is_no_card_and_says_so()
    {
        Skip.If(CudaDevices.All().Count > 0 || ClDevices.All().Any(device => device.IsGpu), "there is a card");
        using RvcNative.Core.Backend backend = Devices.Open("auto", threads: 1);
        Assert.StartsWith("cpu ", backend.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_names_devices_or_what_they_want()
    {
        (_, string output, _) = Run("doctor");
        Assert.Contains("device cpu", output, StringComparison.Ordinal);
        Assert.Contains(ClDevices.All().Count > 0 ? "device opencl:0" : "OpenCL", output, StringComparison.Ordinal);
        Assert.Contains(CudaDevices.Missing is null ? "cuda" : "no CUDA driver", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_processor_passes_the_selftest()
    {
        (int code, string output, _) = Run("selftest", "--device", "cpu");
        Assert.True(code == CommandLine.Done, output);
        Assert.Contains("selftest: PASS", output, StringComparison.Ordinal);
    }

    [SkippableTheory, InlineData("tests/golden/infer-v1-nof0-tiny"), InlineData("tests/golden/infer-v2-f0-tiny-chunk"), InlineData("../shared/golden/train-v2-f0-tiny")]
    public void Opencl_passes_a_golden_with_the_limits_of_f32(string golden)
    {
        string folder = Path.Combine(Repository.Root, golden);
        Skip.IfNot(ClDevices.All().Count > 0, "no OpenCL device; on Debian: apt install pocl-opencl-icd");
        Skip.IfNot(Directory.Exists(folder), $"{golden} is not here");
        (int code, string output, _) = Run("verify", folder, "--device", "opencl");
        Assert.True(code == CommandLine.Done, output);
    }

    [SkippableTheory, InlineData("tf32"), InlineData("bf16"), InlineData("fp16")]
    public void Opencl_passes_a_training_golden_with_rounded_operands_by_limits_that_are_said(string precision)
    {
        string folder = Path.Combine(Repository.Root, "../shared/golden/train-v2-f0-tiny");
        Skip.IfNot(ClDevices.All().Count > 0, "no OpenCL device; on Debian: apt install pocl-opencl-icd");
        Skip.IfNot(Directory.Exists(folder), "the golden is not here");
        (int code, string output, _) = Run("verify", folder, "--device", "opencl", "--precision", precision);
        Assert.True(code == CommandLine.Done, output);
        string first = output.Split('\n')[0];
        Assert.Contains($"{precision}; relative errors that pass: ", first, StringComparison.Ordinal);

        // Operands were rounded: the error is no longer that of f32, whose limit is twice PyTorch's.
        double ratio = double.Parse(output.Split("PyTorch's ")[^1], CultureInfo.InvariantCulture);
        Assert.True(ratio > 2, output);
    }

    [SkippableFact]
    public void A_case_without_limits_for_a_precision_is_refused_in_it()
    {
        Skip.IfNot(ClDevices.All().Count > 0, "no OpenCL device; on Debian: apt install pocl-opencl-icd");
        (int code, string output, _) = Run("verify", Path.Combine(Repository.Root, "tests/golden/hubert-tiny"), "--device", "opencl", "--precision", "bf16");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("cases of the kind 'hubert-tiny' state limits for f32 alone; leave --precision out", output, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
