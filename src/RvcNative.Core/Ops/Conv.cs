namespace RvcNative.Core;

/// <summary>What is applied to a convolution's sum before it is stored.</summary>
public enum Activation
{
    None,

    /// <summary>v if v > 0, else slope * v; slope 0 is ReLU.</summary>
    LeakyRelu,

    Tanh,

    /// <summary>v Phi(v), exact (erf). Forward only, as all that follow: of networks that are run and not trained.</summary>
    Gelu,

    /// <summary>v sigmoid(v).</summary>
    Silu,

    Sigmoid,
}

/// <summary>
/// y = mask * (activation(sum + bias) + residual); what is not given is left out. What is differentiated takes a residual or an activation, not both.
/// </summary>
/// <param name="Residual">In y's shape.</param>
/// <param name="Mask">[B,T] of 0 and 1.</param>
public sealed record ConvEpilogue(Activation Activation = Activation.None, float Slope = 0, Tensor? Residual = null, Tensor? Mask = null)
{
    public static ConvEpilogue Plain { get; } = new();

    /// <summary>
    /// Asks for sums of fewer products at a time, which costs some 8% more time and takes a third of the error off: for networks of many convolutions with nothing to normalise
    /// between them. A backend may leave it aside.
    /// </summary>
    public bool ShortSums { get; init; }
}

/// <summary>Which of a convolution's three sums.</summary>
public enum ConvPass
{
    Forward,
    DataGradient,
    WeightGradient,
}

/// <summary>A convolution's sum in a recorded program, for those who measure.</summary>
/// <param name="Weight">The weight tensor, by which the layer is known.</param>
/// <param name="Batch">Items; of a gradient those that are differentiated.</param>
public readonly record struct ConvCall(ConvPass Pass, Tensor Weight, ConvGeometry Geometry, int Batch, int InFrames, int OutFrames);

public abstract partial class Backend
{
    /// <summary>Told of every convolution when a program is recorded for this backend.</summary>
    public Action<ConvCall>? ConvRecorded { get; set; }

    /// <summary>Largest relative error of an operand that is rounded before it is multiplied; 0 where none is.</summary>
    public virtual double OperandRounding => 0;

    /// <summary>
    /// What results of wide layers, those of a multiple of 32 channels whose network asks for it, are stored as. Their gradients are stored so too, and the ops that meet them
    /// (convolutions, leaky rectifiers, averages, feature losses) take both types.
    /// </summary>
    public virtual DType WideType => DType.F32;

    /// <summary>
    /// Rows of a convolution's result that come from common products, counted in the signal. A stretch of a longer signal gives the same bits as the whole only
    /// where it is cut at multiples of it, and so many rows further from its ends than the taps reach.
    /// </summary>
    public virtual int ConvRowsTogether(ConvGeometry geometry, int inChannels, int outChannels) => 1;

    // x [B,T,Cin], w [K,Cin/groups,Cout] with K = taps, bias [Cout], y [B,T',Cout].   y =
    public abstract void Conv(Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue epilogue, Tensor y);

    // dy [B,T',Cout] (of the sum, before bias).   dx [B,T,Cin] = or +=
    public abstract void ConvDataGradient(Tensor dy, Tensor w, ConvGeometry geometry, Gradient dx);

    // dw [K,Cin/groups,Cout] = or +=
    public abstract void ConvWeightGradient(Tensor x, Tensor dy, ConvGeometry geometry, Gradient dw);

    // From y's gradient to the sum's, in place: dy *= mask; dresidual gets dy; dy *= activation'(y); dbias gets the sum of dy over B and T.
    public abstract void ConvEpilogueBackward(Tensor y, ConvEpilogue epilogue, Tensor dy, Gradient dresidual, Gradient dbias);
}

public static partial class Op
{
    private const int WideChannels = 32;

    /// <summary>Convolution or transposed convolution over time, or over pictures, with its epilogue (PyTorch's conv1d, conv2d and their transposes).</summary>
    /// <param name="x">[B,T,Cin]; T a multiple of the picture's columns.</param>
    /// <param name="w">[K,Cin/groups,Cout].</param>
    /// <param name="bias">[Cout].</param>
    /// <param name="isWide">Whether the result may be stored as <see cref="Backend.WideType"/>; with a residual it has that one's type.</param>
    /// <returns>[B,T',Cout].</returns>
    public static Tensor Conv(Tape tape, Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue? epilogue = null, bool isWide = false)
    {
        epilogue ??= ConvEpilogue.Plain;
        (int batch, int frames, int channels) = Expect.Frames(x, "conv", "x");
        Expect.That(w.Shape.Rank == 3 && w.Shape[0] == geometry.Taps && w.Shape[1] * geometry.Groups == channels && w.Shape[2] % geometry.Groups == 0,
            "conv", $"x {x.Shape} and w {w.Shape} do not fit {geometry.Taps} taps in {geometry.Groups} groups; w wants [K,Cin/groups,Cout]");
        Expect.That(frames % geometry.Columns == 0, "conv", $"x {x.Shape} has frames that are no whole rows of {geometry.Columns} columns");
        Expect.That(!geometry.Transposed || geometry.Groups == 1, "conv", "a transposed convolution has one group");
        int outFrames = geometry.OutputFrames(frames), outChannels = w.Shape[2];
        Expect.That(outFrames > 0 && geometry.OutputColumns > 0, "conv", $"x {x.Shape} is shorter than the reach of {geometry.Taps} taps");
        Expect.That(bias is null || bias.Count == outChannels, "conv", $"bias {bias?.Shape} is not [{outChannels}]");
        Shape shape = [batch, outFrames, outChannels];
        Expect.That(epilogue.Residual is null || epilogue.Residual.Shape == shape, "conv", $"residual {epilogue.Residual?.Shape} is not {shape}");
        Expect.That(epilogue.Mask is null || epilogue.Mask.Shape == [batch, outFrames], "conv", $"mask {epilogue.Mask?.Shape} is not [{batch},{outFrames}]");

        Backend backend = tape.Backend;
        DType stored = epilogue.Residual?.DType ?? (isWide && outChannels % WideChannels == 0 ? backend.WideType : DType.F32);
        Tensor y = tape.Result(shape, stored, x, w, bias, epilogue.Residual);
        Expect.That(stored == DType.F32 || epilogue.Activation <= Activation.LeakyRelu, "conv", $"{epilogue.Activation} is of results in f32");
        Expect.That(!y.RequiresGradient || epilogue.Residual is null || epilogue.Activation == Activation.None, "conv",
            $"backward reads the activation's sign from y, so a residual goes without one");
        Expect.That(!y.RequiresGradient || epilogue.Activation <= Activation.Tanh, "conv", $"{epilogue.Activation} is forward only");
        backend.ConvRecorded?.Invoke(new ConvCall(ConvPass.Forward, w, geometry, batch, frames, outFrames));
        tape.Run(() => backend.Conv(x, w, bias, geometry, epilogue, y), x, w, bias, epilogue.Residual, epilogue.Mask, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            int from = y.GradientFrom;
            Tensor yTail = y.From(from), xTail = x.From(from);
            ConvEpilogue tail = epilogue with { Mask = epilogue.Mask?.From(from) };
            Gradient dresidual = tape.Into(epilogue.Residual), dbias = tape.Into(bias);
            if (dresidual.Wanted || dbias.Wanted || tail.Mask is not null || tail.Activation != Activation.None)
            {
                tape.Run(() => backend.ConvEpilogueBackward(yTail, tail, dy, dresidual, dbias), tail.Activation == Activation.None ? null : y, tail.Mask, dy,
                    dresidual.Tensor, dbias.Tensor);
            }

            Gradient dw = tape.Into(w);
            if (dw.Wanted)
            {
                backend.ConvRecorded?.Invoke(new ConvCall(ConvPass.WeightGradient, w, geometry, dy.Shape[0], frames, outFrames));
                tape.Run(() => backend.ConvWeightGradient(xTail, dy, geometry, dw), x, dy, dw.Tensor);
            }

            Gradient dx = tape.Into(x);
            if (dx.Wanted)
            {
                backend.ConvRecorded?.Invoke(new ConvCall(ConvPass.DataGradient, w, geometry, dx.Tensor!.Shape[0], frames, outFrames));
                tape.Run(() => backend.ConvDataGradient(dy, w, geometry, dx), dy, w, dx.Tensor);
            }
        });
        return y;
    }
}
