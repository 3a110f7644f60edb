using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Conversion;

public class TorchLoadsVoicesTests
{
    [SkippableFact]
    public void Torch_loads_the_voice_with_weights_only_and_halves_as_we_do()
    {
        using TestFolder folder = new();
        using CpuBackend backend = new(1);
        Synthesizer synthesizer = TinyVoice.Build(backend, TinyVoice.Plan());
        VoiceFile.Write(folder["voice.pth"], synthesizer, 12, new VoiceExtraction("spectral", "pyin", FillsUnvoiced: false) { MedianPitchHz = 187.25 });
        PickleDict single = new();
        foreach (Parameter parameter in synthesizer.Network.Parameters.Parameters)
        {
            float[] values = synthesizer.Network.Save(parameter, parameter.Value);
            single[parameter.Name] = FileTensor.FromFloat32(parameter.CheckpointShape.ToArray(), values);
        }

        PthFile.Write(folder["single.pth"], single);
        DebianPython.Run("torch", """
            import sys
            from collections import OrderedDict
            import torch
            v, s = (torch.load(path, map_location="cpu", weights_only=True) for path in sys.argv[1:])
            assert type(v) is OrderedDict and type(v["weight"]) is dict
            assert list(v["weight"]) == list(s), "names"
            for name, w in s.items():
                h = v["weight"][name]
                assert h.dtype == torch.float16 and torch.equal(h, w.half()), name
            assert v["config"] == [129, 32, 8, 8, 16, 2, 2, 3, 0, "1", [3], [[1, 2]], [10, 40], 4, [16, 80], 3, 8, 40000], v["config"]
            assert (v["info"], v["sr"], v["f0"], v["version"]) == ("12epoch", "40k", 1, "v2")
            assert v["rvcnative"] == {"features": "spectral", "pitch": "pyin", "unvoiced": "zero", "median_pitch_hz": "187.25"}
            """, folder["voice.pth"], folder["single.pth"]);
    }
}
