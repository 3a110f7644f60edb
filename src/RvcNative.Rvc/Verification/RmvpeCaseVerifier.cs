using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Verification;

/// <summary>
/// RMVPE's mel, its network under both paddings, and decoding from the case's own outputs (kind rmvpe): with made-up weights the maximum is not clear enough to
/// ask for the pitch of our output.
/// </summary>
internal sealed class RmvpeCaseVerifier(GoldenCase golden, Backend backend, Rmvpe network, ToleranceChecks checks)
{
    internal static CaseReport Run(GoldenCase golden, Backend backend)
    {
        ToleranceChecks checks = new(golden);
        Rmvpe network = PitchCaseWeights.IsProcedural(golden) ? new Rmvpe(backend, PitchCaseWeights.Procedural(golden)) : Rmvpe.Read(PitchCaseWeights.Path(golden), backend);
        checks.Each(new RmvpeCaseVerifier(golden, backend, network, checks).Compute, name => name switch
        {
            "mel" => "mel",
            "hidden" or "hidden_applio" => "network",
            _ => "pitch",
        });
        return checks.Report();
    }

    private FileTensor? Compute(string name) => name switch
    {
        "mel" => Mel(),
        "hidden" => Hidden(RmvpePadding.Mainline),
        "hidden_applio" => Hidden(RmvpePadding.Applio),
        "f0" => Decoded(checks.Truth("hidden")),
        "f0_salience" => Decoded(golden.Input("salience")),
        _ => null,
    };

    private FileTensor Mel()
    {
        float[] wave = golden.Input("wav").ToFloat32();
        int frames = PitchMel.Frames(wave.Length);
        float[] mel = PitchMel.Rmvpe.LogMel(wave, 0, frames), turned = new float[mel.Length];
        for (int t = 0; t < frames; t++)
        {
            for (int band = 0; band < PitchMel.Bands; band++) turned[(band * frames) + t] = mel[(t * PitchMel.Bands) + band];
        }

        return FileTensor.FromFloat32([PitchMel.Bands, frames], turned);
    }

    private FileTensor Hidden(RmvpePadding padding)
    {
        using RmvpeRunner runner = new(network, padding, backend, ownsBackend: false);
        return PitchCaseWeights.Frames(runner.Confidence(golden.Input("wav").ToFloat32()), PitchBins.Count);
    }

    private FileTensor Decoded(FileTensor confidence)
    {
        double[] hz = PitchBins.LocalAverage(confidence.ToFloat32(), golden.Number("threshold", PitchBins.RmvpeThreshold));
        return FileTensor.FromFloat64([hz.Length], hz);
    }
}
