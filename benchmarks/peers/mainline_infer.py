"""One conversion by mainline RVC's network in PyTorch for every line read, timed: the peer of `rvcnative bench infer --rvc-repo DIR`.

Imports the networks of the user's own mainline checkout and calls the synthesizer's infer() in float32 on CPU as infer/vc/pipeline.py does, on random
weights and random features. The posterior encoder is gone and weight normalisation removed once, as infer/rtrvc.py does at load (infer/vc/modules.py
leaves it in place, which is slower). Protocol, one JSON object a line: {"ready": ...} once, then {"ms": ..., "peak_rss_mib": ...} for every line "run".
"""
import argparse
import json
import os
import resource
import sys
import time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repo", required=True, help="folder of a mainline checkout")
    parser.add_argument("--config", required=True, help="config.json in mainline's format")
    parser.add_argument("--version", choices=("v1", "v2"), default="v2")
    parser.add_argument("--f0", type=int, choices=(0, 1), default=1)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--frames", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


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


def main():
    args = arguments()
    answers = os.fdopen(os.dup(1), "w")           # what mainline prints goes to stderr
    os.dup2(2, 1)
    sys.path.insert(0, os.path.abspath(args.repo))
    with open(args.config, encoding="utf-8") as file:
        config = json.load(file)
    import torch

    torch.set_num_threads(args.threads)
    peer = Peer(args, config)

    def answer(**what):
        print(json.dumps(what), file=answers, flush=True)

    answer(ready=f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
    for line in sys.stdin:
        if line.strip() != "run":
            break
        started = time.perf_counter()
        peer.run()
        ms = 1000 * (time.perf_counter() - started)
        answer(ms=ms, peak_rss_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
