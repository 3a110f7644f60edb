namespace RvcNative.Audio;

/// <summary>
/// Where the likeliest path to each state came from, frame by frame (Viterbi). What all paths that are still possible have in common is settled and
/// forgotten, so that an hour takes little memory, and the path is that of the whole.
/// </summary>
/// <param name="settled">Gets every frame, in order, with its state on the path.</param>
internal sealed class PathHistory<TFrame>(Action<TFrame, int> settled)
{
    private const int FewestBetweenLooks = 512;
    private readonly List<(short[] From, TFrame Frame)> _open = [];
    private bool[] _reached = [], _earlier = [];
    private int _nextLook = FewestBetweenLooks;

    /// <summary>Whether no frame came yet.</summary>
    internal bool IsEmpty { get; private set; } = true;

    /// <param name="from">For each of the frame's states that of the frame before; not looked at in the first frame.</param>
    internal void Add(short[] from, TFrame frame)
    {
        IsEmpty = false;
        _open.Add((from, frame));
        if (_open.Count < _nextLook) return;
        SettleCommon();
        _nextLook = _open.Count + Math.Max(FewestBetweenLooks, _open.Count);
    }

    /// <param name="last">The state of the last frame, where the path ends.</param>
    internal void Finish(int last) => Settle(_open.Count, last);

    // Walks back from every state at once; where they have come to one, all before is the same for all.
    private void SettleCommon()
    {
        int states = _open.Max(open => open.From.Length);
        if (_reached.Length < states) (_reached, _earlier) = (new bool[states], new bool[states]);
        Array.Clear(_reached);
        _reached.AsSpan(0, _open[^1].From.Length).Fill(true);
        for (int t = _open.Count - 1; t > 0; t--)
        {
            Array.Clear(_earlier);
            short[] from = _open[t].From;
            int different = 0, only = 0;
            for (int state = 0; state < from.Length; state++)
            {
                if (!_reached[state] || _earlier[from[state]]) continue;
                _earlier[only = from[state]] = true;
                different++;
            }

            (_reached, _earlier) = (_earlier, _reached);
            if (different > 1) continue;
            Settle(t, only);
            return;
        }
    }

    // The first of the open frames, the last of which is in a state.
    private void Settle(int frames, int state)
    {
        int[] states = new int[frames];
        for (int t = frames - 1; t >= 0; state = _open[t--].From[state]) states[t] = state;
        for (int t = 0; t < frames; t++) settled(_open[t].Frame, states[t]);
        _open.RemoveRange(0, frames);
    }
}
