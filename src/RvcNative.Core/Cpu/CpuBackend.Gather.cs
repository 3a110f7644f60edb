using System.Runtime.InteropServices;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Gather(Tensor rows, Tensor places, Tensor y)
    {
        bool areIds = rows.DType == DType.I64;
        int rowBytes = rows.Shape[1] * (areIds ? sizeof(long) : sizeof(float));
        Fetch job = new(areIds ? (byte*)Ids(rows) : (byte*)Pointer(rows), Ids(places), areIds ? (byte*)Ids(y) : (byte*)Pointer(y), rowBytes, y.Shape[1]);
        _pool.For(y.Shape[0], ref job);
    }

    private readonly struct Fetch(byte* rows, long* places, byte* y, int rowBytes, int frames) : IJob
    {
        public void Run(int item)
        {
            nuint inside = (nuint)Math.Min(places[(2 * item) + 1], frames) * (nuint)rowBytes, all = (nuint)frames * (nuint)rowBytes;
            byte* to = y + (item * (nint)all);
            NativeMemory.Copy(rows + (places[2 * item] * rowBytes), to, inside);
            NativeMemory.Clear(to + inside, all - inside);
        }
    }
}
