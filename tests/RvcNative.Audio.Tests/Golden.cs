using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace RvcNative.Audio.Tests;

/// <summary>Reference tensors of one case: the small ones from tests/golden, others from the shared folder, or the test is skipped.</summary>
internal sealed class Golden
{
    private readonly string _name;
    private readonly List<string> _files = [];

    private Golden(string name)
    {
        _name = name;
        foreach (string folder in (string[])[Path.Combine(Root, "tests", "golden", name), Path.Combine(Root, "..", "shared", "golden", name)])
            foreach (string file in (string[])["inputs.safetensors", "expected.safetensors"])
                if (File.Exists(Path.Combine(folder, file))) _files.Add(Path.Combine(folder, file));
    }

    internal static string Root { get; } = FindRoot();

    internal static Golden Case(string name) => new(name);

    internal float[] Floats(string tensor) => MemoryMarshal.Cast<byte, float>(Bytes(tensor, "F32")).ToArray();

    internal double[] Doubles(string tensor) => MemoryMarshal.Cast<byte, double>(Bytes(tensor, "F64")).ToArray();

    internal long[] Longs(string tensor) => MemoryMarshal.Cast<byte, long>(Bytes(tensor, "I64")).ToArray();

    internal short[] Shorts(string tensor) => MemoryMarshal.Cast<byte, short>(Bytes(tensor, "I16")).ToArray();

    private byte[] Bytes(string tensor, string type)
    {
        foreach (string file in _files)
        {
            using FileStream stream = File.OpenRead(file);
            byte[] size = new byte[8];
            stream.ReadExactly(size);
            byte[] json = new byte[BinaryPrimitives.ReadInt64LittleEndian(size)];
            stream.ReadExactly(json);
            using JsonDocument header = JsonDocument.Parse(Encoding.UTF8.GetString(json));
            if (!header.RootElement.TryGetProperty(tensor, out JsonElement entry)) continue;
            Assert.Equal(type, entry.GetProperty("dtype").GetString());
            JsonElement range = entry.GetProperty("data_offsets");
            byte[] data = new byte[range[1].GetInt64() - range[0].GetInt64()];
            stream.Position = 8 + json.Length + range[0].GetInt64();
            stream.ReadExactly(data);
            return data;
        }
        throw new SkipException($"golden tensor {_name}/{tensor} is neither in tests/golden nor in ../shared/golden");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "RvcNative.sln"))) return folder.FullName;
        throw new InvalidOperationException("the repository's root (RvcNative.sln) is not above " + AppContext.BaseDirectory);
    }
}
