using System.Globalization;
using RvcNative.Formats.TensorBoard;

namespace RvcNative.Cli.Tests.Training;

/// <summary>The losses that two trainings logged.</summary>
internal static class DeviceLosses
{
    internal static List<(long Step, string Tag, float Value)> Of(string experiment) =>
    [
        .. from file in Directory.GetFiles(experiment, "events.out.tfevents.*")
           from item in EventFile.Read(file).Events
           from value in item.Values.OfType<ScalarValue>()
           where value.Tag.StartsWith("loss/", StringComparison.Ordinal)
           select (item.Step, value.Tag, value.Value),
    ];

    /// <summary>Within the limits of the goldens: those of the first step's losses, and of losses that updates have gone before.</summary>
    /// <param name="steps">From which on two ways to round have taken a training apart, so that nothing is compared.</param>
    internal static void AssertSame(string processor, string device, long steps = long.MaxValue)
    {
        List<(long Step, string Tag, float Value)> wanted = Of(processor), found = Of(device);
        Assert.NotEmpty(wanted);
        Assert.Equal(wanted.Select(loss => (loss.Step, loss.Tag)), found.Select(loss => (loss.Step, loss.Tag)));
        foreach ((var loss, float value) in wanted.Zip(found, (a, b) => (a, b.Value)).Where(pair => pair.a.Step < steps))
        {
            double limit = (loss.Step == 0 ? 1e-4 : 5e-3) * Math.Max(Math.Abs(loss.Value), 1e-2);
            Assert.True(Math.Abs(loss.Value - value) <= limit, string.Create(CultureInfo.InvariantCulture, $"{loss.Tag} of step {loss.Step}: {loss.Value} on the processor, {value} on the device"));
        }
    }
}
