"""What the peers in this folder share: their arguments and the lines that they exchange with `rvcnative bench`.

Protocol, one JSON object a line: {"ready": ...} once, then {"ms": ..., "peak_rss_mib": ...} for every line "run" that is read; a training step adds
{"losses": {...}}, their weights applied, by the names that `rvcnative train` shows.
"""
import argparse
import json
import os
import resource
import sys
import time


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--repo", required=True, help="folder of the checkout")
    parser.add_argument("--config", required=True, help="config.json in mainline's format")
    parser.add_argument("--version", choices=("v1", "v2"), default="v2")
    parser.add_argument("--vocoder", choices=("HiFi-GAN", "MRF HiFi-GAN", "RefineGAN"), default="HiFi-GAN", help="Applio's spelling")
    parser.add_argument("--f0", type=int, choices=(0, 1), default=1)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--frames", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


def serve(make_peer, description):
    """Makes the peer from (arguments, config) and times its run() for every line read."""
    args = arguments(description)
    answers = os.fdopen(os.dup(1), "w")           # what a checkout prints goes to stderr
    os.dup2(2, 1)
    sys.path.insert(0, os.path.abspath(args.repo))
    with open(args.config, encoding="utf-8") as file:
        config = json.load(file)
    import torch

    torch.set_num_threads(args.threads)
    run_for_lines(make_peer(args, config), torch, answers, lambda result: {"losses": result} if isinstance(result, dict) else {})


def run_for_lines(peer, torch, answers, facts_of):
    """Times peer.run() for every line "run"; facts_of(its result) goes into the answer, and is not timed."""

    def answer(**what):
        print(json.dumps(what), file=answers, flush=True)

    answer(ready=f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
    for line in sys.stdin:
        if line.strip() != "run":
            break
        started = time.perf_counter()
        result = peer.run()
        ms = 1000 * (time.perf_counter() - started)
        facts = facts_of(result)
        answer(ms=ms, peak_rss_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, **facts)
