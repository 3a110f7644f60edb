using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Validation;

/// <summary>
/// The validation of one training: decides once what is held out and keeps to it as long as the training goes on, measures every save, and keeps
/// validation.json and the ledger up to date.
/// </summary>
internal sealed class TrainingValidation
{
    private readonly ExperimentFolder _experiment;
    private readonly HoldOut _holdOut;
    private readonly List<ValidationSet> _sets = [];
    private readonly IReadOnlyDictionary<string, SliceUse> _uses;
    private readonly IReadOnlyList<SkippedClip> _excluded;
    private readonly bool _isBegun;
    private ValidationRecord _record;
    private Validator? _validator;

    /// <param name="clips">All that could be trained on.</param>
    /// <param name="isBegun">Whether the training goes on from a save: then what it has heard cannot be held out any more.</param>
    /// <param name="open">Opens the prepared clips of a folder with the settings of the training.</param>
    internal TrainingValidation(ExperimentFolder experiment, TrainingSet clips, ValidationOptions options, bool isBegun, Func<ExperimentFolder, TrainingSet> open)
    {
        (_experiment, _isBegun) = (experiment, isBegun);
        ClipPlace?[] places = ClipPlaces.Of(experiment, clips);
        ValidationRecord? known = isBegun ? ValidationRecord.Read(experiment.Root) : null;
        _holdOut = Choose(clips, places, options, isBegun, known);
        _record = known ?? new ValidationRecord(_holdOut.Setting, _holdOut.Stretches, []);
        SliceUse[] uses = [.. places.Select(_holdOut.UseOf)];
        if (!uses.Contains(SliceUse.Train))
        {
            throw new TrainingDataException(
                $"'{experiment.FileList}' has no clip but those that this training holds out; add recordings, or begin anew under another name.");
        }

        Training = clips.Where(i => uses[i] == SliceUse.Train);
        _excluded = clips.Excluded;
        _uses = Enumerable.Range(0, uses.Length).GroupBy(clips.NameOf).ToDictionary(each => each.Key, each => uses[each.First()]);
        BesideSeconds = Enumerable.Range(0, uses.Length).Where(i => uses[i] == SliceUse.LeftOut).Sum(clips.SecondsOf);
        if (options.Kind == HoldOutKind.Folder)
        {
            ExperimentFolder folder = PreparedClips.FolderOf(experiment, ValidationSets.HeldOut);
            TrainingSet others = open(folder);
            _sets.Add(new ValidationSet(ValidationSets.HeldOut, others, null));
            _record = _record with { HeldOut = [.. _holdOut.Stretches, .. RecordingsOf(folder, others)] };
        }
        else if (uses.Contains(SliceUse.HeldOut) && options.Kind != HoldOutKind.Off)
        {
            _sets.Add(new ValidationSet(ValidationSets.HeldOut, clips.Where(i => uses[i] == SliceUse.HeldOut, forListening: true), null));
        }

        if (options.ForeignClip is null) return;
        int voice = Enumerable.Range(0, Training.Count).Min(Training.SpeakerOf);
        _sets.Add(new ValidationSet(ValidationSets.Foreign, open(PreparedClips.FolderOf(experiment, ValidationSets.Foreign)), voice));
    }

    /// <summary>What is trained on.</summary>
    internal TrainingSet Training { get; }

    /// <summary>Of clips that are in neither part, for they lie next to what is held out.</summary>
    private double BesideSeconds { get; }

    /// <summary>Notes what is held out, in words, in validation.json and in the ledger.</summary>
    internal void Begin(Action<string> say)
    {
        if (_holdOut.Words is { } words) say(words);
        foreach (ValidationSet set in _sets)
        {
            double seconds = Enumerable.Range(0, set.Clips.Count).Sum(set.Clips.SecondsOf);
            bool isForeign = set.Name == ValidationSets.Foreign;
            string beside = !isForeign && BesideSeconds > 0 ? FormattableString.Invariant($"; {BesideSeconds:f0} s beside them are in neither part") : "";
            say(FormattableString.Invariant($"validation on {set.Clips.Count} clips, {seconds:f0} s, {(isForeign ? "of the foreign clip" : "which are not trained on")}{beside}"));
        }

        if (_sets.Count > 0 || _record.HeldOut.Count > 0) _record.Write(_experiment.Root);
        else if (!_isBegun) File.Delete(Path.Combine(_experiment.Root, ValidationRecord.FileName));
        Dictionary<string, SkippedClip> excluded = _excluded.GroupBy(clip => clip.Name).ToDictionary(each => each.Key, each => each.First());
        LedgerUses.NoteTraining(_experiment, _uses, excluded);
    }

    /// <summary>Whether a save's figures are there.</summary>
    internal bool HasMeasured(SavedEpoch save) => _record.Saves.Any(each => each.Step == save.Step);

    /// <summary>Measures a finished save.</summary>
    /// <param name="scalar">Takes a tag, a value and the step.</param>
    internal void Measure(GanNetworks networks, SavedEpoch save, Action<string> say, Action<string, double, long> scalar)
    {
        if (_sets.Count == 0) return;
        _validator ??= new Validator(networks.Backend, networks.Generator, networks.Config, networks.Mel.Transform, PreparedClips.ReferencesOf(_experiment));
        ValidatedSave? before = _record.Saves.LastOrDefault(each => each.Step < save.Step);
        List<SetFigures> sets = [], speakers = [];
        foreach (ValidationSet set in _sets)
        {
            if (_validator.Measure(set) is not (SetFigures all, IReadOnlyList<SetFigures> each))
            {
                say($"validation at epoch {save.Epoch}: what this save says of a clip has samples that are not finite, so it has no figures");
                return;
            }

            sets.Add(all);
            speakers.AddRange(each);
            say(ValidationLine.Of(all, before?.Sets.FirstOrDefault(earlier => earlier.Set == set.Name), save.Epoch));
        }

        _validator.Trim();
        foreach (SetFigures figures in sets.Concat(speakers))
        {
            string place = $"validation/{figures.Set}{(figures.Speaker is { } speaker ? $"/speaker_{speaker}" : "")}";
            foreach ((string name, Spread? value) in figures.Metrics)
            {
                if (value is { } known) scalar($"{place}/{name}", known.Mean, save.Step);
            }
        }

        _record = _record.With(new ValidatedSave(save.Epoch, save.Step, Path.GetFileName(save.VoicePath), false, sets, speakers));
        _record.Write(_experiment.Root);
    }

    private static HoldOut Choose(TrainingSet clips, ClipPlace?[] places, ValidationOptions options, bool isBegun, ValidationRecord? known)
    {
        if (!isBegun)
        {
            IEnumerable<int> placed = Enumerable.Range(0, places.Length).Where(i => places[i] is not null);
            return HoldOutChoice.Of([.. placed.Select(i => new HoldOutChoice.Clip(places[i]!.Value, clips.SpeakerOf(i)))], options);
        }

        HeldOutStretch[] own = [.. (known?.HeldOut ?? []).Where(stretch => stretch.Source.Length > 0)];
        bool wantsOwn = options.Kind is HoldOutKind.Auto or HoldOutKind.Share;
        string? words = own.Length == 0 && wantsOwn
            ? "validation holds nothing out: this training has heard all of its clips already; a folder of other recordings (--validation DIR) or a --validation-clip can still be measured"
            : own.Length > 0 && known!.Setting != options.Text ? $"what this training holds out stays as it began (--validation {known.Setting}), for it must not hear it later" : null;
        return new HoldOut(known?.Setting ?? ValidationOptions.Off.Text, own, words);
    }

    // Recordings of a folder of the user's are named without a source: they are in no training set.
    private static IEnumerable<HeldOutStretch> RecordingsOf(ExperimentFolder folder, TrainingSet clips)
    {
        ClipPlace?[] places = ClipPlaces.Of(folder, clips);
        return Enumerable.Range(0, clips.Count).GroupBy(i => (File: places[i]?.File ?? clips.NameOf(i), Speaker: clips.SpeakerOf(i)))
            .Select(each => new HeldOutStretch(each.Key.File, each.Key.Speaker, each.Sum(clips.SecondsOf), "", 0, 0));
    }
}
