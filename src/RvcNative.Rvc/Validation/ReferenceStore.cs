using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;

namespace RvcNative.Rvc.Validation;

/// <summary>
/// What was found of recordings, a file for each in a folder of its own, by the hash of its samples and of how it was found. A file that is damaged is found anew, one that
/// cannot be written costs time alone. Serves many threads.
/// </summary>
/// <param name="settings">All that a reference hangs on beside the samples.</param>
/// <param name="mostBytes">What spectra may take; of recordings beyond that they are found anew each time.</param>
internal sealed class ReferenceStore(string folder, string settings, long mostBytes = 1L << 30)
{
    private const string Hash = "sha256", Pitch = "pitch", Mel = "mel", Spectrum = "spectrum.";
    private readonly HashSet<string> _used = [];
    private long _bytesLeft = mostBytes - (Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length) : 0);

    /// <summary>The reference of these samples, from its file where that is whole.</summary>
    /// <param name="findSpectra">Finds the spectra alone.</param>
    internal ClipReference Of(ReadOnlySpan<float> wave, Func<ClipReference> find, Func<IReadOnlyList<float[]>> findSpectra)
    {
        string path = PathOf(wave);
        lock (_used) _used.Add(path);
        if (Read(path) is { } known) return known.Spectra.Count > 0 ? known : known with { Spectra = findSpectra() };
        ClipReference found = find();
        long bytes = found.Spectra.Sum(spectrum => (long)sizeof(float) * spectrum.Length);
        bool fits = Interlocked.Add(ref _bytesLeft, -bytes) >= 0;
        if (!fits) Interlocked.Add(ref _bytesLeft, bytes);
        Write(path, fits ? found : found with { Spectra = [] });
        return found;
    }

    /// <summary>Deletes what was not asked for since the store was opened: references of clips that are not validated on any more.</summary>
    internal void Trim()
    {
        if (!Directory.Exists(folder)) return;
        foreach (string file in Directory.EnumerateFiles(folder).Where(file => !_used.Contains(file))) File.Delete(file);
    }

    private string PathOf(ReadOnlySpan<float> wave)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(settings));
        hash.AppendData(MemoryMarshal.AsBytes(wave));
        return Path.Combine(folder, $"{Convert.ToHexStringLower(hash.GetHashAndReset())}.safetensors");
    }

    // Null where there is none, or one that is not as it was written.
    private static ClipReference? Read(string path)
    {
        try
        {
            if (!File.Exists(path)) return null;
            SafetensorsFile file = SafetensorsFile.Read(path);
            if (!file.Metadata.TryGetValue(Hash, out string? hash) || hash != HashOf(file.Tensors)) return null;
            return new ClipReference(
                file[Pitch].ToFloat64(), file[Mel].ToFloat32(),
                [.. Enumerable.Range(0, file.Tensors.Count(tensor => tensor.Key.StartsWith(Spectrum, StringComparison.Ordinal))).Select(i => file[NameOf(i)].ToFloat32())]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Write(string path, ClipReference reference)
    {
        KeyValuePair<string, FileTensor>[] tensors =
        [
            new(Pitch, FileTensor.FromFloat64([reference.Pitch.Length], reference.Pitch)), new(Mel, FileTensor.FromFloat32([reference.Mel.Length], reference.Mel)),
            .. reference.Spectra.Select((spectrum, i) => KeyValuePair.Create(NameOf(i), FileTensor.FromFloat32([spectrum.Length], spectrum))),
        ];
        try
        {
            SafetensorsFile.Write(path, tensors, new Dictionary<string, string> { [Hash] = HashOf(tensors) });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string NameOf(int spectrum) => Spectrum + spectrum.ToString(CultureInfo.InvariantCulture);

    private static string HashOf(IEnumerable<KeyValuePair<string, FileTensor>> tensors)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, FileTensor tensor) in tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {tensor}"));
            hash.AppendData(tensor.Data);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
