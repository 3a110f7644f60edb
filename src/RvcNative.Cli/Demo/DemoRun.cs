using System.Diagnostics;
using System.Globalization;
using RvcNative.Audio;
using RvcNative.Cli.Commands;
using RvcNative.Core;
using RvcNative.Formats.Png;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Imaging;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Demo;

/// <summary>The whole way of a voice, on the samples that lie in the program: preprocess, extract, train, infer, and a page that shows what came of it.</summary>
/// <param name="threads">0 takes one per processor; the files do not depend on it.</param>
/// <param name="device">As <see cref="Devices.Open"/> takes it; for training and conversion.</param>
internal sealed class DemoRun(DemoFolder folder, DemoPlan plan, ulong seed, int threads, string device, StatusLine line, CancellationToken cancellation)
{
    private const int PictureWidth = 1100, SpectrogramHeight = 340, LossHeight = 520;

    /// <exception cref="OperationCanceledException">Cancelled; what is in the folder is not whole, and the next demo begins anew.</exception>
    internal DemoResult Run()
    {
        folder.BeginAnew();
        DemoSamples.Write(folder);
        using Backend backend = Devices.Open(device, threads);
        long started = Stopwatch.GetTimestamp();

        PreprocessReport slices = Preprocess();
        double preprocessSeconds = Lap(ref started);
        Extract();
        double extractSeconds = Lap(ref started);
        (LossHistory losses, int clips, long parameters) = Train(backend);
        double trainSeconds = Lap(ref started);
        AudioBuffer converted = Convert(backend);
        double convertSeconds = Lap(ref started);

        AudioBuffer original = WavFile.Read(folder.Original);
        DemoResult result = new(
            plan, losses, backend.Name, clips, slices.Totals.TrainSeconds, parameters, SpectralDistance.Between(original, converted),
            new DemoTimes(preprocessSeconds, extractSeconds, trainSeconds, convertSeconds));
        WritePictures(original, converted, losses);
        DemoPage.Write(folder, result);
        return result;
    }

    private PreprocessReport Preprocess()
    {
        PreprocessOptions options = new() { SampleRateHz = DemoPlan.SampleRateHz, ChunkSeconds = DemoPlan.ChunkSeconds, Threads = threads };
        PreprocessReport report = Preprocessor.Run(folder.Recordings, folder.Experiment, options, new StageLine(line), cancellation);
        line.Print(Text($"preprocess: {report.Ledger.Files.Count} recordings, {report.Totals.InputSeconds:f1} s, cut into {report.Slices} slices"));
        return report;
    }

    private void Extract()
    {
        // It is there before extract, which then leaves it as it is; the seed in it is what train takes by default.
        ConfigFile.Write(plan.Config with { Train = plan.Config.Train with { Seed = (long)seed, Epochs = plan.Epochs } }, folder.Experiment.Config);

        // Without lines of silence: of so few clips they would be a large part, and the easiest to learn.
        ExtractOptions options = new() { Version = DemoPlan.Version, MuteLines = 0, Threads = threads };
        ExtractReport report = Extractor.Run(folder.Experiment, options, new StageLine(line), cancellation);
        line.Print($"extract: pitch (pYIN) and features (built-in spectral projection) of {report.Clips} chunks");
    }

    private (LossHistory Losses, int Clips, long Parameters) Train(Backend backend)
    {
        LossHistory losses = new();
        using Trainer trainer = new(backend, folder.Experiment, new TrainOptions
        {
            Version = DemoPlan.Version,
            HasPitch = true,
            Epochs = plan.Epochs,
            BatchSize = DemoPlan.BatchSize,
            SaveEvery = plan.Epochs,
            Seed = seed,
            WeightsFolder = folder.Weights,
        });
        long parameters = Learned(trainer.Networks.Generator.Network) + Learned(trainer.Networks.Discriminator.Network);
        line.Print(Text($"train: {plan.Epochs * trainer.BatchesPerEpoch} steps of {DemoPlan.BatchSize} segments from random weights, {parameters / 1e6:f1} million parameters, on {backend.Name}"));
        trainer.Run(
            progress =>
            {
                losses.Add(progress.Losses);
                line.Update(() => TrainRun.Describe(progress));
            },
            onMessage: null, cancellation);
        return (losses, trainer.Clips.Count, parameters);
    }

    private AudioBuffer Convert(Backend backend)
    {
        cancellation.ThrowIfCancellationRequested();
        using Converter converter = new(backend, VoiceFile.Read(folder.Voice));
        using ConversionInput recording = ConversionInput.Load(folder.Original);
        using ConvertedAudio audio = converter.Convert(recording, new ConversionSettings { Seed = seed }, progress: null, cancellation);
        audio.Write(folder.Converted, WavEncoding.Pcm16);
        line.Print(Text($"infer: {Path.GetFileName(folder.Original)} said again, {(double)audio.Samples.Length / audio.SampleRateHz:f1} s"));
        return WavFile.Read(folder.Converted);
    }

    private void WritePictures(AudioBuffer original, AudioBuffer converted, LossHistory losses)
    {
        Write(folder.OriginalPicture, SpectrogramChart.Draw("original", original.ToMono(), original.SampleRateHz, PictureWidth, SpectrogramHeight));
        Write(folder.ConvertedPicture, SpectrogramChart.Draw("converted", converted.ToMono(), converted.SampleRateHz, PictureWidth, SpectrogramHeight));
        Write(folder.LossPicture, LossPicture.Draw(losses, PictureWidth, LossHeight));

        static void Write(string path, PngImage picture) => PngFile.Write(path, picture);
    }

    private static long Learned(Network network)
    {
        long count = 0;
        foreach (Parameter parameter in network.Parameters.Parameters) count += parameter.Shape.Count;
        return count;
    }

    private static double Lap(ref long started)
    {
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        return seconds;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
