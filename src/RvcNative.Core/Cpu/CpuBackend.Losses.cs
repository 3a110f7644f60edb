namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void SquaredError(Tensor x, float target, Tensor loss) => throw new NotSupportedException();

    public override void SquaredErrorBackward(Tensor x, float target, float weight, Gradient dx) => throw new NotSupportedException();

    public override void AbsoluteError(Tensor x, Tensor target, Tensor loss) => throw new NotSupportedException();

    public override void AbsoluteErrorBackward(Tensor x, Tensor target, float weight, Gradient dx) => throw new NotSupportedException();

    public override void KlDivergence(Tensor z, Tensor q, Tensor p, Tensor mask, Tensor loss) => throw new NotSupportedException();

    public override void KlDivergenceBackward(Tensor z, Tensor q, Tensor p, Tensor mask, float weight, Gradient dz, Gradient dq, Gradient dp) => throw new NotSupportedException();
}
