using System.Text.Json;
using RvcNative.Formats;
using RvcNative.Formats.Pth;

namespace RvcNative.Rvc.Verification;

/// <summary>Files of torch.save: good ones give every tensor and value, bad ones are refused and run nothing (kind checkpoint-pth).</summary>
internal sealed class CheckpointCaseVerifier
{
    private const string Trace = "hostile-pickle-ran";
    private readonly GoldenCase _golden;
    private readonly ToleranceChecks _checks;
    private readonly Dictionary<string, string> _files;

    private CheckpointCaseVerifier(GoldenCase golden)
    {
        (_golden, _checks) = (golden, new ToleranceChecks(golden));
        _files = golden.Files.ToDictionary(file => file.Name, file => file.Value.GetString() ?? "");
    }

    internal static CaseReport Run(GoldenCase golden)
    {
        CheckpointCaseVerifier verifier = new(golden);
        HashSet<string> bad = golden.Params is { } all && all.TryGetProperty("bad", out JsonElement list)
            ? [.. list.EnumerateArray().Select(file => file.GetString()!)]
            : [];
        foreach ((string file, string what) in verifier._files)
        {
            if (Path.GetExtension(file) == ".json") continue;
            if (!golden.Has(file)) verifier._checks.Note($"{file} is not in the folder");
            else if (bad.Contains(file) || what.StartsWith("bad", StringComparison.Ordinal)) verifier.CheckBad(file);
            else verifier.CheckGood(file);
        }

        foreach (string file in bad.Where(file => !verifier._files.ContainsKey(file) && golden.Has(file))) verifier.CheckBad(file);
        return verifier._checks.Report();
    }

    private void CheckBad(string file)
    {
        string[] traces = [Path.GetFullPath(Trace), _golden.Place(Trace), Path.Combine(Path.GetTempPath(), Trace)];
        HashSet<string> before = [.. traces.Where(File.Exists)];
        string? refusal = null, otherwise = "is bad, and was read all the same";
        try
        {
            PthFile.Read(_golden.Place(file));
        }
        catch (Exception failure)
        {
            if (failure is FileFormatException) refusal = failure.Message;
            else otherwise = $"is bad, and was not refused in words but by {failure.GetType().Name}: {failure.Message}";
        }

        _checks.Fact("bad files refused", file, refusal is not null, otherwise);
        _checks.Fact("nothing of them ran", $"{file} {Trace}", !traces.Any(trace => File.Exists(trace) && !before.Contains(trace)),
            $"left the file {Trace}: its code ran");
        if (refusal is not null && file.StartsWith("hostile", StringComparison.Ordinal) && _golden.Params is { } all
            && all.TryGetProperty("refused_global", out JsonElement name))
        {
            _checks.Fact("bad files refused", $"{file} name", refusal.Contains(name.GetString()!, StringComparison.Ordinal),
                $"the refusal does not name {name}: {refusal}");
        }
    }

    private void CheckGood(string file)
    {
        PickleNode root;
        try
        {
            root = PthFile.Read(_golden.Place(file));
        }
        catch (FileFormatException failure)
        {
            _checks.Fact("good files", file, false, $"is good, and was refused: {failure.Message}");
            return;
        }

        if (ContentsOf(file) is not { } contents)
        {
            _checks.Note($"{file} was read, but no contents-*.json says what it holds");
            return;
        }

        int wrong = 0;
        using JsonDocument lines = JsonDocument.Parse(File.ReadAllBytes(_golden.Place(contents)));
        foreach (JsonElement line in lines.RootElement.EnumerateArray())
        {
            if (CheckpointContents.Difference(line, root.Value) is not { } difference) continue;
            wrong++;
            _checks.Fail($"{file} {line.GetProperty("path").GetRawText()}: {difference}");
        }

        _checks.Fact("good files", file, wrong == 0, $"{wrong} of {lines.RootElement.GetArrayLength()} entries differ from {contents}");
    }

    // contents-<stem>.json, or that of the file whose contents this one's description says it has, or the one whose description names this file.
    private string? ContentsOf(string file)
    {
        string own = $"contents-{Path.GetFileNameWithoutExtension(file)}.json";
        if (_golden.Has(own)) return own;
        foreach (string other in _files.Keys.Where(other => other != file && _files[file].Contains(other, StringComparison.Ordinal)))
        {
            string theirs = $"contents-{Path.GetFileNameWithoutExtension(other)}.json";
            if (_golden.Has(theirs)) return theirs;
        }

        return _files.Keys.FirstOrDefault(contents => contents.EndsWith(".json", StringComparison.Ordinal) && _golden.Has(contents)
            && _files[contents].Contains(file, StringComparison.Ordinal));
    }
}
