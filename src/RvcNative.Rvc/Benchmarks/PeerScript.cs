namespace RvcNative.Rvc.Benchmarks;

/// <summary>A script of benchmarks/peers that runs the code of a checkout.</summary>
/// <param name="File">Its name.</param>
/// <param name="Program">Whose checkout it wants.</param>
/// <param name="Mark">A file that such a checkout has, with slashes.</param>
public sealed record PeerScript(string File, string Program, string Mark)
{
    private const string Mainline = "mainline RVC", MainlineMark = "infer/module/models.py", Applio = "Applio", ApplioMark = "rvc/lib/algorithm/synthesizers.py";

    /// <summary>A training step.</summary>
    public static PeerScript MainlineStep { get; } = new("mainline_step.py", Mainline, MainlineMark);

    public static PeerScript ApplioStep { get; } = new("applio_step.py", Applio, ApplioMark);

    /// <summary>Conversion.</summary>
    public static PeerScript MainlineInfer { get; } = new("mainline_infer.py", Mainline, MainlineMark);

    public static PeerScript ApplioInfer { get; } = new("applio_infer.py", Applio, ApplioMark);
}
