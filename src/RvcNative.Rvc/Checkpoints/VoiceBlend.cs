using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>A voice of a blend.</summary>
/// <param name="Share">0 or more; shares are divided by their sum.</param>
public sealed record BlendPart(string Path, double Share);

/// <summary>
/// Voices mixed into one by the mean of their weights, as mainline's merge does for two (train/process_ckpt.py). Speakers that not all voices
/// have are left out, as there.
/// </summary>
public static class VoiceBlend
{
    private const string SpeakerTable = "emb_g.weight", VocoderKey = "vocoder", OursKey = "rvcnative";
    private const int SpeakersItem = 15, ProblemsShown = 40;

    // What one training alone can say of itself.
    private static readonly string[] s_ofOneTraining =
        ["weight", "config", "info", "epoch", "step", "creation_date", "model_hash", "dataset_length", "model_name"];

    private static readonly string[] s_configNames =
    [
        "spectrogram bins", "segment", "inter channels", "hidden channels", "filter channels", "heads", "layers", "kernel", "dropout", "residual block",
        "residual kernels", "residual dilations", "upsampling rates", "first upsampling channels", "upsampling kernels", "speakers", "speaker channels",
        "sample rate",
    ];

    // Dropout and segment are of no meaning here; speakers and sample rate are compared by themselves.
    private static readonly int[] s_freeItems = [1, 8, SpeakersItem, 17];

    /// <summary>Writes the blend.</summary>
    /// <returns>What a user should know of it, in whole sentences.</returns>
    /// <exception cref="ArgumentException">The voices do not go together, or the shares are no shares; the message lists every mismatch.</exception>
    /// <exception cref="FileFormatException">A file is no voice.</exception>
    public static IReadOnlyList<string> Write(string path, IReadOnlyList<BlendPart> parts)
    {
        if (parts.Count < 2) throw new ArgumentException($"a blend has two voices or more; {parts.Count} came");
        if (parts.FirstOrDefault(part => !(part.Share >= 0 && double.IsFinite(part.Share))) is { } odd)
        {
            throw new ArgumentException($"{odd.Path}: a share of {odd.Share}; it is 0 or more");
        }

        double sum = parts.Sum(part => part.Share);
        if (sum <= 0) throw new ArgumentException("all shares are 0; one at least is more");
        Source[] sources = [.. parts.Select(part => new Source(part.Path, part.Share / sum))];
        List<string> problems = [.. sources.Skip(1).SelectMany(source => Mismatches(sources[0], source)), .. sources.SelectMany(NotFinite)];
        if (problems.Count > 0)
        {
            string more = problems.Count > ProblemsShown ? $"\n  and {problems.Count - ProblemsShown} more" : "";
            throw new ArgumentException($"these voices cannot be blended:\n  {string.Join("\n  ", problems.Take(ProblemsShown))}{more}");
        }

        int speakers = sources.Min(source => source.Speakers);
        PthFile.Write(path, Blend(sources, speakers));
        return Notes(sources, speakers, sum);
    }

    private static IEnumerable<string> Mismatches(Source first, Source other)
    {
        string name = Path.GetFileName(other.Path), against = Path.GetFileName(first.Path);
        foreach ((string what, string own, string wanted) in (IEnumerable<(string, string, string)>)
        [
            ("version", $"{other.Voice.Plan.Version}".ToLowerInvariant(), $"{first.Voice.Plan.Version}".ToLowerInvariant()),
            ("sample rate", $"{other.Voice.Plan.SampleRateHz} Hz", $"{first.Voice.Plan.SampleRateHz} Hz"),
            ("pitch", other.Voice.Plan.HasPitch ? "with" : "without", first.Voice.Plan.HasPitch ? "with" : "without"),
            ("vocoder", other.Vocoder, first.Vocoder),
            ("features", other.Voice.Extraction?.Features ?? "", first.Voice.Extraction?.Features ?? ""),
            ("features of weights with SHA-256", other.Voice.Extraction?.FeaturesHash ?? "", first.Voice.Extraction?.FeaturesHash ?? ""),
            .. s_configNames.Index().Where(item => !s_freeItems.Contains(item.Index))
                .Select(item => (item.Item, PickleText.Of(other.Config[item.Index]), PickleText.Of(first.Config[item.Index]))),
        ])
        {
            bool bothKnown = own.Length > 0 && wanted.Length > 0;
            if (bothKnown && own != wanted) yield return $"{name}: {what} {own}, but {against} has {wanted}";
        }

        foreach (string missing in first.Tensors.Keys.Except(other.Tensors.Keys)) yield return $"{name}: has no {missing}, but {against} has";
        foreach (string extra in other.Tensors.Keys.Except(first.Tensors.Keys)) yield return $"{name}: has {extra}, but {against} has not";
        foreach ((string key, FileTensor tensor) in other.Tensors)
        {
            if (!first.Tensors.TryGetValue(key, out FileTensor? wanted)) continue;
            int free = key == SpeakerTable ? 1 : 0;
            if (tensor.Shape.AsSpan(free).SequenceEqual(wanted.Shape.AsSpan(free))) continue;
            yield return $"{name}: {key} is [{string.Join(',', tensor.Shape)}], but [{string.Join(',', wanted.Shape)}] in {against}";
        }
    }

    private static IEnumerable<string> NotFinite(Source source)
    {
        foreach ((string key, FileTensor tensor) in source.Tensors)
        {
            int count = tensor.ToFloat32().Count(value => !float.IsFinite(value));
            if (count > 0) yield return $"{Path.GetFileName(source.Path)}: {key} has {count} values that are not finite; its training diverged";
        }
    }

    private static PickleDict Blend(Source[] sources, int speakers)
    {
        Source first = sources[0];
        PickleDict weight = new(), root = new(ordered: true);
        foreach ((string key, FileTensor tensor) in first.Tensors)
        {
            int[] shape = key == SpeakerTable ? [speakers, .. tensor.Shape.AsSpan(1)] : tensor.Shape;
            double[] sum = new double[FileTensor.CountElements(shape)];
            foreach (Source source in sources)
            {
                float[] values = source.Tensors[key].ToFloat32();
                for (int i = 0; i < sum.Length; i++) sum[i] += source.Share * values[i];
            }

            weight[key] = FileTensor.FromFloat16(shape, Array.ConvertAll(sum, value => (float)value));
        }

        PickleList config = new(first.Config);
        config.Items[SpeakersItem] = speakers;
        root["weight"] = weight;
        root["config"] = config;
        root["info"] = $"blend of {string.Join(" + ", sources.Select(source => FormattableString.Invariant($"{source.Share:0.####} {Path.GetFileNameWithoutExtension(source.Path)}")))}";
        KeepShared(root, [.. sources.Select(source => source.Root)]);
        return root;
    }

    // Keys with the same value in all voices, and of our own dict the entries with the same value.
    private static void KeepShared(PickleDict target, PickleDict[] roots)
    {
        foreach ((PickleValue key, PickleValue value) in roots[0].Entries)
        {
            if (key is not PickleString { Value: var name } || s_ofOneTraining.Contains(name)) continue;
            PickleValue?[] all = [.. roots.Select(root => root.TryGet(name, out PickleValue? found) ? found : null)];
            if (name == OursKey && all.All(each => each is PickleDict))
            {
                PickleDict ours = new();
                KeepShared(ours, [.. all.Cast<PickleDict>()]);
                target[name] = ours;
            }
            else if (name is "sr" or "f0" or "version" || all.All(each => each is not null && PickleText.IsPlain(each) && PickleText.Of(each) == PickleText.Of(value)))
            {
                target[name] = value;      // sr, f0 and version are the same by now, however they are written
            }
        }
    }

    private static List<string> Notes(Source[] sources, int speakers, double sum)
    {
        List<string> notes = [];
        if (Math.Abs(sum - 1) > 1e-9)
        {
            notes.Add(FormattableString.Invariant($"the shares make {sum:0.####} together and were divided by it"));
        }

        if (sources.Any(source => source.Speakers != speakers)) notes.Add($"the voices have different numbers of speakers; the blend has those that all have, {speakers}");
        string[] unknown = [.. sources.Where(source => source.Voice.Extraction is null).Select(source => Path.GetFileName(source.Path))];
        if (unknown.Length > 0 && unknown.Length < sources.Length)
        {
            notes.Add($"{string.Join(", ", unknown)} does not say which features it was trained on; the blend speaks only if they are those of the others");
        }

        if (sources.Select(source => source.Voice.Extraction?.FillsUnvoiced).Distinct().Count() > 1)
        {
            notes.Add("the voices were trained with different pitch in unvoiced frames; try both with infer --unvoiced");
        }

        if (sources[0].Voice.Plan.Vocoder.Limit() is { } limit) notes.Add(limit);
        return notes;
    }

    /// <summary>A voice with its tensors under mainline's names.</summary>
    private sealed class Source
    {
        internal Source(string path, double share)
        {
            (Path, Share, Voice) = (path, share, VoiceFile.Read(path));
            PickleNode root = PthFile.Read(path);
            Root = root.Dict();
            Vocoder = root.TryGet(VocoderKey, out PickleNode vocoder) && !vocoder.IsNone ? vocoder.String() : "HiFi-GAN";
            Config = [.. root["config"].Items.Select(item => item.Value)];
            foreach (string name in root["weight"].Keys) Tensors[WeightNames.Plain(name)] = root["weight"][name].Tensor().Load();
            Speakers = Tensors.TryGetValue(SpeakerTable, out FileTensor? table) ? table.Shape[0] : Voice.Plan.Speakers;
        }

        internal string Path { get; }

        internal double Share { get; }

        internal VoiceFile Voice { get; }

        internal PickleDict Root { get; }

        internal string Vocoder { get; }

        internal PickleValue[] Config { get; }

        internal int Speakers { get; }

        internal Dictionary<string, FileTensor> Tensors { get; } = [];
    }
}
