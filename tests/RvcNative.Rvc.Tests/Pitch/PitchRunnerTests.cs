using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Tests.Pitch;

public sealed class PitchRunnerTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    // The backward units begin anew at each piece's end; all else is the whole's, so that without them there would be no difference at all.
    [Theory]
    [InlineData(9 * 16000)]
    [InlineData((8 * 16000) + 77)]
    public void Rmvpe_in_pieces_gives_what_the_whole_gives(int samples)
    {
        Rmvpe network = TinyNetworks.Rmvpe(_backend);
        float[] wave = TinyNetworks.Sound(samples);
        int most = (2 * network.Reach) + 96;
        Assert.True(1 + (samples / 160) > most + 64, "the sound is too short for pieces");
        foreach (RmvpePadding padding in Enum.GetValues<RmvpePadding>())
        {
            using RmvpeRunner whole = new(network, padding, _backend, ownsBackend: false), pieces = new(network, padding, _backend, ownsBackend: false) { MostFrames = most };
            float[] all = whole.Confidence(wave), inPieces = pieces.Confidence(wave);
            Assert.Equal((1 + (samples / 160)) * 360, all.Length);
            Assert.InRange(TinyNetworks.Difference(inPieces, all), 0, 1e-6);
        }
    }

    [Fact]
    public void Fcpe_in_pieces_gives_what_the_whole_gives()
    {
        Fcpe network = TinyNetworks.Fcpe(_backend);
        float[] wave = TinyNetworks.Sound(50000);
        using FcpeRunner whole = new(network, _backend, ownsBackend: false), pieces = new(network, _backend, ownsBackend: false) { MostFrames = 61 };
        Assert.InRange(TinyNetworks.Difference(pieces.Confidence(wave), whole.Confidence(wave)), 0, 1e-6);
    }

    [Fact]
    public void Pieces_cover_every_frame_once_and_keep_their_distance()
    {
        foreach ((int frames, int most, int reach) in ((int, int, int)[])[(1000, 128, 32), (129, 128, 32), (128, 128, 32), (1, 128, 32), (997, 100, 7)])
        {
            int next = 0;
            foreach (FramePiece piece in FramePiece.Of(frames, most, reach))
            {
                Assert.Equal(next, piece.Keep);
                Assert.True(piece.First == 0 || piece.Keep - piece.First >= reach);
                Assert.True(piece.First + piece.Frames == frames || piece.First + piece.Frames - piece.KeepEnd >= reach);
                Assert.Equal(Math.Min(frames, most), piece.Frames);
                next = piece.KeepEnd;
            }

            Assert.Equal(frames, next);
        }
    }

    [Fact]
    public void Callers_at_once_share_the_weights_and_get_what_one_alone_gets()
    {
        PitchBackends many = new(_backend, () => new CpuBackend(1));
        using NetworkPitch alone = NetworkPitch.Rmvpe(TinyNetworks.Rmvpe(_backend), new PitchBackends(_backend), RmvpePadding.Mainline);
        using NetworkPitch together = NetworkPitch.Rmvpe(TinyNetworks.Rmvpe(_backend), many, RmvpePadding.Mainline);
        Assert.Equal((false, true, "rmvpe"), (alone.IsConcurrent, together.IsConcurrent, together.Name));
        int[] lengths = [400, 5000, 16000, 16159, 5001, 700, 9000, 12345, 8000, 3000, 2000];
        double[][] found = new double[lengths.Length][];
        Parallel.For(0, lengths.Length, i => found[i] = together.Extract(TinyNetworks.Sound(lengths[i])));
        for (int i = 0; i < lengths.Length; i++)
        {
            Assert.Equal(lengths[i] / 160, found[i].Length);
            Assert.Equal(alone.Extract(TinyNetworks.Sound(lengths[i])), found[i]);
        }
    }

    [Fact]
    public void A_missing_or_misshaped_tensor_is_named()
    {
        SortedDictionary<string, int[]> shapes = new(TinyNetworks.RmvpeTensors);
        shapes.Remove("unet.decoder.layers.1.conv2.0.shortcut.bias");
        Fails("tiny.pt: does not fit this network: unet.decoder.layers.1.conv2.0.shortcut.bias is missing");
        shapes = new(TinyNetworks.RmvpeTensors) { ["fc.1.weight"] = [361, 12] };
        Fails("fc.1.weight is [361,12], wanted is [360,12]");

        Dictionary<string, int[]> attention = new(TinyNetworks.FcpeShapes) { ["net.encoder_layers.0.attn.to_q.weight"] = [4, 4] };
        Assert.Contains("attention", Assert.Throws<FileFormatException>(() => new Fcpe(_backend, TinyNetworks.Weights(attention))).Message);

        void Fails(string message) =>
            Assert.Contains(message, Assert.Throws<FileFormatException>(() => new Rmvpe(_backend, TinyNetworks.Weights(shapes))).Message);
    }
}
