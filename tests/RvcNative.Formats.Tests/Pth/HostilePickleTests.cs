using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RvcNative.Formats.Pth;

namespace RvcNative.Formats.Tests.Pth;

public class HostilePickleTests
{
    private const string Call = "(Vecho ran > hostile-pickle-ran\ntR.";

    [Theory]
    [InlineData("cposix\nsystem\n" + Call, "'posix.system'")]
    [InlineData("cnt\nsystem\n" + Call, "'nt.system'")]
    [InlineData("cos\nsystem\n" + Call, "'os.system'")]
    [InlineData("csubprocess\nPopen\n" + Call, "'subprocess.Popen'")]
    [InlineData("cbuiltins\neval\n" + Call, "'builtins.eval'")]
    [InlineData("c__builtin__\neval\n" + Call, "'builtins.eval'")]
    [InlineData("cbuiltins\ngetattr\n" + Call, "'builtins.getattr'")]
    [InlineData("cbuiltins\nint\n" + Call, "'builtins.int'")]
    [InlineData("ctorch.hub\nload\n" + Call, "'torch.hub.load'")]
    [InlineData("ctorch.storage\n_load_from_bytes\n" + Call, "'torch.storage._load_from_bytes'")]
    [InlineData("cnumpy.testing._private.utils\nruncmd\n" + Call, "runcmd'")]
    [InlineData("cmine\nrun\n" + Call, "'mine.run'")]
    [InlineData("cargparsex\nrun\n" + Call, "'argparsex.run'")]
    [InlineData("(Vecho ran\nios\nsystem\n.", "'os.system'")]
    [InlineData("(Vecho ran\nimine\nrun\n.", "'mine.run'")]
    [InlineData("(cmine\nrun\nVecho ran\no.", "'mine.run'")]
    [InlineData("csubprocess\nPopen\n)\u0081.", "'subprocess.Popen'")]
    [InlineData("csys\nmodules\n.", "'sys.modules'")]
    [InlineData("\u008C\u0005posix\u008C\u0006system\u0093\u008C\u0002ls\u0085R.", "'posix.system'")]
    [InlineData("ccopyreg\n_reconstructor\n(cos\nsystem\ncbuiltins\nobject\nNtR.", "'os.system'")]
    [InlineData("ctorch._tensor\n_rebuild_from_type_v2\n(cmine\nrun\nNVx\n\u0085Nt" + "R.", "'mine.run'")]
    public void A_call_of_what_is_not_listed_is_refused_by_name(string pickle, string name)
    {
        string message = Assert.Throws<FileFormatException>(() => Pickles.Read(Encoding.Latin1.GetBytes(pickle))).Message;
        Assert.Contains("refused", message);
        Assert.Contains(name, message);
        Assert.False(File.Exists("hostile-pickle-ran"));
    }

    [Theory]
    [InlineData("cmine\nThing\n)\u0081}Vx\nI1\nsb.", "mine.Thing")]
    [InlineData("cmine\nThing\n)}\u0092(lb.", "mine.Thing")]
    [InlineData("(imine\nThing\n(dVx\nNsb.", "mine.Thing")]
    [InlineData("ccopy_reg\n_reconstructor\n(cmine\nThing\nc__builtin__\nobject\nNtR.", "mine.Thing")]
    [InlineData("comegaconf\nnode\n(VA\ntR.", "omegaconf.node")]
    [InlineData("cmine\nListLike\n)\u0081(I1\nI2\ne(Va\nI1\nu.", "mine.ListLike")]
    [InlineData("ctorch\nfloat32\n.", "torch.float32")]
    [InlineData("\u008F(I1\nI2\n\u0090.", "builtins.set")]
    [InlineData("ctorch\ndevice\nVcpu\n\u0085R.", "torch.device")]
    public void An_instance_of_an_unknown_class_is_skipped(string pickle, string name) =>
        Assert.Equal(name, Assert.IsType<PickleOpaque>(Pickles.Read(Encoding.Latin1.GetBytes(pickle))).Name);

    [Theory]
    [InlineData("", "cut short")]
    [InlineData(".", "stack runs empty")]
    [InlineData("0.", "stack runs empty")]
    [InlineData("(N0t0.", "stack runs empty")]
    [InlineData("I1\n(\u0086.", "stack runs empty")]
    [InlineData("]t.", "has not opened")]
    [InlineData("h\u0007.", "memo 7")]
    [InlineData("X\u00FF\u00FF\u00FF\u007Fabc.", "cut short")]
    [InlineData("\u008D\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007Fabc.", "cut short")]
    [InlineData("\u008D\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FFabc.", "cut short")]
    [InlineData("\u008B\u00FF\u00FF\u00FF\u007F.", "an int of")]
    [InlineData("\u0080\u0009N.", "protocol 9")]
    [InlineData("\u0082\u0001.", "0x82")]
    [InlineData("\u0097.", "0x97")]
    [InlineData("X\u0001\u0000\u0000\u0000\u00FF.", "not UTF-8")]
    [InlineData("Ix\n.", "not an int")]
    [InlineData("}]I1\ns.", "a list is the key")]
    [InlineData("}(I1\nu.", "without a value")]
    [InlineData("I1\nI2\na.", "append to a int")]
    [InlineData("]q\u0000h\u0000a.", "contains itself")]
    [InlineData("ccollections\nOrderedDict\n(I1\ntR.", "other than pairs")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.", "storage, offset, size and stride")]
    [InlineData("I1\nQ.", "id of a storage")]
    [InlineData("(Vmodule\nI1\ntQ.", "does not name a storage")]
    [InlineData("Pabc\n.", "0x50")]
    public void A_pickle_that_makes_no_sense_is_refused(string pickle, string problem) =>
        Assert.Contains(problem, Assert.Throws<FileFormatException>(() => Pickles.Read(Encoding.Latin1.GetBytes(pickle))).Message);

    [Fact]
    public void Bombs_are_refused()
    {
        string deep = new string(']', 5000) + new string('a', 4999) + ".";
        Assert.Contains("nested deeper", Assert.Throws<FileFormatException>(() => Pickles.Read(Encoding.Latin1.GetBytes(deep))).Message);
        StringBuilder laughs = new("]");
        for (int i = 0; i < 40; i++) laughs.Append("q\0](h\0h\0h\0e");
        Assert.Contains("written out", Assert.Throws<FileFormatException>(() => Pickles.Read(Encoding.Latin1.GetBytes(laughs + "."))).Message);
        byte[] many = [.. Enumerable.Repeat((byte)'N', 5_000_000), (byte)'.'];
        Assert.Contains("more than 4,000,000 values", Assert.Throws<FileFormatException>(() => Pickles.Read(many)).Message);
    }

    [Fact]
    public void Copies_that_calls_make_of_one_value_are_counted()
    {
        StringBuilder pickle = new("cbuiltins\ndict\nq\0(");
        for (int i = 0; i < 50_000; i++) pickle.Append($"I{i}\nN");
        pickle.Append("dq\u0001");
        for (int i = 0; i < 85; i++) pickle.Append("h\0h\u0001\u0085R");
        Assert.Contains("more than 4,000,000 values", Assert.Throws<FileFormatException>(() => Pickles.Read(Encoding.Latin1.GetBytes(pickle + "."))).Message);
    }

    [Theory]
    [InlineData("FloatStorage", 4, 0, "(I2\nI2\nt", "(I2\nI1\nt", null)]
    [InlineData("FloatStorage", 4, 1, "(I2\nI2\nt", "(I2\nI1\nt", "reaches beyond its storage")]
    [InlineData("FloatStorage", 4, 0, "(I2\nI2\nt", "(I9223372036854775807\nI1\nt", "reaches beyond its storage")]
    [InlineData("FloatStorage", 4, 0, "(I2\nI-2\nt", "(I2\nI1\nt", "not a count")]
    [InlineData("FloatStorage", 4, 0, "(I2\nI2\nt", "(I2\nt", "makes no sense")]
    [InlineData("FloatStorage", 4, 0, "(I2147483647\nI2147483647\nI2147483647\nt", "(I0\nI0\nI0\nt", "larger than 2 GiB")]
    [InlineData("FloatStorage", 4, 0, "(I100000000\nt", "(I0\nt", "written out take 400,000,000 bytes")]
    [InlineData("FloatStorage", 5, 0, "(I2\nt", "(I1\nt", "storage '0' is short: 20 bytes expected, found 16")]
    [InlineData("FloatStorage", -1, 0, "(I2\nt", "(I1\nt", "out of range")]
    [InlineData("ComplexFloatStorage", 1, 0, "(I1\nt", "(I1\nt", "ComplexFloatStorage")]
    public void A_tensor_stays_in_its_storage(string type, long elements, int offset, string size, string stride, string? problem)
    {
        string pickle = $"ctorch._utils\n_rebuild_tensor_v2\n((Vstorage\nctorch\n{type}\nV0\nVcuda:0\nI{elements}\ntQI{offset}\n{size}{stride}I00\nNtR.";
        Exception? exception = Record.Exception(() => Pickles.Read(Encoding.Latin1.GetBytes(pickle), ("x/data/0", new byte[16])));
        if (problem is null) Assert.Null(exception);
        else Assert.Contains(problem, Assert.IsType<FileFormatException>(exception).Message);
    }

    [Theory]
    [InlineData("views.pth")]
    [InlineData("views-legacy.pth")]
    [InlineData("foreign-class.pth")]
    [InlineData("hostile-legacy.pth")]
    public void A_file_cut_anywhere_is_refused(string file)
    {
        using TestFolder folder = new();
        byte[] whole = File.ReadAllBytes(Golden.Require("checkpoint-pth", file));
        for (int length = 0; length < whole.Length; length += 19)
        {
            string path = folder.Write("cut.pth", whole[..length]);
            Assert.Throws<FileFormatException>(() => PthFile.Read(path));
        }
    }

    [Property(MaxTest = 150)]
    public Property Damage_is_refused_or_harmless() => Prop.ForAll(
        (from file in Gen.Elements("views.pth", "views-legacy.pth", "foreign-class.pth")
         from damage in Gen.Choose(0, 1 << 20).Two().ArrayOf(3)
         select (file, damage)).ToArbitrary(),
        sample =>
        {
            using TestFolder folder = new();
            byte[] bytes = File.ReadAllBytes(Golden.Require("checkpoint-pth", sample.file));
            foreach ((int place, int value) in sample.damage) bytes[place % bytes.Length] = (byte)value;
            Exception? exception = Record.Exception(() => PthFile.Read(folder.Write("damaged.pth", bytes)));
            return exception is null or FileFormatException;
        });

    [Property(MaxTest = 150)]
    public Property Damage_that_no_checksum_tells_is_refused_or_harmless() => Prop.ForAll(
        Gen.Choose(0, 1 << 20).Two().ArrayOf(2).ToArbitrary(),
        damage =>
        {
            using PthFile golden = PthFile.Open(Golden.Require("checkpoint-pth", "views.pth"));
            byte[] pickle = PlainPickle();
            foreach ((int place, int value) in damage) pickle[place % pickle.Length] = (byte)value;
            return Record.Exception(() => Pickles.Read(pickle, ("x/data/0", new byte[64]))) is null or FileFormatException;
        });

    private static byte[] PlainPickle() => Encoding.Latin1.GetBytes(
        "}(Va\nctorch._utils\n_rebuild_tensor_v2\nq\u0001((Vstorage\nctorch\nFloatStorage\nV0\nVcpu\nI16\ntQI0\n(I2\nI8\nt(I8\nI1\nt\u0089ccollections\nOrderedDict\nq\u0002)RtR" +
        "Vb\nh\u0002)R(I1\nI2\nVx\n(lu}Vy\nF1.5\nsbVc\ncmine\nThing\n)\u0081}bVd\nh\u0001h\u0002\u0086Ve\nc_codecs\nencode\nVabc\nVlatin1\n\u0086Ru.");
}
