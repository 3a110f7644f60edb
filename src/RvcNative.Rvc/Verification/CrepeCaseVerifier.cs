using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Verification;

/// <summary>CREPE's windows and network, and the path through the case's own outputs (kind crepe-tiny).</summary>
internal sealed class CrepeCaseVerifier
{
    private readonly float[] _wave;
    private readonly Lazy<float[]> _outputs;
    private readonly Lazy<CrepePath> _path;
    private readonly ToleranceChecks _checks;

    private CrepeCaseVerifier(GoldenCase golden, Backend backend, ToleranceChecks checks)
    {
        Crepe network = PitchCaseWeights.IsProcedural(golden) ? new Crepe(backend, PitchCaseWeights.Procedural(golden)) : Crepe.Read(PitchCaseWeights.Path(golden), backend);
        (_wave, _checks) = (golden.Input("wav").ToFloat32(), checks);
        _outputs = new Lazy<float[]>(() =>
        {
            using CrepeRunner runner = new(network, backend, ownsBackend: false);
            return runner.Confidence(_wave);
        });
        _path = new Lazy<CrepePath>(() =>
        {
            CrepeViterbi viterbi = new(golden.Number("fmin", PitchClasses.LowestHz), golden.Number("fmax", PitchClasses.HighestHz));
            viterbi.Add(checks.Truth("probabilities").ToFloat32());
            return viterbi.Finish();
        });
    }

    internal static CaseReport Run(GoldenCase golden, Backend backend)
    {
        ToleranceChecks checks = new(golden);
        CrepeCaseVerifier verifier = new(golden, backend, checks);
        checks.Each(verifier.Compute, name => name switch { "frames_head" => "windows", "probabilities" => "network", _ => "pitch" });
        return checks.Report();
    }

    private FileTensor? Compute(string name)
    {
        switch (name)
        {
            case "frames_head": return Windows();
            case "probabilities": return PitchCaseWeights.Frames(_outputs.Value, PitchBins.Count);
            case "bins": return FileTensor.FromInt64([_path.Value.Bins.Length], Array.ConvertAll(_path.Value.Bins, bin => (long)bin));
            case "f0": return Pitch(_path.Value.Hz);
            case "periodicity": return FileTensor.FromFloat32([_path.Value.Periodicity.Length], _path.Value.Periodicity);
            case "f0_applio": return Pitch(_path.Value.Smooth());
            default: return null;
        }
    }

    // So many windows from the first on, evenly apart.
    private FileTensor Windows()
    {
        int wanted = _checks.Truth("frames_head").Shape[0], step = Math.Max(1, (CrepeFrames.Count(_wave.Length) - 1) / Math.Max(1, wanted - 1));
        float[] windows = new float[wanted * CrepeFrames.WindowSamples];
        for (int i = 0; i < wanted; i++) CrepeFrames.Fill(_wave, i * step, 1, windows.AsSpan(i * CrepeFrames.WindowSamples));
        return PitchCaseWeights.Frames(windows, CrepeFrames.WindowSamples);
    }

    private static FileTensor Pitch(double[] hz) => FileTensor.FromFloat32([hz.Length], Array.ConvertAll(hz, each => (float)each));
}
