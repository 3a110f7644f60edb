using System.Text.RegularExpressions;

namespace RvcNative.Architecture.Tests;

/// <summary>Arrows between projects point one way (design.md, sections 2 and 11).</summary>
public partial class LayeringTests
{
    public static TheoryData<string, string[]> Arrows() => new()
    {
        { "RvcNative.Core", [] },
        { "RvcNative.Native", [] },
        { "RvcNative.Audio", [] },
        { "RvcNative.Formats", [] },
        { "RvcNative.Gpu", ["RvcNative.Core", "RvcNative.Native"] },
        { "RvcNative.Nn", ["RvcNative.Core"] },
        { "RvcNative.Rvc", ["RvcNative.Nn", "RvcNative.Audio", "RvcNative.Formats"] },
        { "RvcNative.Board", ["RvcNative.Rvc", "RvcNative.Formats"] },
    };

    [Theory, MemberData(nameof(Arrows))]
    public void A_project_refers_to_nothing_but_what_the_design_allows(string project, string[] allowed)
    {
        if (!Repository.Projects().Contains(project)) return;   // built in a later issue
        Assert.Empty(Repository.References(project).Except(allowed));
    }

    [Fact]
    public void Every_project_has_its_arrows_stated()
    {
        HashSet<string> known = ["RvcNative.Cli", .. Arrows().Select(row => (string)row[0])];
        Assert.Empty(Repository.Projects().Except(known));
    }

    [Fact]
    public void Rvc_has_no_path_to_Gpu()
    {
        HashSet<string> reached = [];
        Stack<string> open = new(["RvcNative.Rvc"]);
        while (open.TryPop(out string? project))
        {
            if (!reached.Add(project)) continue;
            foreach (string reference in Repository.References(project)) open.Push(reference);
        }

        Assert.Contains("RvcNative.Core", reached);
        Assert.DoesNotContain("RvcNative.Gpu", reached);
    }

    [Fact]
    public void Pointers_live_in_Native_Gpu_and_the_Cpu_chapter_alone()
    {
        string[] outside =
        [
            .. Repository.Sources("src")
                .Where(file => !file.StartsWith("src/RvcNative.Core/Cpu/", StringComparison.Ordinal))
                .Where(file => !file.StartsWith("src/RvcNative.Native/", StringComparison.Ordinal) && !file.StartsWith("src/RvcNative.Gpu/", StringComparison.Ordinal))
                .Where(file => Unsafe().IsMatch(Repository.Text(file))),
        ];
        Assert.Empty(outside);
        Assert.Contains(Repository.Sources("src/RvcNative.Core/Cpu"), file => Unsafe().IsMatch(Repository.Text(file)));
    }

    [Fact]
    public void The_prelude_alone_knows_CUDA_from_OpenCL() => Assert.DoesNotContain(
        Repository.Sources("kernels", "*.cu"), file => Dialect().IsMatch(Repository.Text(file)));

    [GeneratedRegex(@"__\w+|threadIdx|blockIdx|get_\w+_id\(|CLK_")]
    private static partial Regex Dialect();

    [GeneratedRegex(@"\bunsafe\b|\bfixed\s*\(")]
    private static partial Regex Unsafe();
}
