using System.Text.Json;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Formats.Pth;
using RvcNative.Formats.Safetensors;

namespace RvcNative.Cli.Tests;

public sealed class InfoCommandTests : IDisposable
{
    private static readonly string s_golden = Path.Combine(Repository.Root, "tests", "golden");
    private readonly string _folder = Directory.CreateTempSubdirectory("rvcnative-info-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_voice_shows_what_conversion_needs()
    {
        JsonElement voice = Json(Path.Combine(s_golden, "checkpoint-pth", "small-model.pth"));
        Assert.Equal("voice (small model for conversion)", voice.GetProperty("kind").GetString());
        Assert.Equal(("40k", "v2", 1, "3epoch", "HiFi-GAN", 4),
            (voice.GetProperty("sr").GetString(), voice.GetProperty("version").GetString(), voice.GetProperty("f0").GetInt32(),
            voice.GetProperty("info").GetString(), voice.GetProperty("vocoder").GetString(), voice.GetProperty("speakers").GetInt32()));
        Assert.Equal(18, voice.GetProperty("config").GetArrayLength());
        Assert.Equal(326, voice.GetProperty("tensors").GetInt32());
    }

    [Fact]
    public void A_generator_shows_where_its_training_stands()
    {
        JsonElement checkpoint = Json(Path.Combine(s_golden, "infer-v2-f0-tiny-chunk", "G_0.pth"));
        Assert.Equal("training checkpoint of a generator (G)", checkpoint.GetProperty("kind").GetString());
        Assert.Equal(("v2", true, 53602, 0), (checkpoint.GetProperty("version").GetString(), checkpoint.GetProperty("f0").GetBoolean(),
            checkpoint.GetProperty("parameters").GetInt32(), checkpoint.GetProperty("epoch").GetInt32()));
        Assert.Equal("v1", Json(Path.Combine(s_golden, "infer-v1-nof0-tiny", "G_0.pth")).GetProperty("version").GetString());
        Assert.False(Json(Path.Combine(s_golden, "infer-v1-nof0-tiny", "G_0.pth")).GetProperty("f0").GetBoolean());
    }

    [Fact]
    public void A_generator_beside_a_damaged_configuration_is_shown_all_the_same()
    {
        string checkpoint = Path.Combine(_folder, "G_0.pth");
        File.Copy(Path.Combine(s_golden, "infer-v2-f0-tiny-chunk", "G_0.pth"), checkpoint);
        File.WriteAllText(Path.Combine(_folder, "config.json"), "{ \"train\": ");
        JsonElement found = Json(checkpoint);
        Assert.Equal(("v2", 53602), (found.GetProperty("version").GetString(), found.GetProperty("parameters").GetInt32()));
        Assert.Contains("config.json", found.GetProperty("cannot_be_used").GetString());
    }

    [Theory]
    [InlineData("dec.mrfs.0.0.layers.0.conv1.bias", "MRF HiFi-GAN")]
    [InlineData("dec.downsample_blocks.0.bias", "RefineGAN")]
    public void A_vocoder_that_not_every_client_knows_is_shown(string parameter, string vocoder)
    {
        PickleDict model = new(ordered: true), root = new();
        model["enc_p.emb_phone.weight"] = Zeros(1, 768);
        model[parameter] = Zeros(1);
        root["model"] = model;
        PthFile.Write(Place("G_2.pth"), root);
        JsonElement shown = Json(Place("G_2.pth"));
        Assert.Equal(vocoder, shown.GetProperty("vocoder").GetString());
        Assert.Contains("W-Okada", shown.GetProperty("clients").GetString());
    }

    [Theory]
    [InlineData(24, 20, 1025, "48k")]
    [InlineData(20, 12, 513, "24k")]
    [InlineData(20, 16, 513, "32k")]
    [InlineData(16, 16, 1025, "40k")]
    [InlineData(18, 16, 1025, "none: not a configuration of mainline's or Applio's")]
    public void The_sample_rate_is_guessed_from_shapes(int firstKernel, int secondKernel, int bins, string guess)
    {
        PickleDict model = new(ordered: true);
        model["enc_p.emb_phone.weight"] = Zeros(1, 768);
        model["enc_q.pre.weight"] = Zeros(1, bins, 1);
        int[] kernels = [firstKernel, secondKernel, 4, 4];
        for (int i = 0; i < kernels.Length; i++) model[$"dec.ups.{i}.weight_v"] = Zeros(1, 1, kernels[i]);
        PickleDict root = new();
        root["model"] = model;
        PthFile.Write(Place("G_1.pth"), root);
        Assert.Equal(guess, Json(Place("G_1.pth")).GetProperty("sample_rate_guess").GetString());
    }

    [Fact]
    public void A_whole_voice_and_a_whole_checkpoint_lack_nothing()
    {
        SmallVoice.Write(Place("voice.pth"));
        JsonElement[] whole =
        [
            Json(Place("voice.pth")), Json(Path.Combine(s_golden, "infer-v2-f0-tiny-chunk", "G_0.pth")), Json(Path.Combine(s_golden, "infer-v1-nof0-tiny", "G_0.pth")),
        ];
        Assert.Equal(("spectral", "pyin", "zero"),
            (whole[0].GetProperty("features").GetString(), whole[0].GetProperty("pitch").GetString(), whole[0].GetProperty("unvoiced").GetString()));
        Assert.Equal("HiFi-GAN", whole[1].GetProperty("vocoder").GetString());
        foreach (JsonElement facts in whole)
        {
            foreach (string fault in (string[])["missing_tensors", "extra_tensors", "misshapen_tensors", "not_finite", "cannot_be_used"])
            {
                Assert.False(facts.TryGetProperty(fault, out _), fault);
            }
        }
    }

    [Fact]
    public void What_a_voice_or_checkpoint_lacks_or_has_too_much_of_is_named()
    {
        SmallVoice.Write(Place("voice.pth"));
        PickleDict root = PthFile.Read(Place("voice.pth")).Dict(), weight = new();
        foreach ((PickleValue key, PickleValue value) in ((PickleDict)root["weight"]).Entries)
        {
            string name = ((PickleString)key).Value;
            if (name != "dec.conv_pre.bias") weight[name] = name == "emb_g.weight" ? Zeros(2, 3) : value;
        }

        weight["of.another"] = FileTensor.FromFloat32([3], [float.NaN, float.PositiveInfinity, float.NaN]);
        root["weight"] = weight;
        PthFile.Write(Place("voice.pth"), root);
        JsonElement voice = Json(Place("voice.pth"));
        Assert.Equal(("dec.conv_pre.bias", "of.another", "emb_g.weight [2,3], wanted [2,4]"),
            (voice.GetProperty("missing_tensors")[0].GetString(), voice.GetProperty("extra_tensors")[0].GetString(), voice.GetProperty("misshapen_tensors")[0].GetString()));
        Assert.Equal((2, 1), (voice.GetProperty("nan_values").GetInt32(), voice.GetProperty("infinite_values").GetInt32()));

        PickleDict model = new(), discriminator = new();
        model["discriminators.0.convs.0.bias"] = Zeros(1);
        model["discriminators.1.convs.9.bias"] = Zeros(1);
        discriminator["model"] = model;
        PthFile.Write(Place("D_1.pth"), discriminator);
        JsonElement facts = Json(Place("D_1.pth"));
        Assert.Equal("discriminators.1.convs.9.bias", facts.GetProperty("extra_tensors")[0].GetString());
        Assert.Equal("and 32 more", facts.GetProperty("missing_tensors")[6].GetString());
    }

    [Fact]
    public void Values_that_are_not_finite_are_named()
    {
        PickleDict root = new();
        root["fine"] = Zeros(3);
        root["burnt"] = FileTensor.FromFloat32([2], [1, float.NaN]);
        PthFile.Write(Place("state.pth"), root);
        JsonElement state = Json(Place("state.pth"));
        Assert.Equal("state dict", state.GetProperty("kind").GetString());
        Assert.Equal("burnt", state.GetProperty("not_finite").EnumerateArray().Single().GetString());
    }

    [Fact]
    public void Arrays_sounds_events_and_configurations_are_told_by_their_bytes()
    {
        NpyFile.Write(Place("a.bin"), FileTensor.FromFloat32([2, 2], [1, -2, 3, float.NaN]));
        JsonElement array = Json(Place("a.bin"));
        Assert.Equal(("numpy array", "[2, 2]", -2.0, 1), (array.GetProperty("kind").GetString(), array.GetProperty("shape").GetString(),
            array.GetProperty("smallest").GetDouble(), array.GetProperty("not_finite").GetInt32()));

        SafetensorsFile.Write(Place("b"), [new("x", Zeros(2, 5))], new Dictionary<string, string> { ["by"] = "test" });
        JsonElement tensors = Json(Place("b"), "--tensors");
        Assert.Equal(("safetensors", "test", 10), (tensors.GetProperty("kind").GetString(), tensors.GetProperty("metadata.by").GetString(),
            tensors.GetProperty("values").GetInt32()));
        Assert.Equal("""{"name":"x","type":"float32","shape":[2,5]}""", tensors.GetProperty("tensors_list")[0].GetRawText());

        Audio.WavFile.Write(Place("c"), [.. Enumerable.Repeat(0.5f, 8000)], 16000);
        JsonElement sound = Json(Place("c"));
        Assert.Equal((16000, 0.5, -6.02), (sound.GetProperty("sample_rate_hz").GetInt32(), sound.GetProperty("seconds").GetDouble(),
            sound.GetProperty("peak_db").GetDouble()));

        JsonElement events = Json(Path.Combine(s_golden, "tensorboard", "events.out.tfevents.golden"));
        Assert.Equal((63, 3800, 1), (events.GetProperty("events").GetInt32(), events.GetProperty("last_step").GetInt32(),
            events.GetProperty("images").GetInt32()));

        JsonElement config = Json(Path.Combine(s_golden, "infer-v1-nof0-tiny", "config.json"));
        Assert.Equal(("mainline configuration", 40000), (config.GetProperty("kind").GetString(), config.GetProperty("sample_rate_hz").GetInt32()));
    }

    [Theory]
    [InlineData("truncated.pth", "the file is cut short")]
    [InlineData("bad-crc.pth", "CRC-32")]
    [InlineData("hostile-zip.pth", "'posix.system'")]
    [InlineData("not-a-checkpoint.pth", "is not a checkpoint")]
    [InlineData("no-such-file.pth", "there is no such file")]
    public void Damage_is_told_and_other_files_are_shown(string file, string problem)
    {
        (int code, string[] lines, string error) = Invocation.Run("info", Path.Combine(s_golden, "checkpoint-pth", file),
            Path.Combine(s_golden, "checkpoint-pth", "views.pth"));
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains(problem, error);
        Assert.Contains("  kind: torch file", lines);
    }

    [Fact]
    public void An_unknown_or_empty_file_is_refused_in_words()
    {
        File.WriteAllBytes(Place("noise"), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        File.WriteAllBytes(Place("empty"), []);
        Assert.Contains("is of no kind that is known: it begins with 0102030405060708", Invocation.Run("info", Place("noise")).Error);
        Assert.Contains("is empty", Invocation.Run("info", Place("empty")).Error);
        Assert.Contains("is a folder", Invocation.Run("info", _folder).Error);
    }

    private string Place(string name) => Path.Combine(_folder, name);

    private static FileTensor Zeros(params int[] shape) =>
        FileTensor.FromFloat32(shape, new float[shape.Aggregate(1, (product, length) => product * length)]);

    private static JsonElement Json(string path, params string[] options)
    {
        (int code, string[] lines, string error) = Invocation.Run(["info", "--json", path, .. options]);
        Assert.Equal((CommandLine.Done, ""), (code, error));
        return JsonDocument.Parse(Assert.Single(lines)).RootElement;
    }
}
