using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Commands;

/// <summary>The checkout whose code in PyTorch is timed in turn with ours, and the Python for it.</summary>
internal sealed record BenchPeer(DirectoryInfo? Mainline, DirectoryInfo? Applio, string Python)
{
    /// <summary>The configuration as that program has it: Applio compares other mel spectrograms than mainline.</summary>
    /// <exception cref="ArgumentException">The program cannot run this.</exception>
    internal RvcConfig Fit(RvcConfig config, ModelVersion version)
    {
        if (Mainline is not null && Applio is not null) throw new ArgumentException("--rvc-repo and --applio-repo are both named; one peer at a time");
        if (Mainline is not null && config.Model.Vocoder != Vocoder.HifiGan)
        {
            throw new ArgumentException($"mainline RVC has no {config.Model.Vocoder.FileName()}; name a checkout of Applio with --applio-repo");
        }

        if (Applio is null) return config;
        return version == ModelVersion.V2
            ? config with { Data = config.Data with { IsApplio = true } }
            : throw new ArgumentException("Applio trains version 2 only; leave out --version v1, or name mainline with --rvc-repo");
    }

    /// <summary>A step's discriminators and mel loss, where they are not those that go with the vocoder.</summary>
    /// <exception cref="ArgumentException">The program cannot train so.</exception>
    internal void CheckStep(RvcConfig config, ModelVersion version)
    {
        (string discriminator, string melLoss) = (config.DiscriminatorName(version), config.MelLossName());
        if (Applio is not null && melLoss == "spec") throw new ArgumentException("Applio compares spectrograms of the segment's audio; name --mel-loss wave or multi-scale");
        string own = version == ModelVersion.V1 ? "v1" : "v2";
        if (Mainline is null || (discriminator == own && melLoss == "spec")) return;
        throw new ArgumentException(
            $"mainline RVC trains discriminators of its version with the mel loss 'spec', not {discriminator} with '{melLoss}'; name a checkout of Applio with --applio-repo");
    }

    /// <summary>Null where no checkout is named.</summary>
    /// <exception cref="IOException">As <see cref="CheckoutPeer"/>.</exception>
    internal CheckoutPeer? Start(PeerScript mainline, PeerScript applio, RvcConfig config, PeerSettings settings) =>
        (Applio ?? Mainline) is { } folder ? new CheckoutPeer(Python, folder.FullName, Applio is null ? mainline : applio, config, settings) : null;
}
