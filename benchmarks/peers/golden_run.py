"""Runs of a golden case in one precision, and the training step that mainline and Applio both make.

A peer's class says how its networks are built and called; the step's order and what is kept of it are here.
"""
import librosa_stand_in
import numpy as np

from golden_case import parameter

LARGE = 4096


class Run:
    """The case in one precision; with a nudge, weights lie up to --nudge-units of float32's last place beside the case's."""

    def __init__(self, case, modules, dtype, nudge=None):
        import torch

        self.torch, self.case, self.dtype, self.modules, self.nudge = torch, case, dtype, modules, nudge
        self.results = {}
        torch.set_default_dtype(dtype)
        torch.Tensor.float = lambda tensor: tensor.to(dtype)
        self.generator = self.loaded(self.synthesizer(), "g")

    def description(self):
        return {"g_parameters": shapes(self.generator), "d_parameters": []}

    def loaded(self, net, letter):
        net = net.to(self.dtype).train()
        with self.torch.no_grad():
            for name, value in net.named_parameters():
                scales = self.case.scales if letter == "g" else {}
                values = parameter(name, tuple(value.shape), scales)
                if self.nudge is not None:
                    most = self.case.args.nudge_units * 2.0**-23
                    values = values * (1 + self.nudge.uniform(-most, most, values.shape))
                value.copy_(self.torch.from_numpy(values))
        return net

    def optimiser(self, net):
        train = self.case.train
        return self.torch.optim.AdamW(net.parameters(), lr=train["learning_rate"], betas=tuple(train["betas"]), eps=train["eps"])

    def given(self, name):
        value = self.torch.from_numpy(self.case.wide.get(name, self.case.inputs.get(name)))
        return value.to(self.dtype) if value.is_floating_point() else value

    def inject(self, names, step):
        """Random numbers come from the case, in the order in which the peer's modules draw; overtones begin at phase 0."""
        order, torch = iter(names), self.torch
        torch.randn_like = lambda like: torch.from_numpy(self.case.draw(next(order), step, tuple(like.shape))).to(like.dtype)
        torch.rand = lambda *shape, **_: torch.zeros(*shape)

    def keep(self, name, value):
        self.results[name] = value.detach().double().numpy().copy()


class StepRun(Run):
    """Training steps. A peer's class has `synthesizer`, `discriminators`, `draws`, `generated`, `sliced`, `grad_norm` and `mel_loss`."""

    def __init__(self, case, modules, dtype, nudge=None):
        super().__init__(case, modules, dtype, nudge)
        self.discriminator = self.loaded(self.discriminators(), "d")
        self.optimisers = [self.optimiser(net) for net in (self.generator, self.discriminator)]
        self.tables()

    def description(self):
        return {"discriminator": self.plan, "g_parameters": shapes(self.generator), "d_parameters": shapes(self.discriminator)}

    def with_fewer_channels(self, place, version, make):
        """The peer's discriminators, with a part of the channels and groups of the scale and the periods; its convolutions are looked up in `place`."""
        whole, plans, divisor = (place.Conv1d, place.Conv2d), [], self.case.args.divisor

        def fewer(make_conv):
            def conv(inputs, outputs, kernel, *rest, groups=1, **options):
                if kernel not in ((3, 9), (3, 3)):
                    inputs, outputs, groups = (max(1, size // divisor) for size in (inputs, outputs, groups))
                plans.append((outputs, groups))
                return make_conv(inputs, outputs, kernel, *rest, groups=groups, **options)

            return conv

        place.Conv1d, place.Conv2d = map(fewer, whole)
        try:
            net = make()
        finally:
            place.Conv1d, place.Conv2d = whole
        scale, period = plans[:6], plans[7:12]
        self.plan = {
            "version": version,
            "scale_channels": [channels for channels, _ in scale],
            "scale_groups": [groups for _, groups in scale],
            "period_channels": [channels for channels, _ in period],
            "resolution_channels": 32,
        }
        return net

    def window(self, samples):
        return self.torch.hann_window(samples, dtype=self.torch.float32).to(self.dtype)

    def bank(self, **sizes):
        return self.torch.from_numpy(librosa_stand_in.mel_bank(sr=self.case.data["sampling_rate"], **sizes)).to(self.dtype)

    def tables(self):
        """Windows and mel banks are float32 tables in both precisions."""
        mel, data, suffix = self.modules["mel_processing"], self.case.data, f"{self.dtype}_cpu"
        mel.hann_window[f"{data['win_length']}_{suffix}"] = self.window(data["win_length"])
        mel.mel_basis[f"{data['mel_fmax']}_{suffix}"] = self.bank(
            n_fft=data["filter_length"], n_mels=data["n_mel_channels"], fmin=data["mel_fmin"], fmax=data["mel_fmax"])

    def mel_of(self, wave):
        data, mel = self.case.data, self.modules["mel_processing"]
        return mel.mel_spectrogram_torch(
            wave.squeeze(1), data["filter_length"], data["n_mel_channels"], data["sampling_rate"], data["hop_length"], data["win_length"], data["mel_fmin"],
            data["mel_fmax"])

    def l1_of_mels(self, step, real, generated):
        if step == 0:
            self.keep("step0.y_mel", real)
            self.keep("step0.y_hat_mel", generated)
        return self.torch.nn.functional.l1_loss(real, generated) * self.case.train["c_mel"]

    def step(self, step):
        case, losses = self.case, self.modules["losses"]
        optim_g, optim_d = self.optimisers
        self.inject(self.draws(), step)
        pitch = (self.given("pitch"), self.given("pitchf")) if case.f0 else ()
        lengths = self.given("phone_lengths")
        y_hat, ids, _, z_mask, (z, z_p, m_p, logs_p, m_q, logs_q) = self.generated(
            self.given("ids_slice")[step], self.given("phone"), lengths, *pitch, self.given("spec"), lengths, self.given("sid"))
        wave = self.sliced(self.given("wave"), ids * case.data["hop_length"], case.train["segment_size"])

        real, generated, _, _ = self.discriminator(wave, y_hat.detach())
        loss_disc, _, _ = losses.discriminator_loss(real, generated)
        self.note(step, "loss.disc", loss_disc)
        for i, (of_real, of_generated) in enumerate(zip(real, generated)):
            self.note(step, f"loss.d_r.{i}", ((1 - of_real) ** 2).mean())
            self.note(step, f"loss.d_g.{i}", (of_generated**2).mean())
        optim_d.zero_grad()
        loss_disc.backward()
        self.note(step, "grad_norm_d", self.grad_norm(self.discriminator))
        if step == 0:
            self.gradients("d", self.discriminator)
        optim_d.step()

        _, generated, maps_real, maps_generated = self.discriminator(wave, y_hat)
        loss_mel = self.mel_loss(step, ids, wave, y_hat)
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
        self.note(step, "grad_norm_g", self.grad_norm(self.generator))
        if step == 0:
            for name, value in (("z", z), ("z_p", z_p), ("m_p", m_p), ("logs_p", logs_p), ("m_q", m_q), ("logs_q", logs_q), ("y_hat", y_hat)):
                self.keep(f"step0.{name}", value)
            self.gradients("g", self.generator)
        optim_g.step()

    def all(self):
        for step in range(self.case.args.steps):
            self.step(step)
        for letter, net in (("g", self.generator), ("d", self.discriminator)):
            for name, value in net.named_parameters():
                self.keep_part(f"final.{letter}.{name}", value)

    def note(self, step, name, value):
        self.results[f"step{step}.{name}"] = np.array([float(value)])

    def gradients(self, letter, net):
        for name, value in net.named_parameters():
            self.keep_part(f"step0.grad.{letter}.{name}", value.grad)

    def keep_part(self, name, value):
        """What verify wants of large gradients and parameters: their norm and 16 places."""
        flat = value.detach().double().numpy().reshape(-1)
        if flat.size <= LARGE:
            self.keep(name, value)
            return
        self.results[f"{name}#norm"] = np.array([np.linalg.norm(flat)])
        self.results[f"{name}#at16"] = flat[np.floor(np.linspace(0, flat.size - 1, 16)).astype(np.int64)].copy()


def shapes(net):
    return [[name, list(value.shape)] for name, value in net.named_parameters()]
