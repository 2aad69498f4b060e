// Cosine coefficients of lines of 64 values, compiled by build.sh to src/phash/kernels.wasm. The order of the additions is
// fixed, so that the same film has the same hash on every processor.
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name))) name
#define EDGE 64

static inline float product(const float *a, const float *b) {
  v128_t sums[4];
  for (int k = 0; k < 4; k++) sums[k] = wasm_f32x4_mul(wasm_v128_load(a + 4 * k), wasm_v128_load(b + 4 * k));
  for (int i = 16; i < EDGE; i += 16) {
    for (int k = 0; k < 4; k++) {
      v128_t more = wasm_f32x4_mul(wasm_v128_load(a + i + 4 * k), wasm_v128_load(b + i + 4 * k));
      sums[k] = wasm_f32x4_add(sums[k], more);
    }
  }
  v128_t sum = wasm_f32x4_add(wasm_f32x4_add(sums[0], sums[1]), wasm_f32x4_add(sums[2], sums[3]));
  return (wasm_f32x4_extract_lane(sum, 0) + wasm_f32x4_extract_lane(sum, 1)) +
         (wasm_f32x4_extract_lane(sum, 2) + wasm_f32x4_extract_lane(sum, 3));
}

// [lines, 64]: each row of a square under each line of a basis.
void EXPORT(rows)(const float *square, const float *basis, int lines, float *out) {
  for (int u = 0; u < lines; u++) {
    for (int row = 0; row < EDGE; row++) *out++ = product(basis + u * EDGE, square + row * EDGE);
  }
}

// [count, bits]: what rows gave, under each of some bases (`stride` values apart). Bit k is of line across[k] of the rows
// and line down[k] of the basis.
void EXPORT(columns)(const float *rows, const float *bases, int count, int stride, const uint8_t *across,
                     const uint8_t *down, int bits, float *out) {
  for (int n = 0; n < count; n++, bases += stride) {
    for (int k = 0; k < bits; k++) *out++ = product(rows + across[k] * EDGE, bases + down[k] * EDGE);
  }
}
