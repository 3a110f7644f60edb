using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RvcNative.Formats;

namespace RvcNative.Rvc.Data;

/// <summary>A small json file in logs/NAME on how a stage or a training was made; read and written as a whole.</summary>
internal static class RecordFile
{
    /// <param name="damaged">What stands for a file that cannot be read; gets the reason.</param>
    /// <returns>Null where there is no such file.</returns>
    internal static T? Read<T>(string path, JsonTypeInfo<T> type, Func<string, T> damaged) where T : class
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? damaged("it is empty");
        }
        catch (JsonException failure)
        {
            return damaged(failure.Message);
        }
    }

    /// <param name="wayOut">What a user does about a file that cannot be read.</param>
    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="FileFormatException">It cannot be read.</exception>
    internal static T? Read<T>(string path, JsonTypeInfo<T> type, string wayOut) where T : class =>
        Read(path, type, reason => throw new FileFormatException(path, $"cannot be read ({reason}); {wayOut}"));

    internal static void Write<T>(string path, T record, JsonTypeInfo<T> type) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, record, type));
}
