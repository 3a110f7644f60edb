using System.CommandLine;
using RvcNative.Rvc.Assets;

namespace RvcNative.Cli.Commands;

/// <summary>`assets`: model files that others publish, by name.</summary>
internal static partial class AssetsCommand
{
    private sealed record Shared(Option<DirectoryInfo> Folder, Option<FileInfo?> List, Option<bool> Json)
    {
        internal static Shared Create() => new(
            new Option<DirectoryInfo>("--assets") { Description = "The assets folder, as mainline has it.", DefaultValueFactory = _ => new DirectoryInfo("assets") },
            new Option<FileInfo?>("--list") { Description = "A list of your own in place of the built-in one (the same JSON; `assets list --show` prints it)." },
            new Option<bool>("--json") { Description = "One JSON object a file." });

        internal Command In(Command command)
        {
            command.Add(Folder);
            command.Add(List);
            command.Add(Json);
            return command;
        }

        internal Chosen Of(ParseResult parsed) => new(
            AssetList.Read(parsed.GetValue(List)?.FullName), new AssetFolder(parsed.GetRequiredValue(Folder).FullName), parsed.GetValue(Json),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
    }

    /// <summary>What every part of the command works with.</summary>
    internal sealed record Chosen(AssetList List, AssetFolder Folder, bool Json, TextWriter Output, TextWriter Error)
    {
        /// <summary>The files of the names; null, with the problem told, where one is unknown.</summary>
        internal IReadOnlyList<AssetFile>? Files(string[] names)
        {
            if (names.Length == 0) return [.. List.Assets.SelectMany(asset => asset.Files)];
            List<AssetFile> files = [];
            foreach (string name in names)
            {
                if (List.Find(name) is { } asset)
                {
                    files.AddRange(asset.Files.Where(file => !files.Contains(file)));
                    continue;
                }

                Error.WriteLine($"rvcnative: no asset is called '{name}'; there are {string.Join(", ", List.Assets.Select(each => each.Name))}, "
                    + "and single files by their place, such as pretrained_v2/f0G40k.pth");
                return null;
            }

            return files;
        }
    }

    internal static Command Create() => new("assets",
        "Lists, fetches and checks the model files that others publish: embedders, pitch extractors, pretrained G and D. Nothing is fetched unasked."
        + "\n\nExample: rvcnative assets fetch contentvec rmvpe pretrained-v2-40k")
    {
        CreateList(), CreateFetch(), CreateVerify(), CreateWhere(), CreateAdd(),
    };

    private static Command CreateList()
    {
        Shared shared = Shared.Create();
        Option<bool> show = new("--show") { Description = "Print the list itself, to make one of your own from." };
        Command command = shared.In(new Command("list", "Known files, and which are here.\n\nExample: rvcnative assets list") { show });
        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(show)) return RunList(shared.Of(parsed));
            parsed.InvocationConfiguration.Output.WriteLine(AssetList.EmbeddedText());
            return CommandLine.Done;
        });
        return command;
    }

    private static Command CreateWhere()
    {
        Shared shared = Shared.Create();
        Argument<string[]> names = new("NAME") { Description = "Assets; none for the folder itself.", Arity = ArgumentArity.ZeroOrMore };
        Command command = shared.In(new Command("where",
            "Prints the paths of files, and fails if one is not there.\n\nExample: rvcnative assets where rmvpe") { names });
        command.SetAction(parsed => RunWhere(shared.Of(parsed), parsed.GetValue(names) ?? []));
        return command;
    }

    private static Command CreateAdd()
    {
        Shared shared = Shared.Create();
        Argument<string> name = new("NAME") { Description = "The asset that it is, or its place." };
        Argument<FileInfo> file = new("FILE") { Description = "A file of yours; it is copied." };
        Command command = shared.In(new Command("add",
            "Takes a file of yours for a known one, as where no network is. Another than the published one is taken as well, and said to be so."
            + "\n\nExample: rvcnative assets add rmvpe ~/Downloads/rmvpe.pt") { name, file });
        command.SetAction(parsed => RunAdd(shared.Of(parsed), parsed.GetRequiredValue(name), parsed.GetRequiredValue(file)));
        return command;
    }

    internal static int RunList(Chosen chosen)
    {
        foreach (Asset asset in chosen.List.Assets)
        {
            bool isHere = asset.Files.All(file => File.Exists(chosen.Folder.PathOf(file)));
            if (!chosen.Json) chosen.Output.WriteLine($"{asset.Name,-26} {(isHere ? "here" : ""),-5} {Size(asset),9}  {asset.About}");
            else foreach (AssetFile file in asset.Files) WriteJson(chosen, asset, file);
        }

        return CommandLine.Done;
    }

    internal static int RunWhere(Chosen chosen, string[] names)
    {
        if (names.Length == 0)
        {
            chosen.Output.WriteLine(chosen.Folder.Root);
            return CommandLine.Done;
        }

        if (chosen.Files(names) is not { } files) return CommandLine.WrongUse;
        bool allThere = true;
        foreach (string path in files.Select(chosen.Folder.PathOf))
        {
            bool isThere = File.Exists(path);
            allThere &= isThere;
            if (isThere) chosen.Output.WriteLine(path);
            else chosen.Error.WriteLine($"rvcnative: {path} is not there; rvcnative assets fetch {string.Join(' ', names)}");
        }

        return allThere ? CommandLine.Done : CommandLine.Failed;
    }

    internal static int RunAdd(Chosen chosen, string name, FileInfo source)
    {
        if (chosen.Files([name]) is not { } files) return CommandLine.WrongUse;
        AssetFile[] fitting = files.Count == 1 ? [files[0]] : [.. files.Where(file => Path.GetFileName(file.Place) == source.Name)];
        if (fitting is not [{ } target])
        {
            chosen.Error.WriteLine($"rvcnative: {name} has several files; which one is {source.Name}? Name its place: {string.Join(", ", files.Select(file => file.Place))}");
            return CommandLine.WrongUse;
        }

        using Interruption interruption = new();
        AssetState state = chosen.Folder.Add(target, source.FullName, interruption.Token);
        if (chosen.Json) WriteJson(chosen, target, state);
        else chosen.Output.WriteLine($"{state.Path}: {state.Bytes:N0} bytes, SHA-256 {state.Sha256}");
        if (state.IsOwn && target.Sha256 is { } published)
        {
            chosen.Error.WriteLine($"rvcnative: it is not the published file, whose SHA-256 is {published}; it is kept as a file of your own");
        }

        return CommandLine.Done;
    }

    private static string Size(Asset asset)
    {
        long bytes = asset.Files.Sum(file => file.Bytes ?? 0);
        return bytes == 0 ? "" : asset.Files.Any(file => file.Bytes is null && bytes < 10_000_000) ? "" : FormattableString.Invariant($"{bytes / 1e6:f0} MB");
    }

    private static void WriteJson(Chosen chosen, Asset asset, AssetFile file) => JsonLine.Write(chosen.Output, json =>
    {
        json.WriteString("name", asset.Name);
        json.WriteString("place", file.Place);
        json.WriteString("path", chosen.Folder.PathOf(file));
        json.WriteString("url", file.Address.AbsoluteUri);
        if (file.Bytes is { } bytes) json.WriteNumber("bytes", bytes);
        if (file.Sha256 is not null) json.WriteString("sha256", file.Sha256);
        json.WriteBoolean("here", File.Exists(chosen.Folder.PathOf(file)));
    });

    private static void WriteJson(Chosen chosen, AssetFile file, AssetState state, string? note = null) => JsonLine.Write(chosen.Output, json =>
    {
        json.WriteString("place", file.Place);
        json.WriteString("path", state.Path);
        json.WriteString("condition", state.Condition.ToString().ToLowerInvariant());
        json.WriteNumber("bytes", state.Bytes);
        if (state.Sha256 is not null) json.WriteString("sha256", state.Sha256);
        if (state.Wanted is not null) json.WriteString("wanted_sha256", state.Wanted);
        json.WriteBoolean("own", state.IsOwn);
        if (note is not null) json.WriteString("note", note);
    });
}
