// The two passes of a resize: sums of neighbours with 16-bit weights, 2^14 = 1.

#include <stdint.h>
#include <wasm_simd128.h>

#include "export.h"

#define ROWS 4

// The sums of the four lanes of each.
static inline v128_t lane_sums(const v128_t sums[ROWS]) {
  v128_t ab = wasm_i32x4_add(wasm_i32x4_shuffle(sums[0], sums[1], 0, 4, 1, 5),
                             wasm_i32x4_shuffle(sums[0], sums[1], 2, 6, 3, 7));
  v128_t cd = wasm_i32x4_add(wasm_i32x4_shuffle(sums[2], sums[3], 0, 4, 1, 5),
                             wasm_i32x4_shuffle(sums[2], sums[3], 2, 6, 3, 7));
  return wasm_i32x4_add(wasm_i32x4_shuffle(ab, cd, 0, 1, 4, 5), wasm_i32x4_shuffle(ab, cd, 2, 3, 6, 7));
}

// First pass: every row of 8-bit pixels to out_width sums of taps neighbours from starts[x] on, times 2^6. taps is a
// multiple of 8; rows may be read taps bytes beyond their end. Four rows share each weight that is loaded.
void EXPORT(resize_rows)(const uint8_t *pixels, int width, int height, int16_t *out, int out_width,
                         const int32_t *starts, const int16_t *weights, int taps) {
  for (int y = 0; y < height; y += ROWS) {
    const uint8_t *in[ROWS];
    int16_t *to[ROWS];
    for (int k = 0; k < ROWS; k++) {
      int row = y + k < height ? y + k : height - 1;
      in[k] = pixels + (int64_t)row * width;
      to[k] = out + (int64_t)row * out_width;
    }
    const int16_t *weight = weights;
    for (int x = 0; x < out_width; x++) {
      v128_t sums[ROWS] = {wasm_i32x4_splat(0), wasm_i32x4_splat(0), wasm_i32x4_splat(0), wasm_i32x4_splat(0)};
      for (int i = starts[x], end = i + taps; i < end; i += 8, weight += 8) {
        v128_t w = wasm_v128_load(weight);
        for (int k = 0; k < ROWS; k++) {
          sums[k] = wasm_i32x4_add(sums[k], wasm_i32x4_dot_i16x8(wasm_u16x8_load8x8(in[k] + i), w));
        }
      }
      v128_t totals = wasm_i32x4_shr(wasm_i32x4_add(lane_sums(sums), wasm_i32x4_splat(128)), 8);
      to[0][x] = (int16_t)wasm_i32x4_extract_lane(totals, 0);
      to[1][x] = (int16_t)wasm_i32x4_extract_lane(totals, 1);
      to[2][x] = (int16_t)wasm_i32x4_extract_lane(totals, 2);
      to[3][x] = (int16_t)wasm_i32x4_extract_lane(totals, 3);
    }
  }
}

// Second pass: columns of the first pass' sums to 8-bit pixels, rounded and held within 0 to 255. width is a
// multiple of 8, taps even.
void EXPORT(resize_columns)(const int16_t *sums, int width, uint8_t *out, int out_height, const int32_t *starts,
                            const int16_t *weights, int taps) {
  for (int y = 0; y < out_height; y++, out += width, weights += taps) {
    const int16_t *first = sums + (int64_t)starts[y] * width;
    for (int x = 0; x < width; x += 8) {
      v128_t low = wasm_i32x4_splat(1 << 19), high = low;
      const int16_t *in = first + x;
      for (int i = 0; i < taps; i += 2, in += 2 * width) {
        v128_t a = wasm_v128_load(in), b = wasm_v128_load(in + width);
        v128_t pair = wasm_v128_load32_splat(weights + i);
        low = wasm_i32x4_add(low, wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11), pair));
        high = wasm_i32x4_add(high, wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15), pair));
      }
      v128_t words = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, 20), wasm_i32x4_shr(high, 20));
      v128_t bytes = wasm_u8x16_narrow_i16x8(words, words);
      wasm_v128_store64_lane(out + x, bytes, 0);
    }
  }
}
