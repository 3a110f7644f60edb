using System.Text.RegularExpressions;

namespace RvcNative.Architecture.Tests;

/// <summary>One search finds all of an op (style.md, rule 1; design.md, section 11).</summary>
public partial class OpTests
{
    public static TheoryData<string> Ops() => [.. Repository.Sources("src/RvcNative.Core/Ops").Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory, MemberData(nameof(Ops))]
    public void An_op_has_its_CPU_form(string op) =>
        Assert.True(File.Exists(Repository.Place("src", "RvcNative.Core", "Cpu", $"CpuBackend.{op}.cs")), $"no CpuBackend.{op}.cs");

    [Theory, MemberData(nameof(Ops))]
    public void An_op_has_its_kernels(string op)
    {
        string part = Repository.Place("src", "RvcNative.Gpu", $"KernelBackend.{op}.cs");
        Assert.True(File.Exists(part), $"no KernelBackend.{op}.cs");
        if (File.ReadAllText(part).Contains("CpuOnly(", StringComparison.Ordinal)) return;   // says so when it is called
        string file = WordStart().Replace(op, match => (match.Index > 0 ? "_" : "") + match.Value.ToLowerInvariant());
        Assert.True(File.Exists(Repository.Place("kernels", $"{file}.cu")), $"no kernels/{file}.cu");
    }

    [Theory, MemberData(nameof(Ops))]
    public void An_op_is_tried_on_every_device(string op) => Assert.Contains(
        Repository.Sources("src/RvcNative.Gpu/SelfTest"),
        file => Repository.Text(file).Contains($"\"{op}\"", StringComparison.Ordinal) || Repository.Text($"src/RvcNative.Gpu/KernelBackend.{op}.cs").Contains("CpuOnly(", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Ops))]
    public void An_op_is_compared_with_its_plain_formula(string op)
    {
        // In a file of its own, or for ops of one line in their tests.
        bool hasFile = Repository.Sources("tests/RvcNative.Core.Tests/Reference").Any(file =>
            file.EndsWith($"Reference.{op}.cs", StringComparison.Ordinal) || file.EndsWith($"Reference{op}.cs", StringComparison.Ordinal));
        string tests = Repository.Place("tests", "RvcNative.Core.Tests", $"{op}Tests.cs");
        Assert.True(hasFile || (File.Exists(tests) && File.ReadAllText(tests).Contains("_the_formula", StringComparison.Ordinal)), $"no plain loop of {op}");
    }

    [Theory, MemberData(nameof(Ops))]
    public void An_op_has_tests(string op) =>
        Assert.Contains(Repository.Sources("tests/RvcNative.Core.Tests"), file => Path.GetFileName(file).StartsWith(op, StringComparison.Ordinal) && file.EndsWith("Tests.cs", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Ops))]
    public void A_differentiable_op_is_checked_against_finite_differences_on_random_shapes(string op)
    {
        string properties = string.Concat(Repository.Sources("tests/RvcNative.Core.Tests")
            .Where(file => Path.GetFileName(file).StartsWith(op, StringComparison.Ordinal))
            .SelectMany(file => GradientProperty().Matches(Repository.Text(file))).Select(match => match.Value));
        string[] without =
        [
            .. Builder().Matches(Repository.Text($"src/RvcNative.Core/Ops/{op}.cs"))
                .Where(builder => builder.Value.Contains("tape.Differentiate", StringComparison.Ordinal)).Select(builder => builder.Groups["name"].Value)
                .Where(name => !properties.Contains($"Op.{name}(", StringComparison.Ordinal)),
        ];
        Assert.Empty(without);
    }

    [Fact]
    public void The_builders_of_ops_are_found() =>
        Assert.Equal(["Add", "AddPerItem", "Average"], Builder().Matches(Repository.Text("src/RvcNative.Core/Ops/Add.cs")).Select(builder => builder.Groups["name"].Value));

    [GeneratedRegex("[A-Z]")]
    private static partial Regex WordStart();

    // From the signature to the brace that closes the member.
    [GeneratedRegex(@"\n    public static [^\n]*? (?<name>\w+)\(Tape tape.*?\n    }", RegexOptions.Singleline)]
    private static partial Regex Builder();

    [GeneratedRegex(@"\[Property[^\n]*\n    public void \w+finite_differences\(RandomShapes.*?\n    }", RegexOptions.Singleline)]
    private static partial Regex GradientProperty();
}
