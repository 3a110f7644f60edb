"""Makes a golden case of a training step from Applio's own code in PyTorch: the numbers that `rvcnative verify` then wants of ours.

Imports the networks, losses and mel code of the user's own Applio checkout, runs some steps in float64 for the truth and again in float32 for
PyTorch's own error, and writes case.json, config.json, inputs.safetensors, expected.safetensors and peer_error.json. Weights, wide inputs and random
draws are procedural, so the folder is small. Any sizes that a config.json can say may be asked for.
"""
import argparse

import applio_checkout
import golden_case
import golden_run

SCALES = list(zip((5, 10, 20, 40, 80, 160, 320), (32, 64, 128, 256, 512, 1024, 2048)))


class ApplioRun(golden_run.StepRun):
    """Applio's networks; its mel loss is of the wave's slice, at one scale or at several."""

    def synthesizer(self):
        case, data = self.case, self.case.data
        return self.modules["synthesizers"].Synthesizer(
            data["filter_length"] // 2 + 1, case.train["segment_size"] // data["hop_length"], **case.model, text_enc_hidden_dim=768, use_f0=True,
            sr=data["sampling_rate"], vocoder=case.args.vocoder)

    def discriminators(self):
        version = self.case.args.discriminator
        return self.with_fewer_channels(
            self.torch.nn, version, lambda: self.modules["discriminators"].MultiPeriodDiscriminator(False, version=version))

    def description(self):
        return {**super().description(), "mel_loss": self.case.args.mel, "mel_floor": 1e-5}

    def tables(self):
        super().tables()
        self.scales = self.modules["mel_processing"].MultiScaleMelSpectrogramLoss(sample_rate=self.case.data["sampling_rate"])
        suffix = f"{self.dtype}_cpu"
        for bands, samples in SCALES:
            self.scales.hann_window[f"{samples}_{suffix}"] = self.window(samples)
            self.scales.mel_banks[f"{bands}_{suffix}"] = self.bank(n_fft=samples, n_mels=bands)

    def draws(self):
        if self.case.args.vocoder != "RefineGAN":
            return ["enc_q", "dec.m_source.l_sin_gen"]
        stages, blocks, places = range(len(self.case.model["upsample_rates"])), range(3), (0, 2)
        return ["enc_q", "dec.m_source"] + [f"dec.upsample_conv_blocks.{i}.blocks.{block}.{place}" for i in stages for block in blocks for place in places]

    def generated(self, ids, *inputs):
        slices = self.modules["commons"].slice_segments
        self.modules["synthesizers"].rand_slice_segments = lambda z, _, frames: (slices(z, ids, frames, dim=3), ids)
        return self.generator(*inputs)

    def sliced(self, x, ids, size):
        return self.modules["commons"].slice_segments(x, ids, size, dim=3)

    def grad_norm(self, net):
        return self.modules["commons"].grad_norm(net.parameters())

    def mel_loss(self, step, ids, wave, y_hat):
        if self.case.args.mel == "multi-scale":
            return self.scales(wave, y_hat) * self.case.train["c_mel"] / 3.0
        return self.l1_of_mels(step, self.mel_of(wave), self.mel_of(y_hat))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    golden_case.add_arguments(parser, "Applio")
    parser.add_argument("--vocoder", choices=("HiFi-GAN", "MRF HiFi-GAN", "RefineGAN"), required=True)
    parser.add_argument("--discriminator", choices=("v1", "v2", "v3"), default="v2")
    parser.add_argument("--mel", choices=("from wave slice", "multi-scale"), default="from wave slice")
    args = parser.parse_args()
    config = golden_case.read_config(args)
    applio_checkout.install()
    from rvc.lib.algorithm import commons, discriminators, synthesizers
    from rvc.train import losses, mel_processing

    modules = dict(commons=commons, discriminators=discriminators, synthesizers=synthesizers, losses=losses, mel_processing=mel_processing)
    golden_case.write(golden_case.Case(args, config, "train-step", "v2", True, args.vocoder), ApplioRun, modules, "applio")


if __name__ == "__main__":
    main()
