using RvcNative.Formats.Pth;
using RvcNative.Tests;

namespace RvcNative.Formats.Tests.Pth;

/// <summary>Debian's PyTorch reads what we write. Version 1.13 knows no floats under weights_only, not even those of its own files.</summary>
public class TorchLoadsOursTests
{
    private const string Load = """
        import sys, io, struct, torch
        from collections import OrderedDict
        def safe_floats():
            buffer = io.BytesIO(); torch.save(0.5, buffer); buffer.seek(0)
            try: return torch.load(buffer, weights_only=True) == 0.5
            except Exception: return False
        def load(path, floats):
            return torch.load(path, map_location="cpu", weights_only=not floats or safe_floats())

        """;

    [SkippableFact]
    public void A_voice_file_loads_with_weights_only()
    {
        using TestFolder folder = new();
        PthFile.Write(folder["voice.pth"], Checkpoints.Voice());
        DebianPython.Run("torch", Load + """
            v = load(sys.argv[1], False)
            assert type(v) is OrderedDict and list(v) == ["weight", "config", "info", "sr", "f0", "version", "creation_date", "embedder_model",
                "speakers_id", "epoch", "step", "author", "flag"], list(v)
            w = v["weight"]["enc_p.emb_phone.weight"]
            assert type(v["weight"]) is dict and w.dtype == torch.float16 and torch.equal(w, torch.tensor([[1, .333], [-65504, 7]]).half())
            assert v["weight"]["dec.bias"].shape == (0,)
            assert v["config"] == [1025, 32, 192, "1", [3, 7, 11], [[1, 3, 5], [1, 3, 5]], 40000] and v["epoch"] == 70000 and v["step"] == 5000000000
            assert v["author"] == "gr\u00fc\u00dfe \u58f0 \U0001F3A4" and v["speakers_id"] is None and v["flag"] is True and v["f0"] == 1
            """, folder["voice.pth"]);
    }

    [SkippableFact]
    public void A_checkpoint_loads_and_its_optimiser_resumes()
    {
        using TestFolder folder = new();
        PthFile.Write(folder["G_7.pth"], Checkpoints.Training());
        DebianPython.Run("torch", Load + """
            c = load(sys.argv[1], True)
            m = c["model"]
            assert type(m) is OrderedDict and m._metadata[""]["version"] == 1 and c["iteration"] == 300 and c["learning_rate"] == 1e-4
            w = m["dec.conv_pre.weight"]
            assert w.shape == (2, 3) and w[0].tolist() == [1, -2, 3.5] and w[1, 1].isnan() and w[1, 0] == 1e-20
            parameters = [torch.nn.Parameter(t.clone()) for t in m.values()]
            optimizer = torch.optim.AdamW(parameters, lr=3)
            optimizer.load_state_dict(c["optimizer"])
            assert optimizer.param_groups[0]["lr"] == 1e-4 and optimizer.param_groups[0]["betas"] == (0.8, 0.99)
            s = optimizer.state[parameters[1]]
            assert s["step"].shape == () and s["step"] == 2 and torch.equal(s["exp_avg_sq"], m["dec.conv_pre.bias"])
            for p in parameters: p.grad = torch.ones_like(p)
            optimizer.step()
            assert s["step"] == 3
            """, folder["G_7.pth"]);
    }

    [SkippableFact]
    public void Every_type_loads_and_comes_back_in_both_layouts()
    {
        using TestFolder folder = new();
        PickleDict tree = new();
        foreach (FileDType dtype in Enum.GetValues<FileDType>()) tree[dtype.TorchName()] = new FileTensor(dtype, [2, 2], new byte[4 * dtype.ByteCount()].Select((_, i) => (byte)(i & 1)).ToArray());
        PthFile.Write(folder["ours.pth"], tree);
        DebianPython.Run("torch", Load + """
            t = load(sys.argv[1], False)
            assert all(v.dtype == getattr(torch, k) for k, v in t.items())
            torch.save(t, sys.argv[2])
            torch.save(t, sys.argv[3], _use_new_zipfile_serialization=False)
            """, folder["ours.pth"], folder["zip.pth"], folder["legacy.pth"]);
        Pickles.AssertEqual(tree, PthFile.Read(folder["zip.pth"]).Value);
        Pickles.AssertEqual(tree, PthFile.Read(folder["legacy.pth"]).Value);
    }
}
