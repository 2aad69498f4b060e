#pragma once

#include <stdint.h>
#include <wasm_simd128.h>

#define ADLER_MODULUS 65521

static inline uint32_t sum_of_lanes(v128_t v) {
  return wasm_u32x4_extract_lane(v, 0) + wasm_u32x4_extract_lane(v, 1) + wasm_u32x4_extract_lane(v, 2) +
         wasm_u32x4_extract_lane(v, 3);
}

// The checksum of a zlib stream, RFC 1950: 16 bytes at a time, as many as 32 bits hold between two divisions.
static uint32_t adler32(const uint8_t *data, int count) {
  const v128_t first = wasm_i16x8_make(16, 15, 14, 13, 12, 11, 10, 9), second = wasm_i16x8_make(8, 7, 6, 5, 4, 3, 2, 1);
  uint32_t a = 1, b = 0;
  while (count >= 16) {
    int blocks = (count < 5552 ? count : 5552) / 16;
    v128_t sums = wasm_i32x4_splat(0), earlier = sums, weighted = sums;
    for (int i = 0; i < blocks; i++, data += 16) {
      v128_t bytes = wasm_v128_load(data);
      earlier = wasm_i32x4_add(earlier, sums);
      sums = wasm_i32x4_add(sums, wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(bytes)));
      weighted = wasm_i32x4_add(weighted, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(bytes), first));
      weighted = wasm_i32x4_add(weighted, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(bytes), second));
    }
    count -= 16 * blocks;
    b = (b + (uint64_t)16 * blocks * a + (uint64_t)16 * sum_of_lanes(earlier) + sum_of_lanes(weighted)) % ADLER_MODULUS;
    a = (a + sum_of_lanes(sums)) % ADLER_MODULUS;
  }
  while (count-- > 0) b += a += *data++;
  return b % ADLER_MODULUS << 16 | a % ADLER_MODULUS;
}
