/**
 * Scores in ascending order. `order[k]` is the index of the k-th smallest score, equal ones in the order of their
 * indices; `tied[k]` is 1 where it equals the one before it.
 */
export interface Ranking {
  readonly order: Uint32Array;
  readonly tied: Uint8Array;
}

/** Three passes of 11 bits sort 32: a Uint32 key, and the index that moves with it. */
const DIGIT = 11;
const PASSES = 3;
const MASK = (1 << DIGIT) - 1;

/** A run of equal upper halves below this length is sorted by insertion. */
const SHORT = 32;

const rankings = new WeakMap<Float64Array, Ranking>();

/** The ranking of a column of scores, made once. The column must not change afterwards. */
export function rankingOf(scores: Float64Array): Ranking {
  const known = rankings.get(scores);
  if (known !== undefined) return known;
  const made = rank(scores);
  rankings.set(scores, made);
  return made;
}

/**
 * Takes the ranking of some of a column's scores from that of the whole, which is quicker than to rank them anew.
 * @param part those scores, in the order of the whole
 * @param place of each score of the whole in the part, -1 where it is not in it
 */
export function rankPart(part: Float64Array, whole: Float64Array, place: Int32Array): void {
  const { order, tied } = rankingOf(whole);
  const own: Ranking = { order: new Uint32Array(part.length), tied: new Uint8Array(part.length) };
  let count = 0;
  let joined = 0;
  for (let k = 0; k < order.length; k++) {
    if (tied[k] === 0) joined = 0;
    const at = place[order[k] as number] as number;
    if (at === -1) continue;
    own.order[count] = at;
    own.tied[count++] = joined;
    joined = 1;
  }
  rankings.set(part, own);
}

/**
 * Ranks doubles in linear time: a radix sort by the upper 32 bits of each number, then by the lower 32 where the upper
 * are equal. 0 and -0 are equal; NaN comes last, whatever its sign.
 */
export function rank(scores: Float64Array): Ranking {
  const n = scores.length;
  const { upper: keys, lower } = sortableHalves(scores);
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  radixSort(keys, order);
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && keys[end] === keys[start]) end++;
    if (end - start > 1) sortRun(order.subarray(start, end), lower);
    start = end;
  }
  const tied = new Uint8Array(n);
  for (let k = 1; k < n; k++) {
    if (keys[k] === keys[k - 1] && lower[order[k] as number] === lower[order[k - 1] as number]) tied[k] = 1;
  }
  return { order, tied };
}

/** The ranking without the indices whose code is `out`. */
export function restrict({ order, tied }: Ranking, code: Uint8Array, out: number): Ranking {
  const kept = new Uint32Array(order.length);
  const still = new Uint8Array(order.length);
  let count = 0;
  let joined = 0;
  for (let k = 0; k < order.length; k++) {
    const i = order[k] as number;
    if (tied[k] === 0) joined = 0;
    if (code[i] === out) continue;
    kept[count] = i;
    still[count++] = joined;
    joined = 1;
  }
  return { order: kept.slice(0, count), tied: still.slice(0, count) };
}

/** Numbers as two unsigned halves that sort as the numbers do: the sign bit flipped, of negatives every bit. */
function sortableHalves(scores: Float64Array): { upper: Uint32Array; lower: Uint32Array } {
  const n = scores.length;
  const words = new Uint32Array(scores.slice().buffer);
  const [low, high] = LITTLE_ENDIAN ? [0, 1] : [1, 0];
  const upper = new Uint32Array(n);
  const lower = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const u = words[2 * i + high] as number;
    const l = words[2 * i + low] as number;
    const size = u & 0x7fffffff;
    const isZero = size === 0 && l === 0;
    const isNoNumber = size > 0x7ff00000 || (size === 0x7ff00000 && l !== 0);
    const negative = u >>> 31 === 1 && !isZero && !isNoNumber;
    upper[i] = negative ? ~u : size | 0x80000000;
    lower[i] = negative ? ~l : l;
  }
  return { upper, lower };
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Sorts `keys` ascending, in place and stable; `order` moves with them. */
function radixSort(keys: Uint32Array, order: Uint32Array): void {
  const n = keys.length;
  const counts = new Uint32Array(PASSES << DIGIT);
  for (let k = 0; k < n; k++) {
    const key = keys[k] as number;
    for (let pass = 0; pass < PASSES; pass++) {
      const slot = (pass << DIGIT) | ((key >>> (pass * DIGIT)) & MASK);
      counts[slot] = (counts[slot] as number) + 1;
    }
  }
  let from: Pair = { keys, order };
  let to: Pair = { keys: new Uint32Array(n), order: new Uint32Array(n) };
  for (let pass = 0; pass < PASSES; pass++) {
    const next = counts.subarray(pass << DIGIT, (pass + 1) << DIGIT);
    const shift = pass * DIGIT;
    if (n === 0 || next[((from.keys[0] as number) >>> shift) & MASK] === n) continue;
    let sum = 0;
    for (let digit = 0; digit <= MASK; digit++) {
      const count = next[digit] as number;
      next[digit] = sum;
      sum += count;
    }
    scatter(from, to, next, shift);
    [from, to] = [to, from];
  }
  if (from.keys !== keys) {
    keys.set(from.keys);
    order.set(from.order);
  }
}

interface Pair {
  readonly keys: Uint32Array;
  readonly order: Uint32Array;
}

/** One pass: each key to the next free place of its digit. */
function scatter(from: Pair, to: Pair, next: Uint32Array, shift: number): void {
  const [fromKeys, fromOrder, toKeys, toOrder] = [from.keys, from.order, to.keys, to.order];
  for (let k = 0; k < fromKeys.length; k++) {
    const key = fromKeys[k] as number;
    const digit = (key >>> shift) & MASK;
    const at = next[digit] as number;
    next[digit] = at + 1;
    toKeys[at] = key;
    toOrder[at] = fromOrder[k] as number;
  }
}

/** Sorts indices by their lower halves, in place and stable. */
function sortRun(run: Uint32Array, lower: Uint32Array): void {
  if (run.length > SHORT) {
    const keys = new Uint32Array(run.length);
    for (let k = 0; k < run.length; k++) keys[k] = lower[run[k] as number] as number;
    if (keys.some((key) => key !== keys[0])) radixSort(keys, run);
    return;
  }
  for (let k = 1; k < run.length; k++) {
    const index = run[k] as number;
    const key = lower[index] as number;
    let at = k;
    while (at > 0 && (lower[run[at - 1] as number] as number) > key) {
      run[at] = run[at - 1] as number;
      at--;
    }
    run[at] = index;
  }
}
