"""The model of this folder in PyTorch: needs torch and torchvision.

    from model import load
    model, about = load("path/of/this/folder")
    logits = model(images)  # images: grey 0 ... 255, [batch, 1, size, size]

The logits are [batch, 5], in the order of about["findings"].
"""

import json
from pathlib import Path

import torch
from torch import nn
from torchvision.models import densenet121, resnet18, resnet50
from torchvision.models.resnet import BasicBlock, Bottleneck


def load(folder):
    """The model, ready for inference, and what viewgap.json says of it."""
    folder = Path(folder)
    about = json.loads((folder / "viewgap.json").read_text())
    network = build(about)
    weights = read_safetensors(folder / "model.safetensors")
    missing, unexpected = network.load_state_dict(weights, strict=False)
    left = [name for name in missing if not name.endswith("num_batches_tracked")]
    if left or unexpected:
        raise ValueError(f"weights do not fit: missing {left}, unexpected {unexpected}")
    return Normalised(network, about["input"]).eval(), about


class Normalised(nn.Module):
    """What training did to the pixels, then the network."""

    def __init__(self, network, about):
        super().__init__()
        self.network = network
        self.about = about

    def forward(self, images):
        x = images.float() / 255
        if self.about["normalise"] == "image":
            x = standardised(x)
        else:
            x = (x - self.about["mean"]) / self.about["deviation"]
        if self.about["plane_of_ones"]:
            x = torch.cat([x, torch.ones_like(x)], dim=1)
        return self.network(x)


def standardised(x):
    """Each image at zero mean and unit variance over its pixels that are not black."""
    shown = (x > 0).float()
    pixels = shown.sum(dim=(1, 2, 3), keepdim=True).clamp(min=1)
    centred = x - x.sum(dim=(1, 2, 3), keepdim=True) / pixels
    variance = (centred.square() * shown).sum(dim=(1, 2, 3), keepdim=True) / pixels
    return centred / (variance + 1 / 255**2).sqrt()


def build(about):
    encoder, classes = about["encoder"], len(about["findings"])
    channels = 2 if about["input"]["plane_of_ones"] else 1
    name = encoder["name"]
    if name == "residual":
        return Residual(channels, encoder["widths"], classes)
    if name == "densenet121":
        network = densenet121(num_classes=classes)
        network.features.conv0 = nn.Conv2d(channels, 64, 7, stride=2, padding=3, bias=False)
        return network
    network = (resnet18 if name == "resnet18" else resnet50)(num_classes=classes)
    network.conv1 = nn.Conv2d(channels, 64, 7, stride=2, padding=3, bias=False)
    if name == "resnet50-v1":
        as_first_published(network)
    return network


def as_first_published(network):
    """He et al.'s ResNet-50: the first convolution of a block strides, and the epsilon is that of the weights."""
    for module in network.modules():
        if isinstance(module, Bottleneck):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, (1, 1)
        if isinstance(module, nn.BatchNorm2d):
            module.eps = 1e-3


class Residual(nn.Module):
    """A small ResNet: one basic block a stage, a 3 x 3 stem without pooling."""

    def __init__(self, channels, widths, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, widths[0], 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.stages = []
        before = widths[0]
        for stage, width in enumerate(widths):
            stride = 1 if stage == 0 else 2
            shortcut = None
            if stride > 1 or before != width:
                projection = nn.Conv2d(before, width, 1, stride=stride, bias=False)
                shortcut = nn.Sequential(projection, nn.BatchNorm2d(width))
            name = f"layer{stage + 1}"
            self.add_module(name, nn.Sequential(BasicBlock(before, width, stride, shortcut)))
            self.stages.append(name)
            before = width
        self.fc = nn.Linear(before, classes)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        for name in self.stages:
            x = getattr(self, name)(x)
        return self.fc(x.mean(dim=(2, 3)))


def read_safetensors(path):
    data = bytearray(Path(path).read_bytes())
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data, dtype=torch.float32, count=(end - begin) // 4, offset=start + begin)
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors
