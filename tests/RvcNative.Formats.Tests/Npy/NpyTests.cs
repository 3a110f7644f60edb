using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RvcNative.Formats.Npy;
using RvcNative.Tests;

namespace RvcNative.Formats.Tests.Npy;

public class NpyTests
{
    [Property(MaxTest = 60)]
    public Property What_was_written_is_read_back() =>
        Prop.ForAll(RandomTensor.Tensors([.. RandomTensor.DTypes.Except([FileDType.BFloat16])]).ToArbitrary(), tensor =>
        {
            using TestFolder folder = new();
            NpyFile.Write(folder["a.npy"], tensor);
            return NpyFile.Read(folder["a.npy"]).Equals(tensor);
        });

    [Theory]
    [InlineData(1, "<i2", "False", "(2, 3)", new short[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(2, "<i2", "True", "(2, 3)", new short[] { 1, 3, 5, 2, 4, 6 })]
    [InlineData(3, "<i2", "True", "(1, 3, 2)", new short[] { 1, 4, 2, 5, 3, 6 })]
    [InlineData(1, ">i2", "False", "(6,)", new short[] { 256, 512, 768, 1024, 1280, 1536 })]
    [InlineData(1, "<i2", "False", "(6L,)", new short[] { 1, 2, 3, 4, 5, 6 })]
    public void All_versions_and_orders_are_read(int version, string descr, string fortran, string shape, short[] expected)
    {
        using TestFolder folder = new();
        string path = folder.Write("a.npy", File(version, descr, fortran, shape, [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]));
        Assert.Equal(expected.Select(value => (long)value), NpyFile.Read(path).ToInt64());
    }

    [Theory]
    [InlineData(1, "|O", "(6,)", "Python objects")]
    [InlineData(1, "<c8", "(6,)", "npy type '<c8'")]
    [InlineData(1, "<i2", "(7,)", "takes 14 bytes, found 12")]
    [InlineData(1, "<i2", "(5,)", "takes 10 bytes, found 12")]
    [InlineData(1, "<i2", "(99999999999,)", "below 2^31")]
    [InlineData(1, "<i2", "(2147483647, 2147483647, 2147483647)", "too large")]
    [InlineData(9, "<i2", "(6,)", "npy version 9.0")]
    public void What_is_not_a_numeric_array_is_refused(int version, string descr, string shape, string problem)
    {
        using TestFolder folder = new();
        string path = folder.Write("a.npy", File(version, descr, "False", shape, new byte[12]));
        string message = Assert.Throws<FileFormatException>(() => NpyFile.Read(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(problem, message);
    }

    [Fact]
    public void Text_and_a_cut_header_are_refused()
    {
        using TestFolder folder = new();
        Assert.Throws<FileFormatException>(() => NpyFile.Read(folder.Write("a.npy", "PK not this"u8.ToArray())));
        byte[] whole = File(1, "<i2", "False", "(6,)", new byte[12]);
        for (int length = 0; length < whole.Length; length += 7)
        {
            string path = folder.Write("b.npy", whole[..length]);
            Assert.Throws<FileFormatException>(() => NpyFile.Read(path));
        }
    }

    [SkippableFact]
    public void Numpy_saves_the_same_bytes_and_reads_ours()
    {
        using TestFolder folder = new();
        NpyFile.Write(folder["ours.npy"], FileTensor.FromFloat32([2, 3], [1, 2, 3, 4, 5, 6]));
        DebianPython.Run("numpy", """
            import numpy, sys
            a = numpy.load(sys.argv[1])
            assert a.dtype == numpy.float32 and a.tolist() == [[1, 2, 3], [4, 5, 6]]
            numpy.save(sys.argv[2], a)
            numpy.save(sys.argv[3], numpy.asfortranarray(a))
            """, folder["ours.npy"], folder["theirs.npy"], folder["fortran.npy"]);
        Assert.Equal(System.IO.File.ReadAllBytes(folder["theirs.npy"]), System.IO.File.ReadAllBytes(folder["ours.npy"]));
        Assert.Equal(NpyFile.Read(folder["ours.npy"]), NpyFile.Read(folder["fortran.npy"]));
    }

    private static byte[] File(int version, string descr, string fortran, string shape, byte[] data)
    {
        byte[] text = Encoding.ASCII.GetBytes($"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        byte[] length = BitConverter.GetBytes(text.Length)[..(version == 1 ? 2 : 4)];
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. data];
    }
}
