using RvcNative.Rvc.Models;
using RvcNative.Rvc.Validation;

namespace RvcNative.Rvc.Training;

/// <summary>What a user chooses for a training; the rest is in config.json.</summary>
public sealed record TrainOptions
{
    public required ModelVersion Version { get; init; }

    public required bool HasPitch { get; init; }

    /// <summary>Null takes the configuration's, as do the two below.</summary>
    public Vocoder? Vocoder { get; init; }

    /// <summary>One of <see cref="Configuration.TrainSettings.DiscriminatorNames"/>.</summary>
    public string? Discriminator { get; init; }

    /// <summary>One of <see cref="Configuration.TrainSettings.MelLossNames"/>.</summary>
    public string? MelLoss { get; init; }

    /// <summary>Epochs in all, those of earlier runs included.</summary>
    public required int Epochs { get; init; }

    /// <summary>Clips of a batch; null takes that of the save which is gone on from, else what the amount of data advises.</summary>
    public required int? BatchSize { get; init; }

    /// <summary>Batches whose gradients are averaged for one update; the effective batch is so many times the batch.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Keeps less of the decoder for the backward pass and computes it again there: less memory, more time, the same result.</summary>
    public bool Recompute { get; init; }

    /// <summary>Bytes that the process may take; the batch is made smaller, and recomputation turned on, where it would take more. Null for no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Epochs between saves.</summary>
    public int SaveEvery { get; init; } = 5;

    public KeepSaves Keep { get; init; } = KeepSaves.Latest;

    /// <summary>Weights to begin with when the folder has no checkpoint; null begins with random ones.</summary>
    public string? PretrainedGenerator { get; init; }

    public string? PretrainedDiscriminator { get; init; }

    /// <summary>Random weights are meant, as for a pretrain.</summary>
    public bool FromScratch { get; init; }

    /// <summary>Goes on from the save of this step; null from the last one.</summary>
    public long? ResumeFrom { get; init; }

    /// <summary>Largest norm of a network's gradients, to which larger ones are scaled down; null for none.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Null takes the configuration's.</summary>
    public ulong? Seed { get; init; }

    /// <summary>What is held out and measured at each save; chosen when the training begins and kept.</summary>
    public ValidationOptions Validation { get; init; } = ValidationOptions.Off;

    /// <summary>Gives all speakers equal hours in every epoch; null does as the save which is gone on from, and at the beginning where that is from scratch.</summary>
    public bool? BalanceSpeakers { get; init; }

    /// <summary>Where small voice files go.</summary>
    public required string WeightsFolder { get; init; }
}

/// <summary>Where a training is, after each step.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Batch">Batches of the epoch done.</param>
/// <param name="StepsPerSecond">Of the last steps, smoothed.</param>
public sealed record TrainProgress(int Epoch, int Epochs, int Batch, int Batches, long GlobalStep, StepLosses Losses, double StepsPerSecond, TimeSpan Remaining);
