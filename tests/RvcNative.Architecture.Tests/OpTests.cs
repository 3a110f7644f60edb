namespace RvcNative.Architecture.Tests;

/// <summary>One search finds all of an op (style.md, rule 1; design.md, section 11).</summary>
public class OpTests
{
    public static TheoryData<string> Ops() => [.. Repository.Sources("src/RvcNative.Core/Ops").Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory, MemberData(nameof(Ops))]
    public void An_op_has_its_CPU_form(string op) =>
        Assert.True(File.Exists(Repository.Place("src", "RvcNative.Core", "Cpu", $"CpuBackend.{op}.cs")), $"no CpuBackend.{op}.cs");

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
    public void A_differentiable_op_is_checked_against_finite_differences(string op)
    {
        if (!Repository.Text($"src/RvcNative.Core/Ops/{op}.cs").Contains("tape.Differentiate", StringComparison.Ordinal)) return;
        Assert.Contains(Repository.Sources("tests/RvcNative.Core.Tests"), file =>
            Path.GetFileName(file).StartsWith(op, StringComparison.Ordinal) && Repository.Text(file).Contains("GradientCheck.", StringComparison.Ordinal));
    }
}
