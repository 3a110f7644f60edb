"""One conversion by Applio's network in PyTorch for every line read, timed: the peer of `rvcnative bench infer --applio-repo DIR`.

Imports the networks of the user's own Applio checkout and calls the synthesizer's infer() in float32 on CPU as its rvc/infer/pipeline.py does, on random
weights and random features. The posterior encoder is gone; weight normalisation stays in place, as rvc/infer/infer.py leaves it. peer_process.py has
the protocol.
"""
import applio_checkout
import peer_process


class Peer:
    """Applio's synthesizer, ready for conversion, with one item's features."""

    def __init__(self, args, config):
        import torch

        applio_checkout.install()
        self.torch = torch
        self.net = applio_checkout.synthesizer(args, config)
        del self.net.enc_q
        self.net.float().eval()
        batch, frames = args.batch, args.frames
        pitch = (torch.randint(1, 256, (batch, frames)), 100 + 300 * torch.rand(batch, frames)) if args.f0 else (None, None)
        lengths, speaker = torch.full((batch,), frames, dtype=torch.long), torch.zeros(batch, dtype=torch.long)
        self.inputs = (torch.randn(batch, frames, 768), lengths, *pitch, speaker)

    def run(self):
        with self.torch.no_grad():
            return self.net.infer(*self.inputs)[0][0, 0].numpy()


if __name__ == "__main__":
    peer_process.serve(Peer, __doc__.splitlines()[0])
