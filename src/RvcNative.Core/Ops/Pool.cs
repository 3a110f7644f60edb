namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], y [B,T/2,C].   y[t] = max(x[2t], x[2t + 1]); a last odd frame is left out
    public abstract void MaxPool(Tensor x, Tensor y);

    // x [B,H*width,C], y [B,H/2*(width/2),C], frames being pictures, row after row.   y = mean of each square of four
    public abstract void AveragePool(Tensor x, int width, Tensor y);
}

public static partial class Op
{
    /// <summary>The larger of each two frames (PyTorch's max_pool1d of 2). Forward only: networks that are not trained here use it.</summary>
    /// <param name="x">[B,T,C].</param>
    /// <returns>[B,T/2,C].</returns>
    public static Tensor MaxPool(Tape tape, Tensor x)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "max pool", "x");
        Expect.That(frames > 1, "max pool", $"x {x.Shape} has no two frames");
        Expect.That(!x.RequiresGradient, "max pool", $"it is not differentiated");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([batch, frames / 2, channels]);
        tape.Run(() => backend.MaxPool(x, y), x, y);
        return y;
    }

    /// <summary>The mean of each square of four points of a picture (PyTorch's avg_pool2d of 2). Forward only, as <see cref="MaxPool"/>.</summary>
    /// <param name="x">[B,H*width,C], row after row.</param>
    /// <param name="width">Points of a row.</param>
    /// <returns>[B,H/2*(width/2),C]; a last odd row or point of a row is left out.</returns>
    public static Tensor AveragePool(Tape tape, Tensor x, int width)
    {
        (int batch, int points, int channels) = Expect.Frames(x, "average pool", "x");
        Expect.That(width > 1 && points % width == 0 && points / width > 1, "average pool", $"x {x.Shape} is no picture of rows of {width} with a square of four");
        Expect.That(!x.RequiresGradient, "average pool", $"it is not differentiated");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([batch, points / width / 2 * (width / 2), channels]);
        tape.Run(() => backend.AveragePool(x, width, y), x, y);
        return y;
    }
}
