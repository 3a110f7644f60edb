using RvcNative.Native.OpenBlas;

namespace RvcNative.Native.Tests;

public sealed class OpenBlasTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_product_is_the_formula(bool transposeA)
    {
        Skip.IfNot(OpenBlasLibrary.Missing is null, OpenBlasLibrary.Missing);
        (int m, int n, int k) = (5, 3, 7);
        Random random = new(3);
        float[] a = Values(random, m * k), b = Values(random, k * n), c = new float[m * n];
        OpenBlasLibrary.Multiply(m, n, k, a, transposeA, b, c);
        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                double sum = 0;
                for (int i = 0; i < k; i++) sum += (double)(transposeA ? a[(i * m) + row] : a[(row * k) + i]) * b[(i * n) + column];
                Assert.Equal(sum, c[(row * n) + column], 1e-5);
            }
        }
    }

    [Fact]
    public void A_short_array_is_refused_before_the_call() =>
        Assert.Contains("m 2, n 2, k 2: a has 3 elements", Assert.Throws<ArgumentException>(
            () => OpenBlasLibrary.Multiply(2, 2, 2, new float[3], transposeA: false, new float[4], new float[4])).Message);

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
}
