"""What hubert.py and rmvpe.py share: the weights that ours wrote, and the result that ours compares with.

Both are plain PyTorch modules of ours, in float32 on CPU, on the weights and the recording 'wave' of a safetensors file. The result of the last run is in
the file named by --output, raw float32. Lines are exchanged as in peer_process.py.
"""
import argparse
import json
import os
import sys

import numpy as np

from peer_process import run_for_lines


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        start = file.tell()
        tensors = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            begin, end = entry["data_offsets"]
            file.seek(start + begin)
            tensors[name] = np.frombuffer(bytearray(file.read(end - begin)), dtype=np.float32).reshape(entry["shape"])
    return tensors


def serve_network(make_peer, description, sizes=None):
    """Makes the peer from (tensors, arguments, torch) and runs it; 'sizes' says what --sizes holds, where there is such an argument."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--weights", required=True, help="safetensors with the network's weights and the recording 'wave'")
    parser.add_argument("--output", required=True, help="file for the result of the last run")
    parser.add_argument("--threads", type=int, required=True)
    if sizes:
        parser.add_argument("--sizes", required=True, help="JSON: " + sizes)
    args = parser.parse_args()
    import torch

    torch.set_num_threads(args.threads)

    def keep(result):
        result.numpy().tofile(args.output + ".tmp")
        os.replace(args.output + ".tmp", args.output)
        return {}

    run_for_lines(make_peer(read_safetensors(args.weights), args, torch), torch, sys.stdout, keep)
