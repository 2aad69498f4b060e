// Packs bytes by Huffman codes alone: the filtered rows of a radiograph hardly repeat themselves.

#include <stdint.h>

#include "adler32.h"
#include "export.h"

#define LITERALS 257  // 256 bytes and the end of the block
#define LONGEST 15

// Symbols that occur, the rarest first; of equal ones the lower first. Returns how many.
static int sorted_by_count(const uint32_t *counts, int16_t *sorted) {
  int used = 0;
  for (int i = 0; i < LITERALS; i++) {
    if (counts[i] == 0) continue;
    int at = used++;
    for (; at > 0 && counts[sorted[at - 1]] > counts[i]; at--) sorted[at] = sorted[at - 1];
    sorted[at] = i;
  }
  return used;
}

// Lengths of a Huffman code for what occurs, none longer than LONGEST: counts are flattened until that holds.
static void code_lengths(uint32_t *counts, uint8_t *lengths) {
  for (int longest = LONGEST + 1; longest > LONGEST;) {
    int16_t sorted[LITERALS], parent[2 * LITERALS];
    uint32_t weight[2 * LITERALS];
    uint8_t depth[2 * LITERALS];
    int leaves = sorted_by_count(counts, sorted), leaf = 0, tree = leaves, nodes = leaves;
    for (int i = 0; i < leaves; i++) weight[i] = counts[sorted[i]];
    // The two lightest of the leaves, which are sorted, and of the trees, which are made in the order of their weights.
    for (; nodes < 2 * leaves - 1; nodes++) {
      weight[nodes] = 0;
      for (int child = 0; child < 2; child++) {
        int least = leaf < leaves && (tree == nodes || weight[leaf] <= weight[tree]) ? leaf++ : tree++;
        weight[nodes] += weight[least];
        parent[least] = nodes;
      }
    }
    for (int i = 0; i < LITERALS; i++) lengths[i] = 0;
    depth[nodes - 1] = longest = 0;
    for (int i = nodes - 2; i >= 0; i--) {
      depth[i] = depth[parent[i]] + 1;
      if (i < leaves) lengths[sorted[i]] = depth[i];
      if (depth[i] > longest) longest = depth[i];
    }
    for (int i = 0; longest > LONGEST && i < LITERALS; i++) counts[i] = counts[i] == 0 ? 0 : (counts[i] >> 2) | 1;
  }
}

// How often each byte occurs, and the end once. Four tables, so that equal neighbours do not wait for each other.
static void count_bytes(const uint8_t *data, int count, uint32_t *counts) {
  uint32_t parts[4][256] = {0};
  int i = 0;
  for (; i + 4 <= count; i += 4)
    for (int k = 0; k < 4; k++) parts[k][data[i + k]]++;
  for (; i < count; i++) parts[0][data[i]]++;
  for (int value = 0; value < 256; value++) {
    counts[value] = parts[0][value] + parts[1][value] + parts[2][value] + parts[3][value];
  }
  counts[LITERALS - 1] = 1;
}

struct bits {
  uint8_t *out;
  uint64_t held;
  int count;
};

static inline void hold(struct bits *bits, uint32_t value, int count) {
  bits->held |= (uint64_t)value << bits->count;
  bits->count += count;
}

// Whole bytes go out; fewer than 8 bits stay. Writes 8 bytes.
static inline void flush(struct bits *bits) {
  __builtin_memcpy(bits->out, &bits->held, 8);
  bits->out += bits->count >> 3;
  bits->held >>= bits->count & ~7;
  bits->count &= 7;
}

static inline void put(struct bits *bits, uint32_t value, int count) {
  hold(bits, value, count);
  flush(bits);
}

// A zlib stream (RFC 1950, 1951) of one block that has Huffman codes and no matches: what zlib calls Z_HUFFMAN_ONLY. out
// has room for 2 count + 512 bytes. Returns the stream's length.
int EXPORT(deflate)(const uint8_t *data, int count, uint8_t *out) {
  uint32_t counts[LITERALS], codes[LITERALS], code = 0;
  uint8_t lengths[LITERALS];
  count_bytes(data, count, counts);
  code_lengths(counts, lengths);
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
  int i = 0;
  // Three codes and what stayed fill at most 52 bits.
  for (; i + 3 <= count; i += 3, flush(&bits))
    for (int k = 0; k < 3; k++) hold(&bits, codes[data[i + k]], lengths[data[i + k]]);
  for (; i < count; i++) put(&bits, codes[data[i]], lengths[data[i]]);
  put(&bits, codes[LITERALS - 1], lengths[LITERALS - 1]);
  put(&bits, 0, (8 - bits.count) & 7);
  uint32_t check = adler32(data, count);
  for (int shift = 24; shift >= 0; shift -= 8) *bits.out++ = (uint8_t)(check >> shift);
  return (int)(bits.out - out);
}
