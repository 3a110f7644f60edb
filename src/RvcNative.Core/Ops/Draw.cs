namespace RvcNative.Core;

public abstract partial class Backend
{
    // y [B,T,C], step i64 [1]. Philox 4x32-10 (Salmon et al. 2011), key = (low, high) word of key, counter = { channel / 4, frame, item, step };
    // its four words make two Box-Muller pairs: channels 4i … 4i+3. So a value depends on its place alone, not on the padding of the batch.   y =
    public abstract void Normal(ulong key, Tensor step, Tensor y);
}

public static partial class Op
{
    /// <summary>Standard normal numbers, the same for the same key, step and place on every device.</summary>
    /// <param name="step">i64 [1], the step's number; read at every run.</param>
    /// <param name="shape">[B,T,C].</param>
    public static Tensor Normal(Tape tape, ulong key, Tensor step, Shape shape)
    {
        Expect.That(shape.Rank == 3, "normal", $"shape {shape} is not [B,T,C]");
        Backend backend = tape.Backend;
        Tensor y = tape.New(shape);
        tape.Run(() => backend.Normal(key, step, y), step, y);
        return y;
    }
}
