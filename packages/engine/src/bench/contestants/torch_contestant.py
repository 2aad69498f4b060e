"""A contestant of PyTorch: builds its model, then takes steps as it is told. What is said: contestant.ts."""

import json
import math
import resource
import sys
import time

import torch
from torch import nn

CLASSES = 5
CNN_WIDTHS = (16, 32, 64, 128)
STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))
DECODER_WIDTHS = (512, 256, 128, 64, 32)
LEARNING_RATE = 1e-3


def convolution(inputs, outputs, kernel, stride=1):
    padding = kernel // 2
    layer = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
    return [layer, nn.BatchNorm2d(outputs)]


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.inner = nn.Sequential(
            *convolution(inputs, width, 1),
            nn.ReLU(inplace=True),
            *convolution(width, width, 3, stride),
            nn.ReLU(inplace=True),
            *convolution(width, outputs, 1),
        )
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else nn.Sequential(*convolution(inputs, outputs, 1, stride))
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.inner(x) + self.shortcut(x))


def cnn():
    layers, inputs = [], 1
    for width in CNN_WIDTHS:
        for _ in range(2):
            layers += [*convolution(inputs, width, 3), nn.ReLU(inplace=True)]
            inputs = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers), inputs


def resnet50():
    layers = [*convolution(1, 64, 7, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for width, blocks, stride in STAGES:
        for block in range(blocks):
            layers.append(Bottleneck(inputs, width, stride if block == 0 else 1))
            inputs = 4 * width
    return nn.Sequential(*layers), inputs


def decoder(inputs, widths=DECODER_WIDTHS):
    layers = []
    for width in widths:
        layers += [nn.Upsample(scale_factor=2), *convolution(inputs, width, 3), nn.ReLU(inplace=True)]
        inputs = width
    return nn.Sequential(*layers, nn.Conv2d(inputs, 1, 3, padding=1))


class Network(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.encoder, features = cnn() if model == "cnn" else resnet50()
        self.head = nn.Linear(features, CLASSES)
        self.decoder = decoder(features) if model == "resnet50-decoder" else None

    def forward(self, images):
        features = self.encoder(images)
        logits = self.head(features.mean((2, 3)))
        if self.decoder is None:
            return logits, None
        return logits, self.decoder(features)


def network_and_step(job):
    device = torch.device(job["device"])
    torch.manual_seed(0)
    torch.set_num_threads(job["threads"])
    batch, size = job["batch"], job["size"]
    network = Network(job["model"]).to(device, memory_format=torch.channels_last)
    images = torch.rand(batch, 1, size, size).to(device, memory_format=torch.channels_last)
    labels = (torch.rand(batch, CLASSES) > 0.5).float().to(device)
    forward = torch.compile(network) if "compile" in job["contestant"] else network
    is_bfloat16 = job["contestant"].endswith("bfloat16")

    def outputs():
        with torch.autocast(device.type, torch.bfloat16, enabled=is_bfloat16):
            logits, reconstruction = forward(images)
        return logits.float(), None if reconstruction is None else reconstruction.float()

    if job["inference"]:
        network.eval()

        def infer():
            with torch.inference_mode():
                return sum(output.mean() for output in outputs() if output is not None).item()

        return network, infer

    optimizer = torch.optim.Adam(network.parameters(), LEARNING_RATE, fused=True)

    def train():
        optimizer.zero_grad()
        logits, reconstruction = outputs()
        loss = nn.functional.binary_cross_entropy_with_logits(logits, labels)
        if reconstruction is not None:
            loss = loss + (reconstruction - images).abs().mean()
        loss.backward()
        optimizer.step()
        return loss.item()

    return network, train


def stretch(step, seconds, steps):
    ms = []
    begin = start = time.perf_counter()
    while len(ms) < steps or start - begin < seconds:
        step()
        end = time.perf_counter()
        ms.append((end - start) * 1000)
        start = end
    return ms


def turn(step, request):
    stretch(step, **request["warmUp"])
    ms = stretch(step, **request["timed"])
    # Kilobytes on Linux, bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return {"ms": ms, "peakBytes": peak}


def finite(values):
    return [value if math.isfinite(value) else None for value in values]


def say(reply):
    print(json.dumps(reply), flush=True)


def contest(job):
    try:
        network, step = network_and_step(job)
        weights = sum(weight.numel() for weight in network.parameters())
        values = [step() for _ in range(job["firstSteps"])]
        say({"version": f"PyTorch {torch.__version__}", "weights": weights, "values": finite(values)})
        for line in sys.stdin:
            say(turn(step, json.loads(line)))
    except Exception as error:
        first = (str(error).splitlines() or [""])[0]
        say({"error": f"{type(error).__name__}: {first}"})


if __name__ == "__main__":
    contest(json.loads(sys.argv[1]))
