namespace RvcNative.Core.Tests;

/// <summary>Philox words to normal numbers, one place at a time.</summary>
internal static class ReferenceDraw
{
    internal static double[] Normal(ulong key, long step, Shape shape)
    {
        double[] y = new double[shape.Count];
        int at = 0;
        for (int item = 0; item < shape[0]; item++)
        {
            for (int frame = 0; frame < shape[1]; frame++)
            {
                for (int channel = 0; channel < shape[2]; channel++, at++)
                {
                    uint[] words = Philox([(uint)(channel / 4), (uint)frame, (uint)item, (uint)step], [(uint)(key & 0xFFFFFFFF), (uint)(key >> 32)]);
                    int pair = channel % 4 / 2;
                    double u = (words[2 * pair] + 0.5) / Math.Pow(2, 32), v = (words[(2 * pair) + 1] + 0.5) / Math.Pow(2, 32);
                    double radius = Math.Sqrt(-2 * Math.Log(u));
                    y[at] = channel % 2 == 0 ? radius * Math.Cos(2 * Math.PI * v) : radius * Math.Sin(2 * Math.PI * v);
                }
            }
        }

        return y;
    }

    /// <summary>Figure 2 and table 2 of Salmon et al. 2011, with the keys of all rounds written out beforehand.</summary>
    internal static uint[] Philox(uint[] counter, uint[] key)
    {
        uint[] x = [.. counter];
        for (uint round = 0; round < 10; round++)
        {
            uint key0 = unchecked(key[0] + (round * 0x9E3779B9)), key1 = unchecked(key[1] + (round * 0xBB67AE85));
            UInt128 a = (UInt128)x[0] * 0xD2511F53, b = (UInt128)x[2] * 0xCD9E8D57;
            x = [(uint)(b / 4294967296) ^ x[1] ^ key0, (uint)(b % 4294967296), (uint)(a / 4294967296) ^ x[3] ^ key1, (uint)(a % 4294967296)];
        }

        return x;
    }
}
