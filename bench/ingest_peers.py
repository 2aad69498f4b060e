"""Reads images with a Python library, as `viewgap bench ingest` reads them, and prints what it took as JSON.

    python ingest_peers.py LIBRARY FOLDER REPEAT PROCESSES

LIBRARY is pillow, opencv, pyvips or pydicom (with pylibjpeg). Each file of FOLDER is read REPEAT times by PROCESSES
processes: decoded to grey, resized to 224 px with the library's antialiased filter, written as PNG with its default
settings, and put into one Arrow file by pyarrow. The time runs from the first file to the closed Arrow file; the
processes have been started and have read two files before. Nothing is hashed.
"""

import io
import json
import multiprocessing
import os
import pathlib
import sys
import tempfile
import time

import pyarrow as pa

SIZE = 224
library, folder, repeat, processes = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])

if library == "pillow":
    from PIL import Image

    def png_of(path):
        file = io.BytesIO()
        Image.open(path).convert("L").resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(file, "PNG")
        return file.getvalue()

elif library == "opencv":
    import cv2

    cv2.setNumThreads(1)

    def png_of(path):
        grey = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
        return cv2.imencode(".png", cv2.resize(grey, (SIZE, SIZE), interpolation=cv2.INTER_AREA))[1].tobytes()

elif library == "pyvips":
    os.environ["VIPS_CONCURRENCY"] = "1"
    import pyvips

    def png_of(path):
        image = pyvips.Image.new_from_file(path, access="sequential")
        grey = image if image.bands == 1 else image.extract_band(0)
        return grey.thumbnail_image(SIZE, height=SIZE, size="force").write_to_buffer(".png")

else:
    import numpy as np
    import pydicom
    from PIL import Image
    from pydicom.pixels import apply_modality_lut, apply_voi_lut

    def png_of(path):
        ds = pydicom.dcmread(path)
        if ds.file_meta.TransferSyntaxUID.is_compressed:
            ds.pixel_array_options(decoding_plugin="pylibjpeg")
        white = apply_voi_lut(apply_modality_lut(ds.pixel_array, ds), ds, index=0).astype("float32")
        white -= white.min()
        white /= max(white.max(), 1)
        if ds.PhotometricInterpretation == "MONOCHROME1":
            white = 1 - white
        file = io.BytesIO()
        grey = Image.fromarray((255 * white).astype("uint8"))
        grey.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(file, "PNG")
        return file.getvalue()


def batch_of(paths):
    images = []
    for path in paths:
        try:
            images.append(png_of(path))
        except RuntimeError:  # pydicom: no plugin decodes the frame
            images.append(None)
    return pa.record_batch({"image_id": pa.array(paths), "image": pa.array(images, pa.binary())})


if __name__ == "__main__":
    files = sorted(str(path) for path in folder.iterdir() if path.suffix in (".png", ".dcm"))
    jobs = files * repeat
    batches = [jobs[i : i + 8] for i in range(0, len(jobs), 8)] if len(jobs) >= 200 else [[job] for job in jobs]
    out = tempfile.mktemp(suffix=".arrow")
    with multiprocessing.Pool(processes) as pool:
        pool.map(batch_of, [files[:2]] * processes, 1)
        start, failed = time.perf_counter(), 0
        writer = None
        for batch in pool.imap(batch_of, batches, 1):
            writer = writer or pa.ipc.new_file(out, batch.schema)
            writer.write_batch(batch)
            failed += batch["image"].null_count
        writer.close()
        seconds = time.perf_counter() - start
    print(json.dumps({"images": len(jobs), "seconds": seconds, "bytes": os.path.getsize(out), "failed": failed}))
    os.unlink(out)
