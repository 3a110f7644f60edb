using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;

namespace RvcNative.Rvc.Tests.Conversion;

public class VoiceFileErrorTests
{
    [Theory]
    [InlineData("vocoder", "BigVGAN", "['vocoder'] is 'BigVGAN'", "'MRF HiFi-GAN', 'RefineGAN'")]
    [InlineData("version", "v3", "['version'] is 'v3'", "'v1' and 'v2'")]
    [InlineData("version", "v1", "enc_p.emb_phone.weight'] takes features of 768 values", "set ['version'] to 'v2'")]
    [InlineData("config", "none", "['config'] is 'none', a list is wanted", "")]
    [InlineData("f0", "yes", "['f0'] is 'yes'", "")]
    public void A_wrong_value_is_named_with_the_way_out(string key, string value, string problem, string wayOut) =>
        AssertRefused(root => root[key] = value, problem, wayOut);

    [Fact]
    public void A_list_of_another_length_is_refused() =>
        AssertRefused(root => ((PickleList)root["config"]).Items.RemoveAt(17), "['config'] has 17 items; 18 are wanted");

    [Theory]
    [InlineData(3, 0L, "['config'][3] is 0")]
    [InlineData(3, 1L << 40, "['config'][3] is 1099511627776")]
    [InlineData(5, 3L, "8 hidden channels, which do not split into 3 heads")]
    [InlineData(13, 3L, "cannot be halved 2 times")]
    [InlineData(17, 7L, "['config'][17] is 7, not a sample rate")]
    public void A_list_that_makes_no_network_is_refused(int index, long value, string problem) =>
        AssertRefused(root => ((PickleList)root["config"]).Items[index] = value, problem);

    [Fact]
    public void A_training_checkpoint_says_how_to_get_a_voice()
    {
        using TestFolder folder = new();
        PickleDict root = new();
        root["model"] = new PickleDict(ordered: true);
        root["iteration"] = 3;
        PthFile.Write(folder["G_3.pth"], root);
        string message = Assert.Throws<FileFormatException>(() => VoiceFile.Read(folder["G_3.pth"])).Message;
        Assert.StartsWith(folder["G_3.pth"], message);
        Assert.Contains("training checkpoint (G_ or D_), not a voice file", message);
        Assert.Contains("assets/weights", message);
    }

    [Fact]
    public void Other_checkpoints_and_other_files_are_refused()
    {
        using TestFolder folder = new();
        PickleDict root = new();
        root["conv1.weight"] = FileTensor.FromFloat32([1], [1]);
        PthFile.Write(folder["rmvpe.pth"], root);
        File.WriteAllText(folder["notes.pth"], "not a checkpoint");
        AssertFails<FileFormatException>("rmvpe.pth", "it is not a voice file, which holds weight, config");
        AssertFails<FileFormatException>("notes.pth", "is not a checkpoint of torch.save");
        AssertFails<FileNotFoundException>("gone.pth", "there is no such file");

        void AssertFails<T>(string file, string words) where T : Exception =>
            Assert.Contains(words, Assert.Throws<T>(() => VoiceFile.Read(folder[file])).Message);
    }

    [Fact]
    public void Missing_weights_and_other_shapes_are_listed_at_loading()
    {
        using TestFolder folder = new();
        using CpuBackend backend = new(1);
        VoiceFile whole = TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan());
        PickleDict root = PthFile.Read(folder["voice.pth"]).Dict(), weight = new();
        foreach (KeyValuePair<PickleValue, PickleValue> entry in ((PickleDict)root["weight"]).Entries)
        {
            if (((PickleString)entry.Key).Value != "dec.conv_post.weight") weight.Set(entry.Key, entry.Value);
        }

        weight["flow.flows.0.pre.bias"] = FileTensor.FromFloat16([9], new float[9]);
        root["weight"] = weight;
        PthFile.Write(folder["broken.pth"], root);
        string message = Assert.Throws<FileFormatException>(() => VoiceFile.Read(folder["broken.pth"]).Load(backend)).Message;
        Assert.Contains("dec.conv_post.weight is missing", message);
        Assert.Contains("flow.flows.0.pre.bias is [9], wanted is [8]", message);
        Assert.NotNull(whole.Load(backend));
    }

    [Fact]
    public void Weights_that_are_not_finite_are_named_at_loading()
    {
        using TestFolder folder = new();
        using CpuBackend backend = new(1);
        TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan());
        PickleDict root = PthFile.Read(folder["voice.pth"]).Dict();
        ((PickleDict)root["weight"])["flow.flows.0.pre.bias"] = FileTensor.FromFloat16([8], [0, 0, 0, float.NaN, 0, 0, 0, 0]);
        PthFile.Write(folder["nan.pth"], root);
        string message = Assert.Throws<FileFormatException>(() => VoiceFile.Read(folder["nan.pth"]).Load(backend)).Message;
        Assert.Contains("NaN in flow.flows.0.pre.bias", message);
    }

    private static void AssertRefused(Action<PickleDict> edit, params string[] words)
    {
        using TestFolder folder = new();
        TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan());
        PickleDict root = PthFile.Read(folder["voice.pth"]).Dict();
        edit(root);
        PthFile.Write(folder["wrong.pth"], root);
        string message = Assert.Throws<FileFormatException>(() => VoiceFile.Read(folder["wrong.pth"])).Message;
        Assert.StartsWith(folder["wrong.pth"], message);
        foreach (string word in words) Assert.Contains(word, message);
    }
}
