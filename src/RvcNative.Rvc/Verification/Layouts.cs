namespace RvcNative.Rvc.Verification;

/// <summary>Between the goldens' [B,C,T] and the engine's [B,T,C].</summary>
internal static class Layouts
{
    /// <summary>[A,B,C] to [A,C,B].</summary>
    internal static float[] SwapLast(float[] values, int a, int b, int c)
    {
        float[] swapped = new float[values.Length];
        for (int i = 0; i < a; i++)
        {
            for (int j = 0; j < b; j++)
            {
                for (int k = 0; k < c; k++) swapped[(((i * c) + k) * b) + j] = values[(((i * b) + j) * c) + k];
            }
        }

        return swapped;
    }

    /// <summary>Channels first … of [B,T,C] as [B,count,T].</summary>
    internal static float[] ChannelsFirst(float[] values, int batch, int frames, int channels, int first, int count)
    {
        float[] result = new float[batch * frames * count];
        for (int i = 0; i < batch; i++)
        {
            for (int t = 0; t < frames; t++)
            {
                for (int c = 0; c < count; c++) result[(((i * count) + c) * frames) + t] = values[(((i * frames) + t) * channels) + first + c];
            }
        }

        return result;
    }

    /// <summary>[B,T] of 1 up to each item's length, 0 behind.</summary>
    internal static float[] Mask(long[] lengths, int frames)
    {
        float[] mask = new float[lengths.Length * frames];
        for (int item = 0; item < lengths.Length; item++) mask.AsSpan(item * frames, (int)Math.Min(lengths[item], frames)).Fill(1);
        return mask;
    }
}
