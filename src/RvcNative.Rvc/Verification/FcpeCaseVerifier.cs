using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Verification;

/// <summary>FCPE's mel, network and pitch, all ours from the samples on, and the pitch of the case's own output beside it (kind fcpe).</summary>
internal sealed class FcpeCaseVerifier
{
    private readonly GoldenCase _golden;
    private readonly float[] _wave, _cents;
    private readonly Lazy<float[]> _latent;

    private FcpeCaseVerifier(GoldenCase golden, Backend backend)
    {
        Fcpe network = PitchCaseWeights.IsProcedural(golden) ? new Fcpe(backend, PitchCaseWeights.Procedural(golden)) : Fcpe.Read(PitchCaseWeights.Path(golden), backend);
        (_golden, _wave, _cents) = (golden, golden.Input("wav").ToFloat32(), [.. network.CentTable]);
        _latent = new Lazy<float[]>(() =>
        {
            using FcpeRunner runner = new(network, backend, ownsBackend: false);
            return runner.Confidence(_wave);
        });
    }

    internal static CaseReport Run(GoldenCase golden, Backend backend)
    {
        ToleranceChecks checks = new(golden);
        FcpeCaseVerifier verifier = new(golden, backend);
        checks.Each(verifier.Compute, name => name switch { "mel" => "mel", "latent" => "network", _ => "pitch" });
        checks.Compare("pitch", "f0", verifier.Decoded(checks.Truth("latent").ToFloat32()), "f0 of the case's latent");
        return checks.Report();
    }

    private FileTensor? Compute(string name) => name switch
    {
        "mel" => PitchCaseWeights.Frames(PitchMel.Fcpe.LogMel(_wave, 0, PitchMel.Frames(_wave.Length)), PitchMel.Bands),
        "latent" => PitchCaseWeights.Frames(_latent.Value, PitchBins.Count),
        "f0" => Decoded(_latent.Value),
        _ => null,
    };

    private FileTensor Decoded(float[] latent)
    {
        double[] hz = PitchBins.LocalArgmax(latent, _cents, _golden.Number("threshold", PitchBins.FcpeThreshold));
        return FileTensor.FromFloat64([hz.Length], hz);
    }
}
