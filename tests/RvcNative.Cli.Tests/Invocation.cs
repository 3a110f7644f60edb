namespace RvcNative.Cli.Tests;

/// <summary>Runs a command line as the program does, and keeps what it prints.</summary>
internal static class Invocation
{
    internal static (int Code, string[] Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')).ToArray(),
            error.ToString());
    }
}

internal static class Repository
{
    internal static string Root { get; } = Find();

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RvcNative.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("RvcNative.sln is above no test binary.");
    }
}
