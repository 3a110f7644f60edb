namespace RvcNative.Core;

/// <summary>A draw for a window of frames.</summary>
/// <param name="Start">i64 [1], where the window starts; read at every run.</param>
/// <param name="FramesAStart">Frames of the draw that one unit of <paramref name="Start"/> is.</param>
public readonly record struct DrawWindow(Tensor Start, int FramesAStart);

public abstract partial class Backend
{
    // y [B,T,C], step i64 [1]. Philox 4x32-10 (Salmon et al. 2011), key = (low, high) word of key, counter = { channel / 4, frame, item, step };
    // its four words make two Box-Muller pairs: channels 4i … 4i+3. So a value depends on its place alone, not on the padding of the batch.   y =
    // With start (i64 [1]) the first frame is number start * framesAStart, so a window's numbers are those of the whole.
    public abstract void Normal(ulong key, Tensor step, Tensor? start, int framesAStart, Tensor y);

    public void Normal(ulong key, Tensor step, Tensor y) => Normal(key, step, null, 0, y);
}

public static partial class Op
{
    /// <summary>Standard normal numbers, the same for the same key, step and place on every device.</summary>
    /// <param name="step">i64 [1], the step's number; read at every run.</param>
    /// <param name="shape">[B,T,C].</param>
    /// <param name="window">Where the first frame lies, if not at 0.</param>
    public static Tensor Normal(Tape tape, ulong key, Tensor step, Shape shape, DrawWindow? window = null)
    {
        Expect.That(shape.Rank == 3, "normal", $"shape {shape} is not [B,T,C]");
        Backend backend = tape.Backend;
        Tensor y = tape.New(shape);
        Tensor? start = window?.Start;
        int framesAStart = window?.FramesAStart ?? 0;
        tape.Run(() => backend.Normal(key, step, start, framesAStart, y), step, start, y);
        return y;
    }
}
