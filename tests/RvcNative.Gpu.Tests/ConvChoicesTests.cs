using RvcNative.Gpu.SelfTest;

namespace RvcNative.Gpu.Tests;

/// <summary>Whose convolutions run: what is measured, what is kept of it, and what becomes of a library that errs.</summary>
[Collection(OpenClTests.Name)]
public sealed class ConvChoicesTests(OpenClFixture fixture) : IDisposable
{
    private static readonly ConvSum s_sum = new(ConvPass.Forward, 1, 4, 1, 4, 1, new ConvGeometry(1));
    private readonly string _folder = Directory.CreateTempSubdirectory("rvcnative choices ").FullName;

    [Theory]
    [InlineData(5, 3, 4, "fast")]
    [InlineData(2, 3, 4, null)]
    [InlineData(5, 4, 3, "other")]
    public void The_fastest_is_taken_and_remembered_for_this_device_and_these_libraries(double own, double first, double second, string? wanted)
    {
        Assert.Equal(wanted, Chosen(ConvMath.Auto, "card", own, first, second, out int measured));
        Assert.Equal(3, measured);
        Assert.Equal(wanted, Chosen(ConvMath.Auto, "card", 0, 0, 0, out measured));
        Assert.Equal(0, measured);
        Chosen(ConvMath.Auto, "another card", 1, 2, 3, out measured);
        Assert.Equal(3, measured);
    }

    [Fact]
    public void Own_kernels_and_libraries_can_be_asked_for()
    {
        Assert.Equal("other", Chosen(ConvMath.Library, "card", 1, 9, 8, out _));
        using ConvChoices own = Choices(ConvMath.Own, "card", _ => 0);
        Assert.False(own.Any);
        using ConvChoices none = new("card", [], ConvMath.Auto, Precision.F32, new KernelCache(_folder), _ => 0);
        Assert.False(none.Any);
    }

    [Fact]
    public void A_library_with_another_result_is_refused()
    {
        using ConvChoices choices = Choices(ConvMath.Auto, "card", _ => 1);
        InvalidDataException failure = Assert.Throws<InvalidDataException>(
            () => choices.For(s_sum, plan => new ConvChoices.Candidate(() => { }, () => plan is null ? [1f, 2, 3] : [1f, 2.01f, 3])));
        Assert.Contains("fast: its result of", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--math own", failure.Message, StringComparison.Ordinal);
    }

    [SkippableTheory, InlineData(false), InlineData(true)]
    public void Convolutions_of_a_library_have_the_epilogues_and_sums_of_our_own(bool outputsFirst)
    {
        using KernelBackend backend = new(new LibraryDevice(fixture.Another().Device, outputsFirst), Precision.F32, ConvMath.Library, new KernelCache(_folder));
        Assert.EndsWith(", the host's sums", backend.Name, StringComparison.Ordinal);
        TrialResult[] results = [.. OpTrials.All().Where(trial => trial.Op == "Conv").Select(trial => TrialResult.Of(trial, fixture.Reference, backend))];
        Assert.NotEmpty(results);
        Assert.DoesNotContain(results, result => result.Failure is not null);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string? Chosen(ConvMath math, string device, double own, double first, double second, out int measured)
    {
        int count = 0;
        double[] ms = math == ConvMath.Library ? [first, second] : [own, first, second];
        using ConvChoices choices = Choices(math, device, _ => ms[count++]);
        ConvPlan? plan = choices.For(s_sum, _ => new ConvChoices.Candidate(() => { }, () => [1f]));
        Assert.Same(plan, choices.For(s_sum, _ => throw new InvalidOperationException("measured twice")));
        measured = count;
        return plan?.Library;
    }

    private ConvChoices Choices(ConvMath math, string device, Func<Action, double> ms) =>
        new(device, [new NamedLibrary("fast"), new NamedLibrary("other")], math, Precision.F32, new KernelCache(_folder), ms);

    private sealed class NamedLibrary(string name) : ConvLibrary
    {
        public override string Name => name;

        public override ConvPlan? Plan(ConvSum sum, Precision precision) => new NamedPlan(name);

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class NamedPlan(string library) : ConvPlan
    {
        public override string Library => library;

        public override bool WantsOutputsFirst => false;

        public override long WorkspaceBytes => 0;

        public override void Run(KernelArgument first, KernelArgument second, KernelArgument to, bool accumulate, KernelArgument workspace) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
