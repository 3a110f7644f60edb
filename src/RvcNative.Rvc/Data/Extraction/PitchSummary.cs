using System.Globalization;
using System.Text;
using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Data;

/// <summary>What the pitch of all chunks looks like; chunk by chunk it is in a table.</summary>
/// <param name="UnvoicedShare">Of all frames, 0 to 1.</param>
/// <param name="MedianHz">Of the chunks' medians, each for as many frames as are voiced; 0 where nothing is.</param>
/// <param name="Suspicious">Chunks worth a look, and why.</param>
/// <param name="TablePath">A line for each chunk: its frames, the share that is unvoiced, its median, its octave jumps.</param>
public sealed record PitchSummary(double UnvoicedShare, double MedianHz, IReadOnlyList<SkippedClip> Suspicious, string TablePath)
{
    /// <summary>Looks at every chunk's pitch and writes the table.</summary>
    /// <param name="pitchOf">A chunk's pitch in Hz; null where there is none.</param>
    /// <param name="saveTo">Folder, or file of a single chunk, for the curves themselves; null for none.</param>
    internal static PitchSummary Write(ExperimentFolder experiment, IReadOnlyList<string> clips, Func<string, double[]?> pitchOf, string? saveTo)
    {
        StringBuilder table = new("chunk,frames,unvoiced_share,median_hz,octave_jumps\n");
        List<SkippedClip> suspicious = [];
        List<(double Hz, int Frames)> medians = [];
        long frames = 0, voiced = 0;
        foreach (string clip in clips)
        {
            if (pitchOf(clip) is not { } hz) continue;
            PitchQuality quality = PitchQuality.Of(hz);
            table.Append(CultureInfo.InvariantCulture, $"{clip},{quality.Frames},{quality.UnvoicedShare:0.000},{quality.MedianHz:0.0},{quality.OctaveJumps}\n");
            if (quality.Suspicion is { } reason) suspicious.Add(new SkippedClip(clip, reason));
            medians.Add((quality.MedianHz, quality.Voiced));
            frames += quality.Frames;
            voiced += quality.Voiced;
            if (saveTo is not null) PitchFile.Write(PitchFile.PlaceFor(saveTo, clip, clips.Count == 1), hz);
        }

        string path = Path.Combine(experiment.Root, "pitch.csv");
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(table.ToString())));
        return new PitchSummary(frames == 0 ? 1 : 1 - ((double)voiced / frames), Median(medians, voiced), suspicious, path);
    }

    private static double Median(List<(double Hz, int Frames)> medians, long voiced)
    {
        long before = 0;
        foreach ((double hz, int frames) in medians.Where(each => each.Frames > 0).OrderBy(each => each.Hz))
        {
            before += frames;
            if (2 * before >= voiced) return hz;
        }

        return 0;
    }
}
