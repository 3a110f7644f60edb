using System.CommandLine;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Export;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Commands;

/// <summary>`export`: a voice in another form.</summary>
internal static class ExportCommand
{
    internal sealed record Options(FileInfo Voice, string Format, FileInfo? Output, SourceNoise Noise);

    internal static Command Create()
    {
        Argument<FileInfo> voice = new("VOICE") { Description = "A voice file (.pth), or a .safetensors that this command wrote." };
        Option<string> format = new("--format", "-f") { Description = "safetensors, pth (mainline's names and half precision) or onnx (opset 17).", Required = true };
        format.AcceptOnlyFromAmong("safetensors", "pth", "onnx");
        Option<FileInfo?> output = new("--out", "-o") { Description = "The file to write; by default the voice's name with the format's ending." };
        Option<string> noise = new("--source-noise")
        {
            Description = "Of ONNX: whether the harmonic source's noise is drawn by the graph (random), is an input more (input: source_noise [1,N,1]), or none.",
            DefaultValueFactory = _ => "random",
        };
        noise.AcceptOnlyFromAmong("random", "input", "none");
        Command command = new("export",
            "Writes a voice in another form. ONNX takes phone, phone_lengths, pitch, pitchf, ds and rnd, as mainline's former export did, and gives audio; "
            + "rnd is used at full size: draw it with a standard deviation of 0.66666."
            + "\n\nExample: rvcnative export assets/weights/mira.pth --format onnx --out mira.onnx")
        {
            voice, format, output, noise,
        };
        command.SetAction(parsed => Run(
            new Options(parsed.GetRequiredValue(voice), parsed.GetRequiredValue(format), parsed.GetValue(output), parsed.GetValue(noise) switch
            {
                "input" => SourceNoise.Input,
                "none" => SourceNoise.None,
                _ => SourceNoise.Random,
            }),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        string voice = options.Voice.FullName, path = options.Output?.FullName ?? Path.ChangeExtension(voice, options.Format);
        if (path == voice) throw new ArgumentException($"{voice} would be overwritten; name another file with --out");
        Vocoder vocoder = options.Format switch
        {
            "safetensors" => VoiceTensors.WriteSafetensors(voice, path),
            "pth" => VoiceTensors.WritePth(voice, path),
            _ => WriteOnnx(voice, path, options.Noise),
        };
        output.WriteLine($"{path}: {new FileInfo(path).Length:N0} bytes");
        if (vocoder.Limit() is { } limit) output.WriteLine(limit);
        return CommandLine.Done;
    }

    private static Vocoder WriteOnnx(string path, string target, SourceNoise noise)
    {
        VoiceFile voice = VoiceFile.Read(path);
        using CpuBackend backend = new(0);
        OnnxVoice.Of(voice.Load(backend), noise, voice.Extraction).Write(target);
        return voice.Plan.Vocoder;
    }
}
