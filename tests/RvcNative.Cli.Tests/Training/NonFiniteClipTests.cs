using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Formats.Pth;

namespace RvcNative.Cli.Tests.Training;

/// <summary>A clip that no loss can take is named, and the training goes on without it to weights that are finite.</summary>
public sealed class NonFiniteClipTests(PreparedVoice voice) : IClassFixture<PreparedVoice>
{
    [Theory]
    [InlineData(3e38f, @"step \d+, epoch 2: loss/g/\w+ is .+ with the clips (.*, )?0_0\b.*; the first bad tensor is a result .* the step is skipped, no weight has changed")]
    [InlineData(float.NaN, @"left out: 0_0 holds values that are not finite in '.*damaged\.npy'")]
    public void A_clip_with_a_value_that_no_loss_can_take_is_named_and_training_goes_on(float value, string message)
    {
        PreparedRun run = voice.NewRun();
        Done(run.Train(1));
        string list = File.ReadAllText(run["filelist.txt"]);
        string features = list.Split('\n').Single(line => line.Contains("/0_0.wav", StringComparison.Ordinal)).Split('|')[1];
        FileTensor tensor = NpyFile.Read(features);
        float[] values = tensor.ToFloat32();
        values[1000] = value;
        NpyFile.Write(run["damaged.npy"], FileTensor.FromFloat32(tensor.Shape, values));
        File.WriteAllText(run["filelist.txt"], list.Replace(features, run["damaged.npy"].Replace('\\', '/'), StringComparison.Ordinal));
        string output = Done(run.Train(3));
        Assert.Matches(message, output);
        Assert.Contains("done: 3 epochs", output, StringComparison.Ordinal);
        foreach (string file in (string[])["G_2333333.pth", "D_2333333.pth"])
        {
            Assert.All(PthFile.Read(run[file])["model"].Entries, weight => Assert.All(weight.Value.Tensor().Load().ToFloat32(), element => Assert.True(float.IsFinite(element))));
        }
    }

    private static string Done((int Code, string Output, string Error) ended)
    {
        Assert.True(ended.Code == CommandLine.Done, ended.Output + ended.Error);
        return ended.Output;
    }
}
