namespace RvcNative.Core;

public abstract partial class Backend
{
    // q, k, v [B,T,C] with heads side by side, C = heads * D; relativeKeys, relativeValues [1,2*window+1,D] shared by the heads; mask [B,T].
    // score(i,j) = q_i . k_j / sqrt(D) + (|j-i| <= window ? q_i . rk_{j-i+window} / sqrt(D) : 0), -1e4 where mask_i * mask_j = 0
    // p = softmax_j(score);   y_i = sum_j p_ij v_j + sum_{|j-i| <= window} p_ij rv_{j-i+window}
    // y =, p [B,heads,T,T] =, or null where nothing is differentiated and a few rows at a time are enough
    public abstract void Attention(
        Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor y, Tensor? p);

    // dp_ij = dy_i . v_j (+ dy_i . rv);   ds_ij = p_ij (dp_ij - sum_j p_ij dp_ij), 0 where masked;   dq, dk, dv, drk, drv by the chain rule.
    // scratch [B,heads,T,T] = (holds ds); p is overwritten or kept as the backend likes
    public abstract void AttentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor p, Tensor scratch, Tensor dy,
        Gradient dq, Gradient dk, Gradient dv, Gradient drelativeKeys, Gradient drelativeValues);
}

public static partial class Op
{
    /// <summary>Self-attention with relative positions within a window (Shaw et al. 2018, arXiv:1803.02155; mainline's MultiHeadAttention).</summary>
    /// <param name="q">[B,T,C], heads side by side; k and v likewise.</param>
    /// <param name="relativeKeys">[1,2*window+1,C/heads], or null for none; relativeValues likewise.</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    /// <returns>[B,T,C].</returns>
    public static Tensor Attention(Tape tape, Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads)
    {
        (int batch, int frames, int channels) = Expect.Frames(q, "attention", "q");
        Expect.Shape(k, q.Shape, "attention", "k");
        Expect.Shape(v, q.Shape, "attention", "v");
        Expect.Shape(mask, [batch, frames], "attention", "mask");
        Expect.That(channels % heads == 0, "attention", $"{channels} channels do not split into {heads} heads");
        Expect.That((relativeKeys is null) == (relativeValues is null), "attention", $"relative keys and values come together");
        Expect.That(relativeKeys is null || (relativeKeys.Shape.Rank == 3 && relativeKeys.Shape == [1, relativeKeys.Shape[1] | 1, channels / heads]
            && relativeKeys.Shape == relativeValues!.Shape), "attention", $"relative keys {relativeKeys?.Shape} are not [1,2*window+1,{channels / heads}]");
        Backend backend = tape.Backend;
        Tensor y = tape.Result(q.Shape, q, k, v, relativeKeys, relativeValues);
        Tensor? p = y.RequiresGradient ? tape.New([batch, heads, frames, frames]) : null;
        tape.Run(() => backend.Attention(q, k, v, relativeKeys, relativeValues, mask, heads, y, p), q, k, v, relativeKeys, relativeValues, mask, y, p);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy || p is null) return;
            Tensor scratch = tape.New(p.Shape);
            Gradient dq = tape.Into(q), dk = tape.Into(k), dv = tape.Into(v), drk = tape.Into(relativeKeys), drv = tape.Into(relativeValues);
            tape.Run(() => backend.AttentionBackward(q, k, v, relativeKeys, relativeValues, mask, heads, p, scratch, dy, dq, dk, dv, drk, drv),
                q, k, v, relativeKeys, relativeValues, mask, p, scratch, dy, dq.Tensor, dk.Tensor, dv.Tensor, drk.Tensor, drv.Tensor);
        });
        return y;
    }
}
