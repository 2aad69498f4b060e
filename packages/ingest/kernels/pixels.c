// Loops over pixels that JavaScript runs too slowly: PNG's filters and the resize. Compiled by build.sh to
// src/pixels/pixels.wasm. All arithmetic is on integers, so that the same image gives the same bytes on every
// processor. Callers lay out the memory and vouch for every pointer and length.

#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

static inline int distance(int a, int b) { return a > b ? a - b : b - a; }

static inline int paeth(int left, int up, int corner) {
  int by_left = distance(up, corner), by_up = distance(left, corner), by_corner = distance(left + up, 2 * corner);
  int of_two = by_up <= by_corner ? up : corner;
  return by_left <= by_up && by_left <= by_corner ? left : of_two;
}

// The predictors that need the pixel to the left, filters 3 and 4.
static inline int predicted(int filter, int left, int up, int corner) {
  return filter == 4 ? paeth(left, up, corner) : (left + up) >> 1;
}

// Two rows of such filters at once, the second a pixel behind: each pixel waits for the one before it, and so half of
// the waiting is filled. filter1 and filter2 are constants where this is inlined.
static inline __attribute__((always_inline)) void unfilter_two(int filter1, int filter2, const uint8_t *in,
                                                               const uint8_t *above, uint8_t *out, int width) {
  const uint8_t *in2 = in + width + 1;
  uint8_t *out2 = out + width;
  int corner = 0, left = 0, before = 0, left2 = 0;
  for (int x = 0; x <= width; x++) {
    if (x > 0) {
      out2[x - 1] = left2 = (uint8_t)(in2[x - 1] + predicted(filter2, left2, left, before));
      before = left;
    }
    if (x < width) {
      out[x] = left = (uint8_t)(in[x] + predicted(filter1, left, above[x], corner));
      corner = above[x];
    }
  }
}

static void unfilter_one(int filter, const uint8_t *in, const uint8_t *above, uint8_t *out, int width) {
  int left = 0, corner = 0;
  if (filter == 0) __builtin_memcpy(out, in, width);
  if (filter == 1) for (int x = 0; x < width; x++) out[x] = left = (uint8_t)(in[x] + left);
  if (filter == 2) for (int x = 0; x < width; x++) out[x] = in[x] + above[x];
  if (filter < 3) return;
  for (int x = 0; x < width; x++) {
    out[x] = left = (uint8_t)(in[x] + predicted(filter, left, above[x], corner));
    corner = above[x];
  }
}

// Undoes the filters of 8-bit grey rows, PNG specification 9.2: height rows of a filter byte and width bytes. The width
// bytes before the pixels are 0, as a row above the first. Returns 0, or 1 where a filter's number is unknown.
int EXPORT(unfilter)(const uint8_t *rows, uint8_t *pixels, int width, int height) {
  int step = 1;
  for (int y = 0; y < height; y += step, rows += step * (width + 1), pixels += step * width) {
    int filter = rows[0], next = y + 1 < height ? rows[width + 1] : 0;
    const uint8_t *in = rows + 1, *above = pixels - width;
    if (filter > 4) return 1;
    step = (filter == 3 || filter == 4) && (next == 3 || next == 4) ? 2 : 1;
    if (step == 1) unfilter_one(filter, in, above, pixels, width);
    else if (filter == 4 && next == 4) unfilter_two(4, 4, in, above, pixels, width);
    else if (filter == 4) unfilter_two(4, 3, in, above, pixels, width);
    else if (next == 4) unfilter_two(3, 4, in, above, pixels, width);
    else unfilter_two(3, 3, in, above, pixels, width);
  }
  return 0;
}

// Filters every row by Paeth's predictor, the best single filter for radiographs.
void EXPORT(filter)(const uint8_t *pixels, uint8_t *rows, int width, int height) {
  for (int y = 0; y < height; y++, pixels += width, rows += width + 1) {
    const uint8_t *above = pixels - width;
    rows[0] = 4;
    rows[1] = pixels[0] - (y == 0 ? 0 : above[0]);
    for (int x = 1; x < width; x++) {
      int predicted = y == 0 ? pixels[x - 1] : paeth(pixels[x - 1], above[x], above[x - 1]);
      rows[x + 1] = pixels[x] - predicted;
    }
  }
}

// First pass of a resize: every row of 8-bit pixels to out_width sums of taps neighbours from starts[x] on, times
// 2^6. Weights are 16-bit, 2^14 = 1, taps of them for each output, a multiple of 8; rows may be read 8 bytes beyond
// their end.
void EXPORT(resize_rows)(const uint8_t *pixels, int width, int height, int16_t *out, int out_width,
                         const int32_t *starts, const int16_t *weights, int taps) {
  for (int y = 0; y < height; y++, pixels += width, out += out_width) {
    const int16_t *weight = weights;
    for (int x = 0; x < out_width; x++) {
      const uint8_t *in = pixels + starts[x];
      v128_t sum = wasm_i32x4_splat(0);
      for (int i = 0; i < taps; i += 8, weight += 8) {
        sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(wasm_u16x8_load8x8(in + i), wasm_v128_load(weight)));
      }
      sum = wasm_i32x4_add(sum, wasm_i32x4_shuffle(sum, sum, 2, 3, 0, 1));
      int total = wasm_i32x4_extract_lane(sum, 0) + wasm_i32x4_extract_lane(sum, 1);
      out[x] = (int16_t)((total + 128) >> 8);
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

#define LITERALS 257  // 256 bytes and the end of the block
#define LONGEST 15

// Lengths of a Huffman code for what occurs, none longer than LONGEST: counts are flattened until that holds.
static void code_lengths(uint32_t *counts, uint8_t *lengths) {
  for (;;) {
    uint32_t weight[2 * LITERALS];
    int16_t parent[2 * LITERALS];
    int nodes = LITERALS, longest = 0;
    for (int i = 0; i < LITERALS; i++) {
      weight[i] = counts[i];
      parent[i] = -1;
    }
    for (;;) {
      int least = -1, next = -1;
      for (int i = 0; i < nodes; i++) {
        if (weight[i] == 0 || parent[i] >= 0) continue;
        if (least < 0 || weight[i] < weight[least]) {
          next = least;
          least = i;
        } else if (next < 0 || weight[i] < weight[next]) {
          next = i;
        }
      }
      if (next < 0) break;
      weight[nodes] = weight[least] + weight[next];
      parent[nodes] = -1;
      parent[least] = parent[next] = nodes++;
    }
    for (int i = 0; i < LITERALS; i++) {
      int length = 0;
      for (int at = i; counts[i] > 0 && parent[at] >= 0; at = parent[at]) length++;
      lengths[i] = length;
      if (length > longest) longest = length;
    }
    if (longest <= LONGEST) return;
    for (int i = 0; i < LITERALS; i++) counts[i] = counts[i] == 0 ? 0 : (counts[i] >> 2) | 1;
  }
}

static uint32_t adler32(const uint8_t *data, int count) {
  uint32_t a = 1, b = 0;
  while (count > 0) {
    int run = count < 5552 ? count : 5552;
    count -= run;
    for (int i = 0; i < run; i++) b += a += *data++;
    a %= 65521;
    b %= 65521;
  }
  return b << 16 | a;
}

struct bits {
  uint8_t *out;
  uint64_t held;
  int count;
};

// Adds up to 16 bits; whole words go out.
static inline void put(struct bits *bits, uint32_t value, int count) {
  bits->held |= (uint64_t)value << bits->count;
  bits->count += count;
  if (bits->count < 32) return;
  __builtin_memcpy(bits->out, &bits->held, 4);
  bits->out += 4;
  bits->held >>= 32;
  bits->count -= 32;
}

// A zlib stream (RFC 1950, 1951) of one block that has Huffman codes and no matches: what zlib calls Z_HUFFMAN_ONLY. out
// has room for 2 count + 512 bytes. Returns the stream's length.
int EXPORT(deflate)(const uint8_t *data, int count, uint8_t *out) {
  uint32_t counts[LITERALS] = {0}, codes[LITERALS];
  uint8_t lengths[LITERALS];
  for (int i = 0; i < count; i++) counts[data[i]]++;
  counts[LITERALS - 1] = 1;
  code_lengths(counts, lengths);

  uint32_t code = 0;
  for (int length = 1; length <= LONGEST; length++, code <<= 1) {
    for (int i = 0; i < LITERALS; i++) {
      if (lengths[i] == length) codes[i] = __builtin_bitreverse32(code++) >> (32 - length);
    }
  }

  struct bits bits = {out, 0, 0};
  put(&bits, 0x0178, 16);  // a window of 32 KiB, the fastest level
  put(&bits, 5, 3);        // the last block, with codes of its own
  put(&bits, 0, 5);        // 257 lengths of literals
  put(&bits, 0, 5);        // one length of a distance
  put(&bits, 15, 4);       // 19 lengths of the code that these are written in:
  for (int i = 0; i < 19; i++) put(&bits, i < 3 ? 0 : 4, 3);  // four bits for each of 0 to 15, no runs
  for (int i = 0; i < LITERALS; i++) put(&bits, __builtin_bitreverse32(lengths[i]) >> 28, 4);
  put(&bits, 0, 4);  // no distances
  for (int i = 0; i < count; i++) put(&bits, codes[data[i]], lengths[data[i]]);
  put(&bits, codes[LITERALS - 1], lengths[LITERALS - 1]);
  for (; bits.count > 0; bits.count -= 8, bits.held >>= 8) *bits.out++ = (uint8_t)bits.held;
  uint32_t check = adler32(data, count);
  for (int shift = 24; shift >= 0; shift -= 8) *bits.out++ = (uint8_t)(check >> shift);
  return (int)(bits.out - out);
}
