using System.Globalization;
using System.Text;
using RvcNative.Formats;
using RvcNative.Formats.Npy;

namespace RvcNative.Rvc.Pitch;

/// <summary>
/// A pitch curve as a file: text with a line "seconds,Hz" for each point, or .npy with [T] values 10 ms apart or [T,2] of seconds and Hz. 0 Hz (or nan) is unvoiced.
/// </summary>
public static class PitchFile
{
    private const double FramesPerSecond = 100, HighestHz = 4000, HalfFrame = 0.5 / FramesPerSecond;

    /// <summary>Extensions that a curve of a name is looked for with; mainline's own are NAME.wav.npy.</summary>
    private static readonly string[] s_extensions = [".csv", ".npy", ".wav.npy", ".txt"];

    /// <summary>The curve at the first frames of 10 ms.</summary>
    /// <returns>Hz; on a line between voiced points, the nearer point's next to an unvoiced one, 0 past the ends.</returns>
    /// <exception cref="FileFormatException">Not a curve; the message names the line.</exception>
    public static double[] Read(string path, int frames)
    {
        List<(double Seconds, double Hz)> points = path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? OfArray(path) : OfText(path);
        if (points.Count == 0) throw new FileFormatException(path, "holds no point of a pitch curve; a line 'seconds,Hz' for each is wanted");
        double[] hz = new double[frames];
        for (int t = 0, next = 0; t < frames; t++)
        {
            double seconds = t / FramesPerSecond;
            while (next < points.Count && points[next].Seconds < seconds) next++;
            hz[t] = next < points.Count && (next > 0 || points[0].Seconds - seconds <= HalfFrame) ? Between(points[Math.Max(0, next - 1)], points[next], seconds)
                : next == points.Count && seconds - points[^1].Seconds <= HalfFrame ? points[^1].Hz
                : 0;
        }

        return hz;
    }

    /// <summary>Writes a value for each frame of 10 ms: .npy as float64 [T], anything else as text.</summary>
    public static void Write(string path, ReadOnlySpan<double> hz)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            NpyFile.Write(path, FileTensor.FromFloat64([hz.Length], hz));
            return;
        }

        StringBuilder text = new();
        for (int t = 0; t < hz.Length; t++) text.Append(CultureInfo.InvariantCulture, $"{t / FramesPerSecond:0.00},{hz[t]:R}\n");
        AtomicFile.Write(path, stream => stream.Write(Encoding.ASCII.GetBytes(text.ToString())));
    }

    /// <summary>The curve's file for a recording or chunk: the file itself, or that of the name in a folder.</summary>
    /// <param name="name">Without a folder and extension.</param>
    /// <exception cref="FileNotFoundException">The folder has none of that name.</exception>
    public static string For(string fileOrFolder, string name)
    {
        if (!Directory.Exists(fileOrFolder)) return fileOrFolder;
        return s_extensions.Select(extension => Path.Combine(fileOrFolder, name + extension)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"'{fileOrFolder}' has no pitch curve for {name}; {name}.csv or {name}.npy is wanted");
    }

    /// <summary>Where a curve is written to: the file itself where one recording alone has a curve, else NAME.csv in a folder.</summary>
    /// <param name="name">As in <see cref="For"/>.</param>
    /// <param name="isOnly">Whether there is one recording.</param>
    public static string PlaceFor(string fileOrFolder, string name, bool isOnly) =>
        isOnly && Path.HasExtension(fileOrFolder) && !Directory.Exists(fileOrFolder) ? fileOrFolder : Path.Combine(fileOrFolder, name + ".csv");

    private static double Between((double Seconds, double Hz) left, (double Seconds, double Hz) right, double seconds)
    {
        double share = right.Seconds > left.Seconds ? (seconds - left.Seconds) / (right.Seconds - left.Seconds) : 1;
        if (share is 0 or 1) return share == 0 ? left.Hz : right.Hz;
        return left.Hz > 0 && right.Hz > 0 ? left.Hz + (share * (right.Hz - left.Hz)) : share < 0.5 ? left.Hz : right.Hz;
    }

    private static List<(double Seconds, double Hz)> OfArray(string path)
    {
        FileTensor array = NpyFile.Read(path);
        double[] values = array.ToFloat64();
        List<(double Seconds, double Hz)> points = [];
        switch (array.Shape)
        {
            case [int count]:
                for (int t = 0; t < count; t++) Add(path, points, t / FramesPerSecond, values[t], $"value {t}");
                return points;
            case [int count, 2]:
                for (int t = 0; t < count; t++) Add(path, points, values[2 * t], values[(2 * t) + 1], $"row {t}");
                return points;
            default:
                throw new FileFormatException(path, $"is {array}; a pitch curve is [T] values 10 ms apart, or [T,2] of seconds and Hz");
        }
    }

    private static List<(double Seconds, double Hz)> OfText(string path)
    {
        List<(double Seconds, double Hz)> points = [];
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            string[] fields = line.Split([',', ';', '\t', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length == 0 || fields[0].StartsWith('#')) continue;
            if (fields.Length >= 2 && TryNumber(fields[0], out double seconds) && TryNumber(fields[1], out double hz)) Add(path, points, seconds, hz, $"line {number}");
            else if (number > 1) throw new FileFormatException(path, $"line {number} is '{(line.Length > 40 ? line[..40] + "..." : line)}'; 'seconds,Hz' is wanted");
        }

        return points;
    }

    private static bool TryNumber(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static void Add(string path, List<(double Seconds, double Hz)> points, double seconds, double hz, string place)
    {
        if (double.IsNaN(hz)) hz = 0;
        if (!double.IsFinite(seconds) || (points.Count > 0 && seconds <= points[^1].Seconds))
            throw new FileFormatException(path, FormattableString.Invariant($"{place} is at {seconds} s; every point lies behind the one before"));
        if (!(hz >= 0 && hz <= HighestHz)) throw new FileFormatException(path, FormattableString.Invariant($"{place} has {hz} Hz; a pitch is 0 (unvoiced) to {HighestHz}"));
        points.Add((seconds, hz));
    }
}
