using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Formats.Safetensors;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Conversion;
using RvcNative.Rvc.Tests.Verification;

namespace RvcNative.Rvc.Tests.Models;

public sealed class HubertFileTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly CpuBackend _backend = new(1);

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [SkippableTheory]
    [InlineData("tiny-hf.safetensors", "model.safetensors")]
    [InlineData("tiny-hf.bin", "pytorch_model.bin")]
    [InlineData("tiny-fairseq.pt", "hubert_base.pt")]
    public void One_network_in_any_file_has_one_hash_and_gives_the_same(string golden, string name)
    {
        MadeHubert.CopyGolden(_folder["reference"], "tiny-hf.safetensors", "model.safetensors");
        MadeHubert.CopyGolden(_folder["other"], golden, name);
        LoadedHubert reference = HubertFile.Load(_backend, _folder["reference"]), other = HubertFile.Load(_backend, _folder["other"]);
        LoadedHubert byFile = HubertFile.Load(_backend, Path.Combine(_folder["other"], name));
        using (reference.Encoder)
        using (other.Encoder)
        using (byFile.Encoder)
        {
            Assert.Equal((3, 48, 4, 7, 24), (other.Encoder.Plan.Layers, other.Encoder.Plan.HiddenChannels, other.Encoder.Plan.Heads, other.Encoder.Plan.Convolutions.Count,
                other.Encoder.Plan.FinalChannels));
            Assert.Equal([reference.Hash, reference.Hash], [other.Hash, byFile.Hash]);
            float[] wave = MadeHubert.Wave(5000);
            Assert.Equal(reference.Encoder.Run(wave, 3, final: true), other.Encoder.Run(wave, 3, final: true));
        }
    }

    [Fact]
    public void Newer_names_of_weight_norm_a_prefix_and_tensors_of_others_are_taken()
    {
        // g = 1 a tap and v of norm 1 there would be the plain weight: both spellings against each other.
        Dictionary<string, FileTensor> tensors = MadeHubert.Tensors(MadeHubert.Plan), older = [], newer = [];
        FileTensor plain = tensors["encoder.pos_conv_embed.conv.weight"];
        tensors.Remove("encoder.pos_conv_embed.conv.weight");
        FileTensor gains = FileTensor.FromFloat32([1, 1, 7], [1, 2, 3, 4, 5, 6, 7]);
        foreach ((string name, FileTensor tensor) in tensors) (older[name], newer["hubert." + name]) = (tensor, tensor);
        (older["encoder.pos_conv_embed.conv.weight_g"], older["encoder.pos_conv_embed.conv.weight_v"]) = (gains, plain);
        newer["hubert.encoder.pos_conv_embed.conv.parametrizations.weight.original0"] = gains;
        newer["hubert.encoder.pos_conv_embed.conv.parametrizations.weight.original1"] = plain;
        newer["hubert.masked_spec_embed"] = newer["lm_head.weight"] = FileTensor.FromFloat32([3], [1, 2, 3]);
        string one = Load("older", older).Hash, two = Load("newer", newer).Hash;
        Assert.Equal(one, two);
        Assert.NotEqual(one, Load("plain", MadeHubert.Tensors(MadeHubert.Plan)).Hash);
    }

    [Fact]
    public void Weight_norm_is_over_outputs_and_inputs_a_gain_a_tap()
    {
        float[] w = HubertPositions.Effective([5, 10], [3, 1, 4, 0, 0, 0, 0, 0]);   // [2,2,2]: tap 0 is (3,4,0,0), tap 1 (1,0,0,0)
        Assert.Equal([3, 10, 4, 0, 0, 0, 0, 0], w);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Dictionary<string, FileTensor> tensors = MadeHubert.Tensors(MadeHubert.Plan);
        tensors.Remove("encoder.layers.1.attention.v_proj.bias");
        tensors["encoder.layers.0.feed_forward.output_dense.weight"] = FileTensor.FromFloat32([24, 39], new float[24 * 39]);
        string problem = Refused(tensors);
        Assert.Contains("encoder.layers.1.attention.v_proj.bias is missing", problem);
        Assert.Contains("encoder.layers.0.feed_forward.output_dense.weight is [24,39], wanted is [24,40]", problem);
    }

    [Fact]
    public void A_weight_that_is_no_number_is_refused()
    {
        Dictionary<string, FileTensor> tensors = MadeHubert.Tensors(MadeHubert.Plan);
        tensors["final_proj.bias"] = FileTensor.FromFloat32([10], [0, 0, 0, float.NaN, 0, 0, 0, 0, 0, 0]);
        Assert.Contains("NaN in final_proj.bias", Refused(tensors));
    }

    [Fact]
    public void Half_precision_is_read_and_final_proj_may_be_absent()
    {
        Dictionary<string, FileTensor> tensors = MadeHubert.Tensors(MadeHubert.Plan);
        foreach (string name in (string[])["final_proj.weight", "final_proj.bias"]) tensors.Remove(name);
        foreach ((string name, FileTensor tensor) in tensors.ToArray()) tensors[name] = FileTensor.FromFloat16(tensor.Shape, tensor.ToFloat32());
        LoadedHubert loaded = Load("half", tensors);
        Assert.Equal(0, loaded.Encoder.Plan.FinalChannels);
        Assert.Equal(24 * loaded.Encoder.Plan.FramesOf(3000), loaded.Encoder.Run(MadeHubert.Wave(3000), 2, final: false).Length);
    }

    [Theory]
    [InlineData("""{"feat_extract_norm": "layer"}""", "'feat_extract_norm' is layer")]
    [InlineData("""{"do_stable_layer_norm": true}""", "'do_stable_layer_norm' is True")]
    [InlineData("""{"num_attention_heads": 5}""", "24 hidden channels, which do not split into 5 heads")]
    [InlineData("""{"num_attention_heads": 3, "conv_stride": [5]}""", "names 1 strides")]
    [InlineData("""{"hidden_act": """, "is not JSON")]
    public void A_config_that_cannot_be_served_is_refused(string config, string problem)
    {
        MadeHubert.Write(_folder["net"], MadeHubert.Plan);
        File.WriteAllText(Path.Combine(_folder["net"], "config.json"), config);
        Assert.Contains(problem, Assert.Throws<FileFormatException>(() => HubertFile.Load(_backend, _folder["net"])).Message);
    }

    [Fact]
    public void Heads_that_nothing_tells_are_asked_for()
    {
        MadeHubert.Write(_folder["net"], MadeHubert.Plan);
        File.Delete(Path.Combine(_folder["net"], "config.json"));
        Assert.Contains("num_attention_heads", Assert.Throws<FileFormatException>(() => HubertFile.Load(_backend, _folder["net"])).Message);
    }

    [Theory]
    [InlineData("""{"do_normalize": true}""", true)]
    [InlineData("""{"do_normalize": false}""", false)]
    [InlineData("""{}""", false)]
    [InlineData(null, false)]
    public void Normalisation_is_what_the_preprocessor_s_config_says(string? config, bool normalises)
    {
        MadeHubert.Write(_folder["net"], MadeHubert.Plan);
        if (config is not null) File.WriteAllText(Path.Combine(_folder["net"], "preprocessor_config.json"), config);
        LoadedHubert loaded = HubertFile.Load(_backend, _folder["net"]);
        using (loaded.Encoder) Assert.Equal(normalises, loaded.Normalises);
    }

    [Fact]
    public void Other_files_are_told_apart()
    {
        Assert.Contains("no such file or folder", Assert.Throws<FileNotFoundException>(() => HubertFile.Load(_backend, _folder["nothing"])).Message);
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("model.safetensors", Assert.Throws<FileNotFoundException>(() => HubertFile.Load(_backend, _folder["empty"])).Message);
        PickleDict voice = new();
        voice["weight"] = FileTensor.FromFloat32([1], [1]);
        PthFile.Write(_folder["voice.pth"], voice);
        Assert.Contains("is no HuBERT", Assert.Throws<FileFormatException>(() => HubertFile.Load(_backend, _folder["voice.pth"])).Message);
    }

    [SkippableFact]
    public void All_names_of_fairseq_become_Hugging_Face_s()
    {
        string path = Path.Combine(GoldenCases.Find("hubert-base"), "names-fairseq.json");
        using System.Text.Json.JsonDocument names = System.Text.Json.JsonDocument.Parse(File.ReadAllText(path));
        foreach (System.Text.Json.JsonElement entry in names.RootElement.EnumerateArray())
        {
            string name = entry.GetProperty("name").GetString()!;
            if (entry.GetProperty("hf").GetString() is not { } wanted || name == "mask_emb") continue;   // not of the encoder
            Assert.Equal(wanted, HubertNames.Of(name));
            Assert.Equal(wanted, HubertNames.Of(wanted));
        }
    }

    private LoadedHubert Load(string folder, Dictionary<string, FileTensor> tensors)
    {
        Directory.CreateDirectory(_folder[folder]);
        SafetensorsFile.Write(Path.Combine(_folder[folder], "model.safetensors"), [.. tensors]);
        File.WriteAllText(Path.Combine(_folder[folder], "config.json"), MadeHubert.Config(MadeHubert.Plan));
        return HubertFile.Load(_backend, _folder[folder]);
    }

    private string Refused(Dictionary<string, FileTensor> tensors) => Assert.Throws<FileFormatException>(() => Load("bad", tensors)).Message;
}
