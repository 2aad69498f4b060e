// Unpacks a zlib stream (RFC 1950, 1951) whose unpacked length is known. Radiographs are mostly literals of few bits:
// an entry of the table holds up to three of them.

#include <stdint.h>
#include <wasm_simd128.h>

#include "adler32.h"
#include "export.h"

#define LITERALS 256
#define SYMBOLS 288
#define DISTANCES 32
#define LONGEST 15
#define BITS 10            // that one look at the table of literals and lengths covers
#define DISTANCE_BITS 8
#define LENGTH_CODE_BITS 7

// Entry of a table. Low byte: bits 0 to 3 the bits that it uses up, 4 and 5 how many literals it holds, then flags. The
// literals follow from bit 8 on; else bits 8 to 15 are the extra bits and 16 to 31 what they are added to.
#define USED(entry) ((entry) & 15)
#define COUNT(entry) ((entry) >> 4 & 3)
#define EXTRA(entry) ((entry) >> 8 & 255)
#define BASE(entry) ((entry) >> 16)
#define SPECIAL 64         // a longer code's table starts at BASE, or with END the block ends
#define END 128
#define ONE_LITERAL 16
#define INVALID (SPECIAL | 0xffffu << 16)

static const uint16_t LENGTH_BASE[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                       31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t LENGTH_EXTRA[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};

enum kind { LENGTH_CODES, LITERALS_AND_LENGTHS, OFFSETS };

static uint32_t meaning(enum kind kind, int symbol) {
  if (kind == LENGTH_CODES) return (uint32_t)symbol << 16;
  if (kind == OFFSETS) {
    if (symbol >= 30) return INVALID;
    int extra = symbol < 2 ? 0 : (symbol >> 1) - 1;
    uint32_t base = symbol < 2 ? symbol + 1 : ((2 + (symbol & 1)) << extra) + 1;
    return base << 16 | extra << 8;
  }
  if (symbol < LITERALS) return (uint32_t)symbol << 8 | ONE_LITERAL;
  if (symbol == LITERALS) return SPECIAL | END;
  int length = symbol - LITERALS - 1;
  return length >= 29 ? INVALID : (uint32_t)LENGTH_BASE[length] << 16 | LENGTH_EXTRA[length] << 8;
}

// Fills a table for canonical codes of these lengths. Codes of more than bits bits have tables of their own behind it.
// Returns 0, or 1 where the lengths make no code.
static int build(enum kind kind, const uint8_t *lengths, int symbols, uint32_t *table, int bits) {
  int counts[LONGEST + 2] = {0}, first[LONGEST + 2] = {0}, longest = 0, room = 1 << LONGEST;
  uint16_t sorted[SYMBOLS];
  for (int i = 0; i < symbols; i++) counts[lengths[i]]++;
  counts[0] = 0;
  for (int length = 1; length <= LONGEST; length++) {
    first[length + 1] = first[length] + counts[length];
    room -= counts[length] << (LONGEST - length);
    if (counts[length] > 0) longest = length;
  }
  // Codes that are free are allowed beside a single one of one bit.
  if (room < 0 || (room > 0 && (longest > 1 || kind == LENGTH_CODES))) return 1;
  for (int i = 0; i < symbols; i++)
    if (lengths[i] > 0) sorted[first[lengths[i]]++] = i;
  for (int i = 0; i < 2; i++) table[i] = INVALID;
  uint32_t code = 0, *behind = table + (1 << bits), *long_table = 0;
  int next = 0, last_prefix = -1;
  for (int length = 1; length <= LONGEST; length++, code <<= 1) {
    for (int i = 0; i < counts[length]; i++, code++) {
      uint32_t reversed = __builtin_bitreverse32(code) >> (32 - length), entry = meaning(kind, sorted[next++]);
      if (length <= bits) {
        table[reversed] = entry | length;
        continue;
      }
      int prefix = reversed & ((1 << bits) - 1);
      if (prefix != last_prefix) {
        last_prefix = prefix;
        long_table = behind;
        behind += 1 << (LONGEST - bits);
        table[prefix] = SPECIAL | bits | (uint32_t)(long_table - table) << 16;
      }
      for (int at = reversed >> bits; at < 1 << (LONGEST - bits); at += 1 << (length - bits))
        long_table[at] = entry | (length - bits);
    }
    // What shorter codes begin is the same whatever bit follows.
    if (length < bits) __builtin_memcpy(table + (1 << length), table, sizeof *table << length);
  }
  return 0;
}

// Joins literals that lie within one look at the table, where the shortest code allows it: without branches, none of
// which could be foreseen.
static void join(const uint8_t *lengths, const uint32_t *single, uint32_t *joined) {
  uint32_t shortest = BITS;
  for (int i = 0; i < LITERALS; i++)
    if (lengths[i] > 0 && lengths[i] < shortest) shortest = lengths[i];
  uint32_t most = shortest * 3 <= BITS ? 3 : shortest * 2 <= BITS ? 2 : 1;
  for (uint32_t i = 0; i < 1 << BITS; i++) {
    uint32_t entry = single[i];
    for (uint32_t count = 1; count < most; count++) {
      uint32_t used = USED(entry), next = single[i >> used];
      uint32_t fits = (COUNT(entry) == count) & (COUNT(next) == 1) & (used + USED(next) <= BITS);
      entry += (ONE_LITERAL + USED(next) + (next >> 8 << (8 + 8 * count))) & -fits;
    }
    joined[i] = entry;
  }
}

static uint32_t joined[1 << BITS], symbols[(1 << BITS) + (SYMBOLS / 2 << (LONGEST - BITS))];
static uint32_t offsets[(1 << DISTANCE_BITS) + (DISTANCES / 2 << (LONGEST - DISTANCE_BITS))];

struct input {
  const uint8_t *next, *end;
  uint64_t held;
  uint32_t count;
};

// At least 56 bits are held afterwards. Reads up to 8 bytes beyond what they need.
static inline void refill(struct input *in) {
  uint64_t word;
  __builtin_memcpy(&word, in->next, 8);
  in->held |= word << in->count;
  in->next += (63 - in->count) >> 3;
  in->count |= 56;
}

static inline void drop(struct input *in, uint32_t count) {
  in->held >>= count;
  in->count -= count;
}

static inline uint32_t take(struct input *in, uint32_t count) {
  uint32_t value = (uint32_t)in->held & ((1u << count) - 1);
  drop(in, count);
  return value;
}

// Whether more input was used than there is.
static inline int overrun(const struct input *in) { return in->next - (in->count >> 3) > in->end; }

// Lengths of the codes that a block brings: literals, then distances. Returns 0, or 1 where they are wrong.
static int read_lengths(struct input *in, uint8_t *lengths, int *literals, int *distances) {
  static const uint8_t ORDER[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  uint8_t of_codes[sizeof ORDER] = {0};
  uint32_t table[1 << LENGTH_CODE_BITS];
  refill(in);
  *literals = 257 + take(in, 5);
  *distances = 1 + take(in, 5);
  int codes = 4 + take(in, 4), all = *literals + *distances;
  if (*literals > 286 || *distances > 30) return 1;
  for (int i = 0; i < codes; i++) {
    refill(in);
    of_codes[ORDER[i]] = take(in, 3);
  }
  if (build(LENGTH_CODES, of_codes, sizeof ORDER, table, LENGTH_CODE_BITS)) return 1;
  for (int i = 0; i < all;) {
    if (overrun(in)) return 1;
    refill(in);
    uint32_t entry = table[in->held & ((1 << LENGTH_CODE_BITS) - 1)], code = BASE(entry);
    drop(in, USED(entry));
    if (code < 16) {
      lengths[i++] = code;
      continue;
    }
    if (code > 18 || (code == 16 && i == 0)) return 1;
    int value = code == 16 ? lengths[i - 1] : 0;
    int times = code == 16 ? 3 + take(in, 2) : code == 17 ? 3 + take(in, 3) : 11 + take(in, 7);
    if (i + times > all) return 1;
    while (times-- > 0) lengths[i++] = value;
  }
  return lengths[LITERALS] == 0;
}

static int read_codes(struct input *in, int fixed) {
  uint8_t lengths[SYMBOLS + DISTANCES];
  int literals = SYMBOLS, distances = DISTANCES;
  for (int i = 0; fixed && i < SYMBOLS; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  for (int i = 0; fixed && i < DISTANCES; i++) lengths[SYMBOLS + i] = 5;
  if (!fixed && read_lengths(in, lengths, &literals, &distances)) return 1;
  if (build(LITERALS_AND_LENGTHS, lengths, literals, symbols, BITS)) return 1;
  if (build(OFFSETS, lengths + literals, distances, offsets, DISTANCE_BITS)) return 1;
  join(lengths, symbols, joined);
  return 0;
}

// Bytes from so far back, which may be those that are being written. Writes up to 15 bytes more.
static inline void repeat(uint8_t *out, uint32_t offset, uint32_t length) {
  const uint8_t *from = out - offset;
  if (offset >= 16) {
    wasm_v128_store(out, wasm_v128_load(from));
    for (uint32_t i = 16; i < length; i += 16) wasm_v128_store(out + i, wasm_v128_load(from + i));
  } else if (offset == 1) {
    for (uint32_t i = 0; i < length; i += 16) wasm_v128_store(out + i, wasm_v128_load8_splat(from));
  } else {
    for (uint32_t i = 0; i < length; i++) out[i] = from[i];
  }
}

static inline uint32_t look(const struct input *in) { return joined[in->held & ((1 << BITS) - 1)]; }

// Writes four bytes, of which as many count as the entry has literals.
static inline uint8_t *write_literals(uint8_t *out, uint32_t entry) {
  uint32_t literals = entry >> 8;
  __builtin_memcpy(out, &literals, 4);
  return out + COUNT(entry);
}

// Of one block with Huffman codes. Returns where its bytes end, or 0 where they are wrong.
static uint8_t *unpack(struct input *input, const uint8_t *start, uint8_t *out, const uint8_t *end) {
  struct input in = *input;
  refill(&in);
  uint32_t entry = look(&in);
  while (out <= end && !overrun(&in)) {
    // Three looks use up at most 33 of 56 bits.
    if (COUNT(entry) > 0) {
      out = write_literals(out, entry);
      drop(&in, USED(entry));
      entry = look(&in);
      if (COUNT(entry) > 0) {
        out = write_literals(out, entry);
        drop(&in, USED(entry));
        entry = look(&in);
        if (COUNT(entry) > 0) {
          out = write_literals(out, entry);
          drop(&in, USED(entry));
          refill(&in);
          entry = look(&in);
          continue;
        }
      }
    }
    refill(&in);
    drop(&in, USED(entry));
    if (entry & SPECIAL) {
      if (entry & END) goto ended;
      if (BASE(entry) == BASE(INVALID)) return 0;
      entry = symbols[BASE(entry) + (in.held & ((1 << (LONGEST - BITS)) - 1))];
      drop(&in, USED(entry));
      if (COUNT(entry) > 0) {
        out = write_literals(out, entry);
        entry = look(&in);
        continue;
      }
      if (entry & END) goto ended;
      if (entry & SPECIAL) return 0;
    }
    uint32_t length = BASE(entry) + take(&in, EXTRA(entry));
    entry = offsets[in.held & ((1 << DISTANCE_BITS) - 1)];
    drop(&in, USED(entry));
    if (entry & SPECIAL) {
      if (BASE(entry) == BASE(INVALID)) return 0;
      entry = offsets[BASE(entry) + (in.held & ((1 << (LONGEST - DISTANCE_BITS)) - 1))];
      drop(&in, USED(entry));
      if (entry & SPECIAL) return 0;
    }
    uint32_t offset = BASE(entry) + take(&in, EXTRA(entry));
    if (offset > (uint32_t)(out - start)) return 0;
    // Looked up before the bytes are copied, so that neither waits for the other.
    refill(&in);
    entry = look(&in);
    repeat(out, offset, length);
    out += length;
  }
  return 0;
ended:
  *input = in;
  return out;
}

// Of a block that is not packed.
static uint8_t *copy(struct input *in, uint8_t *out, const uint8_t *end) {
  in->next -= in->count >> 3;
  in->held = in->count = 0;
  if (in->end - in->next < 4) return 0;
  uint32_t length = in->next[0] | in->next[1] << 8, inverse = in->next[2] | in->next[3] << 8;
  in->next += 4;
  if (length != (inverse ^ 0xffff) || length > in->end - in->next || length > end - out) return 0;
  __builtin_memcpy(out, in->next, length);
  in->next += length;
  return out + length;
}

// packed may be read 64 bytes beyond its end, and out has room for 512 more than room. Returns how many bytes there
// were, at most room, or -1 where the stream is wrong, ends early or unpacks to more.
int EXPORT(inflate)(const uint8_t *packed, int length, uint8_t *out, int room) {
  const uint8_t *start = out, *end = out + room;
  if (length < 6 || (packed[0] & 15) != 8 || (packed[0] << 8 | packed[1]) % 31 != 0 || packed[1] & 32) return -1;
  struct input in = {packed + 2, packed + length, 0, 0};
  for (int last = 0; !last;) {
    refill(&in);
    last = take(&in, 1);
    int type = take(&in, 2);
    if (type == 3 || (type > 0 && read_codes(&in, type == 1))) return -1;
    out = type == 0 ? copy(&in, out, end) : unpack(&in, start, out, end);
    if (out == 0 || out > end || overrun(&in)) return -1;
  }
  const uint8_t *check = in.next - (in.count >> 3);
  if (in.end - check < 4) return -1;
  uint32_t expected = (uint32_t)check[0] << 24 | check[1] << 16 | check[2] << 8 | check[3];
  return adler32(start, (int)(out - start)) == expected ? (int)(out - start) : -1;
}
