using RvcNative.Cli.Measuring;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Native.OneDnn;
using RvcNative.Native.OpenBlas;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Tests.Measuring;

/// <summary>Others' convolutions and ours say the same on shapes that nobody chose.</summary>
public sealed class PeersAgreeTests
{
    private const int Seeds = 60;
    private const double LargestError = 5e-6;

    [SkippableTheory, CombinatorialPasses]
    public void OneDnn_computes_what_we_do(ConvPass pass, ConvolutionFormat format)
    {
        Skip.IfNot(OneDnnLibrary.Missing is null, OneDnnLibrary.Missing);
        Compare(pass, (size, data) => new OneDnnTrial(size, data, format), _ => true);
    }

    [SkippableTheory]
    [InlineData(ConvPass.Forward)]
    [InlineData(ConvPass.DataGradient)]
    [InlineData(ConvPass.WeightGradient)]
    public void OpenBlas_computes_what_we_do(ConvPass pass)
    {
        Skip.IfNot(OpenBlasLibrary.Missing is null, OpenBlasLibrary.Missing);
        Compare(pass, (size, data) => new OpenBlasTrial(size, data), OpenBlasTrial.Applies);
    }

    private static void Compare(ConvPass pass, Func<ConvSize, ConvData, ConvTrial> peer, Func<ConvSize, bool> applies)
    {
        using CpuBackend backend = new(2);
        int compared = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            ConvSize size = RandomConvolution.Of(seed, pass);
            if (!applies(size)) continue;
            ConvData data = new(size);
            using OwnTrial ours = new(backend, size, data);
            using ConvTrial theirs = peer(size, data);
            ours.Run();
            theirs.Run();
            double error = OpsBenchmark.RelativeError(ours.Result(), theirs.Result());
            Assert.True(error < LargestError, $"seed {seed}: {size} differs by {error:g3}");
            compared++;
        }

        Assert.True(compared > 5, $"{compared} of {Seeds} shapes were compared");
    }

    private sealed class CombinatorialPassesAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from pass in Enum.GetValues<ConvPass>()
            from format in Enum.GetValues<ConvolutionFormat>()
            select new object[] { pass, format };
    }
}
