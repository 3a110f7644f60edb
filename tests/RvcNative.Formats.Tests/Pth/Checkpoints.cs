using RvcNative.Formats.Pth;

namespace RvcNative.Formats.Tests.Pth;

/// <summary>Trees as RVC writes them, small.</summary>
internal static class Checkpoints
{
    /// <summary>G_*.pth: model, optimiser with integer keys, param_groups, iteration, learning_rate.</summary>
    internal static PickleDict Training()
    {
        FileTensor weight = FileTensor.FromFloat32([2, 3], [1, -2, 3.5f, 1e-20f, float.NaN, 6]), bias = FileTensor.FromFloat32([3], [0.1f, 0.2f, 0.3f]);
        PickleDict state = new();
        for (int i = 0; i < 2; i++)
        {
            FileTensor parameter = i == 0 ? weight : bias;
            state[i] = new PickleDict { ["step"] = FileTensor.FromFloat32([], [2]), ["exp_avg"] = parameter, ["exp_avg_sq"] = new PickleTensor(parameter.DType, parameter.Shape, stream => stream.Write(parameter.Data)) };
        }

        PickleDict group = new()
        {
            ["lr"] = 1e-4,
            ["betas"] = new PickleTuple(0.8, 0.99),
            ["eps"] = 1e-9,
            ["weight_decay"] = 0.01,
            ["amsgrad"] = false,
            ["foreach"] = PickleNone.Instance,
            ["maximize"] = false,
            ["capturable"] = false,
            ["initial_lr"] = 1e-4,
            ["params"] = new PickleList(0, 1),
        };
        PickleDict model = new(ordered: true) { ["dec.conv_pre.weight"] = weight, ["dec.conv_pre.bias"] = bias };
        model.Attributes = new PickleDict { ["_metadata"] = new PickleDict(ordered: true) { [""] = new PickleDict { ["version"] = 1 } } };
        return new PickleDict
        {
            ["model"] = model,
            ["iteration"] = 300,
            ["optimizer"] = new PickleDict { ["state"] = state, ["param_groups"] = new PickleList(group) },
            ["learning_rate"] = 1e-4,
        };
    }

    /// <summary>assets/weights/*.pth: f16 weights, config list, plain facts, and keys as Applio adds.</summary>
    internal static PickleDict Voice() => new(ordered: true)
    {
        ["weight"] = new PickleDict
        {
            ["enc_p.emb_phone.weight"] = FileTensor.FromFloat16([2, 2], [1, 0.333f, -65504, 7]),
            ["dec.bias"] = FileTensor.FromFloat16([0], []),
        },
        ["config"] = new PickleList(1025, 32, 192, "1", new PickleList(3, 7, 11), new PickleList(new PickleList(1, 3, 5), new PickleList(1, 3, 5)), 40000),
        ["info"] = "3epoch",
        ["sr"] = "40k",
        ["f0"] = 1,
        ["version"] = "v2",
        ["creation_date"] = "2026-01-01T00:00:00",
        ["embedder_model"] = "contentvec",
        ["speakers_id"] = PickleNone.Instance,
        ["epoch"] = 70000,
        ["step"] = 5_000_000_000L,
        ["author"] = "gr\u00fc\u00dfe \u58f0 \U0001F3A4",
        ["flag"] = true,
    };
}
