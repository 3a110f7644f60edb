using RvcNative.Native.OneDnn;

namespace RvcNative.Native.Tests;

/// <summary>What the binding does beyond numbers, which RvcNative.Cli.Tests compare with our own.</summary>
public sealed class OneDnnConvolutionTests
{
    private static readonly ConvolutionShape s_shape = new(
        Batch: 2, SrcChannels: 3, DstChannels: 4,
        new ConvolutionAxis(SrcLength: 9, DstLength: 9, Kernel: 3, Stride: 1, Dilation: 1, PadBefore: 1, PadAfter: 1), ConvolutionAxis.Of(1));

    [SkippableFact]
    public void A_failed_call_names_itself_and_its_arguments()
    {
        Skip.IfNot(OneDnnLibrary.Missing is null, OneDnnLibrary.Missing);
        DnnlException failure = Assert.Throws<DnnlException>(
            () => new OneDnnConvolution(s_shape with { Rows = s_shape.Rows with { DstLength = 7 } }, ConvolutionPass.Forward, ConvolutionFormat.Any));
        Assert.Equal(DnnlStatus.InvalidArguments, failure.Status);
        Assert.Contains("dnnl_dilated_convolution_forward_desc_init failed with InvalidArguments", failure.Message);
        Assert.Contains("DstLength = 7", failure.Message);
    }

    [SkippableTheory]
    [InlineData(ConvolutionFormat.Any)]
    [InlineData(ConvolutionFormat.ChannelsLast)]
    public void What_is_loaded_is_computed_and_read(ConvolutionFormat format)
    {
        Skip.IfNot(OneDnnLibrary.Missing is null, OneDnnLibrary.Missing);
        using OneDnnConvolution convolution = new(s_shape, ConvolutionPass.Forward, format);
        float[] src = new float[s_shape.SrcCount], weights = new float[s_shape.WeightCount], dst = new float[s_shape.DstCount];

        // One sample in item 1, row 4, channel 2; weights [K,src,dst] count up.
        src[(((1 * 9) + 4) * 3) + 2] = 1;
        for (int i = 0; i < weights.Length; i++) weights[i] = i;
        convolution.Load(src, weights);
        convolution.Run();
        convolution.Read(dst);
        for (int tap = 0; tap < 3; tap++)
        {
            // Row r reads the sample with tap 4 - r + 1.
            int row = 4 + 1 - tap;
            for (int channel = 0; channel < 4; channel++) Assert.Equal(weights[(((tap * 3) + 2) * 4) + channel], dst[(((9 + row) * 4) + channel)]);
        }

        Assert.Equal(12, dst.Count(value => value != 0));
        Assert.NotEmpty(convolution.Implementation);
    }

    [SkippableFact]
    public void An_array_of_another_length_is_refused()
    {
        Skip.IfNot(OneDnnLibrary.Missing is null, OneDnnLibrary.Missing);
        using OneDnnConvolution convolution = new(s_shape, ConvolutionPass.Forward, ConvolutionFormat.ChannelsLast);
        Assert.Contains("Src has 54 elements, 53 came", Assert.Throws<ArgumentException>(() => convolution.Load(new float[53], new float[36])).Message);
    }

    [Fact]
    public void A_missing_library_comes_with_the_package_to_install()
    {
        if (OneDnnLibrary.Missing is { } missing) Assert.Contains("libdnnl", missing);
        else Assert.StartsWith("oneDNN 2.", OneDnnLibrary.Version);
    }
}
