using System.Globalization;
using System.Text.RegularExpressions;

namespace RvcNative.Formats.Npy;

/// <summary>The Python dict literal in front of an npy array (numpy/lib/format.py): element type, order, shape.</summary>
internal sealed partial record NpyHeader(FileDType DType, bool BigEndian, bool FortranOrder, int[] Shape)
{
    [GeneratedRegex(@"'descr'\s*:\s*(?:'(?<type>[^']*)'|(?<record>\[))")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(?<value>True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\((?<lengths>[\d\s,L]*)\)")]
    private static partial Regex Lengths();

    internal static NpyHeader Parse(string path, string text)
    {
        Match descr = Descr().Match(text), order = Order().Match(text), lengths = Lengths().Match(text);
        if (!descr.Success || !order.Success || !lengths.Success)
        {
            throw new FileFormatException(path, $"npy header with descr, fortran_order and shape expected, found {text.Trim()}");
        }

        if (descr.Groups["record"].Success) throw new FileFormatException(path, "is an npy file of records; a plain array is expected");
        string type = descr.Groups["type"].Value;
        if (type.Contains('O', StringComparison.Ordinal))
        {
            throw new FileFormatException(path, "is an npy file of Python objects (descr '|O'), which only Python could rebuild by running code; " +
                "save a numeric array");
        }

        List<int> shape = [];
        foreach (string length in lengths.Groups["lengths"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(length.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out int value))
            {
                throw new FileFormatException(path, $"npy dimension '{length}' is not a number below 2^31");
            }

            shape.Add(value);
        }

        return new NpyHeader(Type(path, type), type[0] == '>', order.Groups["value"].Value == "True", [.. shape]);
    }

    internal static string Describe(FileDType dtype) => dtype switch
    {
        FileDType.Float16 => "<f2",
        FileDType.Float32 => "<f4",
        FileDType.Float64 => "<f8",
        FileDType.Int8 => "|i1",
        FileDType.UInt8 => "|u1",
        FileDType.Int16 => "<i2",
        FileDType.Int32 => "<i4",
        FileDType.Int64 => "<i8",
        FileDType.Bool => "|b1",
        _ => throw new ArgumentException($"npy has no {dtype.TorchName()}; write float32.", nameof(dtype)),
    };

    private static FileDType Type(string path, string descr) =>
        (descr.Length == 3 && "<>|=".Contains(descr[0], StringComparison.Ordinal) ? descr[1..] : "") switch
        {
            "f2" => FileDType.Float16,
            "f4" => FileDType.Float32,
            "f8" => FileDType.Float64,
            "i1" => FileDType.Int8,
            "u1" => FileDType.UInt8,
            "i2" => FileDType.Int16,
            "i4" => FileDType.Int32,
            "i8" => FileDType.Int64,
            "b1" => FileDType.Bool,
            _ => throw new FileFormatException(path, $"npy type '{descr}' is not read; known are f2 f4 f8 i1 u1 i2 i4 i8 b1"),
        };
}
