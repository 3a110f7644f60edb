namespace RvcNative.Rvc.Models;

/// <summary>What turns a synthesizer's latent into sound.</summary>
public enum Vocoder
{
    /// <summary>HiFi-GAN with a harmonic source (NSF): what every client knows.</summary>
    HifiGan,

    /// <summary>Applio's HiFi-GAN with a source of nine harmonics and weight normalisation throughout.</summary>
    MrfHifiGan,

    /// <summary>RefineGAN (Xu et al. 2022, arXiv:2111.00962) as Applio has it.</summary>
    RefineGan,
}

/// <summary>The vocoders' names.</summary>
public static class Vocoders
{
    private static readonly (Vocoder Vocoder, string File, string Option)[] s_names =
    [
        (Vocoder.HifiGan, "HiFi-GAN", "hifigan"),
        (Vocoder.MrfHifiGan, "MRF HiFi-GAN", "mrf"),
        (Vocoder.RefineGan, "RefineGAN", "refinegan"),
    ];

    /// <summary>Names that options take.</summary>
    public static IReadOnlyList<string> Options { get; } = [.. s_names.Select(name => name.Option)];

    /// <summary>All of Applio's spellings, for messages.</summary>
    public static string FileNames { get; } = string.Join(", ", s_names.Select(name => $"'{name.File}'"));

    /// <summary>Applio's spelling, in voice files and configurations.</summary>
    public static string FileName(this Vocoder vocoder) => s_names.Single(name => name.Vocoder == vocoder).File;

    /// <summary>Null for a name that is none.</summary>
    public static Vocoder? FromFile(string name) => Find(entry => entry.File == name);

    /// <summary>Null for a name that is none.</summary>
    public static Vocoder? FromOption(string name) => Find(entry => entry.Option == name);

    /// <summary>Name for `--vocoder`.</summary>
    public static string Option(this Vocoder vocoder) => s_names.Single(name => name.Vocoder == vocoder).Option;

    /// <summary>The vocoder of a generator's state dict, by the names that only one of them has.</summary>
    public static Vocoder OfParameters(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            if (name.StartsWith("dec.mrfs.", StringComparison.Ordinal)) return Vocoder.MrfHifiGan;
            if (name.StartsWith("dec.downsample_blocks.", StringComparison.Ordinal)) return Vocoder.RefineGan;
        }

        return Vocoder.HifiGan;
    }

    /// <summary>Which programs cannot use a voice of this vocoder; null where all can.</summary>
    public static string? Limit(this Vocoder vocoder) => vocoder == Vocoder.HifiGan
        ? null
        : $"mainline RVC and W-Okada's client cannot load a voice with {vocoder.FileName()}; RvcNative and Applio can";

    private static Vocoder? Find(Predicate<(Vocoder Vocoder, string File, string Option)> fits)
    {
        int index = Array.FindIndex(s_names, fits);
        return index < 0 ? null : s_names[index].Vocoder;
    }
}
