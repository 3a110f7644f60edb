namespace RvcNative.Rvc.Data;

/// <summary>What <see cref="Preprocessor"/> made and what it found there.</summary>
public sealed record PreprocessReport(DatasetLedger Ledger)
{
    /// <summary>Files whose slices were there already.</summary>
    public required int KeptFiles { get; init; }

    /// <summary>Files of earlier runs that were removed, in all stages.</summary>
    public required int RemovedFiles { get; init; }

    /// <summary>Why no slice of an earlier run could stay, or null.</summary>
    public string? Replaced { get; init; }

    /// <summary>All was there from an earlier run with the same settings and recordings; no file was touched.</summary>
    public bool Reused { get; init; }

    public int Slices => Ledger.Files.Sum(file => file.Slices.Count);

    public LedgerTotals Totals => Ledger.Totals ?? LedgerTotals.Of(Ledger.Files);
}
