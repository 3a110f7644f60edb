"""One run of HuBERT base in PyTorch for every line read, timed: the peer of `rvcnative bench embedder --peer PYTHON`.

A plain PyTorch module of ours with the layers of transformers' HubertModel (group norm, post-norm), in float32 on CPU, on the weights and the recording that ours wrote into
a safetensors file. Reads lines "run"; the features of the last run are in the file named by --output, raw float32, for ours to compare with.
"""
import argparse
import json
import os
import resource
import sys
import time

import numpy as np


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


class Peer:
    """HuBERT with its weights, the positional convolution's norm already applied, and a recording."""

    def __init__(self, tensors, sizes, torch):
        self.torch, self.sizes = torch, sizes
        self.wave = torch.from_numpy(tensors.pop("wave")).view(1, 1, -1)
        self.weights = {name: torch.from_numpy(values) for name, values in tensors.items()}

    def linear(self, name, x):
        return self.torch.nn.functional.linear(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

    def norm(self, name, x):
        weight = self.weights[name + ".weight"]
        return self.torch.nn.functional.layer_norm(x, weight.shape, weight, self.weights[name + ".bias"], self.sizes["epsilon"])

    def front_end(self, x):
        functional = self.torch.nn.functional
        for i, stride in enumerate(self.sizes["strides"]):
            name = f"feature_extractor.conv_layers.{i}"
            x = functional.conv1d(x, self.weights[name + ".conv.weight"], stride=stride)
            if i == 0:
                scale = self.weights[name + ".layer_norm.weight"]
                x = functional.group_norm(x, len(scale), scale, self.weights[name + ".layer_norm.bias"], self.sizes["epsilon"])
            x = functional.gelu(x)
        return x.transpose(1, 2)

    def attention(self, name, x):
        torch, heads = self.torch, self.sizes["heads"]
        frames, hidden = x.shape[1], x.shape[2]

        def split(part):
            return self.linear(f"{name}.{part}_proj", x).view(frames, heads, hidden // heads).transpose(0, 1)

        scores = torch.bmm(split("q") * (hidden // heads) ** -0.5, split("k").transpose(1, 2))
        heard = torch.bmm(torch.softmax(scores, dim=-1), split("v"))
        return self.linear(f"{name}.out_proj", heard.transpose(0, 1).reshape(1, frames, hidden))

    def run(self):
        functional = self.torch.nn.functional
        with self.torch.no_grad():
            x = self.norm("feature_projection.layer_norm", self.front_end(self.wave))
            x = self.linear("feature_projection.projection", x)
            name, kernel = "encoder.pos_conv_embed.conv", self.sizes["position_kernel"]
            places = functional.conv1d(
                x.transpose(1, 2), self.weights[name + ".weight"], self.weights[name + ".bias"], padding=kernel // 2, groups=self.sizes["position_groups"])
            if kernel % 2 == 0:
                places = places[:, :, :-1]
            x = self.norm("encoder.layer_norm", x + functional.gelu(places).transpose(1, 2))
            for i in range(self.sizes["layers"]):
                name = f"encoder.layers.{i}"
                x = self.norm(name + ".layer_norm", x + self.attention(name + ".attention", x))
                wide = functional.gelu(self.linear(name + ".feed_forward.intermediate_dense", x))
                x = self.norm(name + ".final_layer_norm", x + self.linear(name + ".feed_forward.output_dense", wide))
            return x


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", required=True, help="safetensors with the network's weights and the recording 'wave'")
    parser.add_argument("--sizes", required=True, help="JSON: strides, heads, layers, position_kernel, position_groups, epsilon")
    parser.add_argument("--output", required=True, help="file for the features of the last run")
    parser.add_argument("--threads", type=int, required=True)
    args = parser.parse_args()
    import torch

    torch.set_num_threads(args.threads)
    peer = Peer(read_safetensors(args.weights), json.loads(args.sizes), torch)
    print(json.dumps({"ready": f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"}), flush=True)
    for line in sys.stdin:
        if line.strip() != "run":
            break
        started = time.perf_counter()
        y = peer.run()
        ms = 1000 * (time.perf_counter() - started)
        y.numpy().tofile(args.output + ".tmp")
        os.replace(args.output + ".tmp", args.output)
        print(json.dumps({"ms": ms, "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)


if __name__ == "__main__":
    main()
