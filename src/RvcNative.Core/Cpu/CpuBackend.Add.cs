namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Add(Tensor a, Tensor b, Tensor? mask, Tensor y) => throw new NotSupportedException();

    public override void AddBackward(Tensor dy, Tensor? mask, Gradient dx) => throw new NotSupportedException();

    public override void AddPerItem(Tensor x, Tensor c, Tensor y) => throw new NotSupportedException();

    public override void AddPerItemBackward(Tensor dy, Gradient dx, Gradient dc) => throw new NotSupportedException();

    public override void Average(IReadOnlyList<Tensor> xs, Tensor y) => throw new NotSupportedException();

    public override void ScaleBackward(Tensor dy, float scale, Gradient dx) => throw new NotSupportedException();
}
