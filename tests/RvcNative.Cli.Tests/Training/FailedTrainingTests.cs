using RvcNative.Formats;
using RvcNative.Formats.Npy;

namespace RvcNative.Cli.Tests.Training;

/// <summary>A training that cannot go on ends with code 1, says why on the error stream, and leaves its saves as they are.</summary>
public sealed class FailedTrainingTests(PreparedVoice voice) : IClassFixture<PreparedVoice>
{
    [Theory]
    [InlineData(3e38f, @"step \d+, epoch 2: loss/g/\w+ is .+ with the clips (.*, )?0_0\b.*; the first bad tensor is a result .* the step is skipped, no weight has changed")]
    [InlineData(float.NaN, @"left out: 0_0 holds values that are not finite in '.*damaged\.npy'")]
    public void A_clip_with_a_value_that_no_loss_can_take_is_named_and_training_goes_on(float value, string message)
    {
        PreparedRun run = Saved();
        string list = File.ReadAllText(run["filelist.txt"]);
        string features = list.Split('\n').Single(line => line.Contains("/0_0.wav", StringComparison.Ordinal)).Split('|')[1];
        FileTensor tensor = NpyFile.Read(features);
        float[] values = tensor.ToFloat32();
        values[1000] = value;
        NpyFile.Write(run["damaged.npy"], FileTensor.FromFloat32(tensor.Shape, values));
        File.WriteAllText(run["filelist.txt"], list.Replace(features, run["damaged.npy"].Replace('\\', '/'), StringComparison.Ordinal));
        (int code, string output, string error) = run.Train(3);
        Assert.True(code == CommandLine.Done, error);
        Assert.Matches(message, output);
        Assert.Contains("done: 3 epochs", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_checkpoint()
    {
        PreparedRun run = Saved();
        byte[] bytes = File.ReadAllBytes(run["G_2333333.pth"]);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(run["G_2333333.pth"], bytes);
        Fails(run, @"rvcnative: .*G_2333333\.pth: is not the file that was saved");
    }

    [Fact]
    public void A_state_that_is_no_state()
    {
        PreparedRun run = Saved();
        File.WriteAllText(run["rvcnative.json"], "not json");
        Fails(run, @"rvcnative: .*rvcnative\.json: cannot be read \(");
    }

    [Fact]
    public void A_configuration_without_a_key()
    {
        PreparedRun run = Saved();
        File.WriteAllText(run["config.json"], File.ReadAllText(run["config.json"]).Replace("hop_length", "hop", StringComparison.Ordinal));
        Fails(run, @"rvcnative: .*config\.json: has no key data\.hop_length");
    }

    private static void Fails(PreparedRun run, string message)
    {
        SortedDictionary<string, string> saves = run.Saves();
        (int code, _, string error) = run.Train(3);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Matches(message, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Equal(saves, run.Saves());
    }

    private PreparedRun Saved()
    {
        PreparedRun run = voice.NewRun();
        (int code, string output, string error) = run.Train(1);
        Assert.True(code == CommandLine.Done, output + error);
        return run;
    }
}
