namespace RvcNative.Rvc.Data;

/// <summary>Which files of a folder are taken for recordings: those whose names end as audio, or as what holds a sound track.</summary>
public static class RecordingNames
{
    private static readonly HashSet<string> s_endings = new(
        (".wav .wave .w64 .rf64 .bwf .flac .mp3 .mp2 .m4a .m4b .aac .ogg .oga .opus .spx .wma .aif .aiff .aifc .au .snd .caf .amr .ape .wv .tta .tak "
        + ".mpc .ac3 .eac3 .dts .mka .mp4 .m4v .mkv .webm .mov .avi .3gp .ts .flv .wmv").Split(' '), StringComparer.OrdinalIgnoreCase);

    public static bool IsAudio(string path) => s_endings.Contains(Path.GetExtension(path));
}
