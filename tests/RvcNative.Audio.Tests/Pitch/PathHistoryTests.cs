using FsCheck.Xunit;

namespace RvcNative.Audio.Tests;

public sealed class PathHistoryTests
{
    // Frames of a changing number of states that lead back to few: paths join soon, as those of pitch do.
    [Property(MaxTest = 20)]
    public void The_path_is_the_one_that_walking_back_from_the_end_finds(int seed)
    {
        Random random = new(seed);
        int frames = 3000 + random.Next(1500);
        short[][] from = new short[frames][];
        for (int t = 0; t < frames; t++)
        {
            int before = t == 0 ? 1 : from[t - 1].Length;
            from[t] = [.. Enumerable.Range(0, 1 + random.Next(9)).Select(_ => (short)random.Next(Math.Max(1, before - (t % 700 == 0 ? before : 1))))];
        }

        List<(int Frame, int State)> path = [];
        int last = random.Next(from[^1].Length), state = last;
        PathHistory<int> history = new((frame, at) => path.Add((frame, at)));
        Assert.True(history.IsEmpty);
        for (int t = 0; t < frames; t++) history.Add(from[t], t);
        int settledBeforeEnd = path.Count;
        history.Finish(last);

        int[] wanted = new int[frames];
        for (int t = frames - 1; t >= 0; state = from[t--][state]) wanted[t] = state;
        Assert.Equal(wanted.Select((at, t) => (t, at)), path);
        Assert.InRange(settledBeforeEnd, frames / 2, frames);
    }
}
