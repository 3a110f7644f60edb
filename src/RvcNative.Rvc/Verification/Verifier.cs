using RvcNative.Core;

namespace RvcNative.Rvc.Verification;

/// <summary>Runs golden cases of every known kind through the code that training and conversion use.</summary>
public static class Verifier
{
    /// <exception cref="NotSupportedException">A kind of case that is not known.</exception>
    public static CaseReport Run(GoldenCase golden, Backend backend) => golden.Kind switch
    {
        "train-step" => StepCaseVerifier.Run(golden, backend),
        "infer" => InferCaseVerifier.Run(golden, backend),
        _ => throw new NotSupportedException($"{golden.Name}: cases of the kind '{golden.Kind}' are not known"),
    };
}
