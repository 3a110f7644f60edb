using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>RefineGAN's stage: a convolution, then residual blocks of several kernels side by side, each with noise before and after it (Applio's ParallelResBlock).</summary>
internal sealed class ParallelResBlock
{
    /// <summary>Applio's, whatever the configuration says of residual blocks.</summary>
    internal static readonly int[] Kernels = [3, 7, 11], Dilations = [1, 3, 5];

    // Applio's first strength of the noise, and the spread of the first convolution's weights.
    private const float FirstStrength = 1e-4f, FirstSpread = 0.01f;
    private readonly Conv1d _input;
    private readonly List<Branch> _branches = [];
    private readonly string _name;
    private readonly int _samplesPerFrame;

    /// <param name="name">The module's name, which begins those of its draws.</param>
    /// <param name="samplesPerFrame">Samples that a frame of the latent is here, for draws of a window.</param>
    internal ParallelResBlock(ParameterBuilder parameters, string name, int inChannels, int outChannels, int samplesPerFrame)
    {
        (_name, _samplesPerFrame) = (name, samplesPerFrame);
        ConvOptions spread = new() { Initial = Initial.Normal(FirstSpread) };
        _input = new Conv1d(parameters.Scope("input_conv"), inChannels, outChannels, ConvGeometry.Same(7), spread);
        for (int i = 0; i < Kernels.Length; i++)
        {
            ParameterBuilder block = parameters.Scope("blocks", i);
            Parameter before = Strength(block.Scope("0"));
            ResBlock1 inner = ResBlock1.Listed(block.Scope("1"), outChannels, Kernels[i], Dilations, RefineGanGenerator.LeakySlope);
            _branches.Add(new Branch(before, inner, Strength(block.Scope("2"))));
        }

        Parameter Strength(ParameterBuilder scope) => scope.Add("weight", [outChannels], Initial.Constant(FirstStrength));
    }

    /// <summary>Adds what a stage sees.</summary>
    internal static void Reach(ReachSum sum, int inChannels, int outChannels, int samplesPerFrame)
    {
        sum.Add(ConvGeometry.Same(7), inChannels, outChannels, samplesPerFrame);
        sum.AddFarthest([.. Kernels.Select(kernel => ResBlock1.Reach(sum, outChannels, kernel, Dilations, samplesPerFrame))], samplesPerFrame);
    }

    /// <param name="x">[B,N,Cin].</param>
    /// <returns>[B,N,Cout].</returns>
    internal Tensor Forward(Tape tape, Tensor x, IDraws draws, Tensor? windowStart)
    {
        Tensor common = _input.Forward(tape, x);
        List<Tensor> results = [];
        for (int i = 0; i < _branches.Count; i++)
        {
            Branch branch = _branches[i];
            Tensor y = Noisy(common, branch.Before, $"{_name}.blocks.{i}.0");
            y = branch.Inner.Forward(tape, y, Op.LeakyRelu(tape, y, RefineGanGenerator.LeakySlope));
            results.Add(Noisy(y, branch.After, $"{_name}.blocks.{i}.2"));
        }

        return Op.Average(tape, results);

        Tensor Noisy(Tensor v, Parameter strength, string name)
        {
            DrawWindow? window = windowStart is null ? null : new DrawWindow(windowStart, _samplesPerFrame);
            return Op.NoisyRelu(tape, v, () => draws.Normal(tape, name, v.Shape, window), tape.Use(strength), RefineGanGenerator.LeakySlope);
        }
    }

    private readonly record struct Branch(Parameter Before, ResBlock1 Inner, Parameter After);
}
