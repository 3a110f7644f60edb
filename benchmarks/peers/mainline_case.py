"""Makes a golden case of training steps or of a conversion from mainline RVC's own code in PyTorch: the numbers that `rvcnative verify` then wants of ours.

Imports the networks, losses and mel code of the user's own mainline checkout, runs them in float64 for the truth and again in float32 for PyTorch's own
error, and writes the files of a case as golden_case.py lays them out. Any sizes that a config.json can say may be asked for; with --checkpoints the weights lie in
G_0.pth and D_0.pth, and what one step makes of them in G_1.pth and D_1.pth.
"""
import argparse
import os

import golden_case
import golden_run


def synthesizer(run):
    """The network for the case's version, with or without pitch."""
    case, data, extra = run.case, run.case.data, {}
    if case.f0:
        extra["sr"] = data["sampling_rate"]
    name = f"SynthesizerTrnMs{256 if case.args.version == 'v1' else 768}NSFsid" + ("" if case.f0 else "_nono")
    return getattr(run.modules["models"], name)(
        data["filter_length"] // 2 + 1, case.train["segment_size"] // data["hop_length"], **case.model, is_half=False, **extra)


def save(run, letter, net, optimiser, done):
    """A checkpoint as mainline's train/utils.py lays it out, in float32; of the truth's run alone."""
    torch, case = run.torch, run.case
    if run.dtype != torch.float64 or run.nudge is not None or not case.args.checkpoints:
        return

    def single(value):
        if isinstance(value, dict):
            return {key: single(item) for key, item in value.items()}
        return value.detach().to(torch.float32) if torch.is_tensor(value) else value

    os.makedirs(case.args.out, exist_ok=True)
    torch.save(
        {"model": single(net.state_dict()), "iteration": done, "optimizer": single(optimiser.state_dict()), "learning_rate": case.train["learning_rate"]},
        os.path.join(case.args.out, f"{letter}_{done}.pth"))


class MainlineStep(golden_run.StepRun):
    """Mainline's networks; the real mel is that of the given spectrogram."""

    synthesizer = synthesizer

    def discriminators(self):
        models, version = self.modules["models"], self.case.args.version
        make = models.MultiPeriodDiscriminator if version == "v1" else models.MultiPeriodDiscriminatorV2
        return self.with_fewer_channels(models, version, lambda: make(self.case.model["use_spectral_norm"]))

    def description(self):
        return {**super().description(), "mel_loss": "from spec slice", "mel_floor": 2e-6}

    def step(self, step):
        if step < 2:
            for letter, net, optimiser in zip("GD", (self.generator, self.discriminator), self.optimisers):
                save(self, letter, net, optimiser, step)
        super().step(step)

    def draws(self):
        return ["enc_q", "dec.m_source.l_sin_gen"] if self.case.f0 else ["enc_q"]

    def generated(self, ids, *inputs):
        commons = self.modules["commons"]
        commons.rand_slice_segments = lambda z, _, frames: (commons.slice_segments(z, ids, frames), ids)
        return self.generator(*inputs)

    def sliced(self, x, ids, size):
        return self.modules["commons"].slice_segments(x, ids, size)

    def grad_norm(self, net):
        return self.modules["commons"].clip_grad_value_(net.parameters(), None)

    def mel_loss(self, step, ids, wave, y_hat):
        case, data = self.case, self.case.data
        mel = self.modules["mel_processing"].spec_to_mel_torch(
            self.given("spec"), data["filter_length"], data["n_mel_channels"], data["sampling_rate"], data["mel_fmin"], data["mel_fmax"])
        real = self.sliced(mel, ids, case.train["segment_size"] // data["hop_length"])
        return self.l1_of_mels(step, real, self.mel_of(y_hat))


class MainlineInfer(golden_run.Run):
    """A conversion, of all frames or of the window that streaming asks for."""

    synthesizer = synthesizer

    def description(self):
        args = self.case.args
        window = {} if args.skip_head is None else {"skip_head": args.skip_head, "return_length": args.return_length}
        return {**super().description(), "zero_gradient": [], **window}

    def all(self):
        args = self.case.args
        save(self, "G", self.generator, self.optimiser(self.generator), 0)
        self.inject(["infer", "dec.m_source.l_sin_gen"], 0)
        pitch = (self.given("pitch"), self.given("pitchf")) if self.case.f0 else ()
        with self.torch.no_grad():
            audio, _, (z, z_p, m_p, logs_p) = self.generator.eval().infer(
                self.given("phone"), self.given("phone_lengths"), *pitch, self.given("sid"), args.skip_head, args.return_length)
        for name, value in (("audio", audio), ("z", z), ("z_p", z_p), ("m_p", m_p), ("logs_p", logs_p)):
            self.keep(name, value)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    golden_case.add_arguments(parser, "mainline")
    parser.add_argument("--kind", choices=("train-step", "infer"), default="train-step")
    parser.add_argument("--version", choices=("v1", "v2"), default="v2")
    parser.add_argument("--no-f0", action="store_true", help="the networks without pitch")
    parser.add_argument("--checkpoints", action="store_true", help="weights in checkpoints; training is resumed from the second ones too")
    parser.add_argument("--skip-head", type=int, help="frames that a window of inference leaves out; with --return-length")
    parser.add_argument("--return-length", type=int, help="frames that it returns")
    args = parser.parse_args()
    if (args.skip_head is None) != (args.return_length is None):
        parser.error("--skip-head and --return-length go together")
    if args.kind == "infer" and args.nudges:
        parser.error("--nudges are for gradients, which an inference has none of")
    if args.kind == "infer":
        args.steps = 1
    elif args.skip_head is not None:
        parser.error("--skip-head is for --kind infer")
    config = golden_case.read_config(args)
    from infer.module import commons, models
    from train import losses, mel_processing

    modules = dict(commons=commons, models=models, losses=losses, mel_processing=mel_processing)
    case = golden_case.Case(args, config, args.kind, args.version, not args.no_f0, "HiFi-GAN", "checkpoint" if args.checkpoints else "procedural")
    golden_case.write(case, MainlineStep if args.kind == "train-step" else MainlineInfer, modules, "mainline")


if __name__ == "__main__":
    main()
