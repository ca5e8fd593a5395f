"""Rates of zbar and zxing-cpp on the pictures that `qr.js write DIR` wrote, as one JSON object: `qr-peers.py DIR`.

Needs Debian's zbar-tools, python3-zxing-cpp, python3-pil and python3-numpy. zbar's time includes starting its program.
"""
import json, subprocess, sys, time
from pathlib import Path

import numpy, zxingcpp
from PIL import Image

folder = Path(sys.argv[1])
rates = {}
for name, picture in json.loads((folder / "texts.json").read_text()).items():
    path = folder / f"{name}.png"
    pixels = numpy.asarray(Image.open(path).convert("L"))
    started = time.perf_counter()
    found = [result.text for result in zxingcpp.read_barcodes(pixels)]
    zxing_ms = (time.perf_counter() - started) * 1000
    started = time.perf_counter()
    zbar = subprocess.run(["zbarimg", "-q", "--raw", str(path)], capture_output=True, text=True).stdout.split("\n")
    zbar_ms = (time.perf_counter() - started) * 1000
    rate = rates.setdefault(picture["kind"], {"of": 0, "zxing": 0, "zxingMs": 0, "zbar": 0, "zbarMs": 0})
    rate["of"] += 1
    rate["zxing"] += any(text in picture["texts"] for text in found)
    rate["zbar"] += any(text in picture["texts"] for text in zbar)
    rate["zxingMs"] += zxing_ms
    rate["zbarMs"] += zbar_ms
print(json.dumps(rates))
