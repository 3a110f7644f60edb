using System.Text.Json.Nodes;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Data;

/// <summary>A training that is told of another vocoder writes it into a config.json that others wrote too.</summary>
public sealed class ConfigUpdateTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Place => _temp["config.json"];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void What_others_keep_in_the_file_stays()
    {
        JsonObject before = JsonNode.Parse(ConfigFile.Text(Presets.Of(ModelVersion.V2, 48000)))!.AsObject();
        (before["train"]!["fp16_run"], before["model"]!["p_dropout"], before["notes"]) = (true, 0.1, "of mine");
        File.WriteAllText(Place, before.ToJsonString());
        RvcConfig config = ConfigFile.Read(Place);
        RvcConfig changed = config with { Model = config.Model with { Vocoder = Vocoder.MrfHifiGan }, Train = config.Train with { MelLoss = "wave" } };
        ConfigFile.Update(changed, Place);
        Assert.Equal(ConfigFile.Text(changed), ConfigFile.Text(ConfigFile.Read(Place)));
        JsonObject after = JsonNode.Parse(File.ReadAllText(Place))!.AsObject();
        Assert.True((bool)after["train"]!["fp16_run"]!);
        Assert.Equal(("of mine", 0.1), ((string)after["notes"]!, (double)after["model"]!["p_dropout"]!));
    }

    [Fact]
    public void A_choice_that_was_taken_back_does_not_stay()
    {
        RvcConfig preset = Presets.Of(ModelVersion.V2, 32000), refine = Presets.Of(ModelVersion.V2, 32000, Vocoder.RefineGan);
        ConfigFile.Write(refine with { Train = refine.Train with { Discriminator = "v2", DiscriminatorDivisor = 4 } }, Place);
        ConfigFile.Update(preset, Place);
        Assert.Equal(ConfigFile.Text(preset), File.ReadAllText(Place));
    }
}
