namespace RvcNative.Cli.Demo;

/// <summary>What a demo did and reached, for the page and the last lines of the command.</summary>
/// <param name="Device">The backend's name.</param>
/// <param name="Parameters">Numbers that the generator and the discriminators learn.</param>
/// <param name="Distance">Of the conversion from the original.</param>
internal sealed record DemoResult(
    DemoPlan Plan, LossHistory Losses, string Device, int Clips, double TrainedSeconds, long Parameters, SpectralDistance Distance, DemoTimes Times)
{
    internal bool IsReached => Losses.Ratio < DemoPlan.WantedRatio;

    internal string Verdict => Plan.IsShort ? "a short demo makes no claim on it" : IsReached ? "under half, as it must be" : "NOT under half, as it must be";
}

/// <summary>Seconds that the stages took.</summary>
internal sealed record DemoTimes(double PreprocessSeconds, double ExtractSeconds, double TrainSeconds, double ConvertSeconds)
{
    internal double TotalSeconds => PreprocessSeconds + ExtractSeconds + TrainSeconds + ConvertSeconds;
}
