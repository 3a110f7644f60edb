"""What Applio's networks import and an older PyTorch or a machine without torchaudio lacks."""
import math
import sys
import types


def install():
    """Puts a resampler in torchaudio's place where that is missing, and the older weight normalisation in the newer one's where that is."""
    import torch.nn.utils
    import torch.nn.utils.parametrizations as parametrizations

    if not hasattr(parametrizations, "weight_norm"):
        parametrizations.weight_norm = torch.nn.utils.weight_norm
    try:
        import torchaudio  # noqa: F401
    except ImportError:
        torchaudio = types.ModuleType("torchaudio")
        torchaudio.functional = types.SimpleNamespace(resample=decimate)
        sys.modules["torchaudio"] = torchaudio


_taps = {}


def decimate(x, orig_freq, new_freq, lowpass_filter_width, rolloff, resampling_method, beta):
    """One sample of `orig_freq / new_freq` behind a Kaiser-windowed sinc, as a strided convolution; the taps are made once."""
    import torch

    if resampling_method != "sinc_interp_kaiser" or orig_freq % new_freq:
        raise ValueError(f"{resampling_method} from {orig_freq} to {new_freq}: only sinc_interp_kaiser by whole factors is made up for")
    factor = orig_freq // new_freq
    if factor == 1:
        return x
    width = math.ceil(lowpass_filter_width * factor / rolloff)
    key = factor, lowpass_filter_width, rolloff, beta
    if key not in _taps:
        t = torch.arange(-width, width + factor, dtype=torch.float64) / factor * rolloff
        t = t.clamp(-lowpass_filter_width, lowpass_filter_width)
        window = torch.i0(beta * torch.sqrt(1 - (t / lowpass_filter_width) ** 2)) / torch.i0(torch.tensor(beta, dtype=torch.float64))
        _taps[key] = (torch.sinc(t) * window * rolloff / factor)[None, None]
    batch, channels, samples = x.shape
    padded = torch.nn.functional.pad(x.reshape(-1, 1, samples), (width, width + factor))
    y = torch.nn.functional.conv1d(padded, _taps[key].to(x.dtype), stride=factor)[..., : math.ceil(samples / factor)]
    return y.reshape(batch, channels, -1)


def synthesizer(args, config):
    """Applio's generator as its train.py makes it, on random weights."""
    import torch
    from rvc.lib.algorithm.synthesizers import Synthesizer

    torch.manual_seed(1234)
    data = config["data"]
    return Synthesizer(
        data["filter_length"] // 2 + 1, config["train"]["segment_size"] // data["hop_length"], **config["model"], text_enc_hidden_dim=768,
        use_f0=args.f0 == 1, sr=data["sample_rate"], vocoder=args.vocoder)
