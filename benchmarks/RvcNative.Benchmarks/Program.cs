using BenchmarkDotNet.Running;
using RvcNative.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(ConvolutionFamily).Assembly).Run(args);
