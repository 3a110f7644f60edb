namespace RvcNative.Rvc.Training;

/// <summary>
/// One update of both networks from one batch, or from several whose gradients are averaged as those of one large batch would be. Several pass
/// twice: all through the discriminator first, whose update needs all of them, then again through the generator, which is computed anew.
/// </summary>
public static class GanUpdate
{
    /// <param name="parts">Steps of the batches' shapes; the same one may stand for several batches.</param>
    /// <param name="load">Writes the inputs of batch i into its step; null for one batch, whose inputs are written.</param>
    /// <param name="mean">Receives the means of all batches' losses; null for one batch, whose losses its step has.</param>
    /// <param name="clipNorm">Gradients of a network whose norm is larger are scaled down to it (Pascanu et al. 2013, arXiv:1211.5063); infinity leaves them.</param>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite; no weight and no moment has changed.</exception>
    public static void Run(
        GanNetworks networks, ReadOnlySpan<TrainingStep> parts, Action<int>? load, double learningRate, StepLosses? mean = null,
        double clipNorm = double.PositiveInfinity)
    {
        double share = 1.0 / parts.Length;
        mean?.Clear();
        networks.ForgetFault();
        ClearSums(networks, parts[0]);
        for (int i = 0; i < parts.Length; i++)
        {
            load?.Invoke(i);
            parts[i].RunForward();
            parts[i].RunDiscriminator();
            parts[i].ReadDiscriminatorLosses();
            mean?.AddDiscriminator(parts[i].Losses, share);
        }

        networks.DiscriminatorOptimiser.Prepare(learningRate, share * Clipping(share * parts[^1].Losses.DiscriminatorGradientNorm, clipNorm));
        parts[^1].RunTrial();
        try
        {
            for (int i = 0; i < parts.Length; i++)
            {
                if (parts.Length > 1)
                {
                    load?.Invoke(i);
                    parts[i].RunForward();
                }

                parts[i].RunGenerator();
                parts[i].ReadGeneratorLosses();
                mean?.AddGenerator(parts[i].Losses, share);
            }
        }
        catch (NonFiniteException)
        {
            networks.Discriminator.Network.Refresh();
            throw;
        }

        networks.GeneratorOptimiser.Prepare(learningRate, share * Clipping(share * parts[^1].Losses.GeneratorGradientNorm, clipNorm));
        parts[^1].RunUpdate();
        Advance(networks);
    }

    /// <summary>
    /// Launches an update likewise and looks at nothing: where the device finds a loss or a norm that is not finite, this and all later updates leave the weights alone until
    /// the fault is forgotten. Optimisers count them all the same. Gradients are clipped by what the steps were made for.
    /// </summary>
    /// <param name="ledger">Keeps the losses: for a step that is no part of several one row; else a row for each batch's discriminator losses, then one for each batch's generator losses.</param>
    internal static void Launch(GanNetworks networks, ReadOnlySpan<TrainingStep> parts, Action<int> load, double learningRate, StepLedger ledger)
    {
        double share = 1.0 / parts.Length;
        networks.DiscriminatorOptimiser.Prepare(learningRate, share);
        networks.GeneratorOptimiser.Prepare(learningRate, share);
        if (parts[0].WholeFrames is null)
        {
            load(0);
            parts[0].RunWhole();
            ledger.Keep(parts[0]);
            Advance(networks);
            return;
        }

        ClearSums(networks, parts[0]);
        for (int i = 0; i < parts.Length; i++)
        {
            load(i);
            parts[i].RunForward();
            parts[i].RunDiscriminator();
            ledger.Keep(parts[i]);
        }

        parts[^1].RunTrial();
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts.Length > 1)
            {
                load(i);
                parts[i].RunForward();
            }

            parts[i].RunGenerator();
            ledger.Keep(parts[i]);
        }

        parts[^1].RunUpdate();
        Advance(networks);
    }

    private static void ClearSums(GanNetworks networks, TrainingStep first)
    {
        if (first.WholeFrames is null) return;
        networks.Backend.Clear(networks.Generator.Network.Parameters.Gradients);
        networks.Backend.Clear(networks.Discriminator.Network.Parameters.Gradients);
    }

    private static void Advance(GanNetworks networks)
    {
        networks.DiscriminatorOptimiser.Advance();
        networks.GeneratorOptimiser.Advance();
    }

    // torch.nn.utils.clip_grad_norm_: max_norm / (norm + 1e-6), at most 1.
    private static double Clipping(double norm, double clipNorm) => Math.Min(1, clipNorm / (norm + 1e-6));
}
