namespace RvcNative.Rvc.Assets;

/// <param name="WasThere">Nothing was fetched.</param>
/// <param name="IsNewlyPinned">No checksum was known; the file's own is kept from now on.</param>
public sealed record FetchedAsset(AssetState State, bool WasThere, bool IsNewlyPinned);

/// <summary>Fetches known files into the assets folder: to a temporary name, checked, then renamed. Nothing is fetched unless someone asks.</summary>
/// <param name="mirror">Takes the place of every address's scheme and host; its own path, if it has one, comes before theirs.</param>
public sealed class AssetFetcher(AssetFolder folder, Uri? mirror = null, DownloadPatience? patience = null) : IDisposable
{
    private readonly DownloadPatience _patience = patience ?? DownloadPatience.Usual;

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        ConnectTimeout = (patience ?? DownloadPatience.Usual).Stall,
        MaxAutomaticRedirections = 8,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "rvcnative" } },
    };

    /// <summary>The address that a file is fetched from.</summary>
    public Uri AddressOf(AssetFile file) =>
        mirror is null ? file.Address : new Uri(mirror.GetLeftPart(UriPartial.Path).TrimEnd('/') + file.Address.PathAndQuery);

    /// <summary>Makes sure that a file is there and whole.</summary>
    /// <exception cref="AssetException">It cannot be had; whatever lay in its place still does.</exception>
    public async Task<FetchedAsset> Fetch(AssetFile file, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        AssetState before = folder.Inspect(file, cancellation);
        if (before.Condition == AssetCondition.Whole || (before.IsOwn && before.Condition != AssetCondition.Missing))
        {
            return before.Condition == AssetCondition.Whole ? new FetchedAsset(before, WasThere: true, IsNewlyPinned: false) : throw new AssetException(
                $"'{before.Path}' is a file of your own (assets add) that has changed since; delete it to have the published one, or add it again");
        }

        if (before.Condition == AssetCondition.Unknown)
        {
            folder.Pin(file, new AssetPin(before.Sha256!, before.Bytes, before.Path, IsOwn: false));
            return new FetchedAsset(before with { Condition = AssetCondition.Whole, Wanted = before.Sha256 }, WasThere: true, IsNewlyPinned: true);
        }

        string? wanted = before.IsOwn ? file.Sha256 : before.Wanted;
        PartialFile partial = new(before.Path);
        string sha256 = await Receive(file, partial, wanted, progress, cancellation).ConfigureAwait(false);
        long bytes = partial.Length;
        partial.Finish();
        bool pins = file.Sha256 is null;
        folder.Pin(file, pins ? new AssetPin(sha256, bytes, AddressOf(file).AbsoluteUri, IsOwn: false) : null);
        return new FetchedAsset(
            new AssetState(before.Path, AssetCondition.Whole, bytes, sha256, sha256, IsOwn: false), WasThere: false, IsNewlyPinned: pins && wanted is null);
    }

    public void Dispose() => _client.Dispose();

    // A part from an earlier time may be of another file than the server has now; then all of it is fetched once more.
    private async Task<string> Receive(
        AssetFile file, PartialFile partial, string? wanted, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        Uri address = AddressOf(file);
        Download download = new(_client, _patience, file, address, partial);
        for (bool hadPart = partial.Length > 0; ; hadPart = false)
        {
            await download.Run(wanted is not null, progress, cancellation).ConfigureAwait(false);
            string sha256 = AssetFolder.Sha256Of(partial.FilePath, cancellation);
            if (wanted is null || sha256 == wanted) return sha256;
            partial.Delete();
            if (hadPart) continue;
            throw new AssetException($"{address}: what came for {file.Place} has the SHA-256 {sha256}, {wanted} is wanted"
                + $"{(file.Sha256 is null ? $" (pinned in {AssetPins.FileName} when it was first fetched)" : "")}; it was deleted, and nothing else was changed. "
                + "Try again, try --mirror, or bring the file yourself: assets add");
        }
    }
}
