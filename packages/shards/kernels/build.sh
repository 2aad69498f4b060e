#!/usr/bin/env bash
# Compiles the kernels to ../src/grey/pixels.wasm. Needs Zig's C compiler: pip install ziglang==0.17.1
set -euo pipefail
cd "$(dirname "$0")"
${PYTHON:-python3} -m ziglang cc --target=wasm32-freestanding -O3 -msimd128 -mbulk-memory -nostdlib -fno-sanitize=undefined \
  -Wl,--no-entry -Wl,--export=__heap_base -Wl,-z,stack-size=32768 -Wl,--strip-all \
  -o ../src/grey/pixels.wasm ./*.c
# kernels.test.ts holds the two together where there is no compiler.
sha256sum ./*.c ./*.h ../src/grey/pixels.wasm >built.sha256
