using System.Text.Json;
using RvcNative.Core;
using RvcNative.Formats;

namespace RvcNative.Rvc.Verification;

/// <summary>Runs golden cases of every known kind through the code that training and conversion use.</summary>
public static class Verifier
{
    // Networks whose limits are each case's own, for f32.
    private static readonly string[] s_ofF32Alone = ["rmvpe", "fcpe", "crepe-tiny", "hubert-tiny", "hubert-base"];

    /// <summary>The limits of training and inference cases, in words.</summary>
    public static string LimitsOf(Backend backend) => new CaseLimits(backend.OperandRounding).ToString();

    /// <exception cref="NotSupportedException">A kind of case that is not known, or that has no limits for the backend's precision.</exception>
    /// <exception cref="IOException">The case's files are damaged or are not what its kind demands.</exception>
    public static CaseReport Run(GoldenCase golden, Backend backend)
    {
        if (backend.OperandRounding > 0 && s_ofF32Alone.Contains(golden.Kind))
        {
            throw new NotSupportedException($"{golden.Name}: cases of the kind '{golden.Kind}' state limits for f32 alone; leave --precision out");
        }

        try
        {
            return Dispatch(golden, backend);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FileFormatException(golden.Place("case.json"), $"is not as cases of the kind '{golden.Kind}' are: {failure.Message}", failure);
        }
    }

    private static CaseReport Dispatch(GoldenCase golden, Backend backend) => golden.Kind switch
    {
        "train-step" => StepCaseVerifier.Run(golden, backend),
        "infer" => InferCaseVerifier.Run(golden, backend),
        "audio-mel" => MelCaseVerifier.Run(golden, backend),
        "audio-preprocess" => PreprocessCaseVerifier.Run(golden),
        "audio-resample" => ResampleCaseVerifier.Run(golden),
        "f0-coarse" => PitchCaseVerifier.Run(golden),
        "rmvpe" => RmvpeCaseVerifier.Run(golden, backend),
        "fcpe" => FcpeCaseVerifier.Run(golden, backend),
        "crepe-tiny" => CrepeCaseVerifier.Run(golden, backend),
        "checkpoint-pth" => CheckpointCaseVerifier.Run(golden),
        "index-faiss" => IndexCaseVerifier.Run(golden),
        "hubert-tiny" or "hubert-base" => HubertCaseVerifier.Run(golden, backend),
        "pipeline" => PipelineCaseVerifier.Run(golden),
        "tensorboard" => TensorBoardCaseVerifier.Run(golden),
        _ => throw new NotSupportedException(
            $"{golden.Name}: cases of the kind '{golden.Kind}' are not known; known are train-step, infer, audio-mel, audio-preprocess, "
            + "audio-resample, f0-coarse, rmvpe, fcpe, crepe-tiny, checkpoint-pth, index-faiss, hubert-tiny, hubert-base, pipeline and tensorboard"),
    };
}
