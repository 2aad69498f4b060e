#!/usr/bin/env bash
# Compiles the kernels to ../src/phash/kernels.wasm. Needs Zig's C compiler: pip install ziglang==0.17.1
set -euo pipefail
cd "$(dirname "$0")"
${PYTHON:-python3} -m ziglang cc --target=wasm32-freestanding -O3 -msimd128 -mbulk-memory -nostdlib -fno-sanitize=undefined \
  -Wl,--no-entry -Wl,--export=__heap_base -Wl,-z,stack-size=4096 -Wl,--strip-all \
  -o ../src/phash/kernels.wasm ./*.c
# kernels.test.ts holds the two together where there is no compiler.
sha256sum ./*.c ../src/phash/kernels.wasm >built.sha256
