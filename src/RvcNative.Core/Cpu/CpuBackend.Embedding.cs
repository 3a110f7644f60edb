namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Embedding(Tensor table, Tensor ids, Tensor y) => throw new NotSupportedException();

    public override void EmbeddingBackward(Tensor ids, Tensor dy, Gradient dtable) => throw new NotSupportedException();

    public override void EmbedFrames(Tensor x, Tensor? table, Tensor? ids, float scale, float slope, Tensor mask, Tensor y) => throw new NotSupportedException();

    public override void EmbedFramesBackward(Tensor y, Tensor? ids, float scale, float slope, Tensor mask, Tensor dy, Gradient dx, Gradient dtable) => throw new NotSupportedException();
}
