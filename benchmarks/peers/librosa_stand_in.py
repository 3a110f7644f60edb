"""The one function of librosa that mainline's and Applio's mel code want; librosa need not be installed for a benchmark."""
import sys
import types

import numpy as np


def mel_bank(*, sr, n_fft, n_mels, fmin=0.0, fmax=None):
    """librosa.filters.mel's default: Slaney's scale and area normalisation, float32 [mels, bins]."""

    def to_mel(hz):
        hz = np.asarray(hz, dtype=np.float64)
        return np.where(hz < 1000.0, hz * 3.0 / 200.0, 15.0 + 27.0 * np.log(np.maximum(hz, 1000.0) / 1000.0) / np.log(6.4))

    def to_hz(mel):
        return np.where(mel < 15.0, mel * 200.0 / 3.0, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0))

    edges = to_hz(np.linspace(to_mel(fmin), to_mel(sr / 2.0 if fmax is None else fmax), n_mels + 2))
    hz = np.arange(n_fft // 2 + 1) * (sr / n_fft)
    rise = (hz[None, :] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - hz[None, :]) / (edges[2:] - edges[1:-1])[:, None]
    bank = np.maximum(0.0, np.minimum(rise, fall)) * (2.0 / (edges[2:] - edges[:-2]))[:, None]
    return bank.astype(np.float32)


def install():
    """Puts librosa.filters.mel where `import` finds it."""
    librosa, filters = types.ModuleType("librosa"), types.ModuleType("librosa.filters")
    filters.mel = mel_bank
    librosa.filters = filters
    sys.modules["librosa"], sys.modules["librosa.filters"] = librosa, filters
