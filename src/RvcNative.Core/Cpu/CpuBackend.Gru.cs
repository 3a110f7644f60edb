using System.Numerics;
using RvcNative.Core.Cpu.Convolution;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Gru(Tensor gates, Tensor weight, Tensor bias, Tensor start, Tensor y)
    {
        GruJob job = new()
        {
            Gates = Pointer(gates),
            Weight = Pointer(weight),
            Bias = Pointer(bias),
            Start = Pointer(start),
            Y = Pointer(y),
            Frames = y.Shape[1],
            Directions = weight.Shape[0],
            Hidden = weight.Shape[1],
        };
        _pool.For(y.Shape[0] * job.Directions, ref job);
    }

    /// <summary>A part is one direction of one item: a step hangs on the one before, so time is not split.</summary>
    private struct GruJob : IJob
    {
        /// <summary>Vectors of sums that stay in registers while the state passes by, and terms that are summed there before they are added to the rest.</summary>
        private const int Sums = 8, Terms = 64;
        internal float* Gates, Weight, Bias, Start, Y;
        internal int Frames, Directions, Hidden;

        private static int PanelWidth => Sums * Vector<float>.Count;

        public readonly void Run(int part)
        {
            (int item, int direction) = Math.DivRem(part, Directions);
            int width = 3 * Hidden, padded = (width + PanelWidth - 1) / PanelWidth * PanelWidth, channels = Directions * Hidden;
            ThreadScratch scratch = ThreadScratch.Own;
            float* panels = scratch.Weights((long)padded * Hidden), u = scratch.Inputs(padded + Hidden + Vector<float>.Count), bias = Bias + (direction * width);
            Pack(Weight + ((long)direction * Hidden * width), width, padded, panels);

            float* state = Start + (item * channels) + (direction * Hidden);
            for (int step = 0; step < Frames; step++)
            {
                long frame = ((long)item * Frames) + (direction == 0 ? step : Frames - 1 - step);
                for (int column = 0; column < padded; column += PanelWidth) Times(state, panels + ((long)column * Hidden), u + column);
                float* y = Y + (frame * channels) + (direction * Hidden);
                Advance(Gates + (frame * Directions * width) + (direction * width), u, bias, state, y);
                state = y;
            }
        }

        // As [panel][row][column], with zeros where the last panel sticks out: a step reads the weights from end to end.
        private readonly void Pack(float* weight, int width, int padded, float* panels)
        {
            for (int column = 0; column < padded; column += PanelWidth)
            {
                for (int row = 0; row < Hidden; row++, panels += PanelWidth)
                {
                    int count = Math.Clamp(width - column, 0, PanelWidth);
                    if (count < PanelWidth) new Span<float>(panels, PanelWidth).Clear();
                    Simd.Map(new Simd.Copy(), weight + ((long)row * width) + column, panels, count);
                }
            }
        }

        private readonly void Times(float* state, float* panel, float* to)
        {
            for (int first = 0; first < Hidden; first += Terms)
            {
                Vector<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
                int end = Math.Min(first + Terms, Hidden), lanes = Vector<float>.Count;
                for (int row = first; row < end; row++, panel += PanelWidth)
                {
                    Vector<float> s = new(state[row]);
                    a = Vector.MultiplyAddEstimate(s, Vector.Load(panel), a);
                    b = Vector.MultiplyAddEstimate(s, Vector.Load(panel + lanes), b);
                    c = Vector.MultiplyAddEstimate(s, Vector.Load(panel + (2 * lanes)), c);
                    d = Vector.MultiplyAddEstimate(s, Vector.Load(panel + (3 * lanes)), d);
                    e = Vector.MultiplyAddEstimate(s, Vector.Load(panel + (4 * lanes)), e);
                    f = Vector.MultiplyAddEstimate(s, Vector.Load(panel + (5 * lanes)), f);
                    g = Vector.MultiplyAddEstimate(s, Vector.Load(panel + (6 * lanes)), g);
                    h = Vector.MultiplyAddEstimate(s, Vector.Load(panel + (7 * lanes)), h);
                }

                bool add = first > 0;
                Put(a, to, add);
                Put(b, to + lanes, add);
                Put(c, to + (2 * lanes), add);
                Put(d, to + (3 * lanes), add);
                Put(e, to + (4 * lanes), add);
                Put(f, to + (5 * lanes), add);
                Put(g, to + (6 * lanes), add);
                Put(h, to + (7 * lanes), add);
            }
        }

        private static void Put(Vector<float> sum, float* to, bool add) => Vector.Store(add ? Vector.Load(to) + sum : sum, to);

        private readonly void Advance(float* gates, float* u, float* bias, float* state, float* y)
        {
            for (int i = 0; i < Hidden; i += Vector<float>.Count)
            {
                Vector<float> r = Simd.Sigmoid(Simd.Load(gates + i) + (Simd.Load(u + i) + Simd.Load(bias + i)));
                int z = Hidden + i, n = (2 * Hidden) + i;
                Vector<float> update = Simd.Sigmoid(Simd.Load(gates + z) + (Simd.Load(u + z) + Simd.Load(bias + z)));
                Vector<float> candidate = Simd.Tanh(Simd.Load(gates + n) + (r * (Simd.Load(u + n) + Simd.Load(bias + n))));
                Simd.Store(candidate + (update * (Simd.Load(state + i) - candidate)), y + i, Hidden - i);
            }
        }
    }
}
