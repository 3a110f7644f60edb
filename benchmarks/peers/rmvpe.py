"""One run of RMVPE in PyTorch for every line read, timed: the peer of `rvcnative bench pitch --method rmvpe --peer PYTHON`.

The layers of RMVPE's E2E (U-Net, GRU in both directions, linear), from the recording to the sigmoid's confidence, [frames, 360].
"""
from network_peer import serve_network


class Peer:
    """RMVPE with its weights and a recording; 'bank' is the mel bank [128, 513]."""

    def __init__(self, tensors, torch):
        self.torch = torch
        self.wave, self.bank = (torch.from_numpy(tensors.pop(name)) for name in ("wave", "bank"))
        self.weights = {name: torch.from_numpy(values) for name, values in tensors.items()}
        hidden = self.weights["fc.0.gru.weight_hh_l0"].shape[1]
        self.gru = torch.nn.GRU(self.weights["fc.0.gru.weight_ih_l0"].shape[1], hidden, batch_first=True, bidirectional=True)
        self.gru.load_state_dict({name[len("fc.0.gru."):]: values for name, values in self.weights.items() if name.startswith("fc.0.gru.")})

    def norm(self, name, x):
        w = self.weights
        return self.torch.nn.functional.batch_norm(
            x, w[name + ".running_mean"], w[name + ".running_var"], w[name + ".weight"], w[name + ".bias"], eps=1e-5)

    def level(self, name, x):
        functional = self.torch.nn.functional
        block = 0
        while f"{name}.{block}.conv.0.weight" in self.weights:
            at = f"{name}.{block}"
            y = functional.relu(self.norm(at + ".conv.1", functional.conv2d(x, self.weights[at + ".conv.0.weight"], padding=1)))
            y = functional.relu(self.norm(at + ".conv.4", functional.conv2d(y, self.weights[at + ".conv.3.weight"], padding=1)))
            if at + ".shortcut.weight" in self.weights:
                x = functional.conv2d(x, self.weights[at + ".shortcut.weight"], self.weights[at + ".shortcut.bias"])
            x = y + x
            block += 1
        return x

    def count(self, part, first):
        levels = 0
        while f"unet.{part}.layers.{levels}.{first}" in self.weights:
            levels += 1
        return levels

    def mel(self):
        torch = self.torch
        spectrum = torch.stft(self.wave, 1024, 160, 1024, torch.hann_window(1024), center=True, pad_mode="reflect", return_complex=True)
        return torch.log(torch.clamp(torch.matmul(self.bank, spectrum.abs()), min=1e-5))

    def run(self):
        torch, functional = self.torch, self.torch.nn.functional
        with torch.no_grad():
            mel = self.mel()
            frames = mel.shape[1]
            mel = functional.pad(mel, (0, -frames % 32))
            x = self.norm("unet.encoder.bn", mel.t()[None, None])
            kept = []
            for i in range(self.count("encoder", "conv.0.conv.0.weight")):
                x = self.level(f"unet.encoder.layers.{i}.conv", x)
                kept.append(x)
                x = functional.avg_pool2d(x, 2)
            for i in range(self.count("intermediate", "conv.0.conv.0.weight")):
                x = self.level(f"unet.intermediate.layers.{i}.conv", x)
            for i in range(len(kept)):
                at = f"unet.decoder.layers.{i}"
                x = functional.conv_transpose2d(x, self.weights[at + ".conv1.0.weight"], stride=2, padding=1, output_padding=1)
                x = functional.relu(self.norm(at + ".conv1.1", x))
                x = self.level(at + ".conv2", torch.cat((x, kept[-1 - i]), dim=1))
            x = functional.conv2d(x, self.weights["cnn.weight"], self.weights["cnn.bias"], padding=1)
            x = self.gru(x.transpose(1, 2).flatten(-2))[0]
            return torch.sigmoid(functional.linear(x, self.weights["fc.1.weight"], self.weights["fc.1.bias"]))[0, :frames]


if __name__ == "__main__":
    serve_network(lambda tensors, args, torch: Peer(tensors, torch), __doc__)
