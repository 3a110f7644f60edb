using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

/// <summary>The kernel that turns weights for libraries which have results first.</summary>
public static class TransposeTrial
{
    public static TrialResult Run(KernelBackend device)
    {
        foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (16, 16), (5, 70), (51, 33)])
        {
            using TrialRun run = new(device, seed: 8);
            Tensor x = run.Normal([rows, columns]), y = run.Output([columns, rows]), sum = run.Output([columns, rows]);
            device.Transpose(x, y, rows, columns, add: false);
            device.Transpose(x, sum, rows, columns, add: false);
            device.Transpose(x, sum, rows, columns, add: true);
            float[] from = device.ToArray(x), turned = device.ToArray(y), twice = device.ToArray(sum);
            for (int i = 0; i < from.Length; i++)
            {
                int to = (i % columns * rows) + (i / columns);
                if (turned[to] != from[i] || twice[to] != 2 * from[i]) return new("transpose", $"[{rows},{columns}]", Math.Abs(turned[to] - from[i]), $"{from[i]:r} becomes {turned[to]:r} and, added, {twice[to]:r}");
            }
        }

        return new("transpose", "four shapes", 0, null);
    }
}
