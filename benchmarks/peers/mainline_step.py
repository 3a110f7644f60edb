"""One training step of mainline RVC in PyTorch for every line read, timed: the peer of `rvcnative bench step --rvc-repo DIR`.

Imports the networks, losses and mel code of the user's own mainline checkout and makes steps as its train.py does in float32 on CPU, on random
weights and a random batch. peer_process.py has the protocol.
"""
import librosa_stand_in
import peer_process


class Peer:
    """Mainline's networks and optimisers with a batch of full-length items."""

    def __init__(self, args, config):
        import torch
        from infer.module import commons, models
        from train import losses, mel_processing

        self.torch, self.commons, self.losses, self.mel = torch, commons, losses, mel_processing
        self.f0 = args.f0 == 1
        self.data, self.train = config["data"], config["train"]
        wide = 768 if args.version == "v2" else 256
        name = f"SynthesizerTrnMs{wide}NSFsid" + ("" if self.f0 else "_nono")
        bins, hop = self.data["filter_length"] // 2 + 1, self.data["hop_length"]
        extra = {"sr": self.data["sampling_rate"]} if self.f0 else {}
        torch.manual_seed(1234)
        self.g = getattr(models, name)(bins, self.train["segment_size"] // hop, **config["model"], is_half=False, **extra).train()
        discriminator = models.MultiPeriodDiscriminatorV2 if args.version == "v2" else models.MultiPeriodDiscriminator
        self.d = discriminator(False).train()
        settings = dict(lr=self.train["learning_rate"], betas=tuple(self.train["betas"]), eps=self.train["eps"])
        self.optim_g = torch.optim.AdamW(self.g.parameters(), **settings)
        self.optim_d = torch.optim.AdamW(self.d.parameters(), **settings)

        batch, frames = args.batch, args.frames
        self.phone = torch.randn(batch, frames, wide)
        self.lengths = torch.full((batch,), frames, dtype=torch.long)
        self.pitch = torch.randint(1, 256, (batch, frames))
        self.pitchf = 100 + 300 * torch.rand(batch, frames)
        self.spec = torch.randn(batch, bins, frames).abs()
        self.wave = 0.1 * torch.randn(batch, 1, frames * hop)
        self.sid = torch.randint(0, config["model"]["spk_embed_dim"], (batch,))

    def run(self):
        torch, data, train = self.torch, self.data, self.train
        pitch = (self.pitch, self.pitchf) if self.f0 else ()
        y_hat, ids, _, z_mask, (_, z_p, m_p, logs_p, _, logs_q) = self.g(self.phone, self.lengths, *pitch, self.spec, self.lengths, self.sid)
        shape = (data["filter_length"], data["n_mel_channels"], data["sampling_rate"])
        limits = (data["mel_fmin"], data["mel_fmax"])
        mel = self.mel.spec_to_mel_torch(self.spec, *shape, *limits)
        y_mel = self.commons.slice_segments(mel, ids, train["segment_size"] // data["hop_length"])
        y_hat_mel = self.mel.mel_spectrogram_torch(y_hat.squeeze(1), *shape, data["hop_length"], data["win_length"], *limits)
        wave = self.commons.slice_segments(self.wave, ids * data["hop_length"], train["segment_size"])

        real, generated, _, _ = self.d(wave, y_hat.detach())
        loss_disc, _, _ = self.losses.discriminator_loss(real, generated)
        self.optim_d.zero_grad()
        loss_disc.backward()
        self.commons.clip_grad_value_(self.d.parameters(), None)
        self.optim_d.step()

        real, generated, maps_real, maps_generated = self.d(wave, y_hat)
        loss_mel = torch.nn.functional.l1_loss(y_mel, y_hat_mel) * train["c_mel"]
        loss_kl = self.losses.kl_loss(z_p, logs_q, m_p, logs_p, z_mask) * train["c_kl"]
        loss_fm = self.losses.feature_loss(maps_real, maps_generated)
        loss_gen, _ = self.losses.generator_loss(generated)
        total = loss_gen + loss_fm + loss_mel + loss_kl
        self.optim_g.zero_grad()
        total.backward()
        self.commons.clip_grad_value_(self.g.parameters(), None)
        self.optim_g.step()
        return {"mel": float(loss_mel), "kl": float(loss_kl), "fm": float(loss_fm), "gen": float(loss_gen), "disc": float(loss_disc)}


if __name__ == "__main__":
    librosa_stand_in.install()
    peer_process.serve(Peer, __doc__.splitlines()[0])
