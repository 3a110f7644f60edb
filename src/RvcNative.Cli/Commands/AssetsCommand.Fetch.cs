using System.CommandLine;
using System.Diagnostics;
using RvcNative.Rvc.Assets;

namespace RvcNative.Cli.Commands;

/// <summary>`assets fetch` and `assets verify`.</summary>
internal static partial class AssetsCommand
{
    internal sealed record FetchOptions(string[] Names, Uri? Mirror, bool Offline)
    {
        /// <summary>Null for the usual one.</summary>
        internal DownloadPatience? Patience { get; init; }
    }

    private static Command CreateFetch()
    {
        Shared shared = Shared.Create();
        Argument<string[]> names = new("NAME") { Description = "Assets, or single files by their place.", Arity = ArgumentArity.OneOrMore };
        Option<Uri?> mirror = new("--mirror")
        {
            Description = "Address of a server in place of each file's own, such as https://hf-mirror.com.",
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https") return address;
                result.AddError($"--mirror takes a web address, such as https://hf-mirror.com; '{result.Tokens[0].Value}' came");
                return null;
            },
        };
        Option<bool> offline = new("--offline") { Description = "Fetch nothing; say which file is wanted where." };
        Command command = shared.In(new Command("fetch",
            "Fetches files into the assets folder; goes on where an earlier fetch ended, and checks length and SHA-256 before a file gets its name."
            + "\n\nExample: rvcnative assets fetch contentvec rmvpe") { names, mirror, offline });
        command.SetAction(parsed => RunFetch(
            shared.Of(parsed), new FetchOptions(parsed.GetRequiredValue(names), parsed.GetValue(mirror), parsed.GetValue(offline))));
        return command;
    }

    private static Command CreateVerify()
    {
        Shared shared = Shared.Create();
        Argument<string[]> names = new("NAME") { Description = "Assets; none for all that are there.", Arity = ArgumentArity.ZeroOrMore };
        Command command = shared.In(new Command("verify",
            "Reads files and compares them with their checksums; fails if one is damaged, or if one that was named is not there."
            + "\n\nExample: rvcnative assets verify") { names });
        command.SetAction(parsed => RunVerify(shared.Of(parsed), parsed.GetValue(names) ?? []));
        return command;
    }

    internal static int RunFetch(Chosen chosen, FetchOptions options)
    {
        if (chosen.Files(options.Names) is not { } files) return CommandLine.WrongUse;
        using Interruption interruption = new();
        using AssetFetcher fetcher = new(chosen.Folder, options.Mirror, options.Patience);
        if (options.Offline) return SayWhatIsWanted(chosen, fetcher, files, interruption.Token);
        using StatusLine line = StatusLine.For(chosen.Output);
        foreach (AssetFile file in files)
        {
            FetchedAsset fetched = fetcher.Fetch(file, chosen.Json ? null : new FetchLine(line), interruption.Token).GetAwaiter().GetResult();
            string note = (fetched.WasThere, fetched.State.IsOwn, fetched.IsNewlyPinned) switch
            {
                (true, true, _) => "a file of your own is there",
                (true, _, true) => "was there; no checksum is published, its own is kept from now on",
                (true, _, _) => "was there",
                (_, _, true) => "fetched; no checksum is published, its own is kept from now on",
                _ => "fetched",
            };
            if (chosen.Json) WriteJson(chosen, file, fetched.State, note);
            else line.Print($"{fetched.State.Path}: {note}, {fetched.State.Bytes:N0} bytes, SHA-256 {fetched.State.Sha256}");
        }

        return CommandLine.Done;
    }

    internal static int RunVerify(Chosen chosen, string[] names)
    {
        if (chosen.Files(names) is not { } files) return CommandLine.WrongUse;
        using Interruption interruption = new();
        int damaged = 0, missing = 0, seen = 0;
        foreach (AssetFile file in files)
        {
            if (!File.Exists(chosen.Folder.PathOf(file)) && names.Length == 0) continue;
            AssetState state = chosen.Folder.Inspect(file, interruption.Token);
            seen++;
            if (state.Condition == AssetCondition.Damaged) damaged++;
            if (state.Condition == AssetCondition.Missing) missing++;
            if (chosen.Json) WriteJson(chosen, file, state);
            else chosen.Output.WriteLine(Describe(file, state));
        }

        if (!chosen.Json) chosen.Output.WriteLine($"{seen} files, {damaged} damaged, {missing} missing");
        return damaged + missing > 0 ? CommandLine.Failed : CommandLine.Done;
    }

    private static string Describe(AssetFile file, AssetState state) => state.Condition switch
    {
        AssetCondition.Missing => $"missing   {file.Place}",
        AssetCondition.Whole => $"whole     {file.Place}{(state.IsOwn ? " (your own)" : "")}",
        AssetCondition.Unknown => $"unknown   {file.Place}: no checksum is known; its SHA-256 is {state.Sha256}",
        _ => state.Wanted is null
            ? $"damaged   {file.Place}: has {state.Bytes:N0} bytes, {file.Bytes:N0} are wanted; assets fetch {file.Place} brings it anew"
            : $"damaged   {file.Place}: has the SHA-256 {state.Sha256}, {state.Wanted} is wanted; assets fetch {file.Place} brings it anew",
    };

    // One line a file, so that it can be fetched elsewhere and brought here.
    private static int SayWhatIsWanted(Chosen chosen, AssetFetcher fetcher, IReadOnlyList<AssetFile> files, CancellationToken cancellation)
    {
        bool allThere = true;
        foreach (AssetFile file in files)
        {
            AssetState state = chosen.Folder.Inspect(file, cancellation);
            if (state.Condition is AssetCondition.Whole or AssetCondition.Unknown) continue;
            allThere = false;
            chosen.Error.WriteLine($"rvcnative: {state.Path} is {(state.Condition == AssetCondition.Missing ? "not there" : "damaged")}, and --offline fetches nothing; "
                + $"bring {fetcher.AddressOf(file)}{(file.Bytes is { } bytes ? $" ({bytes:N0} bytes)" : "")}"
                + $"{(state.Wanted is { } wanted ? $", SHA-256 {wanted}," : "")} with: rvcnative assets add {file.Place} FILE");
        }

        return allThere ? CommandLine.Done : CommandLine.Failed;
    }

    /// <summary>A download's line, with its speed over the whole fetch and what it leaves to wait.</summary>
    private sealed class FetchLine(StatusLine line) : IProgress<DownloadProgress>
    {
        private readonly long _started = Stopwatch.GetTimestamp();
        private long? _first;

        public void Report(DownloadProgress value)
        {
            _first ??= value.Bytes;
            double perSecond = (value.Bytes - _first.Value) / Math.Max(1e-3, Stopwatch.GetElapsedTime(_started).TotalSeconds);
            line.Update(() => Text(value, perSecond));
        }

        private static string Text(DownloadProgress at, double perSecond)
        {
            string speed = FormattableString.Invariant($"{at.Bytes / 1e6:f1}");
            if (at.Total is not { } total) return FormattableString.Invariant($"{at.Place} {speed} MB, {perSecond / 1e6:f1} MB/s");
            string left = perSecond > 0 ? TimeLeft.Text(TimeSpan.FromSeconds(Math.Min((total - at.Bytes) / perSecond, 1e9))) : "?";
            return FormattableString.Invariant(
                $"{at.Place} {100.0 * at.Bytes / Math.Max(1, total):f0}% {speed} of {total / 1e6:f1} MB, {perSecond / 1e6:f1} MB/s, {left} left");
        }
    }
}
