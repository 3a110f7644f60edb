"""Makes a golden case of a training step from Applio's own code in PyTorch: the numbers that `rvcnative verify` then wants of ours.

Imports the networks, losses and mel code of the user's own Applio checkout, runs some steps in float64 for the truth and again in float32 for
PyTorch's own error, and writes case.json, config.json, inputs.safetensors, expected.safetensors and peer_error.json. Weights, wide inputs and random
draws are procedural, so the folder is small. Any sizes that a config.json can say may be asked for.
"""
import argparse
import json
import math
import os
import struct
import sys

import applio_checkout
import librosa_stand_in
import numpy as np

SEED, DIVISOR, LARGE = 1234, 16, 4096
ZERO_FLOOR, GRADIENT_FLOOR = 1e-12, 1e-6
SCALES = list(zip((5, 10, 20, 40, 80, 160, 320), (32, 64, 128, 256, 512, 1024, 2048)))


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

    def __init__(self, args, config):
        self.args, self.config = args, config
        self.data, self.train, self.model = config["data"], config["train"], config["model"]
        hop, bins = self.data["hop_length"], self.data["filter_length"] // 2 + 1
        batch, frames, segment = args.batch, args.frames, self.train["segment_size"] // hop
        choice = np.random.default_rng(args.choice)
        lengths = np.full(batch, frames, dtype=np.int64)
        lengths[1:] = choice.integers(segment, frames + 1, batch - 1)
        pitchf = (80 + 500 * choice.random((batch, frames))).astype(np.float32)
        for item in range(batch):
            start = choice.integers(0, frames)
            pitchf[item, start : start + choice.integers(1, max(2, frames // 3))] = 0
        within = np.arange(frames)[None] < lengths[:, None]
        self.inputs = {
            "phone_lengths": lengths,
            "pitch": np.where(within, choice.integers(1, 256, (batch, frames)), 0),
            "pitchf": np.where(within, pitchf, 0).astype(np.float32),
            "sid": choice.integers(0, self.model["spk_embed_dim"], batch),
            "ids_slice": np.stack([choice.integers(0, lengths - segment + 1) for _ in range(args.steps)]),
        }
        wide = {"phone": ([batch, frames, 768], 0.0, 0.5), "spec": ([batch, bins, frames], 1.0, 0.9), "wave": ([batch, 1, frames * hop], 0.0, 0.4)}
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
        post = "dec.conv_post.weight" if args.vocoder == "HiFi-GAN" else "dec.conv_post.weight_g"
        self.scales = {post: args.post_scale}
        self.noise = {}

    def draw(self, name, step, shape):
        key = f"noise.{name}.step{step}"
        self.noise[key] = {"shape": list(shape), "stream": key, "offset": 0.0, "scale": math.sqrt(3.0)}
        return (math.sqrt(3.0) * stream(key, int(np.prod(shape)))).astype(np.float32).reshape(shape)

    def description(self, peer, plan, generator, discriminator):
        layers = range(self.model["n_layers"])
        return {
            "format": 1,
            "kind": "train-step",
            "peer": peer,
            "model": {"version": "v2", "f0": True, "vocoder": self.args.vocoder, "sample_rate": self.data["sampling_rate"]},
            "weights": "procedural",
            "seed": SEED,
            "weight_scale": self.scales,
            "steps": self.args.steps,
            "noise": self.noise,
            "zero_gradient": [f"g.enc_p.encoder.attn_layers.{i}.conv_k.bias" for i in layers],
            "discriminator": plan,
            "mel_loss": self.args.mel,
            "mel_floor": 1e-5,
            "procedural_inputs": self.procedural,
            "g_parameters": generator,
            "d_parameters": discriminator,
        }


class Run:
    """The case's steps in one precision; with a nudge, weights lie up to half a unit in float32's last place beside the case's."""

    def __init__(self, case, repo_modules, dtype, nudge=None):
        import torch

        self.torch, self.case, self.dtype, self.modules, self.nudge = torch, case, dtype, repo_modules, nudge
        self.results, self.draws = {}, iter(())
        torch.set_default_dtype(dtype)
        torch.Tensor.float = lambda tensor: tensor.to(dtype)
        self.generator = self.loaded(self.synthesizer(), "g")
        self.discriminator = self.loaded(self.discriminators(), "d")
        train = case.train
        settings = dict(lr=train["learning_rate"], betas=tuple(train["betas"]), eps=train["eps"])
        self.optimisers = [torch.optim.AdamW(net.parameters(), **settings) for net in (self.generator, self.discriminator)]
        self.tables()

    def synthesizer(self):
        case, data = self.case, self.case.data
        return self.modules["synthesizers"].Synthesizer(
            data["filter_length"] // 2 + 1, case.train["segment_size"] // data["hop_length"], **case.model, text_enc_hidden_dim=768, use_f0=True,
            sr=data["sampling_rate"], vocoder=case.args.vocoder)

    def discriminators(self):
        """Applio's, with a part of the channels and groups of the scale and the periods."""
        nn = self.torch.nn
        whole, plans = (nn.Conv1d, nn.Conv2d), []

        def fewer(make):
            def conv(inputs, outputs, kernel, *rest, groups=1, **options):
                if kernel not in ((3, 9), (3, 3)):
                    inputs, outputs, groups = (max(1, size // DIVISOR) for size in (inputs, outputs, groups))
                plans.append((outputs, groups))
                return make(inputs, outputs, kernel, *rest, groups=groups, **options)

            return conv

        nn.Conv1d, nn.Conv2d = map(fewer, whole)
        try:
            net = self.modules["discriminators"].MultiPeriodDiscriminator(False, version=self.case.args.discriminator)
        finally:
            nn.Conv1d, nn.Conv2d = whole
        scale, period = plans[:6], plans[7:12]
        self.plan = {
            "version": self.case.args.discriminator,
            "scale_channels": [channels for channels, _ in scale],
            "scale_groups": [groups for _, groups in scale],
            "period_channels": [channels for channels, _ in period],
            "resolution_channels": 32,
        }
        return net

    def loaded(self, net, letter):
        net = net.to(self.dtype).train()
        with self.torch.no_grad():
            for name, value in net.named_parameters():
                scales = self.case.scales if letter == "g" else {}
                values = parameter(name, tuple(value.shape), scales)
                if self.nudge is not None:
                    values = values * (1 + self.nudge.uniform(-(2.0**-24), 2.0**-24, values.shape))
                value.copy_(self.torch.from_numpy(values))
        return net

    def tables(self):
        """Windows and mel banks are float32 tables in both precisions."""
        torch, mel, data = self.torch, self.modules["mel_processing"], self.case.data
        self.scales = mel.MultiScaleMelSpectrogramLoss(sample_rate=data["sampling_rate"])
        suffix = f"{self.dtype}_cpu"

        def window(samples):
            return torch.hann_window(samples, dtype=torch.float32).to(self.dtype)

        def bank(**sizes):
            return torch.from_numpy(librosa_stand_in.mel_bank(sr=data["sampling_rate"], **sizes)).to(self.dtype)

        mel.hann_window[f"{data['win_length']}_{suffix}"] = window(data["win_length"])
        mel.mel_basis[f"{data['mel_fmax']}_{suffix}"] = bank(
            n_fft=data["filter_length"], n_mels=data["n_mel_channels"], fmin=data["mel_fmin"], fmax=data["mel_fmax"])
        for bands, samples in SCALES:
            self.scales.hann_window[f"{samples}_{suffix}"] = window(samples)
            self.scales.mel_banks[f"{bands}_{suffix}"] = bank(n_fft=samples, n_mels=bands)

    def inject(self, step):
        """Random numbers come from the case, in the order in which Applio's modules draw."""
        args, names = self.case.args, ["enc_q"]
        names.append("dec.m_source" if args.vocoder == "RefineGAN" else "dec.m_source.l_sin_gen")
        if args.vocoder == "RefineGAN":
            stages, blocks, places = range(len(self.case.model["upsample_rates"])), range(3), (0, 2)
            names += [f"dec.upsample_conv_blocks.{i}.blocks.{block}.{place}" for i in stages for block in blocks for place in places]
        order, torch = iter(names), self.torch
        torch.randn_like = lambda like: torch.from_numpy(self.case.draw(next(order), step, tuple(like.shape))).to(like.dtype)
        torch.rand = lambda *shape, **_: torch.zeros(*shape)
        ids = torch.from_numpy(self.case.inputs["ids_slice"][step])
        slices = self.modules["commons"].slice_segments
        self.modules["synthesizers"].rand_slice_segments = lambda z, _, frames: (slices(z, ids, frames, dim=3), ids)

    def mel_of(self, wave):
        data, mel = self.case.data, self.modules["mel_processing"]
        return mel.mel_spectrogram_torch(
            wave.squeeze(1), data["filter_length"], data["n_mel_channels"], data["sampling_rate"], data["hop_length"], data["win_length"], data["mel_fmin"],
            data["mel_fmax"])

    def step(self, step):
        torch, case, losses, commons = self.torch, self.case, self.modules["losses"], self.modules["commons"]
        optim_g, optim_d = self.optimisers
        real_of = {name: torch.from_numpy(value).to(self.dtype) for name, value in case.wide.items()}
        given = {name: torch.from_numpy(value) for name, value in case.inputs.items()}
        pitchf = given["pitchf"].to(self.dtype)
        self.inject(step)
        y_hat, ids, _, z_mask, (z, z_p, m_p, logs_p, m_q, logs_q) = self.generator(
            real_of["phone"], given["phone_lengths"], given["pitch"], pitchf, real_of["spec"], given["phone_lengths"], given["sid"])
        wave = commons.slice_segments(real_of["wave"], ids * case.data["hop_length"], case.train["segment_size"], dim=3)

        real, generated, _, _ = self.discriminator(wave, y_hat.detach())
        loss_disc, _, _ = losses.discriminator_loss(real, generated)
        self.note(step, "loss.disc", loss_disc)
        for i, (of_real, of_generated) in enumerate(zip(real, generated)):
            self.note(step, f"loss.d_r.{i}", ((1 - of_real) ** 2).mean())
            self.note(step, f"loss.d_g.{i}", (of_generated**2).mean())
        optim_d.zero_grad()
        loss_disc.backward()
        self.note(step, "grad_norm_d", commons.grad_norm(self.discriminator.parameters()))
        if step == 0:
            self.gradients("d", self.discriminator)
        optim_d.step()

        _, generated, maps_real, maps_generated = self.discriminator(wave, y_hat)
        if case.args.mel == "multi-scale":
            loss_mel = self.scales(wave, y_hat) * case.train["c_mel"] / 3.0
        else:
            real_mel, y_mel = self.mel_of(wave), self.mel_of(y_hat)
            loss_mel = torch.nn.functional.l1_loss(real_mel, y_mel) * case.train["c_mel"]
            if step == 0:
                self.keep("step0.y_mel", real_mel)
                self.keep("step0.y_hat_mel", y_mel)
        loss_kl = losses.kl_loss(z_p, logs_q, m_p, logs_p, z_mask) * case.train["c_kl"]
        loss_fm = losses.feature_loss(maps_real, maps_generated)
        loss_gen, _ = losses.generator_loss(generated)
        total = loss_gen + loss_fm + loss_mel + loss_kl
        for name, value in (("mel", loss_mel), ("kl", loss_kl), ("fm", loss_fm), ("gen", loss_gen), ("total", total)):
            self.note(step, f"loss.{name}", value)
        for i, score in enumerate(generated):
            self.note(step, f"loss.g.{i}", ((1 - score) ** 2).mean())
        optim_g.zero_grad()
        total.backward()
        self.note(step, "grad_norm_g", commons.grad_norm(self.generator.parameters()))
        if step == 0:
            for name, value in (("z", z), ("z_p", z_p), ("m_p", m_p), ("logs_p", logs_p), ("m_q", m_q), ("logs_q", logs_q), ("y_hat", y_hat)):
                self.keep(f"step0.{name}", value)
            self.gradients("g", self.generator)
        optim_g.step()

    def finish(self):
        for letter, net in (("g", self.generator), ("d", self.discriminator)):
            for name, value in net.named_parameters():
                self.keep_part(f"final.{letter}.{name}", value)

    def note(self, step, name, value):
        self.results[f"step{step}.{name}"] = np.array([float(value)])

    def gradients(self, letter, net):
        for name, value in net.named_parameters():
            self.keep_part(f"step0.grad.{letter}.{name}", value.grad)

    def keep(self, name, value):
        self.results[name] = value.detach().double().numpy().copy()

    def keep_part(self, name, value):
        """What verify wants of large gradients and parameters: their norm and 16 places."""
        flat = value.detach().double().numpy().reshape(-1)
        if flat.size <= LARGE:
            self.keep(name, value)
            return
        self.results[f"{name}#norm"] = np.array([np.linalg.norm(flat)])
        self.results[f"{name}#at16"] = flat[np.floor(np.linspace(0, flat.size - 1, 16)).astype(np.int64)].copy()


def errors(truth, ours):
    found = {}
    for name, value in truth.items():
        is_gradient = name.startswith("step0.grad.")
        floor = GRADIENT_FLOOR * truth[f"step0.grad_norm_{name[11]}"][0] if is_gradient else ZERO_FLOOR
        found[name] = float(np.linalg.norm(ours[name] - value) / max(np.linalg.norm(value), floor))
    return found


def jumps(truth, nudged, peer_error):
    """Gradients that a change of the weights below float32's resolution moves beyond verify's limit: a value lies at a rectifier's kink there."""
    moved = errors({name: truth[name] for name in nudged}, nudged)
    return [name for name in moved if name.startswith("step0.grad.") and moved[name] > max(8 * peer_error[name], 1e-4)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repo", required=True, help="folder of the Applio checkout")
    parser.add_argument("--out", required=True, help="folder of the case, made anew")
    parser.add_argument("--config", required=True, help="config.json in mainline's format")
    parser.add_argument("--vocoder", choices=("HiFi-GAN", "MRF HiFi-GAN", "RefineGAN"), required=True)
    parser.add_argument("--discriminator", choices=("v1", "v2", "v3"), default="v2")
    parser.add_argument("--mel", choices=("from wave slice", "multi-scale"), default="from wave slice")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--frames", type=int, default=26)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--choice", type=int, default=1, help="seed of lengths, pitch, speakers and segments")
    parser.add_argument(
        "--nudges", type=int, default=0, help="runs of the truth with weights nudged below float32's resolution; a case whose gradients jump then is refused")
    parser.add_argument("--post-scale", type=float, default=0.05, help="factor of the last convolution's weight, to keep tanh out of its ends")
    args = parser.parse_args()
    with open(args.config, encoding="utf-8") as file:
        config = json.load(file)
    sys.path.insert(0, os.path.abspath(args.repo))
    librosa_stand_in.install()
    applio_checkout.install()
    import torch
    from rvc.lib.algorithm import commons, discriminators, synthesizers
    from rvc.train import losses, mel_processing

    modules = dict(commons=commons, discriminators=discriminators, synthesizers=synthesizers, losses=losses, mel_processing=mel_processing)
    case, results = Case(args, config), []
    for dtype in (torch.float64, torch.float32):
        run = Run(case, modules, dtype)
        for step in range(args.steps):
            run.step(step)
        run.finish()
        results.append(run.results)
    peer_error = errors(*results)
    for nudge in range(args.nudges):
        nudged = Run(case, modules, torch.float64, np.random.default_rng(nudge))
        nudged.step(0)
        if moved := jumps(results[0], nudged.results, peer_error):
            sys.exit(f"nudge {nudge} moves {len(moved)} gradients beyond verify's limit, {moved[0]} among them: no float32 engine can be judged by this; take another --choice")

    os.makedirs(args.out, exist_ok=True)
    shapes = [[[name, list(value.shape)] for name, value in net.named_parameters()] for net in (run.generator, run.discriminator)]
    peer = f"applio, PyTorch {torch.__version__} on CPU"
    for name, content in (
        ("case.json", case.description(peer, run.plan, *shapes)), ("config.json", config), ("peer_error.json", peer_error)):
        with open(os.path.join(args.out, name), "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
    safetensors(os.path.join(args.out, "inputs.safetensors"), case.inputs)
    safetensors(os.path.join(args.out, "expected.safetensors"), results[0])


if __name__ == "__main__":
    main()
