using RvcNative.Formats.Pth;

namespace RvcNative.Cli.Tests.Training;

/// <summary>Options of `train`, and the commands that work on what it leaves: `replay` and `export-pretrain`.</summary>
public sealed class TrainCommandTests(PreparedVoice voice) : IClassFixture<PreparedVoice>
{
    [Fact]
    public void The_batch_is_by_the_amount_of_data_unless_told_and_stays_when_gone_on_with()
    {
        PreparedRun run = voice.NewRun();
        string output = Done(Train(run, 1, "auto", "--accumulate", "2"));
        Assert.Contains(" batches of 4 an epoch, 2 to an update: the effective batch is 8; ", output, StringComparison.Ordinal);
        Assert.Matches(@"warning: an effective batch of 8 is large for \d\.\d seconds of data", output);
        Assert.Contains(" batches of 2 an epoch, 1 to an update: the effective batch is 2; ", Done(run.Train(2)), StringComparison.Ordinal);
        output = Done(Train(run, 3, "auto"));
        Assert.Contains(" batches of 2 an epoch, ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--clip-norm", "0")]
    [InlineData("--clip-norm", "-1")]
    [InlineData("--from-scratch", "--pretrain-g", "g.pth")]
    public void What_cannot_be_meant_is_wrong_use(params string[] more)
    {
        (int code, _, string error) = voice.NewRun().Train(1, more);
        Assert.Equal(CommandLine.WrongUse, code);
        Assert.Contains(more[0], error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public void A_batch_that_is_no_number_is_wrong_use(string size)
    {
        (int code, _, string error) = Train(voice.NewRun(), 1, size);
        Assert.Equal(CommandLine.WrongUse, code);
        Assert.Contains($"--batch-size {size}: say a whole number from 1 on, or auto", error, StringComparison.Ordinal);
    }

    [Fact]
    public void From_scratch_says_what_that_takes()
    {
        string output = Done(voice.NewRun().Train(1, "--from-scratch"));
        Assert.Contains("beginning from random weights, from scratch: a pretrained pair wants 50 hours or more of many voices, fine-tuning another pair about 10 hours", output, StringComparison.Ordinal);
        Done(voice.NewRun().Train(1, "--from-scratch", "--balance-speakers", "false"));
        Assert.Contains("--from-scratch if that is meant", Done(voice.NewRun().Train(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pretrained_pair_is_begun_with_and_what_does_not_fit_it_is_listed()
    {
        PreparedRun pretrain = voice.NewTrainedRun(), tuned = voice.NewRun();
        string[] pair = ["--pretrain-g", pretrain["G_6.pth"], "--pretrain-d", pretrain["D_6.pth"]];
        Assert.Contains("beginning from pretrained weights", Done(tuned.Train(1, pair)), StringComparison.Ordinal);
        (int code, _, string error) = voice.NewRun().Train(1, "--pretrain-g", pretrain["D_6.pth"]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("what differs:\n  the file is a discriminator's (D_), wanted is a generator's (G_)", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_is_repeated_and_its_pair_exported()
    {
        PreparedRun run = voice.NewRun();
        Done(run.Train(2, "--clip-norm", "5"));
        string logs = Path.GetDirectoryName(run.Folder)!, again = Path.Combine(logs, "..", "again"), pretrained = Path.Combine(logs, "..", "pretrained");
        (int code, string[] lines, string error) = Invocation.Run("replay", "--name", "voice", "--logs", logs, "--to", again, "--threads", "2");
        Assert.True(code == CommandLine.Done, error);
        Assert.Equal("replay: 4 files are the same", lines.Last(line => line.Length > 0));
        Assert.Contains(lines, line => line.StartsWith("not as it was: it ran on cpu (", StringComparison.Ordinal));

        (code, _, error) = Invocation.Run("replay", "--name", "voice", "--logs", logs, "--to", again, "--precision", "bf16");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("--precision bf16: the processor computes in f32", error, StringComparison.Ordinal);

        (code, _, error) = Invocation.Run("replay", "--name", "voice", "--logs", logs, "--to", again);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("exists; name a folder that does not", error, StringComparison.Ordinal);

        (code, lines, error) = Invocation.Run("export-pretrain", "--name", "voice", "--logs", logs, "--out", pretrained);
        Assert.True(code == CommandLine.Done, error);
        Assert.StartsWith(Path.GetFullPath(Path.Combine(pretrained, "f0G40k.pth")) + ": ", Path.GetFullPath(lines[0]), StringComparison.Ordinal);
        Assert.Equal(["model", "iteration", "learning_rate"], PthFile.Read(Path.Combine(pretrained, "f0D40k.pth")).Keys);
    }

    private static (int Code, string Output, string Error) Train(PreparedRun run, int epochs, string batchSize, params string[] more)
    {
        string[] command = run.Command(epochs);
        command[Array.IndexOf(command, "--batch-size") + 1] = batchSize;
        (int code, string[] lines, string error) = Invocation.Run([.. command, .. more]);
        return (code, string.Join('\n', lines), error);
    }

    private static string Done((int Code, string Output, string Error) ended)
    {
        Assert.True(ended.Code == CommandLine.Done, ended.Output + ended.Error);
        return ended.Output;
    }
}
