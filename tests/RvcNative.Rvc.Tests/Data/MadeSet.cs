using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Data;

/// <summary>A prepared training of made-up speech at 32 kHz with fake features, in a folder that goes with it.</summary>
internal sealed class MadeSet : IDisposable
{
    internal MadeSet(params double[] seconds)
    {
        for (int i = 0; i < seconds.Length; i++) MadeSpeech.Write(Temp[$"recordings/{(char)('a' + i)}.wav"], 32000, 150 + 10 * i, seconds[i]);
        Preprocessor.Run(Temp["recordings"], Experiment, new PreprocessOptions { SampleRateHz = 32000 });
        Extractor.Run(Experiment, new ExtractOptions { Features = new FakeFeatures(), Pitch = new FakePitch() });
    }

    internal TempFolder Temp { get; } = new();

    internal ExperimentFolder Experiment => new(Temp["logs/voice"]);

    internal RvcConfig Config { get; } = Presets.Of(ModelVersion.V2, 32000);

    internal TrainingSet Open(
        TrainingSetOptions? options = null, bool hasPitch = true, RvcConfig? config = null, ModelVersion version = ModelVersion.V2) =>
        TrainingSet.Open(Experiment.FileList, config ?? Config, version, hasPitch, options);

    public void Dispose() => Temp.Dispose();
}
