using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using RvcNative.Benchmarks;

if (args is [BoardRuns.Command, string folder])
{
    BoardRuns.Write(folder);
    return;
}

if (args is [ValidationCost.Command, string recordings])
{
    ValidationCost.Measure(recordings);
    return;
}

const int LongestLayerName = 50;
IConfig config = DefaultConfig.Instance.WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(LongestLayerName));
BenchmarkSwitcher.FromAssembly(typeof(ConvolutionFamily).Assembly).Run(args, config);
