// Deep pixels: tables of greys and the wavelet that halves a film.

#include <stdint.h>

#include "export.h"

// 8-bit pixels of 16-bit stored values through a table of 65,536 greys.
void EXPORT(look_up16)(const uint16_t *values, uint8_t *pixels, int count, const uint8_t *table) {
  for (int i = 0; i < count; i++) pixels[i] = table[values[i]];
}

// 16-bit values as 32-bit ones, of each the bits of mask.
void EXPORT(widen)(const uint16_t *restrict in, int32_t *restrict out, int count, int mask) {
  for (int i = 0; i < count; i++) out[i] = in[i] & mask;
}

// Back to 16 bits, held within 0 to most.
void EXPORT(narrow)(const int32_t *restrict in, uint16_t *restrict out, int count, int most) {
  for (int i = 0; i < count; i++) out[i] = in[i] < 0 ? 0 : in[i] > most ? most : in[i];
}

static inline int mirrored(int i, int length) {
  if (i < 0) i = -i;
  if (i >= length) i = 2 * (length - 1) - i;
  return i < 0 ? 0 : i;
}

static inline int low(int a, int b, int c, int d, int e) {
  return c + ((b - ((a + c) >> 1) + d - ((c + e) >> 1) + 2) >> 2);
}

// One step of the reversible 5/3 wavelet (ISO 15444-1 F.4.8.2), columns first, of which the low band alone is kept: what
// a lossless JPEG 2000 decoder gives at half the size. out has (width + 1) / 2 times (height + 1) / 2 values, row width.
void EXPORT(low_band)(const int32_t *restrict in, int width, int height, int32_t *restrict row, int32_t *restrict out) {
  for (int y = 0; y < height; y += 2) {
    const int32_t *a = in + (int64_t)mirrored(y - 2, height) * width, *b = in + (int64_t)mirrored(y - 1, height) * width;
    const int32_t *c = in + (int64_t)y * width, *d = in + (int64_t)mirrored(y + 1, height) * width;
    const int32_t *e = in + (int64_t)mirrored(y + 2, height) * width;
    for (int x = 0; x < width; x++) row[x] = height == 1 ? c[x] : low(a[x], b[x], c[x], d[x], e[x]);
    for (int x = 0; x < width; x += 2) {
      int inner = x >= 2 && x + 2 < width;
      int l = inner ? x - 2 : mirrored(x - 2, width), m = inner ? x - 1 : mirrored(x - 1, width);
      int n = inner ? x + 1 : mirrored(x + 1, width), o = inner ? x + 2 : mirrored(x + 2, width);
      *out++ = width == 1 ? row[x] : low(row[l], row[m], row[x], row[n], row[o]);
    }
  }
}
