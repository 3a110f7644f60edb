using System.Security.Cryptography;
using RvcNative.Formats;

namespace RvcNative.Rvc.Assets;

public enum AssetCondition
{
    Missing,

    /// <summary>As its checksum says.</summary>
    Whole,

    /// <summary>There, but no checksum is known of it.</summary>
    Unknown,

    /// <summary>Not what its checksum or length says.</summary>
    Damaged,
}

/// <summary>What a known file is on this machine.</summary>
/// <param name="Bytes">Of the file that is there.</param>
/// <param name="Sha256">Of the file that is there; null when it is missing, or when its length already told.</param>
/// <param name="Wanted">The checksum that it is to have; null when none is known.</param>
/// <param name="IsOwn">Whether the checksum is of a file of the user's own.</param>
public sealed record AssetState(string Path, AssetCondition Condition, long Bytes, string? Sha256, string? Wanted, bool IsOwn);

/// <summary>The assets folder: where known files lie, and whether they are what they should be.</summary>
public sealed class AssetFolder
{
    private readonly AssetPins _pins;

    /// <param name="path">Such as "assets" below the working folder, as mainline has it.</param>
    public AssetFolder(string path)
    {
        Root = Path.GetFullPath(path);
        _pins = new AssetPins(Root);
    }

    public string Root { get; }

    public string PathOf(AssetFile file) => Path.Combine([Root, .. file.Place.Split('/')]);

    /// <summary>The checksum that a file is to have: of the user's own file, as published, or as pinned at the first fetch.</summary>
    public string? WantedSha256(AssetFile file)
    {
        AssetPin? pin = _pins.Find(file.Place);
        return pin is { IsOwn: true } ? pin.Sha256 : file.Sha256 ?? pin?.Sha256;
    }

    /// <summary>Reads the whole file.</summary>
    public AssetState Inspect(AssetFile file, CancellationToken cancellation = default)
    {
        string path = PathOf(file);
        string? wanted = WantedSha256(file);
        bool isOwn = _pins.Find(file.Place) is { IsOwn: true };
        if (!File.Exists(path)) return new AssetState(path, AssetCondition.Missing, 0, null, wanted, isOwn);
        long bytes = new FileInfo(path).Length;
        string sha256 = Sha256Of(path, cancellation);
        AssetCondition condition = wanted is null
            ? file.Bytes is { } expected && expected != bytes ? AssetCondition.Damaged : AssetCondition.Unknown
            : wanted == sha256 ? AssetCondition.Whole : AssetCondition.Damaged;
        return new AssetState(path, condition, bytes, sha256, wanted, isOwn);
    }

    /// <summary>Takes a file of the user's own for a known one, by copying it to its place.</summary>
    /// <returns>Its state; IsOwn says that it is not the published one, and is pinned as it is.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="AssetException">The file is empty.</exception>
    public AssetState Add(AssetFile file, string source, CancellationToken cancellation = default)
    {
        if (!File.Exists(source)) throw new FileNotFoundException($"{source}: there is no such file", source);
        long bytes = new FileInfo(source).Length;
        if (bytes == 0) throw new AssetException($"{source}: is empty (0 bytes); a file for {file.Place} is wanted");
        string sha256 = Sha256Of(source, cancellation), path = PathOf(file);
        if (Path.GetFullPath(source) != path)
        {
            FreeSpace.Require(path, bytes);
            AtomicFile.Write(path, stream =>
            {
                using FileStream from = File.OpenRead(source);
                from.CopyTo(stream);
            });
        }

        bool isOwn = sha256 != file.Sha256;
        _pins.Set(file.Place, isOwn ? new AssetPin(sha256, bytes, Path.GetFullPath(source), IsOwn: true) : null);
        return new AssetState(path, AssetCondition.Whole, bytes, sha256, sha256, isOwn);
    }

    internal void Pin(AssetFile file, AssetPin? pin) => _pins.Set(file.Place, pin);

    internal static string Sha256Of(string path, CancellationToken cancellation)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
