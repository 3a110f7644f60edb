using RvcNative.Formats.TensorBoard;

namespace RvcNative.Benchmarks;

/// <summary>Made-up trainings for measuring the board's page: three runs of 100,000 steps, some mainline's tags, with noise, peaks, a NaN and a restart.</summary>
internal static class BoardRuns
{
    internal const string Command = "board-runs";

    private const int Runs = 3, Steps = 100_000, RestartAt = 60_000, PeakEvery = 9_973;

    private static readonly string[] s_tags = ["loss/g/total", "loss/d/total", "loss/g/mel", "grad_norm_g"];

    internal static void Write(string folder)
    {
        for (int run = 0; run < Runs; run++)
        {
            string place = Path.Combine(folder, $"long-{run + 1}");
            Random random = new(run);
            using (EventFileWriter first = new(place)) Log(first, 0, RestartAt + 500, run, random);
            using EventFileWriter second = new(place);
            Log(second, RestartAt, Steps, run, random);
        }
    }

    private static void Log(EventFileWriter writer, int from, int to, int run, Random random)
    {
        for (int step = from; step < to; step++)
        {
            List<KeyValuePair<string, float>> values = [];
            for (int tag = 0; tag < s_tags.Length; tag++)
            {
                double trend = (10 * (tag + 1) * Math.Exp(-step / 30_000.0)) + 15 + run, noise = (random.NextDouble() + random.NextDouble() - 1) * (4 + tag);
                double peak = step % PeakEvery == 0 ? 400 : 0;
                values.Add(new(s_tags[tag], step == Steps / 2 && tag == 1 ? float.NaN : (float)(trend + noise + peak)));
            }

            writer.Scalars(values, step);
        }
    }
}
