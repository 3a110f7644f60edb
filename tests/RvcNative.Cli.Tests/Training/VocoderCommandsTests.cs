using System.Security.Cryptography;
using RvcNative.Audio;

namespace RvcNative.Cli.Tests.Training;

/// <summary>The commands of a voice with Applio's vocoders: train, validation, audition, go on, plan, recompute, accumulate, info, infer.</summary>
public sealed class VocoderCommandsTests(PreparedVoice voice) : IClassFixture<PreparedVoice>
{
    private static readonly int[] s_rates = [20, 20];

    [Theory]
    [InlineData("mrf", "MRF HiFi-GAN")]
    [InlineData("refinegan", "RefineGAN")]
    public void A_voice_is_planned_trained_gone_on_with_looked_at_and_converted_with(string vocoder, string name)
    {
        PreparedRun run = voice.NewRun(s_rates);
        string plan = Done(run.Train(1, "--vocoder", vocoder, "--plan"));
        Assert.Matches(@"\n    8 +yes +\d+ +\d+ +\d+ +\d+\r?\n", plan);
        Assert.False(File.Exists(run["G_2333333.pth"]));

        // The second run names no vocoder: config.json has it.
        string talk = run["talk.wav"], said = run["said.wav"];
        WavFile.Write(talk, new AudioBuffer([.. Enumerable.Range(0, 24000).Select(i => (float)(0.2 * Math.Sin(i * 0.06)))], 16000), WavEncoding.Pcm16);
        string output = Done(run.Train(1, "--vocoder", vocoder, "--validation-clip", talk, "--audition-clip", talk));
        Assert.Contains($"vocoder {name}: mainline RVC and W-Okada's client cannot load", output, StringComparison.Ordinal);
        Assert.Contains("validation at epoch 1, foreign clip (", output, StringComparison.Ordinal);
        Assert.Contains("1 of 1 clips said by epoch 1", output, StringComparison.Ordinal);
        Assert.Contains("done: 2 epochs, 6 steps", Done(run.Train(2)), StringComparison.Ordinal);

        (int code, string[] lines, string error) = Invocation.Run("info", run.Voice);
        Assert.True(code == CommandLine.Done, error);
        Assert.Contains($"  vocoder: {name}", lines);
        Assert.Contains(lines, line => line.StartsWith("  clients: mainline RVC and W-Okada's client cannot load", StringComparison.Ordinal));

        (code, _, error) = Invocation.Run("infer", talk, said, "--model", run.Voice);
        Assert.True(code == CommandLine.Done, error);
        AudioBuffer audio = WavFile.Read(said);
        Assert.Equal((60000, 40000), (audio.Frames, audio.SampleRateHz));
        Assert.Contains(audio.Samples, sample => sample != 0);

        // Whoever takes the voice elsewhere is told who cannot use it.
        string[][] ways =
        [
            ["export", run.Voice, "--format", "safetensors", "--out", run["voice.safetensors"]],
            ["export", run["voice.safetensors"], "--format", "pth", "--out", run["voice.pth"]],
            ["extract-small", run["G_2333333.pth"], "--out", run["small.pth"]],
        ];
        foreach (string[] way in ways)
        {
            (code, lines, error) = Invocation.Run(way);
            Assert.True(code == CommandLine.Done, error);
            Assert.Contains(lines, line => line.Contains($"W-Okada's client cannot load a voice with {name}", StringComparison.Ordinal));
        }

        (code, lines, error) = Invocation.Run("blend", run.Voice, run["voice.pth"], "--out", run["mix.pth"]);
        Assert.True(code == CommandLine.Done, error);
        Assert.Contains(lines, line => line.Contains($"W-Okada's client cannot load a voice with {name}", StringComparison.Ordinal));
        (code, lines, error) = Invocation.Run("export-pretrain", "--name", Path.GetFileName(run.Folder), "--logs", Path.GetDirectoryName(run.Folder)!, "--out", run["pair"]);
        Assert.True(code == CommandLine.Done, error);
        Assert.Contains($"they are of {name}, with which RvcNative and Applio begin", lines[^1], StringComparison.Ordinal);
        (code, _, error) = Invocation.Run("export", run.Voice, "--format", "onnx", "--out", run["voice.onnx"]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains($"a voice with {name} has no ONNX form here", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(File.Exists(run["voice.onnx"]));

        (code, string refused, error) = run.Train(3, "--vocoder", "hifigan");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains($"vocoder: {name} in the file, HiFi-GAN here; say --vocoder {vocoder}", refused + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mrf")]
    [InlineData("refinegan")]
    public void Several_batches_to_an_update_and_a_decoder_computed_twice_leave_the_same_checkpoints(string vocoder)
    {
        PreparedRun kept = voice.NewRun(s_rates), again = voice.NewRun(s_rates);
        string output = Done(kept.Train(1, "--vocoder", vocoder, "--accumulate", "2"));
        Assert.Contains("2 to an update: the effective batch is 4", output, StringComparison.Ordinal);
        Done(again.Train(1, "--vocoder", vocoder, "--accumulate", "2", "--recompute"));
        Assert.Equal(Hashes(kept), Hashes(again));
    }

    private static string Done((int Code, string Output, string Error) ended)
    {
        Assert.True(ended.Code == CommandLine.Done, ended.Output + ended.Error);
        return ended.Output;
    }

    // A voice file says when it was made, as Applio's do.
    private static string[] Hashes(PreparedRun run) =>
        [.. new[] { run["G_2333333.pth"], run["D_2333333.pth"] }.Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))];
}
