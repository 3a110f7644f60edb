using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace RvcNative.Board.Tests;

/// <summary>The page's mathematics in its own script, run by node where it is installed, beside plain loops.</summary>
public sealed class ScriptTests
{
    private static readonly string s_scripts = Path.Combine(Root(), "src", "RvcNative.Board", "Page", "js", "curves");

    [SkippableTheory]
    [InlineData("false", "false", -1000, 1000)]
    [InlineData("true", "false", 5, 90)]
    [InlineData("false", "true", 40, 60)]
    [InlineData("true", "true", 40, 60)]
    public void The_axis_spans_all_the_middle_of_every_run_or_the_smoothed_curves(string ignoreOutliers, string centred, double least, double largest)
    {
        string[] curves =
        [
            "{ middle: [5, 80], values: { least: [0, -1000, 3], largest: [50, 70, 100] }, smoothed: { least: [41, NaN], largest: [58, NaN] } }",
            "{ middle: [10, 90], values: { least: [10, NaN, 20], largest: [20, NaN, 1000] }, smoothed: { least: [40, 44], largest: [41, 60] } }",
        ];
        double[] range = Run<double[]>("scale.js", $"rangeOf([{string.Join(", ", curves)}], {{ ignoreOutliers: {ignoreOutliers}, centred: {centred}, logarithmic: false }})", "rangeOf");
        Assert.Equal((least + largest) / 2, (range[0] + range[1]) / 2, 1e-9);
        Assert.InRange(range[1] - range[0], largest - least, 1.6 * (largest - least));
    }

    [SkippableFact]
    public void A_run_of_too_few_points_to_tell_its_outliers_is_shown_whole()
    {
        const string Curves = "[{ middle: [5, 80], values: { least: [5], largest: [80] } }, { middle: null, values: { least: [-7], largest: [900] } }]";
        double[] range = Run<double[]>("scale.js", $"rangeOf({Curves}, {{ ignoreOutliers: true, centred: false, logarithmic: false }})", "rangeOf");
        Assert.InRange(range[0], -100, -7);
        Assert.InRange(range[1], 900, 1000);
    }

    [SkippableTheory]
    [InlineData(0.37, 9.1, "false")]
    [InlineData(-2400, 118000, "false")]
    [InlineData(0.0004, 8000, "true")]
    [InlineData(3.1, 4.9, "true")]
    public void Ticks_lie_in_the_range_and_none_looks_like_another(double least, double largest, string logarithmic)
    {
        string code = $"((ticks) => ticks.map((tick) => [tick, label(tick, ticks)]))(ticksOf([{JsonSerializer.Serialize(least)}, {JsonSerializer.Serialize(largest)}], {logarithmic}, 5))";
        JsonElement[][] ticks = Run<JsonElement[][]>("scale.js", code, "ticksOf, label");
        Assert.InRange(ticks.Length, 3, 12);
        Assert.All(ticks, tick => Assert.InRange(tick[0].GetDouble(), least, largest));
        Assert.Equal(ticks.Length, ticks.Select(tick => tick[1].GetString()).Distinct().Count());
    }

    private static T Run<T>(string file, string expression, string imports)
    {
        // As an address of its own text: without a package.json beside it, older versions of node take a file for another kind of script.
        string module = "data:text/javascript;base64," + Convert.ToBase64String(File.ReadAllBytes(Path.Combine(s_scripts, file)));
        string script = $"import {{ {imports} }} from {JsonSerializer.Serialize(module)}; process.stdout.write(JSON.stringify({expression}));";
        ProcessStartInfo start = new("node", ["--input-type=module", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = NodeScript.Start(start);
        Task<string> error = process.StandardError.ReadToEndAsync();
        using (StreamWriter input = new(process.StandardInput.BaseStream, new UTF8Encoding(false))) input.Write(script);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return JsonSerializer.Deserialize<T>(output)!;
    }

    internal static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RvcNative.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("RvcNative.sln is above no test binary.");
    }
}
