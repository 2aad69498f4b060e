// PNG's row filters, PNG specification 9: undone for 8-bit rows of any filters, and Paeth's applied.

#include <stdint.h>
#include <wasm_simd128.h>

#include "export.h"

#define PAETH 4
#define ROWS 16

static inline int distance(int a, int b) { return a > b ? a - b : b - a; }

static inline int paeth(int left, int up, int corner) {
  int by_left = distance(up, corner), by_up = distance(left, corner), by_corner = distance(left + up, 2 * corner);
  int of_two = by_up <= by_corner ? up : corner;
  return by_left <= by_up && by_left <= by_corner ? left : of_two;
}

static inline v128_t distances(v128_t a, v128_t b) { return wasm_i8x16_sub(wasm_u8x16_max(a, b), wasm_u8x16_min(a, b)); }

static inline v128_t at_most(v128_t a, v128_t b) { return wasm_i8x16_eq(wasm_u8x16_min(a, b), a); }

// Sixteen pixels' predictors in 8 bits: the distance to the corner is that of the two others, or their sum where left
// and up lie on the same side of it (saturated it still is no less than either, which is all that matters).
static inline v128_t paeth16(v128_t left, v128_t up, v128_t corner) {
  v128_t by_left = distances(up, corner), by_up = distances(left, corner);
  v128_t other_side = wasm_v128_xor(at_most(left, corner), at_most(up, corner));
  v128_t by_corner =
      wasm_v128_bitselect(distances(by_left, by_up), wasm_u8x16_add_sat(by_left, by_up), other_side);
  v128_t of_two = wasm_v128_bitselect(up, corner, at_most(by_up, by_corner));
  return wasm_v128_bitselect(left, of_two, wasm_v128_and(at_most(by_left, by_up), at_most(by_left, by_corner)));
}

static inline v128_t mean16(v128_t a, v128_t b) {
  return wasm_i8x16_sub(wasm_u8x16_avgr(a, b), wasm_v128_and(wasm_v128_xor(a, b), wasm_i8x16_splat(1)));
}

// Turns rows into columns and back.
static inline void transpose(v128_t *rows) {
  v128_t mixed[ROWS];
  for (int round = 0; round < 4; round++) {
    for (int i = 0; i < 8; i++) {
      v128_t a = rows[i], b = rows[i + 8];
      mixed[2 * i] = wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      mixed[2 * i + 1] = wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    for (int i = 0; i < ROWS; i++) rows[i] = mixed[i];
  }
}

// Sixteen rows at once, each a pixel behind the one above it, so that what a pixel is predicted from is there: its left
// neighbour is its row's last result, the one above the last result of the row above.
static void unfilter_rows(const uint8_t *in, uint8_t *pixels, int width) {
  uint8_t filters[ROWS];
  int stride = width + 1;
  for (int k = 0; k < ROWS; k++) filters[k] = in[k * stride];
  v128_t filter = wasm_v128_load(filters);
  v128_t of_left = wasm_i8x16_eq(filter, wasm_i8x16_splat(1)), of_up = wasm_i8x16_eq(filter, wasm_i8x16_splat(2));
  v128_t of_mean = wasm_i8x16_eq(filter, wasm_i8x16_splat(3)), of_paeth = wasm_i8x16_eq(filter, wasm_i8x16_splat(PAETH));
  v128_t left = wasm_i8x16_splat(0), corner = left;
  const uint8_t *above = pixels - width;
  for (int x = 0; x < width + ROWS - 1; x += 16) {
    // Row k's sixteen pixels from x - k on; those outside of the row are 0, and so their results.
    v128_t block[ROWS];
    int inside = x >= ROWS - 1 && x + 16 <= width;
    uint8_t edge[16];
    for (int k = 0; k < ROWS; k++) {
      const uint8_t *row = in + k * stride + 1 + x - k;
      if (inside) {
        block[k] = wasm_v128_load(row);
        continue;
      }
      for (int i = 0; i < 16; i++) edge[i] = x - k + i >= 0 && x - k + i < width ? row[i] : 0;
      block[k] = wasm_v128_load(edge);
    }
    transpose(block);
    for (int i = 0; i < 16; i++) {
      v128_t top = wasm_v128_load8_splat(above + x + i);
      v128_t up = wasm_i8x16_shuffle(top, left, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
      v128_t predicted = wasm_v128_and(of_paeth, paeth16(left, up, corner));
      predicted = wasm_v128_or(predicted, wasm_v128_and(of_mean, mean16(left, up)));
      predicted = wasm_v128_or(predicted, wasm_v128_or(wasm_v128_and(of_left, left), wasm_v128_and(of_up, up)));
      block[i] = left = wasm_i8x16_add(block[i], predicted);
      corner = up;
    }
    transpose(block);
    for (int k = 0; k < ROWS; k++) {
      uint8_t *row = pixels + k * width + x - k;
      if (inside) {
        wasm_v128_store(row, block[k]);
        continue;
      }
      wasm_v128_store(edge, block[k]);
      for (int i = 0; i < 16; i++)
        if (x - k + i >= 0 && x - k + i < width) row[i] = edge[i];
    }
  }
}

static void unfilter_row(int filter, const uint8_t *in, const uint8_t *above, uint8_t *out, int width) {
  int left = 0, corner = 0;
  for (int x = 0; x < width; x++) {
    int up = above[x];
    int predicted = filter == 0   ? 0
                    : filter == 1 ? left
                    : filter == 2 ? up
                    : filter == 3 ? (left + up) >> 1
                                  : paeth(left, up, corner);
    out[x] = left = (uint8_t)(in[x] + predicted);
    corner = up;
  }
}

// Undoes the filters of 8-bit grey rows: height rows of a filter byte and width bytes. The width bytes before the pixels
// are 0, as a row above the first. Returns 0, or 1 where a filter's number is unknown.
int EXPORT(unfilter)(const uint8_t *rows, uint8_t *pixels, int width, int height) {
  int stride = width + 1, plain = 1;
  for (int y = 0; y < height; y++) {
    if (rows[(int64_t)y * stride] > PAETH) return 1;
    plain &= rows[(int64_t)y * stride] == 0;
  }
  for (int y = 0; y < height;) {
    if (!plain && height - y >= ROWS) {
      unfilter_rows(rows, pixels, width);
      y += ROWS;
      rows += ROWS * stride;
      pixels += ROWS * width;
    } else {
      if (rows[0] == 0) __builtin_memcpy(pixels, rows + 1, width);
      else unfilter_row(rows[0], rows + 1, pixels - width, pixels, width);
      y++;
      rows += stride;
      pixels += width;
    }
  }
  return 0;
}

// Filters every row by Paeth's predictor, the best single filter for radiographs.
void EXPORT(filter)(const uint8_t *pixels, uint8_t *rows, int width, int height) {
  for (int y = 0; y < height; y++, pixels += width, rows += width + 1) {
    const uint8_t *above = pixels - width;
    rows[0] = PAETH;
    rows[1] = pixels[0] - (y == 0 ? 0 : above[0]);
    if (y == 0 || width <= 16) {
      for (int x = 1; x < width; x++) {
        rows[x + 1] = pixels[x] - (y == 0 ? pixels[x - 1] : paeth(pixels[x - 1], above[x], above[x - 1]));
      }
      continue;
    }
    for (int x = 1; x < width; x += 16) {
      // The last sixteen of a row overlap those before.
      int at = x + 16 <= width ? x : width - 16;
      v128_t predicted = paeth16(wasm_v128_load(pixels + at - 1), wasm_v128_load(above + at), wasm_v128_load(above + at - 1));
      wasm_v128_store(rows + at + 1, wasm_i8x16_sub(wasm_v128_load(pixels + at), predicted));
    }
  }
}
