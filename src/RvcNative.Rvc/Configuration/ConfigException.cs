namespace RvcNative.Rvc.Configuration;

/// <summary>A config.json that cannot be used; the message names the file, the key, what was found and what is wanted.</summary>
public sealed class ConfigException(string file, string problem) : IOException($"{file}: {problem}")
{
    public string FilePath { get; } = file;
}
