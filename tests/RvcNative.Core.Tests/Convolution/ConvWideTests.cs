using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests.Convolution;

/// <summary>Sizes that random small cases do not reach: several blocks of channels, taps and rows, packed weight gradients, many parts.</summary>
public sealed class ConvWideTests
{
    public static TheoryData<ConvCase> Cases() =>
    [
        new(ConvGeometry.Same(5) with { Columns = 5 }, 1, 30, 190, 200, 1),                     // a period discriminator's wide layer
        new(new ConvGeometry(5, 3, 1, 2, 2) { Columns = 7 }, 2, 7 * 13, 100, 290, 2),           // and a strided one
        new(new ConvGeometry(3, 2, 2, 1, 0) { Transposed = true }, 2, 7, 257, 131, 3),
        new(new ConvGeometry(1), 1, 1600, 100, 290, 4),                                        // packed rows in several stretches
        new(new ConvGeometry(1), 3, 7, 1025, 20, 5),                                           // channels in pieces
        new(ConvGeometry.Same(3), 1, 5, 20, 1025, 6),
        new(ConvGeometry.Same(11, 5), 2, 600, 8, 12, 7),                                       // several chunks of rows
        new(new ConvGeometry(41, 4, 1, 20, 20) { Groups = 16 }, 1, 100, 64, 256, 8),
        new(new ConvGeometry(41, 4, 1, 20, 20) { Groups = 32 }, 1, 40, 128, 128, 9),
        new(new ConvGeometry(80, 40, 1, 20, 20), 2, 1200, 1, 33, 10),
        new(ConvGeometry.Same(7), 2, 700, 32, 1, 11),
        new(new ConvGeometry(16, 10, 1, 3, 3) { Transposed = true }, 2, 20, 24, 20, 12),
        new(new ConvGeometry(1), 1, 1, 1, 1, 13),
        new(ConvGeometry.Same(5, 3), 2, 300, 100, 130, 14),                                    // rows packed once for all taps
        new(new ConvGeometry(7, 1, 1, 5, 0), 1, 270, 131, 97, 15),
        new(ConvGeometry.Same(11, 5), 1, 64, 96, 96, 16),
        new(ConvGeometry.Picture(new(9, 1, 1, 4, 4), new(3, 1, 1, 1, 1), 65), 2, 65 * 21, 1, 32, 17),      // a resolution discriminator's first layer,
        new(ConvGeometry.Picture(new(9, 2, 1, 4, 4), new(3, 1, 1, 1, 1), 65), 2, 65 * 21, 32, 32, 18),     // its strided ones
        new(ConvGeometry.Picture(new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1), 65), 2, 65 * 9, 32, 1, 19),       // and its last
        new(ConvGeometry.Picture(new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1), 8), 1, 8 * 20, 130, 256, 20),     // RMVPE's wide ones,
        new(ConvGeometry.Picture(new(3, 2, 1, 1, 0), new(3, 2, 1, 1, 0), 16) with { Transposed = true }, 1, 16 * 15, 64, 32, 21),   // its way up,
        new(ConvGeometry.Picture(new(3, 1, 1, 1, 1), new(3, 1, 1, 1, 1), 128), 1, 128 * 32, 1, 16, 22),    // its first
        new(ConvGeometry.Picture(ConvAxis.None, ConvAxis.None, 128), 1, 128 * 32, 16, 32, 23),             // and a shortcut
        new(ConvGeometry.Picture(new(3, 1, 1, 1, 1), new(7, 3, 1, 3, 3), 1200), 1, 1200 * 4, 12, 20, 24),  // rows in several blocks
    ];

    [Theory, MemberData(nameof(Cases))]
    public void All_passes_are_the_definitions_sums(ConvCase c)
    {
        using CpuBackend backend = new(threads: 2);
        ConvRun.AssertAll(backend, c);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Any_number_of_threads_gives_the_same_bytes(ConvCase c)
    {
        using CpuBackend one = new(threads: 1), three = new(threads: 3);
        Assert.Equal(ConvRun.Forward(one, c), ConvRun.Forward(three, c));
        Assert.Equal(ConvRun.DataGradient(one, c, true), ConvRun.DataGradient(three, c, true));
        Assert.Equal(ConvRun.WeightGradient(one, c, true), ConvRun.WeightGradient(three, c, true));
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_warm_call_allocates_nothing(ConvCase c)
    {
        using CpuBackend backend = new(threads: 2);
        Tensor x = backend.NewTensor(c.InShape), w = backend.NewTensor(c.WeightShape), bias = backend.NewTensor([c.Cout]), y = backend.NewTensor(c.OutShape);
        ConvEpilogue epilogue = new(Activation.LeakyRelu, 0.1f);
        void Step()
        {
            backend.Conv(x, w, bias, c.Geometry, epilogue, y);
            backend.ConvEpilogueBackward(y, epilogue, y, default, new Gradient(bias, true));
            backend.ConvWeightGradient(x, y, c.Geometry, new Gradient(w, true));
            backend.ConvDataGradient(y, w, c.Geometry, new Gradient(x, false));
        }

        // Which thread takes which part differs from call to call, and the runtime allocates when a thread comes to some code for the first time.
        long least = long.MaxValue;
        for (int call = 0; call < 6; call++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Two_backends_at_once_do_not_disturb_each_other()
    {
        ConvCase c = new(ConvGeometry.Same(5), 2, 80, 30, 50, 13);
        using CpuBackend alone = new(threads: 1);
        float[] wanted = ConvRun.Forward(alone, c);
        float[][] found = new float[8][];
        Parallel.For(0, found.Length, i =>
        {
            using CpuBackend backend = new(threads: 2);
            found[i] = ConvRun.Forward(backend, c);
        });
        Assert.All(found, y => Assert.Equal(wanted, y));
    }

    [Fact]
    public void The_first_items_of_a_gradient_may_be_left_out()
    {
        ConvCase c = new(ConvGeometry.Same(3), 3, 10, 4, 6, 14);
        using CpuBackend backend = new(threads: 2);
        Tensor dy = backend.NewTensor(c.OutShape), w = backend.NewTensor(c.WeightShape), dx = backend.NewTensor([1, c.Frames, c.Cin]);
        backend.Write(c.Dy, dy);
        backend.Write(c.W, w);
        backend.ConvDataGradient(dy, w, c.Geometry, new Gradient(dx, false));
        Assert.Equal(ConvRun.DataGradient(backend, c, false)[^dx.Count..], backend.ToArray(dx));
    }

    [Fact]
    public void Pictures_of_broken_rows_or_of_too_few_columns_are_refused()
    {
        using CpuBackend backend = new(threads: 1);
        Tape tape = new(backend);
        ConvGeometry geometry = ConvGeometry.Picture(ConvAxis.Same(3), new ConvAxis(5), columns: 4);
        Tensor w = backend.NewTensor([15, 2, 3]);
        Assert.Contains("no whole rows of 4 columns", Assert.Throws<ArgumentException>(() => Op.Conv(tape, backend.NewTensor([1, 9, 2]), w, null, geometry)).Message);
        Assert.Contains("shorter than the reach of 15 taps", Assert.Throws<ArgumentException>(() => Op.Conv(tape, backend.NewTensor([1, 8, 2]), w, null, geometry)).Message);
        Assert.Contains("do not fit 15 taps", Assert.Throws<ArgumentException>(() => Op.Conv(tape, backend.NewTensor([1, 8, 3]), w, null, geometry)).Message);
    }
}
