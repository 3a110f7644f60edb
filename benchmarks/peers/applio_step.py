"""One training step of Applio in PyTorch for every line read, timed: the peer of `rvcnative bench step --applio-repo DIR`.

Imports the networks, losses and mel code of the user's own Applio checkout and makes steps as its train.py does in float32 on CPU, on random weights
and a random batch. peer_process.py has the protocol.
"""
import applio_checkout
import librosa_stand_in
import peer_process


class Peer:
    """Applio's networks and optimisers with a batch of full-length items."""

    def __init__(self, args, config):
        import torch

        applio_checkout.install()
        from rvc.lib.algorithm import commons
        from rvc.lib.algorithm.discriminators import MultiPeriodDiscriminator
        from rvc.train import losses, mel_processing

        self.torch, self.commons, self.losses, self.mel = torch, commons, losses, mel_processing
        self.f0 = args.f0 == 1
        self.data, self.train = config["data"], config["train"]
        self.g = applio_checkout.synthesizer(args, config).train()
        refine = args.vocoder == "RefineGAN"
        self.d = MultiPeriodDiscriminator(False, version=self.train.get("discriminator", "v3" if refine else "v2")).train()
        scaled = self.train.get("mel_loss", "multi-scale" if refine else "wave") == "multi-scale"
        self.scales = mel_processing.MultiScaleMelSpectrogramLoss(sample_rate=self.data["sample_rate"]) if scaled else None
        settings = dict(betas=tuple(self.train["betas"]), eps=self.train["eps"])
        self.optim_g = torch.optim.AdamW(self.g.parameters(), self.train["learning_rate"], **settings)
        self.optim_d = torch.optim.AdamW(self.d.parameters(), self.train["learning_rate"], **settings)

        batch, frames, hop = args.batch, args.frames, self.data["hop_length"]
        self.phone = torch.randn(batch, frames, 768)
        self.lengths = torch.full((batch,), frames, dtype=torch.long)
        self.pitch = torch.randint(1, 256, (batch, frames))
        self.pitchf = 100 + 300 * torch.rand(batch, frames)
        self.spec = torch.randn(batch, self.data["filter_length"] // 2 + 1, frames).abs()
        self.wave = 0.1 * torch.randn(batch, 1, frames * hop)
        self.sid = torch.randint(0, config["model"]["spk_embed_dim"], (batch,))

    def mel_loss(self, wave, y_hat):
        if self.scales is not None:
            return self.scales(wave, y_hat) * self.train["c_mel"] / 3.0
        data = self.data
        real, generated = (
            self.mel.mel_spectrogram_torch(
                each.squeeze(1), data["filter_length"], data["n_mel_channels"], data["sample_rate"], data["hop_length"], data["win_length"],
                data["mel_fmin"], data["mel_fmax"])
            for each in (wave, y_hat))
        return self.torch.nn.functional.l1_loss(real, generated) * self.train["c_mel"]

    def run(self):
        pitch = (self.pitch, self.pitchf) if self.f0 else (None, None)
        y_hat, ids, _, z_mask, (_, z_p, m_p, logs_p, _, logs_q) = self.g(self.phone, self.lengths, *pitch, self.spec, self.lengths, self.sid)
        wave = self.commons.slice_segments(self.wave, ids * self.data["hop_length"], self.train["segment_size"], dim=3)

        real, generated, _, _ = self.d(wave, y_hat.detach())
        loss_disc, _, _ = self.losses.discriminator_loss(real, generated)
        self.optim_d.zero_grad()
        loss_disc.backward()
        self.commons.grad_norm(self.d.parameters())
        self.optim_d.step()

        _, generated, maps_real, maps_generated = self.d(wave, y_hat)
        loss_mel = self.mel_loss(wave, y_hat)
        loss_kl = self.losses.kl_loss(z_p, logs_q, m_p, logs_p, z_mask) * self.train["c_kl"]
        loss_fm = self.losses.feature_loss(maps_real, maps_generated)
        loss_gen, _ = self.losses.generator_loss(generated)
        total = loss_gen + loss_fm + loss_mel + loss_kl
        self.optim_g.zero_grad()
        total.backward()
        self.commons.grad_norm(self.g.parameters())
        self.optim_g.step()
        return {"mel": float(loss_mel), "kl": float(loss_kl), "fm": float(loss_fm), "gen": float(loss_gen), "disc": float(loss_disc)}


if __name__ == "__main__":
    librosa_stand_in.install()
    peer_process.serve(Peer, __doc__.splitlines()[0])
