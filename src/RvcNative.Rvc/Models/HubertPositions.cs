using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>
/// HuBERT's positions: x + GELU(conv(x)), a convolution over 128 frames in 16 groups. Its weight norm is over outputs and inputs, one gain a tap, and applied where a file
/// is read (<see cref="Effective"/>). With an even kernel PyTorch computes a frame too many and drops the last, which here is not computed.
/// </summary>
internal sealed class HubertPositions
{
    private readonly Conv1d _conv;

    internal HubertPositions(ParameterBuilder parameters, HubertPlan plan)
    {
        int left = plan.PositionKernel / 2;
        ConvGeometry geometry = new(plan.PositionKernel, 1, 1, left, plan.PositionKernel - 1 - left) { Groups = plan.PositionGroups };
        _conv = new Conv1d(parameters, plan.HiddenChannels, plan.HiddenChannels, geometry, new ConvOptions { Initial = Initial.Constant(0) });
    }

    internal Tensor Record(Tape tape, Tensor x) => _conv.Forward(tape, x, new ConvEpilogue(Activation.Gelu, Residual: x));

    /// <summary>w = g v / ||v|| for each tap, norms over all outputs and inputs.</summary>
    /// <param name="gains">[1,1,K].</param>
    /// <param name="directions">[out,in,K].</param>
    internal static float[] Effective(float[] gains, float[] directions)
    {
        int taps = gains.Length;
        double[] squares = new double[taps];
        for (int at = 0; at < directions.Length; at++) squares[at % taps] += (double)directions[at] * directions[at];
        float[] weights = new float[directions.Length];
        for (int at = 0; at < weights.Length; at++) weights[at] = (float)(directions[at] * (gains[at % taps] / Math.Sqrt(squares[at % taps])));
        return weights;
    }
}
