using System.Globalization;
using RvcNative.Core;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Measuring;

/// <summary>How the times of convolutions are told.</summary>
internal static class OpsReport
{
    /// <summary>Below this share of the time a convolution is not worth a look.</summary>
    internal const double SmallShare = 0.01;

    internal static string Header =>
        $"{"layer",-44} {"pass",-7} {"shape",-44} {"count",5} {"ms",9} {"min",9} {"GFLOP/s",8} {"peak",5} {"oneDNN",9} {"ratio",6} {"by min",6} {"OpenBLAS",9}";

    internal static string Line(OpTimes op, double peakGflops) => string.Create(CultureInfo.InvariantCulture,
        $"{Layer(op.Convolution),-44} {Pass(op),-7} {Shape(op.Convolution.Size),-44} {op.Convolution.Count,5} {op.Ours.MedianMs,9:f3} {op.Ours.MinMs,9:f3} {op.Gflops,8:f1} {op.Gflops / peakGflops,5:0%} {op.OneDnn?.MedianMs,9:f3} {op.Ratio,6:f2} {op.MinRatio,6:f2} {op.OpenBlas?.MedianMs,9:f3}");

    internal static string Layer(StepConvolution convolution) =>
        convolution.Names.Count == 1 ? convolution.Names[0] : $"{convolution.Names[0]} +{convolution.Names.Count - 1}";

    /// <summary>Input, output channels and what is not the usual: `[4,300,192]→384 k5 d2`.</summary>
    internal static string Shape(ConvSize size)
    {
        ConvGeometry geometry = size.Geometry;
        (ConvAxis down, ConvAxis across) = (geometry.Down, geometry.Across);
        string shape = string.Create(CultureInfo.InvariantCulture, $"[{size.Batch},{size.InFrames},{size.InChannels}]→{size.OutChannels} k{down.Kernel}");
        if (across.Kernel > 1) shape += $"×{across.Kernel}";
        if (down.Stride > 1 || across.Stride > 1) shape += across.Stride > 1 ? $" s{down.Stride}×{across.Stride}" : $" s{down.Stride}";
        if (geometry.Dilation > 1) shape += $" d{geometry.Dilation}";
        if (geometry.Groups > 1) shape += $" g{geometry.Groups}";
        if (geometry.Columns > 1) shape += $" columns {geometry.Columns}";
        return geometry.Transposed ? shape + " transposed" : shape;
    }

    internal static string Pass(OpTimes op) => Pass(op.Convolution);

    internal static string Pass(StepConvolution convolution) => convolution.Size.Pass switch
    {
        ConvPass.Forward => "forward",
        ConvPass.DataGradient => "data",
        _ => "weight",
    };

    /// <summary>Where the time goes, largest first, and who is slower than oneDNN there.</summary>
    internal static void PrintSummary(TextWriter output, IReadOnlyList<OpTimes> ops, double peakGflops)
    {
        double total = ops.Sum(op => op.StepMs), flop = ops.Sum(op => op.Convolution.Count * op.Convolution.Size.Flop);
        OpTimes[] large = [.. ops.Where(op => op.StepMs > SmallShare * total).OrderByDescending(op => op.StepMs)];
        output.WriteLine();
        output.WriteLine($"{"above 1% of the time",-44} {"pass",-7} {"share",6} {"peak",5} {"ratio",6} {"by min",6}");
        foreach (OpTimes op in large)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Layer(op.Convolution),-44} {Pass(op),-7} {op.StepMs / total,6:0.0%} {op.Gflops / peakGflops,5:0%} {op.Ratio,6:f2} {op.MinRatio,6:f2}"));
        }

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{ops.Count} convolutions, {total:n0} ms in a step, {flop / 1e6 / total:n1} GFLOP/s of a measured peak of {peakGflops:n1} ({flop / 1e6 / total / peakGflops:0%})"));
        OpTimes[] compared = [.. ops.Where(op => op.OneDnn is not null)];
        if (compared.Length > 0)
        {
            double own = compared.Sum(op => op.StepMs), peer = compared.Sum(op => op.Convolution.Count * op.OneDnn!.Value.MedianMs);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"oneDNN: {peer:n0} ms for the same, ratio {own / peer:f2}"));
        }

        output.WriteLine(Verdict(ops));
    }

    /// <summary>The line that a reader looks for.</summary>
    internal static string Verdict(IReadOnlyList<OpTimes> ops)
    {
        double total = ops.Sum(op => op.StepMs);
        OpTimes[] large = [.. ops.Where(op => op.StepMs > SmallShare * total)];
        return large.Any(op => op.Ratio is null)
            ? "oneDNN was not measured"
            : $"slower than oneDNN above 1% of the time: {large.Count(op => op.Ratio > 1)} of {large.Length} (by the fastest runs {large.Count(op => op.MinRatio > 1)})";
    }

    internal static void WriteJson(TextWriter output, OpTimes op, double totalMs, double peakGflops, int threads) => JsonLine.Write(output, json =>
    {
        ConvSize size = op.Convolution.Size;
        new Facts("")
            .Add("name", op.Convolution.Names[0]).Add("names", op.Convolution.Names).Add("pass", Pass(op)).Add("shape", Shape(size))
            .Add("batch", size.Batch).Add("in_frames", size.InFrames).Add("out_frames", size.OutFrames)
            .Add("in_channels", size.InChannels).Add("out_channels", size.OutChannels).Add("kernel", size.Geometry.Kernel)
            .Add("stride", size.Geometry.Stride).Add("dilation", size.Geometry.Dilation).Add("groups", size.Geometry.Groups)
            .Add("columns", size.Geometry.Columns).Add("kernel_across", size.Geometry.Across.Kernel).Add("stride_across", size.Geometry.Across.Stride).Add("transposed", size.Geometry.Transposed)
            .Add("threads", threads).Add("count", op.Convolution.Count).Add("gflop", Rounded.Of(size.Flop / 1e9)).Add("runs", op.Ours.Runs)
            .Add("median_ms", Rounded.Of(op.Ours.MedianMs)).Add("min_ms", Rounded.Of(op.Ours.MinMs))
            .Add("gflops", Rounded.Of(op.Gflops)).Add("peak_gflops", Rounded.Of(peakGflops)).Add("share_of_peak", Rounded.Of(op.Gflops / peakGflops))
            .Add("share_of_step", Rounded.Of(op.StepMs / totalMs))
            .Add("peer", op.OneDnn is null ? null : "oneDNN").Add("peer_format", op.OneDnnFormat).Add("peer_implementation", op.OneDnnImplementation)
            .Add("peer_median_ms", Rounded.Of(op.OneDnn?.MedianMs)).Add("peer_min_ms", Rounded.Of(op.OneDnn?.MinMs)).Add("ratio", Rounded.Of(op.Ratio)).Add("min_ratio", Rounded.Of(op.MinRatio))
            .Add("openblas_median_ms", Rounded.Of(op.OpenBlas?.MedianMs)).Add("openblas_min_ms", Rounded.Of(op.OpenBlas?.MinMs))
            .WriteJson(json);
    });
}
