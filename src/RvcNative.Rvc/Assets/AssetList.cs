using System.Reflection;
using System.Text.Json;

namespace RvcNative.Rvc.Assets;

/// <summary>One file that others publish.</summary>
/// <param name="Place">Path below the assets folder, with '/'.</param>
/// <param name="Bytes">Null where no public source states it.</param>
/// <param name="Sha256">In lower case; null where no public source states it.</param>
public sealed record AssetFile(string Place, Uri Address, long? Bytes, string? Sha256);

/// <summary>Files that belong together, under the name that `assets fetch` takes.</summary>
/// <param name="ChecksumsFrom">Which public source states the checksums; null where none does.</param>
public sealed record Asset(string Name, string About, string? ChecksumsFrom, IReadOnlyList<AssetFile> Files);

/// <summary>The files that this program knows of: the embedded assets.json, or a list of the user's own in the same form.</summary>
public sealed class AssetList
{
    private const string Embedded = "assets.json";

    private AssetList(IReadOnlyList<Asset> assets) => Assets = assets;

    public IReadOnlyList<Asset> Assets { get; }

    /// <param name="path">Null for the embedded list.</param>
    /// <exception cref="AssetException">The list is not what it should be; the message says where.</exception>
    public static AssetList Read(string? path = null)
    {
        using Stream stream = path is null
            ? Assembly.GetExecutingAssembly().GetManifestResourceStream(Embedded)!
            : File.OpenRead(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream);
            List<Asset> assets = [.. document.RootElement.GetProperty("assets").EnumerateArray().Select(Parse)];
            if (assets.GroupBy(asset => asset.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw new FormatException($"two assets are called '{twice.Key}'");
            }

            return new AssetList(assets);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AssetException($"{path ?? Embedded}: is no list of assets: {fault.Message}. "
                + "It is {\"assets\": [{\"name\", \"about\", \"files\": [{\"place\", \"url\", \"bytes\", \"sha256\"}]}]}, bytes and sha256 optional.", fault);
        }
    }

    /// <summary>The embedded list as it is written.</summary>
    public static string EmbeddedText()
    {
        using StreamReader reader = new(Assembly.GetExecutingAssembly().GetManifestResourceStream(Embedded)!);
        return reader.ReadToEnd();
    }

    /// <summary>The asset of that name, or one file alone by its place, such as pretrained_v2/f0G40k.pth; null for neither.</summary>
    public Asset? Find(string name) =>
        Assets.FirstOrDefault(asset => asset.Name == name)
        ?? Assets.Where(asset => asset.Files.Any(file => file.Place == name))
            .Select(asset => asset with { Files = [.. asset.Files.Where(file => file.Place == name)] }).FirstOrDefault();

    private static Asset Parse(JsonElement asset) => new(
        Text(asset, "name"), Optional(asset, "about") ?? "", Optional(asset, "checksums_from"),
        [.. asset.GetProperty("files").EnumerateArray().Select(ParseFile)]);

    private static AssetFile ParseFile(JsonElement file)
    {
        string place = Text(file, "place"), url = Text(file, "url");
        string[] steps = place.Split('/');
        if (steps.Any(step => step is "" or "." or ".." || step.IndexOfAny(['\\', ':', '\0']) >= 0))
        {
            throw new FormatException($"the place '{place}' is no path below the assets folder");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            throw new FormatException($"the url '{url}' of {place} is no web address");
        }

        string? sha256 = Optional(file, "sha256")?.ToLowerInvariant();
        if (sha256 is not null && (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit)))
        {
            throw new FormatException($"the sha256 '{sha256}' of {place} is not 64 hexadecimal digits");
        }

        return new AssetFile(place, address, file.TryGetProperty("bytes", out JsonElement bytes) ? bytes.GetInt64() : null, sha256);
    }

    private static string Text(JsonElement item, string key) => item.GetProperty(key).GetString() ?? throw new FormatException($"{key} is null");

    private static string? Optional(JsonElement item, string key) => item.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;
}
