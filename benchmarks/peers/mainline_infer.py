"""One conversion by mainline RVC's network in PyTorch for every line read, timed: the peer of `rvcnative bench infer --rvc-repo DIR`.

Imports the networks of the user's own mainline checkout and calls the synthesizer's infer() in float32 on CPU as infer/vc/pipeline.py does, on random
weights and random features. The posterior encoder is gone and weight normalisation removed once, as infer/rtrvc.py does at load (infer/vc/modules.py
leaves it in place, which is slower). peer_process.py has the protocol.
"""
import peer_process


class Peer:
    """Mainline's synthesizer, ready for conversion, with one item's features."""

    def __init__(self, args, config):
        import torch
        from infer.module import models

        self.torch = torch
        data, train = config["data"], config["train"]
        wide = 768 if args.version == "v2" else 256
        name = f"SynthesizerTrnMs{wide}NSFsid" + ("" if args.f0 else "_nono")
        bins, hop = data["filter_length"] // 2 + 1, data["hop_length"]
        extra = {"sr": data["sampling_rate"]} if args.f0 else {}
        torch.manual_seed(1234)
        self.net = getattr(models, name)(bins, train["segment_size"] // hop, **config["model"], is_half=False, **extra)
        del self.net.enc_q
        self.net.eval().float().remove_weight_norm()
        batch, frames = args.batch, args.frames
        pitch = (torch.randint(1, 256, (batch, frames)), 100 + 300 * torch.rand(batch, frames)) if args.f0 else ()
        lengths, speaker = torch.full((batch,), frames, dtype=torch.long), torch.zeros(batch, dtype=torch.long)
        self.inputs = (torch.randn(batch, frames, wide), lengths, *pitch, speaker)

    def run(self):
        with self.torch.no_grad():
            return self.net.infer(*self.inputs)[0][0, 0].numpy()


if __name__ == "__main__":
    peer_process.serve(Peer, __doc__.splitlines()[0])
