using System.Runtime.CompilerServices;
using RvcNative.Core;

namespace RvcNative.Rvc.Tests.Verification;

/// <summary>Another backend, and the names of its ops that have run. What a backend must say, this class must say: a new op does not compile without.</summary>
internal sealed class NotingBackend(Backend inner) : Backend
{
    /// <summary>Methods of <see cref="Backend"/> that have been called.</summary>
    public HashSet<string> Ran { get; } = [];

    public override string Name => inner.Name;

    public override Storage Allocate(long bytes) => inner.Allocate(bytes);

    public override void Write(ReadOnlySpan<float> values, Tensor to) => inner.Write(values, to);

    public override void Write(ReadOnlySpan<long> values, Tensor to) => inner.Write(values, to);

    public override void Read(Tensor from, Span<float> values) => inner.Read(from, values);

    public override void Read(Tensor from, Span<long> values) => inner.Read(from, values);

    public override void Add(Tensor a, Tensor b, Tensor? mask, Tensor y) => Note().Add(a, b, mask, y);

    public override void AddBackward(Tensor dy, Tensor? mask, Gradient dx) => Note().AddBackward(dy, mask, dx);

    public override void Affine(Tensor x, Tensor scale, Tensor shift, float slope, Tensor y) => Note().Affine(x, scale, shift, slope, y);

    public override void MaxPool(Tensor x, Tensor y) => Note().MaxPool(x, y);

    public override void AveragePool(Tensor x, int width, Tensor y) => Note().AveragePool(x, width, y);

    public override void Gru(Tensor gates, Tensor weight, Tensor bias, Tensor start, Tensor y) => Note().Gru(gates, weight, bias, start, y);

    public override void AddPerItem(Tensor x, Tensor c, Tensor y) => Note().AddPerItem(x, c, y);

    public override void AddPerItemBackward(Tensor dy, Gradient dx, Gradient dc) => Note().AddPerItemBackward(dy, dx, dc);

    public override void Average(IReadOnlyList<Tensor> xs, Tensor y) => Note().Average(xs, y);

    public override void ScaleBackward(Tensor dy, float scale, Gradient dx) => Note().ScaleBackward(dy, scale, dx);

    public override void Attention(
        Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor y, Tensor? p) =>
        Note().Attention(q, k, v, relativeKeys, relativeValues, mask, heads, y, p);

    public override void AttentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor p, Tensor scratch, Tensor dy,
        Gradient dq, Gradient dk, Gradient dv, Gradient drelativeKeys, Gradient drelativeValues) =>
        Note().AttentionBackward(q, k, v, relativeKeys, relativeValues, mask, heads, p, scratch, dy, dq, dk, dv, drelativeKeys, drelativeValues);

    public override void Activate(Tensor x, Activation activation, float slope, Tensor y) => Note().Activate(x, activation, slope, y);

    public override void GatedLinear(Tensor x, Tensor y) => Note().GatedLinear(x, y);

    public override void Gather(Tensor rows, Tensor places, Tensor y) => Note().Gather(rows, places, y);

    public override void GroupNorm(Tensor x, Tensor gamma, Tensor beta, int groups, float epsilon, Tensor y, Tensor mean, Tensor rstd) =>
        Note().GroupNorm(x, gamma, beta, groups, epsilon, y, mean, rstd);

    public override void Channels(Tensor x, int first, Tensor y) => Note().Channels(x, first, y);

    public override void ChannelsBackward(Tensor dy, int first, Gradient dx) => Note().ChannelsBackward(dy, first, dx);

    public override void JoinChannels(Tensor a, Tensor b, Tensor y) => Note().JoinChannels(a, b, y);

    public override void JoinChannelsBackward(Tensor dy, int first, Gradient dx) => Note().JoinChannelsBackward(dy, first, dx);

    public override void FlipChannels(Tensor x, Tensor y) => Note().FlipChannels(x, y);

    public override void FlipChannelsBackward(Tensor dy, Gradient dx) => Note().FlipChannelsBackward(dy, dx);

    public override void Conv(Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue epilogue, Tensor y) => Note().Conv(x, w, bias, geometry, epilogue, y);

    public override void ConvDataGradient(Tensor dy, Tensor w, ConvGeometry geometry, Gradient dx) => Note().ConvDataGradient(dy, w, geometry, dx);

    public override void ConvWeightGradient(Tensor x, Tensor dy, ConvGeometry geometry, Gradient dw) => Note().ConvWeightGradient(x, dy, geometry, dw);

    public override void ConvEpilogueBackward(
        Tensor y, ConvEpilogue epilogue, Tensor dy, Gradient dresidual, Gradient dbias) =>
        Note().ConvEpilogueBackward(y, epilogue, dy, dresidual, dbias);

    public override void Coupling(Tensor x, Tensor m, Tensor mask, bool inverse, Tensor y) => Note().Coupling(x, m, mask, inverse, y);

    public override void CouplingBackward(Tensor mask, Tensor dy, Gradient dx, Gradient dm) => Note().CouplingBackward(mask, dy, dx, dm);

    public override void Decimate(Tensor x, Tensor taps, int rate, Tensor y) => Note().Decimate(x, taps, rate, y);

    public override void DecimateBackward(Tensor taps, int rate, Tensor dy, Gradient dx) => Note().DecimateBackward(taps, rate, dy, dx);

    public override void Normal(ulong key, Tensor step, Tensor? start, int framesAStart, Tensor y) => Note().Normal(key, step, start, framesAStart, y);

    public override void Embedding(Tensor table, Tensor ids, Tensor y) => Note().Embedding(table, ids, y);

    public override void EmbeddingBackward(Tensor ids, Tensor dy, Gradient dtable) => Note().EmbeddingBackward(ids, dy, dtable);

    public override void EmbedFrames(
        Tensor x, Tensor? table, Tensor? ids, float scale, float slope, Tensor mask, Tensor y) =>
        Note().EmbedFrames(x, table, ids, scale, slope, mask, y);

    public override void EmbedFramesBackward(
        Tensor y, Tensor? ids, float scale, float slope, Tensor mask, Tensor dy, Gradient dx, Gradient dtable) =>
        Note().EmbedFramesBackward(y, ids, scale, slope, mask, dy, dx, dtable);

    public override void Gate(Tensor x, Tensor? condition, int offset, Tensor y) => Note().Gate(x, condition, offset, y);

    public override void GateBackward(
        Tensor x, Tensor? condition, int offset, Tensor dy, Gradient dx, Gradient dcondition) =>
        Note().GateBackward(x, condition, offset, dy, dx, dcondition);

    public override void Interpolate(Tensor x, int rate, Tensor y) => Note().Interpolate(x, rate, y);

    public override void InterpolateBackward(int rate, Tensor dy, Gradient dx) => Note().InterpolateBackward(rate, dy, dx);

    public override void LayerNorm(
        Tensor x, Tensor gamma, Tensor beta, float epsilon, Tensor y, Tensor mean, Tensor rstd) =>
        Note().LayerNorm(x, gamma, beta, epsilon, y, mean, rstd);

    public override void LayerNormBackward(
        Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Gradient dx, Gradient dgamma, Gradient dbeta) =>
        Note().LayerNormBackward(x, gamma, mean, rstd, dy, dx, dgamma, dbeta);

    public override void LeakyRelu(Tensor x, float slope, Tensor y) => Note().LeakyRelu(x, slope, y);

    public override void LeakyReluBackward(Tensor y, float slope, Tensor dy, Gradient dx) => Note().LeakyReluBackward(y, slope, dy, dx);

    public override void SquaredError(Tensor x, float target, Tensor loss) => Note().SquaredError(x, target, loss);

    public override void SquaredErrorBackward(Tensor x, float target, float weight, Gradient dx) => Note().SquaredErrorBackward(x, target, weight, dx);

    public override void AbsoluteError(Tensor x, Tensor target, Tensor loss) => Note().AbsoluteError(x, target, loss);

    public override void AbsoluteErrorBackward(Tensor x, Tensor target, float weight, Gradient dx) => Note().AbsoluteErrorBackward(x, target, weight, dx);

    public override void KlDivergence(Tensor z, Tensor q, Tensor p, Tensor mask, Tensor? frames, Tensor loss) =>
        Note().KlDivergence(z, q, p, mask, frames, loss);

    public override void KlDivergenceBackward(
        Tensor z, Tensor q, Tensor p, Tensor mask, Tensor? frames, float weight, Gradient dz, Gradient dq, Gradient dp) =>
        Note().KlDivergenceBackward(z, q, p, mask, frames, weight, dz, dq, dp);

    public override void Mask(Tensor x, Tensor mask, Tensor y) => Note().Mask(x, mask, y);

    public override void MaskBackward(Tensor mask, Tensor dy, Gradient dx) => Note().MaskBackward(mask, dy, dx);

    public override void NoisyRelu(Tensor x, Tensor noise, Tensor w, float slope, Tensor y) => Note().NoisyRelu(x, noise, w, slope, y);

    public override void NoisyReluBackward(Tensor y, Tensor noise, float slope, Tensor dy, Gradient dx, Gradient dw) =>
        Note().NoisyReluBackward(y, noise, slope, dy, dx, dw);

    public override void AdamW(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor? fault = null) =>
        Note().AdamW(values, gradients, means, variances, schedule, beta1, beta2, epsilon, fault);

    public override void AdamWTrial(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor trial) =>
        Note().AdamWTrial(values, gradients, means, variances, schedule, beta1, beta2, epsilon, trial);

    public override void Norm(Tensor gradients, Tensor norm) => Note().Norm(gradients, norm);

    public override void ClipToNorm(Tensor norm, float most, Tensor schedule) => Note().ClipToNorm(norm, most, schedule);

    public override void CheckFinite(Tensor values, Tensor fault) => Note().CheckFinite(values, fault);

    public override void Clear(Tensor x) => Note().Clear(x);

    public override void Reparameterize(Tensor x, Tensor noise, float scale, Tensor mask, Tensor z) => Note().Reparameterize(x, noise, scale, mask, z);

    public override void ReparameterizeBackward(
        Tensor x, Tensor noise, float scale, Tensor mask, Tensor dz, Gradient dx) =>
        Note().ReparameterizeBackward(x, noise, scale, mask, dz, dx);

    public override void ResidualSkip(Tensor x, Tensor r, Tensor mask, bool first, Tensor y, Tensor skip) => Note().ResidualSkip(x, r, mask, first, y, skip);

    public override void ResidualSkipBackward(Tensor mask, Tensor? dy, Tensor dskip, Gradient dx, Gradient dr) => Note().ResidualSkipBackward(mask, dy, dskip, dx, dr);

    public override void Segments(Tensor x, Tensor starts, int step, Tensor y) => Note().Segments(x, starts, step, y);

    public override void SegmentsBackward(Tensor starts, int step, Tensor dy, Gradient dx) => Note().SegmentsBackward(starts, step, dy, dx);

    public override void Concatenate(Tensor a, Tensor b, Tensor y) => Note().Concatenate(a, b, y);

    public override void ReflectEnd(Tensor x, Tensor y) => Note().ReflectEnd(x, y);

    public override void ReflectEndBackward(Tensor dy, Gradient dx) => Note().ReflectEndBackward(dy, dx);

    public override void SineSource(Tensor f0, Tensor noise, Tensor? starts, SineSourceSettings settings, Tensor y) =>
        Note().SineSource(f0, noise, starts, settings, y);

    public override void SineTemplate(Tensor f0, Tensor noise, SineSourceSettings settings, Tensor y) => Note().SineTemplate(f0, noise, settings, y);

    public override void StftMagnitude(Tensor wave, Tensor window, StftSettings settings, Tensor y) => Note().StftMagnitude(wave, window, settings, y);

    public override void StftMagnitudeBackward(
        Tensor wave, Tensor window, StftSettings settings, Tensor y, Tensor dy, Gradient dwave) =>
        Note().StftMagnitudeBackward(wave, window, settings, y, dy, dwave);

    public override void LogClamp(Tensor x, float floor, Tensor y) => Note().LogClamp(x, floor, y);

    public override void LogClampBackward(Tensor x, float floor, Tensor dy, Gradient dx) => Note().LogClampBackward(x, floor, dy, dx);

    public override void WeightNorm(Tensor v, Tensor g, bool perInput, Tensor w, Tensor norm) => Note().WeightNorm(v, g, perInput, w, norm);

    public override void WeightNormBackward(
        Tensor v, Tensor g, bool perInput, Tensor norm, Tensor dw, Gradient dv, Gradient dg) =>
        Note().WeightNormBackward(v, g, perInput, norm, dw, dv, dg);

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
    }

    private Backend Note([CallerMemberName] string op = "")
    {
        Ran.Add(op);
        return inner;
    }
}
