"""One run of HuBERT base in PyTorch for every line read, timed: the peer of `rvcnative bench embedder --peer PYTHON`.

The layers of transformers' HubertModel (group norm, post-norm); the result is the last layer's output, [1, frames, channels].
"""
import json

from network_peer import serve_network


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


if __name__ == "__main__":
    serve_network(
        lambda tensors, args, torch: Peer(tensors, json.loads(args.sizes), torch), __doc__,
        sizes="strides, heads, layers, position_kernel, position_groups, epsilon")
