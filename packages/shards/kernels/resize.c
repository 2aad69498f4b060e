// The two passes of a resize: sums of neighbours with 16-bit weights, 2^14 = 1.

#include <stdint.h>
#include <wasm_simd128.h>

#include "export.h"

// The sums of the four lanes of each of four.
static inline v128_t lane_sums(const v128_t *sums) {
  v128_t ab = wasm_i32x4_add(wasm_i32x4_shuffle(sums[0], sums[1], 0, 4, 1, 5),
                             wasm_i32x4_shuffle(sums[0], sums[1], 2, 6, 3, 7));
  v128_t cd = wasm_i32x4_add(wasm_i32x4_shuffle(sums[2], sums[3], 0, 4, 1, 5),
                             wasm_i32x4_shuffle(sums[2], sums[3], 2, 6, 3, 7));
  return wasm_i32x4_add(wasm_i32x4_shuffle(ab, cd, 0, 1, 4, 5), wasm_i32x4_shuffle(ab, cd, 2, 3, 6, 7));
}

static inline v128_t weighted(const uint8_t *in, const int16_t *weights) {
  return wasm_i32x4_dot_i16x8(wasm_u16x8_load8x8(in), wasm_v128_load(weights));
}

// taps is a constant where this is inlined, if it is a common one: half the time.
static inline __attribute__((always_inline)) void sum_rows(const uint8_t *pixels, int width, int height, int16_t *out,
                                                           int out_width, const int32_t *starts, const int16_t *weights,
                                                           int taps) {
  for (int y = 0; y < height; y++, pixels += width, out += out_width) {
    const int16_t *weight = weights;
    for (int x = 0; x < out_width; x += 4) {
      v128_t sums[4];
      for (int k = 0; k < 4; k++, weight += taps) {
        const uint8_t *in = pixels + starts[x + k];
        sums[k] = weighted(in, weight);
        for (int i = 8; i < taps; i += 8) sums[k] = wasm_i32x4_add(sums[k], weighted(in + i, weight + i));
      }
      v128_t totals = wasm_i32x4_shr(wasm_i32x4_add(lane_sums(sums), wasm_i32x4_splat(128)), 8);
      wasm_v128_store64_lane(out + x, wasm_i16x8_narrow_i32x4(totals, totals), 0);
    }
  }
}

// First pass: every row of 8-bit pixels to out_width sums of taps neighbours from starts[x] on, times 2^6. out_width is
// a multiple of 4, taps of 8; rows may be read taps bytes beyond their end.
void EXPORT(resize_rows)(const uint8_t *pixels, int width, int height, int16_t *out, int out_width,
                         const int32_t *starts, const int16_t *weights, int taps) {
  if (taps == 8) sum_rows(pixels, width, height, out, out_width, starts, weights, 8);
  else if (taps == 32) sum_rows(pixels, width, height, out, out_width, starts, weights, 32);
  else sum_rows(pixels, width, height, out, out_width, starts, weights, taps);
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
