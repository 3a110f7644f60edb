"""A golden case of applio_case.py's or mainline_case.py's: its procedural numbers and inputs, its files, and how far apart two runs of it lie."""
import json
import math
import os
import struct
import sys

import librosa_stand_in
import numpy as np

SEED = 1234
ZERO_FLOOR, GRADIENT_FLOOR = 1e-12, 1e-6


def stream(name, count):
    """Numbers in [-1, 1), a function of the name alone."""
    mask, state = (1 << 64) - 1, 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & mask
    with np.errstate(over="ignore"):
        z = np.uint64(state ^ SEED) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) * (2.0**-53) * 2 - 1


def parameter(name, shape, scales):
    """A parameter's values in float32 by its name and shape."""
    count, tail = int(np.prod(shape)), name.rsplit(".", 1)[-1]
    offset, scale = 0.0, math.sqrt(3.0 / max(1, count // shape[0]))
    if tail == "weight_g":
        offset, scale = 1.0, 0.2
    elif len(shape) == 1 and tail in ("weight", "gamma"):
        offset, scale = 1.0, 0.1
    elif tail in ("bias", "beta"):
        scale = 0.05
    values = (offset + scale * stream(name, count)).astype(np.float32).reshape(shape)
    return values * np.float32(scales[name]) if name in scales else values


def safetensors(path, tensors):
    names = {np.dtype(np.float32): "F32", np.dtype(np.float64): "F64", np.dtype(np.int64): "I64"}
    header, blobs, at = {}, [], 0
    for name, value in tensors.items():
        value = np.ascontiguousarray(value)
        header[name] = {"dtype": names[value.dtype], "shape": list(value.shape), "data_offsets": [at, at + value.nbytes]}
        blobs.append(value.tobytes())
        at += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


class Case:
    """The case's description and everything that goes into a run."""

    def __init__(self, args, config, kind, version, f0, vocoder, weights="procedural"):
        self.args, self.config, self.kind, self.f0, self.weights = args, config, kind, f0, weights
        self.data, self.train, self.model = config["data"], config["train"], config["model"]
        self.net = {"version": version, "f0": f0, "vocoder": vocoder, "sample_rate": self.data["sampling_rate"]}
        hop, bins = self.data["hop_length"], self.data["filter_length"] // 2 + 1
        batch, frames, segment = args.batch, args.frames, self.train["segment_size"] // hop
        choice = np.random.default_rng(args.choice)
        lengths = np.full(batch, frames, dtype=np.int64)
        lengths[1:] = choice.integers(segment if kind == "train-step" else 1, frames + 1, batch - 1)
        pitchf = (80 + 500 * choice.random((batch, frames))).astype(np.float32)
        for item in range(batch):
            start = choice.integers(0, frames)
            pitchf[item, start : start + choice.integers(1, max(2, frames // 3))] = 0
        within = np.arange(frames)[None] < lengths[:, None]
        pitch = np.where(within, choice.integers(1, 256, (batch, frames)), 0)
        self.inputs = {"phone_lengths": lengths, "sid": choice.integers(0, self.model["spk_embed_dim"], batch)}
        if f0:
            self.inputs.update(pitch=pitch, pitchf=np.where(within, pitchf, 0).astype(np.float32))
        wide = {"phone": ([batch, frames, 256 if version == "v1" else 768], 0.0, 0.5)}
        if kind == "train-step":
            self.inputs["ids_slice"] = np.stack([choice.integers(0, lengths - segment + 1) for _ in range(args.steps)])
            wide.update(spec=([batch, bins, frames], 1.0, 0.9), wave=([batch, 1, frames * hop], 0.0, 0.4))
        self.procedural = {
            name: {"stream": f"input.{name}", "shape": shape, "offset": offset, "scale": scale, "zero_past_length": True}
            for name, (shape, offset, scale) in wide.items()
        }
        self.wide = {}
        for name, entry in self.procedural.items():
            count = int(np.prod(entry["shape"]))
            values = (entry["offset"] + entry["scale"] * stream(entry["stream"], count)).astype(np.float32).reshape(entry["shape"])
            for item, length in enumerate(lengths):
                if name == "phone":
                    values[item, length:] = 0
                else:
                    values[item, :, length * (hop if name == "wave" else 1) :] = 0
            self.wide[name] = values
        post = "dec.conv_post.weight" if vocoder == "HiFi-GAN" else "dec.conv_post.weight_g"
        self.scales = {post: args.post_scale}
        self.noise = {}

    def draw(self, name, step, shape):
        key = f"noise.{name}.step{step}"
        self.noise[key] = {"shape": list(shape), "stream": key, "offset": 0.0, "scale": math.sqrt(3.0)}
        return (math.sqrt(3.0) * stream(key, int(np.prod(shape)))).astype(np.float32).reshape(shape)

    def description(self, peer, run):
        layers = range(self.model["n_layers"])
        return {
            "format": 1,
            "kind": self.kind,
            "peer": peer,
            "model": self.net,
            "weights": self.weights,
            "seed": SEED,
            "weight_scale": self.scales,
            "steps": self.args.steps,
            "noise": self.noise,
            "zero_gradient": [f"g.enc_p.encoder.attn_layers.{i}.conv_k.bias" for i in layers],
            "procedural_inputs": self.procedural,
            **run.description(),
        }


def errors(truth, ours):
    found = {}
    for name, value in truth.items():
        is_gradient = name.startswith("step0.grad.")
        floor = GRADIENT_FLOOR * truth[f"step0.grad_norm_{name[11]}"][0] if is_gradient else ZERO_FLOOR
        found[name] = float(np.linalg.norm(ours[name] - value) / max(np.linalg.norm(value), floor))
    return found


def jumps(truth, nudged, peer_error, units):
    """Gradients that a nudge of so many units in the last place moves beyond verify's limit and beyond what grows with the nudge: a value lies at a rectifier's kink there."""
    moved = errors({name: truth[name] for name in nudged}, nudged)
    return [name for name in moved if name.startswith("step0.grad.") and moved[name] > 2 * units * max(8 * peer_error[name], 1e-4)]


def add_arguments(parser, peer):
    parser.add_argument("--repo", required=True, help=f"folder of the {peer} checkout")
    parser.add_argument("--out", required=True, help="folder of the case, made anew")
    parser.add_argument("--config", required=True, help="config.json in mainline's format")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--frames", type=int, default=26)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--divisor", type=int, default=16, help="what the discriminators' channels and groups are divided by")
    parser.add_argument("--choice", type=int, default=1, help="seed of lengths, pitch, speakers and segments")
    parser.add_argument("--nudges", type=int, default=0, help="runs of the truth with nudged weights; a case whose gradients jump then is refused")
    parser.add_argument("--nudge-units", type=float, default=2, help="how far a nudge goes, in units of float32's last place; 2 move y_hat about as far as float32 does")
    parser.add_argument("--post-scale", type=float, default=0.05, help="factor of the last convolution's weight, to keep tanh out of its ends")


def read_config(args):
    """The configuration; the checkout's modules can be imported from here on."""
    sys.path.insert(0, os.path.abspath(args.repo))
    librosa_stand_in.install()
    with open(args.config, encoding="utf-8") as file:
        return json.load(file)


def write(case, runner, modules, peer):
    """Runs the case in float64 and float32, nudges it as often as asked, and writes its folder."""
    import torch

    args, results = case.args, []
    for dtype in (torch.float64, torch.float32):
        run = runner(case, modules, dtype)
        run.all()
        results.append(run.results)
    peer_error = errors(*results)
    for nudge in range(args.nudges):
        nudged = runner(case, modules, torch.float64, np.random.default_rng(nudge))
        nudged.step(0)
        if moved := jumps(results[0], nudged.results, peer_error, args.nudge_units):
            sys.exit(f"nudge {nudge} moves {len(moved)} gradients beyond verify's limit, {moved[0]} among them: no float32 engine can be judged by this; take another --choice")

    os.makedirs(args.out, exist_ok=True)
    description = case.description(f"{peer}, PyTorch {torch.__version__} on CPU", run)
    for name, content in (("case.json", description), ("config.json", case.config), ("peer_error.json", peer_error)):
        with open(os.path.join(args.out, name), "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
    safetensors(os.path.join(args.out, "inputs.safetensors"), case.inputs)
    safetensors(os.path.join(args.out, "expected.safetensors"), results[0])
