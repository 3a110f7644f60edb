using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RvcNative.Core.Cpu;

/// <summary>Four random words as a function of a key and a counter, of four counters at once: Philox 4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405).</summary>
internal static class Philox
{
    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>Words in the low halves of the lanes; what lies in the high halves of the counters does not count.</summary>
    internal static (Vector256<ulong> W0, Vector256<ulong> W1, Vector256<ulong> W2, Vector256<ulong> W3) Words(
        uint key0, uint key1, Vector256<ulong> c0, Vector256<ulong> c1, Vector256<ulong> c2, Vector256<ulong> c3)
    {
        Vector256<ulong> low = Vector256.Create((ulong)uint.MaxValue);
        for (int round = 0; round < Rounds; round++)
        {
            Vector256<ulong> product0 = Product(c0, Multiplier0), product1 = Product(c2, Multiplier1);
            (c0, c1) = (Vector256.ShiftRightLogical(product1, 32) ^ c1 ^ Vector256.Create((ulong)key0), product1);
            (c2, c3) = (Vector256.ShiftRightLogical(product0, 32) ^ c3 ^ Vector256.Create((ulong)key1), product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return (c0 & low, c1 & low, c2 & low, c3 & low);
    }

    /// <summary>Whole products of the lanes' low halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Product(Vector256<ulong> a, uint factor) => Avx2.IsSupported
        ? Avx2.Multiply(a.AsUInt32(), Vector256.Create((ulong)factor).AsUInt32())
        : (a & Vector256.Create((ulong)uint.MaxValue)) * factor;
}
