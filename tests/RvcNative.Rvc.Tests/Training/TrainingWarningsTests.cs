using RvcNative.Formats;
using RvcNative.Rvc.Tests.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Each warning comes when its condition does, in words, and once in a training.</summary>
public sealed class TrainingWarningsTests : IDisposable
{
    private static readonly LossFigures s_calm = new(30, 3, 5, 1, 20, 2, 50, 5);
    private readonly TempFolder _temp = new();
    private readonly List<string> _said = [];

    [Theory]
    [InlineData(0, true, "kl")]
    [InlineData(-0.25, false, "kl")]
    [InlineData(1e-6, true, null)]
    public void Divergence_at_or_below_zero(double kl, bool isFineTuning, string? kind)
    {
        Warnings().AfterStep(s_calm with { Kl = kl }, isFineTuning, 12, 3);
        Assert.Equal(kind, Kinds().SingleOrDefault());
    }

    [Theory]
    [InlineData(1001, 5, true, "grad-norm-g")]
    [InlineData(1000, 5, true, null)]
    [InlineData(50, 100.5, true, "grad-norm-d")]
    [InlineData(5000, 500, false, null)]
    [InlineData(5000, 500, null, null)]
    public void Large_gradients_in_a_fine_tuning(double g, double d, bool? isFineTuning, string? kind)
    {
        Warnings().AfterStep(s_calm with { NormG = g, NormD = d }, isFineTuning, 12, 3);
        Assert.Equal(kind, Kinds().SingleOrDefault());
    }

    [Theory]
    [InlineData(600, 4, false, new[] { "short-data" })]
    [InlineData(600, 4, true, new string[0])]
    [InlineData(600, 8, true, new[] { "large-batch" })]
    [InlineData(1800, 8, true, new string[0])]
    [InlineData(1800, 16, true, new[] { "large-batch" })]
    [InlineData(40 * 3600, 32, false, new string[0])]
    public void Data_and_batch(double seconds, int batch, bool? isFineTuning, string[] kinds)
    {
        Warnings().AtBeginning(seconds, batch, isFineTuning, 0, 1);
        Assert.Equal(kinds, Kinds());
    }

    [Fact]
    public void Losses_that_do_not_move_for_twenty_epochs()
    {
        TrainingWarnings warnings = Warnings();
        double[] falling = [.. Enumerable.Range(0, 20).Select(epoch => 30 - (0.1 * epoch))], flat = [.. Enumerable.Range(0, 20).Select(epoch => 18 + (0.2 * (epoch % 2)))];
        warnings.AfterEpoch(falling, 60, 20);
        warnings.AfterEpoch(flat[..19], 60, 20);
        Assert.Empty(_said);
        warnings.AfterEpoch(flat, 90, 30);
        Assert.StartsWith("warning: losses are flat: the mel loss was 18.100 on average", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void Once_each_over_interruptions_with_step_and_epoch()
    {
        Warnings().AfterStep(s_calm with { Kl = -1 }, null, 12, 3);
        Warnings().AfterStep(s_calm with { Kl = -2 }, null, 40, 9);
        TrainingWarning warning = Assert.Single(TrainingWarnings.Read(_temp.Root));
        Assert.Equal(("kl", 12L, 3), (warning.Kind, warning.Step, warning.Epoch));
        Assert.Equal([$"warning: {warning.Text}"], _said);
        Assert.Contains("-1", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_list_is_refused_with_the_way_out()
    {
        File.WriteAllText(_temp["warnings.json"], "{}");
        Assert.Contains("delete it", Assert.Throws<FileFormatException>(() => Warnings()).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private TrainingWarnings Warnings() => new(_temp.Root, _said.Add);

    private IEnumerable<string> Kinds() => TrainingWarnings.Read(_temp.Root).Select(warning => warning.Kind);
}
