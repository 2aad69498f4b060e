"""Trains as viewgap does, with PyTorch: a DataLoader of two workers that reads the same shards, torchvision's
augmentations, channels_last, fused Adam. What bench/train-loop.ts times beside its own.

    python train_loop_peer.py JOB.json

JOB: shards (files), images ([shard, row, labels], a label null where it is not known), size, batch, widths (of the
small encoder; null: ResNet-50), precision (float32 or bfloat16), decoder (null, l1 or l2), augment (as in
pipeline.json), threads and workers. Then each line of stdin is a
number of seconds to train for, and each line of stdout the images a second.
"""

import json
import pathlib
import sys
import time

import numpy
import pyarrow as pa
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Sampler
from torchvision.io import ImageReadMode, decode_png
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

packages = pathlib.Path(__file__).parents[2] / "packages"
sys.path[:0] = [str(packages / "engine/src/bench/contestants"), str(packages / "train/python")]
from model import Residual  # noqa: E402
from torch_contestant import CLASSES, LEARNING_RATE, Network, decoder  # noqa: E402

job = json.loads(pathlib.Path(sys.argv[1]).read_text())
size, batch = job["size"], job["batch"]


class Shards(Dataset):
    def __init__(self):
        self.tables = [pa.ipc.open_file(pa.memory_map(path)).read_all() for path in job["shards"]]
        augment = job["augment"]
        share = augment["shift"]
        self.move = v2.RandomAffine(
            augment["rotate"],
            (share, share),
            (1 - augment["scale"], 1 + augment["scale"]),
            interpolation=v2.InterpolationMode.BILINEAR,
        )
        self.colour = v2.ColorJitter(augment["brightness"], augment["contrast"])

    def __len__(self):
        return len(job["images"])

    def __getitem__(self, index):
        shard, row, labels = job["images"][index]
        data = self.tables[shard]["image"][row].as_buffer()
        pixels = numpy.frombuffer(data, numpy.uint8)
        if pixels.size == size * size:
            image = torch.from_numpy(pixels.copy()).reshape(1, size, size)
        else:
            image = decode_png(torch.from_numpy(pixels.copy()), ImageReadMode.GRAY)
        # The film's mask is moved as the film is: where it shows none, nothing is to be reconstructed.
        both = self.move(torch.cat([image, torch.full_like(image, 255)]))
        image = functional.to_dtype(self.colour(both[:1]), torch.float32, scale=True)
        known = torch.tensor([label is not None for label in labels], dtype=torch.float32)
        present = torch.tensor([label or 0 for label in labels], dtype=torch.float32)
        return image, both[1:] > 127, present, known


class Forever(Sampler):
    def __len__(self):
        return 10**9

    def __iter__(self):
        while True:
            yield from torch.randperm(len(job["images"])).tolist()


class Small(nn.Module):
    """viewgap's small encoder, and its decoder's default widths."""

    def __init__(self, widths, is_drawn):
        super().__init__()
        self.encoder = Residual(1, widths, CLASSES)
        doublings = len(widths)
        drawn = [max(16, min(512, widths[-1] // 2) >> i) for i in range(doublings)]
        self.decoder = decoder(widths[-1], drawn) if is_drawn else None

    def forward(self, images):
        x = torch.relu(self.encoder.bn1(self.encoder.conv1(images)))
        for name in self.encoder.stages:
            x = getattr(self.encoder, name)(x)
        logits = self.encoder.fc(x.mean((2, 3)))
        return logits, None if self.decoder is None else self.decoder(x)


def network_of():
    is_drawn = job["decoder"] is not None
    if job["widths"]:
        return Small(job["widths"], is_drawn)
    return Network("resnet50-decoder" if is_drawn else "resnet50")


def steps():
    torch.manual_seed(0)
    torch.set_num_threads(job["threads"])
    network = network_of().to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), LEARNING_RATE, fused=True)
    loader = DataLoader(
        Shards(),
        batch,
        sampler=Forever(),
        num_workers=job["workers"],
        persistent_workers=True,
        prefetch_factor=2,
        drop_last=True,
    )
    for image, film, present, known in loader:
        image = image.to(memory_format=torch.channels_last)
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=job["precision"] == "bfloat16"):
            logits, drawn = network((image - 0.5) / 0.25)
        entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), present, reduction="none")
        loss = (entropy * known).sum() / known.sum().clamp(min=1)
        if drawn is not None:
            difference = drawn.float() - image
            error = difference.abs() if job["decoder"] == "l1" else difference.square()
            loss = loss + (error * film).sum() / film.sum().clamp(min=1)
        loss.backward()
        optimizer.step()
        yield loss.item()


if __name__ == "__main__":
    training = steps()
    print(json.dumps({"version": torch.__version__, "loss": next(training)}), flush=True)
    for line in sys.stdin:
        seconds, begin, count = float(line), time.perf_counter(), 0
        passed = 0.0
        while passed < seconds:
            next(training)
            count += 1
            passed = time.perf_counter() - begin
        print(count * batch / passed, flush=True)
