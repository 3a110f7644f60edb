using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

/// <summary>What a scale does to gradients, norms and updates; of backends that scale losses. Scales are powers of two, so nothing is rounded.</summary>
public static class LossScaleTrial
{
    private const float Factor = 256;
    private static readonly Shape s_shape = [2, 30, 4];

    public static TrialResult Run(KernelBackend device)
    {
        Tensor scale = device.LossScale ?? throw new ArgumentException($"{device.Name} does not scale losses");
        string? failure = Gradients(device, scale) ?? Update(device, scale);
        device.Write([1f], scale);
        return new("loss scale", "a power of two", 0, failure);
    }

    private static string? Gradients(KernelBackend device, Tensor scale)
    {
        float[] plain = Of(1), scaled = Of(Factor);
        for (int i = 0; i < plain.Length; i++)
        {
            if (scaled[i] != Factor * plain[i]) return $"a gradient of {plain[i]} becomes {scaled[i]} at a scale of {Factor}";
        }

        return null;

        float[] Of(float factor)
        {
            device.Write([factor], scale);
            using TrialRun run = new(device, seed: 5);
            Shape twice = [s_shape[0], s_shape[1], 2 * s_shape[2]];
            Tensor x = run.Normal(s_shape), other = run.Normal(s_shape), p = run.Normal(twice), mask = run.Mask(s_shape[0], s_shape[1]);
            device.SquaredErrorBackward(x, 1, 0.5f, run.Into(s_shape, false));
            device.AbsoluteErrorBackward(x, other, 0.5f, run.Into(s_shape, false));
            device.KlDivergenceBackward(x, p, p, mask, null, 0.5f, run.Into(s_shape, false), run.Into(twice, false), run.Into(twice, false));
            return [.. run.Results().SelectMany(values => values)];
        }
    }

    private static string? Update(KernelBackend device, Tensor scale)
    {
        float[] plain = Of(1), scaled = Of(Factor);
        return plain.AsSpan().SequenceEqual(scaled) ? null : "a norm or an update hangs on the scale";

        float[] Of(float factor)
        {
            device.Write([factor], scale);
            using TrialRun run = new(device, seed: 6);
            Tensor gradients = run.Normal([1000], factor), schedule = run.Values([4], 0.999f, 1e-3f, 1.7f, 0.5f), values = run.Changed([1000]), means = run.Changed([1000], 0.1f);
            device.AdamW(values, gradients, means, run.Changed([1000], 0), schedule, 0.8f, 0.99f, 1e-9f, run.Numbers(0));
            device.Norm(gradients, run.Output([1]));
            return [.. run.Results().SelectMany(results => results)];
        }
    }
}
