using RvcNative.Core;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Tests.Measuring;

/// <summary>Convolutions of every kind that the models have, drawn from a seed.</summary>
internal static class RandomConvolution
{
    internal static ConvSize Of(int seed, ConvPass pass)
    {
        Random random = new(seed);
        bool transposed = seed % 4 == 1, grouped = seed % 4 == 2, periodic = seed % 4 == 3;
        int kernel = random.Next(1, 12), dilation = grouped || transposed ? 1 : random.Next(1, 4), stride = random.Next(1, 5);
        if (!transposed && !grouped && !periodic && seed % 8 == 0) stride = 1;
        int reach = (dilation * (kernel - 1)) + 1;
        ConvGeometry geometry = new(kernel, stride, dilation, random.Next(0, (reach / 2) + 1), random.Next(0, (reach / 2) + 1))
        {
            Groups = grouped ? random.Next(2, 9) : 1,
            Columns = periodic ? random.Next(2, 8) : 1,
            Across = periodic && seed % 8 == 7 ? new ConvAxis(random.Next(1, 4), random.Next(1, 3), 1, random.Next(0, 2), random.Next(1, 3)) : ConvAxis.None,
            Transposed = transposed,
        };
        int inChannels = geometry.Groups * random.Next(1, grouped ? 6 : 40), outChannels = geometry.Groups * random.Next(1, grouped ? 6 : 40);
        int frames = geometry.Columns * (reach + random.Next(1, 40));
        return new ConvSize(pass, geometry, random.Next(1, 4), frames, geometry.OutputFrames(frames), inChannels, outChannels);
    }
}
