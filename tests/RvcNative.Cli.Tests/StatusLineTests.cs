namespace RvcNative.Cli.Tests;

/// <summary>The line that is rewritten while a command works.</summary>
public sealed class StatusLineTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Theory]
    [InlineData(10, "\rstep 12 …")]
    [InlineData(12, "\rstep 12 of…")]
    [InlineData(14, "\rstep 12 of 99")]
    [InlineData(0, "\rstep 12 of 99")]
    public void A_line_stays_within_the_terminal(int columns, string shown)
    {
        using StatusLine line = new(_output, isTerminal: true, () => columns);
        line.Update(() => "step 12 of 99");
        Assert.Equal(shown, _output.ToString());
    }

    [Fact]
    public void What_is_printed_and_what_follows_the_end_have_a_line_of_their_own()
    {
        using (StatusLine line = new(_output, isTerminal: true))
        {
            line.Update(() => "12%");
            line.Print("a.wav: done");
        }

        Assert.Equal("\r12%\r   \ra.wav: done\n", _output.ToString());
        using (StatusLine line = new(_output, isTerminal: true)) line.Update(() => "50%");
        Assert.EndsWith("done\n\r50%\r   \r", _output.ToString());
    }

    [Fact]
    public void Redirected_output_has_plain_lines()
    {
        using (StatusLine line = new(_output, isTerminal: false, () => 4)) line.Update(() => "step 12 of 99");
        Assert.Equal("step 12 of 99\n", _output.ToString());
    }

    [Theory]
    [InlineData(65, "1:05")]
    [InlineData(7384, "2:03:04")]
    [InlineData(129_600, "1.5 days")]
    public void Time_that_is_left_keeps_its_days(int seconds, string text) => Assert.Equal(text, TimeLeft.Text(TimeSpan.FromSeconds(seconds)));
}
