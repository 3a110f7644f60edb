using RvcNative.Formats;

namespace RvcNative.Rvc.Audition;

/// <summary>A save that became the voice NAME.pth.</summary>
/// <param name="VoicePath">What it was copied to.</param>
/// <param name="KeptAside">Where the voice that stood there is now; null where none stood there, or it was this one.</param>
public sealed record VoicePick(KeptSave Save, string VoicePath, string? KeptAside)
{
    public string Said => KeptAside is null
        ? $"{VoicePath} is now the save of epoch {Save.Epoch}, step {Save.Step}"
        : $"{VoicePath} is now the save of epoch {Save.Epoch}, step {Save.Step}; what stood there is {KeptAside}";

    /// <summary>Copies a save to NAME.pth in the folder that it is in. Another voice that stands there is kept beside it as NAME.pth.bak, .bak2, ….</summary>
    /// <exception cref="IOException">The folder cannot be written to; NAME.pth is as it was.</exception>
    public static VoicePick Copy(KeptSave save, string name)
    {
        string target = Path.Combine(Path.GetDirectoryName(save.VoicePath)!, name + ".pth");
        string? aside = null;
        if (File.Exists(target))
        {
            if (SameBytes(target, save.VoicePath)) return new VoicePick(save, target, null);
            aside = Aside(target);
            if (!File.Exists(aside)) CopyWhole(target, aside);
        }

        CopyWhole(save.VoicePath, target);
        return new VoicePick(save, target, aside);
    }

    // The first name that is free, or that has these bytes already.
    private static string Aside(string target)
    {
        string aside = target + ".bak";
        for (int number = 2; File.Exists(aside) && !SameBytes(aside, target); number++) aside = FormattableString.Invariant($"{target}.bak{number}");
        return aside;
    }

    private static void CopyWhole(string from, string to)
    {
        using FileStream source = File.OpenRead(from);
        AtomicFile.Write(to, source.CopyTo);
    }

    private static bool SameBytes(string first, string second)
    {
        using FileStream a = File.OpenRead(first), b = File.OpenRead(second);
        if (a.Length != b.Length) return false;
        byte[] left = new byte[1 << 16], right = new byte[1 << 16];
        while (true)
        {
            int count = a.ReadAtLeast(left, left.Length, throwOnEndOfStream: false);
            if (count == 0) return true;
            b.ReadExactly(right.AsSpan(0, count));
            if (!left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count))) return false;
        }
    }
}
