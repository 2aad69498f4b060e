// Reliefs and fine details of films, compiled with spectrum.c by build.sh to src/phash/kernels.wasm. The order of the
// additions is fixed, so that the same film has the same hash on every processor.
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name))) name
#define EDGE 64
#define LARGEST 128

// Values of a relief: from -LIMIT to LIMIT deviations.
#define LIMIT 2.5f
// Radius of the box that, thrice, blurs like a Gaussian whose deviation is 8.5 % of the edge.
#define SURROUNDINGS 5
// Added to the deviation, as a share of the film's range: noise in an even area is not structure.
#define FLOOR 0.03f
// Share of the range by which a stroke of a pixel's width stands out from what is around it; ribs do not.
#define STROKE 0.15f
// Greys beyond these shares are cut off: a marker must not set the range.
#define DARK 0.01f
#define LIGHT 0.99f
// Added to the local deviation of details, in greys: noise is no structure.
#define DETAIL_FLOOR 2.5f

static float scratch[LARGEST * LARGEST];
static float means[LARGEST * LARGEST];
static float variances[LARGEST * LARGEST];

static inline float least(float a, float b) { return a < b ? a : b; }
static inline float most(float a, float b) { return a > b ? a : b; }

// The pixels that a cell of a reduced side covers: the first counts by `before`, the last by `after`.
typedef struct {
  int first, count;
  float before, after;
} Cell;

static Cell cell_of(int cell, int size, int edge) {
  // In parts of a pixel's edge-th, so that the ends are exact.
  int64_t from = (int64_t)cell * size, to = from + size;
  int first = (int)(from / edge), last = (int)((to + edge - 1) / edge);
  Cell found = {first, last - first, 0, 0};
  int64_t head_end = (int64_t)(first + 1) * edge;
  found.before = (float)((to < head_end ? to : head_end) - from) / size;
  found.after = (float)(to - (int64_t)(last - 1) * edge) / size;
  return found;
}

static inline float weight_of(Cell cell, int i, float whole) {
  if (i == 0) return cell.before;
  return i == cell.count - 1 ? cell.after : whole;
}

// [edge, edge]: a part of an image by the means of areas. `narrow` is room for the columns of one row of cells.
void EXPORT(reduce)(const uint8_t *pixels, int width, int x, int across, int y, int down, int edge, float *narrow,
                    float *out) {
  for (int row = 0; row < edge; row++) {
    Cell rows = cell_of(row, down, edge);
    for (int i = 0; i < across; i++) narrow[i] = 0;
    for (int k = 0; k < rows.count; k++) {
      float weight = weight_of(rows, k, (float)edge / down);
      const uint8_t *line = pixels + (int64_t)(y + rows.first + k) * width + x;
      for (int i = 0; i < across; i++) narrow[i] += weight * line[i];
    }
    for (int column = 0; column < edge; column++) {
      Cell columns = cell_of(column, across, edge);
      float sum = 0;
      for (int k = 0; k < columns.count; k++)
        sum += weight_of(columns, k, (float)edge / across) * narrow[columns.first + k];
      *out++ = sum;
    }
  }
}

// Means over a box of 2 * radius + 1 rows, mirrored beyond the ends, written with rows and columns changed.
static void box(const float *restrict from, float *restrict to, int edge, int radius) {
  float sums[LARGEST];
  float share = 1.0f / (2 * radius + 1);
  for (int j = 0; j < edge; j++) {
    // The first row, those after it, and the same once more: their mirror image.
    sums[j] = from[j];
    for (int i = 0; i < radius; i++) sums[j] += from[i * edge + j];
    for (int i = 1; i <= radius; i++) sums[j] += from[i * edge + j];
  }
  for (int i = 0; i < edge; i++) {
    int out = i - radius, into = i + radius + 1;
    const float *leaving = from + (out < 0 ? -1 - out : out) * edge;
    const float *coming = from + (into < edge ? into : 2 * edge - 1 - into) * edge;
    for (int j = 0; j < edge; j++) {
      to[j * edge + i] = sums[j] * share;
      sums[j] += coming[j] - leaving[j];
    }
  }
}

// The same along both axes, `times` over, in place.
void EXPORT(blur)(float *square, int edge, int radius, int times) {
  for (int i = 0; i < times; i++) {
    box(square, scratch, edge, radius);
    box(scratch, square, edge, radius);
  }
}

// Each value's difference from `means`, in its surroundings' deviations.
static void standardise(float *values, int edge, int radius, float floor) {
  int count = edge * edge;
  for (int i = 0; i < count; i++) {
    values[i] -= means[i];
    variances[i] = values[i] * values[i];
  }
  blur(variances, edge, radius, 3);
  for (int i = 0; i < count; i++) values[i] /= __builtin_sqrtf(most(0, variances[i])) + floor;
}

static float quantile(const uint32_t *counts, float share) {
  uint32_t below = counts[0];
  int step = 0;
  while (below <= share * (EDGE * EDGE - 1)) below += counts[++step];
  return step / 16.0f;
}

// From 0 to 1; quantiles to a sixteenth of a grey.
static void stretch(float *values) {
  static uint32_t counts[16 * 256];
  for (int i = 0; i < 16 * 256; i++) counts[i] = 0;
  for (int i = 0; i < EDGE * EDGE; i++) counts[(int)(16 * values[i])]++;
  float low = quantile(counts, DARK);
  float range = most(1, quantile(counts, LIGHT) - low);
  for (int i = 0; i < EDGE * EDGE; i++) values[i] = most(0, least(1, (values[i] - low) / range));
}

// The largest (sign 1) or least (-1) value of each box of 3 by 3; edges repeated.
static void extremes(const float *from, float *to, float sign) {
  static float rows[EDGE * EDGE];
  for (int i = 0; i < EDGE; i++) {
    const float *line = from + i * EDGE;
    for (int j = 0; j < EDGE; j++) {
      float beside = most(sign * line[j ? j - 1 : 0], sign * line[j < EDGE - 1 ? j + 1 : j]);
      rows[i * EDGE + j] = most(beside, sign * line[j]);
    }
  }
  for (int i = 0; i < EDGE; i++) {
    const float *line = rows + i * EDGE, *above = i ? line - EDGE : line, *below = i < EDGE - 1 ? line + EDGE : line;
    for (int j = 0; j < EDGE; j++) to[i * EDGE + j] = sign * most(most(above[j], below[j]), line[j]);
  }
}

// Takes out what is thin and stands out much, dark or light: the strokes of burnt-in text.
static void take_strokes_out(float *values) {
  static float low[EDGE * EDGE], high[EDGE * EDGE];
  extremes(values, scratch, -1);
  extremes(scratch, low, 1);
  extremes(values, scratch, 1);
  extremes(scratch, high, -1);
  for (int i = 0; i < EDGE * EDGE; i++) {
    if (values[i] - low[i] > STROKE) values[i] = low[i];
    else if (high[i] - values[i] > STROKE) values[i] = high[i];
  }
}

// Turns the greys of a film, [64, 64], into its relief.
void EXPORT(relief)(float *values) {
  stretch(values);
  take_strokes_out(values);
  for (int i = 0; i < EDGE * EDGE; i++) means[i] = values[i];
  blur(means, EDGE, SURROUNDINGS, 3);
  standardise(values, EDGE, SURROUNDINGS, FLOOR);
  for (int i = 0; i < EDGE * EDGE; i++) values[i] = most(-LIMIT, least(LIMIT, values[i]));
}

// Turns the greys of a film, [128, 128], into its structure that is finer than some 3 % of the edge.
void EXPORT(details)(float *values) {
  for (int i = 0; i < LARGEST * LARGEST; i++) means[i] = values[i];
  blur(means, LARGEST, 3, 2);
  blur(values, LARGEST, 1, 1);
  standardise(values, LARGEST, 4, DETAIL_FLOOR);
}
