using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace RvcNative.Board.Tests;

/// <summary>The page's mathematics in its own script, run by node where it is installed, beside plain loops.</summary>
public sealed class ScriptTests
{
    private static readonly string s_scripts = Path.Combine(Root(), "src", "RvcNative.Board", "Page", "js", "curves");

    [SkippableTheory]
    [InlineData(0.987, 400, 1)]
    [InlineData(0.5, 37, 2)]
    [InlineData(0.999, 5, 3)]
    [InlineData(0, 9, 4)]
    public void Smoothing_is_the_average_without_bias(double weight, int count, int seed)
    {
        Random random = new(seed);
        double?[] values = [.. Enumerable.Range(0, count).Select(i => i % 11 == 7 ? (double?)null : (random.NextDouble() * 8) - 3)];
        double?[] found = Run<double?[]>("smoothing.js", $"[...smooth({Js(values)}.map((v) => v ?? NaN), {JsonSerializer.Serialize(weight)})].map((v) => Number.isFinite(v) ? v : null)", "smooth");
        for (int n = 0; n < count; n++)
        {
            // sum (1-w) w^(k) x / sum (1-w) w^(k) over the finite values so far, the newest first.
            double sum = 0, all = 0, share = 1 - weight;
            for (int i = n; i >= 0; i--)
            {
                if (values[i] is not { } value) continue;
                sum += share * value;
                all += share;
                share *= weight;
            }

            if (values[n] is null) Assert.Null(found[n]);
            else Assert.Equal(sum / all, found[n]!.Value, 1e-9);
        }
    }

    [SkippableFact]
    public void A_curve_that_never_changes_is_its_own_average() =>
        Assert.Equal([0.1, 0.1, 0.1, 0.1], Run<double[]>("smoothing.js", "[...smooth([0.1, 0.1, 0.1, 0.1], 0.987)]", "smooth"));

    [SkippableTheory]
    [InlineData(5000, 300, 5)]
    [InlineData(120, 300, 6)]
    [InlineData(1, 50, 7)]
    public void Columns_keep_first_least_largest_and_last_of_every_pixel(int count, int width, int seed)
    {
        Random random = new(seed);
        double[] xs = [.. Enumerable.Range(0, count).Select(i => i + random.NextDouble())], ys = [.. xs.Select(_ => random.NextDouble() - 0.5)];
        double scale = (double)width / count;
        string code = $"columnsOf({Js(xs)}, {Js(ys)}, 0, {count}, (x) => x * {JsonSerializer.Serialize(scale)}, {width})";
        JsonElement[] columns = Run<JsonElement[]>("decimation.js", code, "columnsOf");
        var expected = xs.Zip(ys).GroupBy(point => Math.Floor((point.First * scale) + 0.5)).Select(column =>
            (column.Key, column.First().Second, column.Min(point => point.Second), column.Max(point => point.Second), column.Last().Second));
        Assert.Equal(expected, columns.Select(column => (Of(column, "x"), Of(column, "first"), Of(column, "least"), Of(column, "largest"), Of(column, "last"))));

        static double Of(JsonElement column, string name) => column.GetProperty(name).GetDouble();
    }

    [SkippableTheory]
    [InlineData("false", "false", "false", -1000, 1000)]
    [InlineData("true", "false", "false", 0, 100)]
    [InlineData("false", "true", "false", 40, 60)]
    public void The_axis_spans_all_the_middle_or_the_smoothed_curve(string ignoreOutliers, string centred, string logarithmic, double least, double largest)
    {
        // 0 to 100 evenly with two outliers; the smoothed curve runs from 40 to 60.
        string values = "Array.from({ length: 1001 }, (_, i) => (i === 500 ? 1000 : i === 600 ? -1000 : i / 10))", smoothed = "Array.from({ length: 1001 }, (_, i) => 40 + i / 50)";
        double[] range = Run<double[]>("scale.js", $"rangeOf([{{ values: {values}, smoothed: {smoothed}, from: 0, to: 1001 }}], {{ ignoreOutliers: {ignoreOutliers}, centred: {centred}, logarithmic: {logarithmic} }})", "rangeOf");
        double middle = (range[0] + range[1]) / 2, span = range[1] - range[0];
        Assert.Equal((least + largest) / 2, middle, 2.0);
        Assert.InRange(span, 0.9 * (largest - least), 1.6 * (largest - least));
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

    private static string Js<T>(T[] values) => JsonSerializer.Serialize(values);

    private static T Run<T>(string file, string expression, string imports)
    {
        // As an address of its own text: without a package.json beside it, older versions of node take a file for another kind of script.
        string module = "data:text/javascript;base64," + Convert.ToBase64String(File.ReadAllBytes(Path.Combine(s_scripts, file)));
        string script = $"import {{ {imports} }} from {JsonSerializer.Serialize(module)}; process.stdout.write(JSON.stringify({expression}));";
        ProcessStartInfo start = new("node", ["--input-type=module", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new SkipException("node is not installed");
        }

        using (process)
        {
            Task<string> error = process.StandardError.ReadToEndAsync();
            using (StreamWriter input = new(process.StandardInput.BaseStream, new UTF8Encoding(false))) input.Write(script);
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error.Result);
            return JsonSerializer.Deserialize<T>(output)!;
        }
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RvcNative.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("RvcNative.sln is above no test binary.");
    }
}
