using System.Globalization;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>Something that a user should know of a training, said once.</summary>
public sealed record TrainingWarning(string Kind, long Step, int Epoch, string Text);

/// <summary>
/// What deserves a word, beside the log: each kind once in a training, however often it goes on. They are kept in logs/NAME/warnings.json. None of them
/// stops anything, and none says which save is best.
/// </summary>
public sealed class TrainingWarnings
{
    public const string FileName = "warnings.json";

    private const double MostNormG = 1000, MostNormD = 100, FlatShare = 0.005;
    private readonly string _path;
    private readonly List<TrainingWarning> _said;
    private readonly Action<string> _say;

    /// <param name="say">Hears each new warning.</param>
    public TrainingWarnings(string folder, Action<string> say)
    {
        _path = Path.Combine(folder, FileName);
        _said = ReadAll(_path);
        _say = say;
    }

    /// <exception cref="Formats.FileFormatException">The file is not such a list.</exception>
    public static IReadOnlyList<TrainingWarning> Read(string folder) => ReadAll(Path.Combine(folder, FileName));

    /// <summary>Looks at the data and the batch before the first step.</summary>
    /// <param name="effectiveBatch">Clips of one update.</param>
    /// <param name="isFineTuning">Null where nobody knows.</param>
    internal void AtBeginning(double dataSeconds, int effectiveBatch, bool? isFineTuning, long step, int epoch)
    {
        string amount = TrainingAdvice.Duration(dataSeconds);
        if (isFineTuning == false && dataSeconds < TrainingAdvice.ScratchSeconds)
        {
            Add("short-data", step, epoch, $"{amount} of data are little for a training from random weights: {TrainingAdvice.Scratch}");
        }

        int advised = TrainingAdvice.BatchSize(dataSeconds);
        if (effectiveBatch > advised && dataSeconds < TrainingAdvice.ScratchSeconds)
        {
            Add("large-batch", step, epoch,
                $"an effective batch of {effectiveBatch} is large for {amount} of data: {advised} is what trainers advise; larger ones make fewer updates and smooth the voice");
        }
    }

    /// <summary>Clips whose files hold values that are not finite.</summary>
    internal void LeftOut(IEnumerable<string> clips, long step, int epoch) => Add(
        "damaged-clips", step, epoch, $"clips whose files hold values that are not finite are not trained on: {string.Join(", ", clips)}");

    /// <summary>A step that was skipped.</summary>
    internal void NotFinite(StepFailure failure, long step, int epoch) => Add(
        "non-finite", step, epoch, $"{failure.Quantity} at step {step}: such steps are skipped and change no weight; train.log has each of them with its clips");

    /// <summary>A save that was found bad.</summary>
    internal void BadSave(string fault, long step, int epoch) => Add("bad-save", step, epoch, $"the save of step {step} is bad: {fault}");

    /// <summary>Looks at a step's losses.</summary>
    internal void AfterStep(LossFigures figures, bool? isFineTuning, long step, int epoch)
    {
        if (figures.Kl <= 0 && IsNew("kl"))
        {
            Add("kl", step, epoch, Text($"the KL divergence is {figures.Kl:g3}, at or below 0: the posterior says no more than the prior; if the saves sound worse from here on, go back to an earlier one and lower the learning rate"));
        }

        if (isFineTuning != true) return;
        if (figures.NormG > MostNormG && IsNew("grad-norm-g"))
        {
            Add("grad-norm-g", step, epoch, Text($"grad_norm_g is {figures.NormG:g4}, above {MostNormG} in a fine-tuning: does the pretrain fit the data, is a clip damaged? --clip-norm bounds it"));
        }

        if (figures.NormD > MostNormD && IsNew("grad-norm-d"))
        {
            Add("grad-norm-d", step, epoch, Text($"grad_norm_d is {figures.NormD:g4}, above {MostNormD} in a fine-tuning: does the pretrained discriminator belong to the generator? --clip-norm bounds it"));
        }
    }

    /// <summary>Looks at the mel losses of the last epochs.</summary>
    internal void AfterEpoch(IReadOnlyList<double> mels, long step, int epoch)
    {
        if (mels.Count < LossAverages.EpochsKept) return;
        double before = mels.Take(mels.Count / 2).Average(), after = mels.Skip(mels.Count / 2).Average();
        if (Math.Abs(after - before) > FlatShare * before) return;
        Add("flat", step, epoch, Text($"losses are flat: the mel loss was {before:f3} on average in the ten epochs before the last ten, and {after:f3} in these; that is no verdict, so hear the saves before training on"));
    }

    private void Add(string kind, long step, int epoch, string text)
    {
        if (!IsNew(kind)) return;
        _said.Add(new TrainingWarning(kind, step, epoch, text));
        RecordFile.Write(_path, _said, TrainingJson.Default.ListTrainingWarning);
        _say($"warning: {text}");
    }

    // Asked before a text is made, for some hold at every step from then on.
    private bool IsNew(string kind) => !_said.Exists(warning => warning.Kind == kind);

    private static List<TrainingWarning> ReadAll(string path) =>
        RecordFile.Read(path, TrainingJson.Default.ListTrainingWarning, TrainingJson.ListIsNotNeeded) ?? [];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
