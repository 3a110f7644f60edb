using RvcNative.Formats.Pth;

namespace RvcNative.Rvc.Tests.Conversion;

/// <summary>Compares what two checkpoints hold, with types, order and the tensors' bytes.</summary>
internal static class Trees
{
    internal static void AssertEqual(PickleValue wanted, PickleValue found, string place = "")
    {
        Assert.True(wanted.TypeName == found.TypeName, $"{place}: {found.TypeName} instead of {wanted.TypeName}");
        switch (wanted, found)
        {
            case (PickleDict a, PickleDict b):
                Assert.Equal(a.Entries.Select(entry => Plain(entry.Key)), b.Entries.Select(entry => Plain(entry.Key)));
                for (int i = 0; i < a.Entries.Count; i++) AssertEqual(a.Entries[i].Value, b.Entries[i].Value, $"{place}[{Plain(a.Entries[i].Key)}]");
                break;
            case (PickleList a, PickleList b):
                Assert.Equal(a.Items.Count, b.Items.Count);
                for (int i = 0; i < a.Items.Count; i++) AssertEqual(a.Items[i], b.Items[i], $"{place}[{i}]");
                break;
            case (PickleTensor a, PickleTensor b):
                Assert.True(a.Load().Equals(b.Load()), $"{place}: the tensors differ");
                break;
            default:
                Assert.True(Plain(wanted) == Plain(found), $"{place}: {Plain(found)} instead of {Plain(wanted)}");
                break;
        }
    }

    private static string Plain(PickleValue value) => value switch
    {
        PickleString text => text.Value,
        PickleInt number => number.Value.ToString(),
        PickleFloat number => number.Value.ToString("r"),
        PickleBool flag => flag.Value.ToString(),
        PickleNone => "None",
        _ => throw new ArgumentException($"a voice file with a {value.TypeName}"),
    };
}
