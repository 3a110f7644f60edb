using System.Net;
using System.Net.Http.Headers;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Assets;

/// <summary>How long a download waits, and how often it tries.</summary>
/// <param name="Stall">Time without a byte after which a connection is given up.</param>
/// <param name="Tries">Attempts in a row that bring nothing new.</param>
/// <param name="Pause">Before the second attempt; doubled with each.</param>
public sealed record DownloadPatience(TimeSpan Stall, int Tries, TimeSpan Pause)
{
    public static DownloadPatience Usual { get; } = new(TimeSpan.FromSeconds(30), 5, TimeSpan.FromSeconds(1));
}

/// <summary>How far a download has come.</summary>
/// <param name="Total">Null when nobody says.</param>
public readonly record struct DownloadProgress(string Place, long Bytes, long? Total);

/// <summary>
/// Brings one file's bytes into its partial file, going on where an earlier attempt ended as long as the server says that the file is the same
/// (RFC 9110, If-Range). Whether the bytes are right is for the caller to see.
/// </summary>
internal sealed class Download(HttpClient client, DownloadPatience patience, AssetFile file, Uri address, PartialFile partial)
{
    private const int MostTries = 64;

    /// <summary>Ends with the last byte.</summary>
    /// <param name="isChecked">Whether a checksum will tell a wrong continuation, so that a part without a validator can be gone on with.</param>
    /// <exception cref="AssetException">The server has not got it, has another, or does not deliver; the part stays for the next time.</exception>
    internal async Task Run(bool isChecked, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        int idle = 0;
        for (int attempt = 1; ; attempt++)
        {
            long before = partial.Length;
            try
            {
                await Attempt(isChecked, progress, cancellation).ConfigureAwait(false);
                return;
            }
            catch (BrokenOffException broken)
            {
                idle = partial.Length > before ? 0 : idle + 1;
                if (idle >= patience.Tries || attempt >= MostTries)
                {
                    throw new AssetException($"{address}: {broken.Message}, and {attempt} attempts brought {partial.Length:N0} bytes"
                        + $"{(file.Bytes is { } all ? $" of {all:N0}" : "")} of {file.Place}"
                        + (partial.Length > 0 ? "; they are kept, so the same command goes on from there" : "; try again later, or --mirror"), broken);
                }
            }

            await Task.Delay(patience.Pause * Math.Pow(2, Math.Min(idle, 5)), cancellation).ConfigureAwait(false);
        }
    }

    private async Task Attempt(bool isChecked, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        PartialOrigin? origin = partial.Origin();
        bool canGoOn = origin is not null && origin.Address == address.AbsoluteUri && (isChecked || origin.Validator is not null);
        long have = canGoOn ? partial.Length : 0;
        using CancellationTokenSource stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using HttpResponseMessage response = await Network(
            () => client.SendAsync(Request(have, origin), HttpCompletionOption.ResponseHeadersRead, stall.Token), stall, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && have > 0)
        {
            if (response.Content.Headers.ContentRange?.Length == have) return;
            partial.Delete();
            throw new BrokenOffException("the file there is another one by now");
        }

        Check(response);
        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent;
        if (goesOn && !Fits(response, have, origin))
        {
            partial.Delete();
            throw new BrokenOffException("the file there is another one by now");
        }

        if (!goesOn) have = 0;
        long? total = response.Content.Headers.ContentLength is { } length ? have + length : response.Content.Headers.ContentRange?.Length;
        CheckLength(total);
        FreeSpace.Require(partial.FilePath, Math.Max(0, (total ?? file.Bytes ?? 0) - have));
        await Receive(response, have, total, stall, progress, cancellation).ConfigureAwait(false);
    }

    private HttpRequestMessage Request(long have, PartialOrigin? origin)
    {
        HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.AcceptEncoding.ParseAdd("identity");
        if (have == 0) return request;
        request.Headers.Range = new RangeHeaderValue(have, null);
        if (origin?.Validator is { } validator) request.Headers.TryAddWithoutValidation("If-Range", validator);
        return request;
    }

    private void Check(HttpResponseMessage response)
    {
        HttpStatusCode status = response.StatusCode;
        if (status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500)
        {
            throw new BrokenOffException($"the server answers {(int)status} {response.ReasonPhrase}");
        }

        if (status is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw new AssetException($"{address}: the server answers {(int)status} {response.ReasonPhrase} for {file.Place}; "
                + "try --mirror, put the right address into a list of your own (--list), or bring the file yourself: assets add");
        }

        if (response.Content.Headers.ContentType?.MediaType == "text/html")
        {
            throw new AssetException($"{address}: a web page came in place of {file.Place}; does a proxy or the server want a login? "
                + "Fetch the file with a browser and give it with assets add");
        }
    }

    // A part of the same file, from the byte that was asked for.
    private static bool Fits(HttpResponseMessage response, long have, PartialOrigin? origin)
    {
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        bool sameStart = range?.From == have;
        bool sameTotal = range?.Length is null || origin?.Total is null || range.Length == origin.Total;
        bool sameFile = origin?.Validator is not { } known || Validator(response) is not { } now || now == known;
        return sameStart && sameTotal && sameFile;
    }

    private void CheckLength(long? total)
    {
        if (total is { } found && file.Bytes is { } wanted && found != wanted)
        {
            throw new AssetException($"{address}: the server has {found:N0} bytes for {file.Place}, {wanted:N0} are wanted; "
                + "the file has been replaced there, or this is another server's answer. Nothing was changed here; try --mirror or a list of your own (--list)");
        }
    }

    private async Task Receive(
        HttpResponseMessage response, long have, long? total, CancellationTokenSource stall, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        FileStream part = partial.Open(have);
        await using (part.ConfigureAwait(false))
        {
            partial.Describe(new PartialOrigin(address.AbsoluteUri, Validator(response), total));
            using Stream body = await Network(() => response.Content.ReadAsStreamAsync(stall.Token), stall, cancellation).ConfigureAwait(false);
            byte[] buffer = new byte[1 << 17];
            for (int read; (read = await Network(() => body.ReadAsync(buffer, stall.Token).AsTask(), stall, cancellation).ConfigureAwait(false)) > 0;)
            {
                have += read;
                if (have > (file.Bytes ?? long.MaxValue))
                {
                    throw new AssetException($"{address}: more bytes came for {file.Place} than the {file.Bytes:N0} that it has; "
                        + "try --mirror, or bring the file yourself: assets add");
                }

                Write(part, buffer.AsSpan(0, read));
                progress?.Report(new DownloadProgress(file.Place, have, total ?? file.Bytes));
            }
        }

        if (have < (total ?? file.Bytes ?? have)) throw new BrokenOffException("the connection broke off");
    }

    private void Write(FileStream part, ReadOnlySpan<byte> bytes)
    {
        try
        {
            part.Write(bytes);
        }
        catch (IOException fault) when (DiskSpace.IsFull(fault))
        {
            throw new AssetException($"'{partial.FilePath}': the disk is full; free some space, and the same command goes on from there", fault);
        }
    }

    // A strong ETag names bytes; a weak one does not, and cannot stand in If-Range. A date is second best.
    private static string? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("r");

    // One step of the network, which must not take longer than a stall may.
    private async Task<T> Network<T>(Func<Task<T>> step, CancellationTokenSource stall, CancellationToken cancellation)
    {
        stall.CancelAfter(patience.Stall);
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenOffException($"nothing came for {patience.Stall.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new AssetException($"{address}: the connection is not secure ({fault.GetBaseException().Message}); try --mirror, or bring the file yourself: assets add", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new BrokenOffException($"the connection failed ({fault.GetBaseException().Message})", fault);
        }
    }

    /// <summary>Something that may go better at the next attempt.</summary>
    private sealed class BrokenOffException(string message, Exception? cause = null) : Exception(message, cause);
}
