namespace RvcNative.Gpu;

/// <summary>
/// Places for values on their way to a device: two halves, of which one is filled while the other's copies run. The host waits only where it has come round to a half
/// whose copies have not.
/// </summary>
/// <param name="leave">Told of a half when its last copy has been launched.</param>
/// <param name="enter">Waits until the copies of a half that was left have run.</param>
internal sealed class UploadRing(Action<int> leave, Action<int> enter)
{
    internal const int HalfBytes = 16 << 20;
    private const int Alignment = 64;
    private int _half, _used;

    /// <summary>A place for so many bytes, at most <see cref="HalfBytes"/>, counted from the start of the ring.</summary>
    internal int Reserve(int bytes)
    {
        if (_used + bytes > HalfBytes)
        {
            leave(_half);
            _half ^= 1;
            _used = 0;
            enter(_half);
        }

        int place = (_half * HalfBytes) + _used;
        _used = Math.Min(HalfBytes, (_used + bytes + Alignment - 1) / Alignment * Alignment);
        return place;
    }
}
