using System.Text;
using FsCheck.Xunit;
using RvcNative.Formats.Safetensors;

namespace RvcNative.Formats.Tests.Safetensors;

public class SafetensorsTests
{
    [Property(Arbitrary = [typeof(RandomTensor)], MaxTest = 40)]
    public void What_was_written_is_read_back_in_order(FileTensor[] tensors)
    {
        using TestFolder folder = new();
        List<KeyValuePair<string, FileTensor>> named = [.. tensors.Select((tensor, i) => KeyValuePair.Create($"z{tensors.Length - i} \"ü\\", tensor))];
        SafetensorsFile.Write(folder["a.safetensors"], named, new Dictionary<string, string> { ["format"] = "pt", ["é"] = "\"" });
        SafetensorsFile read = SafetensorsFile.Read(folder["a.safetensors"]);
        Assert.Equal(named, read.Tensors);
        Assert.Equal("\"", read.Metadata["é"]);
        Assert.Equal("pt", read.Metadata["format"]);
    }

    [Fact]
    public void A_golden_file_of_the_reference_writer_is_read()
    {
        SafetensorsFile file = SafetensorsFile.Read(Golden.Require("tensorboard", "expected.safetensors"));
        Assert.Equal([24, 40, 3], file["image"].Shape);
        Assert.Equal(FileDType.Int16, file["audio_i16"].DType);
        Assert.Equal(38.154937744140625f, file["scalar_loss_g_total"].ToFloat32()[0]);
        Assert.Contains("no tensor 'wav'; the file has", Assert.Throws<FileFormatException>(() => file["wav"]).Message);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "tensors overlap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}""", 5, "there is a hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1, "cut short")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 3, "follows the last tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,2]}}""", 2, "takes 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,2]}}""", 2, "negative dimension")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,2]}}""", 2, "too large")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}""", 2, "F8_E4M3")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "listed twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1]}}""", 1, "not the JSON")]
    [InlineData("""{"a":7}""", 1, "not the JSON")]
    [InlineData("""[1]""", 1, "not the JSON")]
    [InlineData("""{"a":""", 1, "not the JSON")]
    public void A_header_that_does_not_fit_is_refused(string header, int dataBytes, string problem)
    {
        using TestFolder folder = new();
        byte[] json = Encoding.UTF8.GetBytes(header);
        string path = folder.Write("a.safetensors", [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[dataBytes]]);
        string message = Assert.Throws<FileFormatException>(() => SafetensorsFile.Read(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(problem, message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("<!DOCTYPE html><html>")]
    public void Another_file_is_refused(string text)
    {
        using TestFolder folder = new();
        string path = folder.Write("a.safetensors", Encoding.ASCII.GetBytes(text));
        Assert.Contains("not a safetensors file", Assert.Throws<FileFormatException>(() => SafetensorsFile.Read(path)).Message);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_not_written()
    {
        using TestFolder folder = new();
        FileTensor tensor = FileTensor.FromFloat32([], [1]);
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(folder["a"], [new("x", tensor), new("x", tensor)]));
        Assert.False(File.Exists(folder["a"]));
    }
}
