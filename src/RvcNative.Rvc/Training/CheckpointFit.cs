using System.Globalization;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>Whether checkpoints are of a training's networks; everything that differs is told at once, in the user's terms first, then tensor by tensor.</summary>
public static class CheckpointFit
{
    /// <summary>The table of speakers, the one tensor whose size hangs on the data.</summary>
    internal const string SpeakerTable = "emb_g.weight";

    // All of it differs between two vocoders, so no tensor of it is worth a line.
    private const string Decoder = "dec.";

    /// <param name="generator">Null for none; likewise the discriminator.</param>
    /// <param name="mayLackSpeakers">Whether the generator may have fewer speakers than the training (pretrained weights).</param>
    /// <exception cref="FileFormatException">Something differs; the message lists all of it, of both files.</exception>
    public static void Require(GanNetworks networks, string? generator, string? discriminator, bool mayLackSpeakers = false)
    {
        List<string> problems = [];
        if (generator is not null) problems.AddRange(OfGenerator(networks, generator, mayLackSpeakers));
        int ofGenerator = problems.Count;
        if (discriminator is not null) problems.AddRange(OfDiscriminator(networks, discriminator));
        if (problems.Count == 0) return;
        string file = ofGenerator > 0 ? generator! : discriminator!;
        if (ofGenerator > 0 && ofGenerator < problems.Count) problems.Insert(ofGenerator, $"and in {discriminator}:");
        throw new FileFormatException(file, $"is not of the networks of this training; what differs:\n  {string.Join("\n  ", problems)}");
    }

    /// <summary>Rows of the speaker table of a generator's file; null without one.</summary>
    internal static int? SpeakersOf(string generator)
    {
        using PthFile file = PthFile.Open(generator);
        return file.Root.TryGet("model", out PickleNode model) ? new NetworkShapes(model).Speakers : null;
    }

    private static List<string> OfGenerator(GanNetworks networks, string path, bool mayLackSpeakers)
    {
        using PthFile file = PthFile.Open(path);
        PickleNode model = TrainingCheckpoint.Model(file);
        NetworkShapes shapes = new(model);
        ModelPlan plan = networks.Generator.Plan;
        List<string> problems = [];
        if (!shapes.IsGenerator)
        {
            problems.Add(shapes.IsDiscriminator ? "the file is a discriminator's (D_), wanted is a generator's (G_)" : "the file is no generator's");
            return problems;
        }

        Differ("version", Name(shapes.Version) ?? $"features of {shapes.PhoneChannels} values", Name(plan.Version)!);
        Differ("f0", shapes.HasPitch ? "with pitch" : "without pitch", plan.HasPitch ? "with pitch" : "without pitch");
        bool isOtherVocoder = shapes.Vocoder != plan.Vocoder;
        if (isOtherVocoder) problems.Add($"vocoder: {shapes.Vocoder.FileName()} in the file, {plan.Vocoder.FileName()} here; say --vocoder {shapes.Vocoder.Option()}, or take another file");
        string here = Presets.SampleRatesHz.FirstOrDefault(rate => rate.Value == plan.SampleRateHz).Key ?? $"{plan.SampleRateHz} Hz";
        if (shapes.FittingRates() is { Count: > 0 } rates && !rates.Contains(here)) problems.Add($"sample rate: {string.Join(" or ", rates)} in the file, {here} here");
        bool speakersFit = shapes.Speakers == plan.Speakers || (mayLackSpeakers && shapes.Speakers < plan.Speakers);
        if (!speakersFit) problems.Add(string.Create(CultureInfo.InvariantCulture, $"speakers: {shapes.Speakers} in the file, {plan.Speakers} here (spk_embed_dim of config.json)"));
        problems.AddRange(Tensors(model, networks.Generator.Network, isLeftOut: name => name == SpeakerTable || (isOtherVocoder && name.StartsWith(Decoder, StringComparison.Ordinal))));
        return problems;

        void Differ(string what, string found, string wanted)
        {
            if (found != wanted) problems.Add($"{what}: {found} in the file, {wanted} here");
        }
    }

    private static List<string> OfDiscriminator(GanNetworks networks, string path)
    {
        using PthFile file = PthFile.Open(path);
        PickleNode model = TrainingCheckpoint.Model(file);
        NetworkShapes shapes = new(model);
        List<string> problems = [];
        if (!shapes.IsDiscriminator)
        {
            problems.Add(shapes.IsGenerator ? "the file is a generator's (G_), wanted is a discriminator's (D_)" : "the file is no discriminator's");
            return problems;
        }

        int here = networks.Discriminator.Count;
        if (shapes.Discriminators != here) problems.Add($"discriminators: {shapes.Discriminators} in the file{(shapes.DiscriminatorVersion is { } version ? $" ({version})" : "")}, {here} here");
        problems.AddRange(Tensors(model, networks.Discriminator.Network, isLeftOut: _ => false));
        return problems;
    }

    private static IEnumerable<string> Tensors(PickleNode model, Network network, Func<string, bool> isLeftOut)
    {
        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            if (isLeftOut(parameter.Name)) continue;
            if (!WeightNames.TryFind(model, parameter.Name, out PickleNode node)) yield return $"{parameter.Name} is missing in the file, {parameter.CheckpointShape} here";
            else if (!node.Tensor().Shape.AsSpan().SequenceEqual(parameter.CheckpointShape.ToArray()))
                yield return $"{parameter.Name} is [{string.Join(',', node.Tensor().Shape)}] in the file, {parameter.CheckpointShape} here";
        }
    }

    private static string? Name(ModelVersion? version) => version switch { ModelVersion.V1 => "v1", ModelVersion.V2 => "v2", _ => null };
}
