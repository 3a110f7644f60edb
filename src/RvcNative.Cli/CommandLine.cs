using System.CommandLine;
using System.CommandLine.Parsing;
using RvcNative.Cli.Commands;
using RvcNative.Core;
using RvcNative.Gpu;
using RvcNative.Native;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli;

/// <summary>The root command and what all commands share: exit codes and how a failure is told.</summary>
public static class CommandLine
{
    public const int Done = 0, Failed = 1, WrongUse = 2, Interrupted = 130;

    /// <returns>0 done, 1 failed, 2 wrong use, 130 interrupted.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        RootCommand root = new("Trains and converts RVC voices: no Python, no libtorch, mainline's own files in and out.")
        {
            DemoCommand.Create(),
            PreprocessCommand.Create(),
            ExtractCommand.Create(),
            TrainCommand.Create(),
            ReplayCommand.Create(),
            BoardCommand.Create(),
            AuditionCommand.Create(),
            IndexCommand.Create(),
            InferCommand.Create(),
            InfoCommand.Create(),
            BlendCommand.Create(),
            ExtractSmallCommand.Create(),
            ExportCommand.Create(),
            ExportPretrainCommand.Create(),
            AssetsCommand.Create(),
            DoctorCommand.Create(),
            VerifyCommand.Create(),
            SelftestCommand.Create(),
            BenchCommand.Create(),
        };
        ParseResult parsed = root.Parse(args);
        try
        {
            int code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
            return parsed.Errors.Count > 0 ? WrongUse : code;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("interrupted");
            return Interrupted;
        }
        catch (OutOfMemoryException)
        {
            error.WriteLine("rvcnative: there is not enough memory for this; take a smaller batch or a shorter recording (train --plan says what a batch takes)");
            return Failed;
        }
        catch (Exception failure) when (IsOfInput(failure) || failure is TrainingStoppedException or NativeCallException or DeviceMemoryException or KernelCompilationException)
        {
            error.WriteLine($"rvcnative: {failure.Message}");
            return Failed;
        }
    }

    /// <summary>Whether a failure's message is for the user: a file, a folder or a value that cannot be used.</summary>
    internal static bool IsOfInput(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException or InvalidDataException;
}
