using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Data;

public sealed class SpeechTests
{
    [SkippableFact]
    public void Sentences_become_batches()
    {
        Skip.If(Reference.Speech is null, "no shared/speech");
        using TempFolder temp = new();
        foreach (string name in (string[])["0880", "0890", "0930"])
            File.Copy(Path.Combine(Reference.Speech!, $"sense-and-sensibility-{name}.wav"), temp.WithParent($"recordings/{name}.wav"));
        ExperimentFolder experiment = new(temp["logs/reader"]);
        PreprocessReport cut = Preprocessor.Run(temp["recordings"], experiment, new PreprocessOptions { SampleRateHz = 40000 });
        Assert.Equal(3, cut.Ledger.Files.Count);
        Assert.Equal(2.99 + 5.30 + 3.29, cut.Totals.InputSeconds, 1);
        Assert.Equal(cut.Totals.InputSeconds, cut.Totals.TrainSeconds + cut.Totals.DroppedSeconds, 9);

        ExtractReport extracted = Extractor.Run(experiment, new ExtractOptions());
        Assert.Empty(extracted.Skipped);
        Assert.Equal(cut.Slices + 2, extracted.Lines);
        RvcConfig config = ConfigFile.Read(experiment.Config);
        TrainingSet set = TrainingSet.Open(experiment.FileList, config, ModelVersion.V2, hasPitch: true);
        Assert.Equal(extracted.Lines, set.Count + set.Excluded.Count);
        BatchAssembler assembler = new(set, config, ModelVersion.V2, hasPitch: true);
        int voiced = 0, frames = 0;
        foreach (int[] indices in new BucketSampler(set.Lengths, 4, 1234, set.Boundaries).Epoch(1))
        {
            using Batch batch = assembler.Assemble(indices);
            for (int row = 0; row < batch.Size; row++)
            {
                if (set.NameOf(batch.Indices[row]).StartsWith("mute", StringComparison.Ordinal)) continue;
                frames += batch.Lengths[row];
                voiced += batch.F0!.AsSpan(row * batch.Frames, batch.Lengths[row]).ToArray().Count(hz => hz > 0);
            }
        }
        Assert.InRange((double)voiced / frames, 0.3, 0.9);                   // read speech is voiced about half of the time
    }
}
