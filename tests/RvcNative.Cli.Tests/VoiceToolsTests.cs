using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;

namespace RvcNative.Cli.Tests;

/// <summary>blend, extract-small and export as they are called.</summary>
public sealed class VoiceToolsTests : IDisposable
{
    private static readonly string s_golden = Path.Combine(Repository.Root, "tests", "golden");
    private readonly string _folder = Directory.CreateTempSubdirectory("rvcnative-voices-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Voices_are_blended_by_their_shares()
    {
        SmallVoice.Write(Place("a=b.pth"));
        SmallVoice.Write(Place("c.pth"));
        (int code, string[] lines, string error) = Invocation.Run("blend", $"{Place("a=b.pth")}=0.7", $"{Place("c.pth")}=0.3", "--out", Place("mix.pth"));
        Assert.Equal((0, ""), (code, error));
        Assert.EndsWith("a blend of 2 voices", lines[^1], StringComparison.Ordinal);
        Assert.Equal("blend of 0.7 a=b + 0.3 c", VoiceFile.Read(Place("mix.pth")).Info);
        Assert.Equal(0, Invocation.Run("blend", Place("a=b.pth"), Place("c.pth"), "--out", Place("mix.pth")).Code);
        Assert.Equal("blend of 0.5 a=b + 0.5 c", VoiceFile.Read(Place("mix.pth")).Info);
    }

    [Fact]
    public void A_blend_that_cannot_be_is_told()
    {
        SmallVoice.Write(Place("a.pth"));
        SmallVoice.Write(Place("b.pth"), hasPitch: false);
        Assert.Equal(CommandLine.WrongUse, Invocation.Run("blend", "a.pth=0.5", "b.pth", "--out", "x.pth").Code);
        Assert.Equal(CommandLine.WrongUse, Invocation.Run("blend", "a.pth=half", "b.pth=0.5", "--out", "x.pth").Code);
        Assert.Equal(CommandLine.WrongUse, Invocation.Run("blend", "a.pth", "--out", "x.pth").Code);
        (int code, _, string error) = Invocation.Run("blend", Place("a.pth"), Place("b.pth"), "--out", Place("mix.pth"));
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("b.pth: pitch without, but a.pth has with", error);
        Assert.Contains("there is no such file", Invocation.Run("blend", Place("a.pth"), Place("no.pth"), "--out", Place("mix.pth")).Error);
    }

    [Fact]
    public void What_goes_in_is_not_overwritten()
    {
        SmallVoice.Write(Place("a.pth"));
        SmallVoice.Write(Place("b.pth"));
        File.Copy(Path.Combine(s_golden, "infer-v2-f0-tiny-chunk", "G_0.pth"), Place("G_0.pth"));
        foreach (string[] call in (string[][])[["blend", Place("a.pth"), Place("b.pth"), "--out", Place("b.pth")], ["extract-small", Place("G_0.pth"), "--out", Place("G_0.pth")]])
        {
            byte[] before = File.ReadAllBytes(call[^1]);
            (int code, _, string error) = Invocation.Run(call);
            Assert.Equal(CommandLine.Failed, code);
            Assert.Contains("would be overwritten", error);
            Assert.Equal(before, File.ReadAllBytes(call[^1]));
        }
    }

    [Fact]
    public void A_voice_is_made_of_a_checkpoint()
    {
        string checkpoint = Path.Combine(s_golden, "infer-v2-f0-tiny-chunk", "G_0.pth");
        (int code, string[] lines, string error) = Invocation.Run("extract-small", checkpoint, "--out", Place("voice.pth"));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("v2", lines[0]);
        PickleNode model = PthFile.Read(checkpoint)["model"], weight = PthFile.Read(Place("voice.pth"))["weight"];
        Assert.Equal(model.Keys.Where(name => !name.StartsWith("enc_q.", StringComparison.Ordinal)).Order(), weight.Keys.Order());
        foreach (string name in weight.Keys)
        {
            float[] wanted = model[name].Tensor().Load().ToFloat32();
            Assert.Equal(wanted.Select(value => (float)(Half)value), weight[name].Tensor().Load().ToFloat32());
        }
    }

    [Fact]
    public void A_checkpoint_that_gives_no_voice_is_told()
    {
        string golden = Path.Combine(s_golden, "infer-v2-f0-tiny-chunk", "G_0.pth");
        File.Copy(golden, Place("G_0.pth"));
        Assert.Contains("give --config or --sample-rate", Invocation.Run("extract-small", Place("G_0.pth"), "--out", Place("v.pth")).Error);
        Assert.Contains("does not fit this network", Invocation.Run("extract-small", Place("G_0.pth"), "--sample-rate", "40k", "--out", Place("v.pth")).Error);
        SmallVoice.Write(Place("voice.pth"));
        Assert.Contains("is it a voice file already?", Invocation.Run("extract-small", Place("voice.pth"), "--out", Place("v.pth")).Error);
        Assert.False(File.Exists(Place("v.pth")));
    }

    [Fact]
    public void A_voice_is_exported_to_every_form()
    {
        SmallVoice.Write(Place("a.pth"));
        Assert.Equal(0, Invocation.Run("export", Place("a.pth"), "--format", "safetensors").Code);
        Assert.Equal(0, Invocation.Run("export", Place("a.safetensors"), "--format", "pth", "--out", Place("b.pth")).Code);
        Assert.Equal(0, Invocation.Run("export", Place("a.pth"), "--format", "onnx", "--source-noise", "input").Code);
        Assert.Equal(VoiceFile.Read(Place("a.pth")).Extraction, VoiceFile.Read(Place("b.pth")).Extraction);
        byte[] onnx = File.ReadAllBytes(Place("a.onnx"));
        Assert.Equal([0x08, 0x08], onnx[..2]);      // ir_version = 8
        Assert.True(onnx.AsSpan().IndexOf("source_noise"u8) > 0);
        Assert.Contains("would be overwritten", Invocation.Run("export", Place("a.pth"), "--format", "pth").Error);
        Assert.Equal(CommandLine.WrongUse, Invocation.Run("export", Place("a.pth"), "--format", "exe").Code);
    }

    private string Place(string name) => Path.Combine(_folder, name);
}
