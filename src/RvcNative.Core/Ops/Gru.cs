namespace RvcNative.Core;

public abstract partial class Backend
{
    // gates [B,T,D*3H] = W x + b of each direction, its r | z | n; weight [D,H,3H]; bias [D,3H]; start [B,1,D*H]; D is 1 (forward) or 2 (and backward).
    // In the direction's order, h its state before: u = h weight + bias;   r = sigmoid(gate_r + u_r);   z = sigmoid(gate_z + u_z);
    // n = tanh(gate_n + r * u_n);   y = (1 - z) * n + z * h
    public abstract void Gru(Tensor gates, Tensor weight, Tensor bias, Tensor start, Tensor y);
}

public static partial class Op
{
    /// <summary>
    /// Gated recurrent units over time, forward or in both directions (Cho et al. 2014, arXiv:1406.1078, as PyTorch's nn.GRU has them). What the input
    /// contributes comes in as one product of all frames. Forward only: networks that are not trained here use it.
    /// </summary>
    /// <param name="gates">[B,T,D*3H].</param>
    /// <param name="weight">[D,H,3H].</param>
    /// <param name="bias">[D,3H].</param>
    /// <param name="start">[B,1,D*H], each direction's state before its first frame.</param>
    /// <returns>[B,T,D*H].</returns>
    public static Tensor Gru(Tape tape, Tensor gates, Tensor weight, Tensor bias, Tensor start)
    {
        (int batch, int frames, int channels) = Expect.Frames(gates, "gru", "gates");
        Expect.That(weight.Shape.Rank == 3 && weight.Shape[0] is 1 or 2 && weight.Shape[2] == 3 * weight.Shape[1] && channels == weight.Shape[0] * weight.Shape[2],
            "gru", $"gates {gates.Shape} and weight {weight.Shape} do not fit; weight wants [D,H,3H], gates [B,T,D*3H]");
        int directions = weight.Shape[0], hidden = weight.Shape[1];
        Expect.Shape(bias, [directions, 3 * hidden], "gru", "bias");
        Expect.Shape(start, [batch, 1, directions * hidden], "gru", "start");
        Expect.That(!gates.RequiresGradient && !weight.RequiresGradient && !bias.RequiresGradient && !start.RequiresGradient, "gru", $"it is not differentiated");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([batch, frames, directions * hidden]);
        tape.Run(() => backend.Gru(gates, weight, bias, start, y), gates, weight, bias, start, y);
        return y;
    }
}
