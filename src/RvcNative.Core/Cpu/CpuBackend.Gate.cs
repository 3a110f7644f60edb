using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Gate(Tensor x, Tensor? condition, int offset, Tensor y)
    {
        int frames = y.Shape[1], channels = y.Shape[2];
        Condition added = new(TailOrNull(condition, y.Shape[0]), condition is null ? 0 : condition.Shape[2], offset);
        ForRows(y.Shape[0] * frames, 2 * channels, new GateRows(Pointer(x), added, Pointer(y), frames, channels));
    }

    public override void GateBackward(Tensor x, Tensor? condition, int offset, Tensor dy, Gradient dx, Gradient dcondition)
    {
        int items = dy.Shape[0], frames = dy.Shape[1], channels = dy.Shape[2], blocks = (frames + SumRows - 1) / SumRows;
        Condition added = new(TailOrNull(condition, items), condition is null ? 0 : condition.Shape[2], offset);
        float* partial = dcondition.Wanted ? Scratch((long)items * blocks * 2 * channels) : null;
        GateBack work = new(Tail(x, items), added, Pointer(dy), new ItemGradient(dx, items), partial, blocks, frames, channels);
        ForRows(items * blocks, SumRows * 2 * channels, work);
        if (dcondition.Tensor is not { } sums) return;

        int sumItems = sums.Shape[0], stride = sums.Shape[2];
        if (!dcondition.Accumulate) Clear(Pointer(sums), sums.Count);
        partial += (long)(items - sumItems) * blocks * 2 * channels;
        AddPartialSums(partial, sumItems, blocks, 2 * channels, Pointer(sums) + offset, stride, accumulate: true);
    }

    /// <summary>Columns of a row an item that are added to every frame; null for none.</summary>
    private readonly struct Condition(float* rows, int stride, int offset)
    {
        public float* Of(int item) => rows == null ? null : rows + (item * stride) + offset;
    }

    private readonly struct GateRows(float* x, Condition condition, float* y, int frames, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* a = x + (row * 2 * channels), b = a + channels, to = y + (row * channels), added = condition.Of(row / frames);
                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Vector<float> t = Simd.Load(a + channel), s = Simd.Load(b + channel);
                    if (added != null)
                    {
                        t += Simd.Load(added + channel);
                        s += Simd.Load(added + channels + channel);
                    }

                    Simd.Store(Simd.Tanh(t) * Simd.Sigmoid(s), to + channel, channels - channel);
                }
            }
        }
    }

    /// <summary>da of a block of frames of one item: to dx, and summed over the block's frames to partial [items,blocks,2C].</summary>
    private readonly struct GateBack(
        float* x, Condition condition, float* dy, ItemGradient dx, float* partial, int blocks, int frames, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int block = first; block < end; block++)
            {
                int item = block / blocks, frame = block % blocks * SumRows, last = Math.Min(frames, frame + SumRows);
                float* sum = partial == null ? null : partial + (block * 2 * channels);
                if (sum != null) Clear(sum, 2 * channels);
                for (; frame < last; frame++) Row((item * frames) + frame, condition.Of(item), dx.Wants(item), sum);
            }
        }

        private void Row(int row, float* added, bool wanted, float* sum)
        {
            float* a = x + (row * 2 * channels), to = dx.First + (row * 2 * channels), d = dy + (row * channels);
            for (int channel = 0; channel < channels; channel += Simd.Step)
            {
                Vector<float> t = Simd.Load(a + channel), s = Simd.Load(a + channels + channel), dyc = Simd.Load(d + channel);
                if (added != null)
                {
                    t += Simd.Load(added + channel);
                    s += Simd.Load(added + channels + channel);
                }

                t = Simd.Tanh(t);
                s = Simd.Sigmoid(s);
                Vector<float> da = dyc * s * (Vector<float>.One - (t * t)), db = dyc * t * s * (Vector<float>.One - s);
                int remaining = channels - channel;
                if (wanted)
                {
                    Simd.Store(da, to + channel, remaining, dx.Accumulate);
                    Simd.Store(db, to + channels + channel, remaining, dx.Accumulate);
                }

                if (sum == null) continue;
                Simd.Store(da, sum + channel, remaining, accumulate: true);
                Simd.Store(db, sum + channels + channel, remaining, accumulate: true);
            }
        }
    }
}
