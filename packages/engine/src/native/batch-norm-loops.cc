#include "batch-norm-loops.h"

// One copy of a loop for each width of vector registers, chosen when the library is loaded.
#if defined(__x86_64__) && defined(__GLIBC__)
#define FOR_EACH_WIDTH __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_WIDTH
#endif

namespace viewgap {
namespace {

INLINE void Store(float value, float* to) { *to = value; }
/** To the nearest, ties to even; what is not a number stays so. */
INLINE void Store(float value, BFloat16* to) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  to->bits = static_cast<uint16_t>(value != value ? 0x7fc0 : rounded);
}

/**
 * Zero where another value is zero or below, else the value, also where the other is not a number: that must be seen.
 * Without a branch, since GCC does not vectorise the loops here with one.
 */
INLINE float Rectified(float value, float above) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  bits &= -static_cast<uint32_t>(!(above <= 0));
  std::memcpy(&value, &bits, sizeof bits);
  return value;
}

/** Adds x - pivot and its square, of each channel, over rows of channels. */
template <typename T>
INLINE void AddMoments(const T* x, int64_t rows, int64_t channels, const float* pivot, float* __restrict sums,
                       float* __restrict squares) {
  for (; rows >= 4; rows -= 4, x += 4 * channels) {
    for (int64_t c = 0; c < channels; ++c) {
      const float p = pivot[c];
      const float k = Load(x[c]) - p, l = Load(x[channels + c]) - p;
      const float m = Load(x[2 * channels + c]) - p, n = Load(x[3 * channels + c]) - p;
      sums[c] += (k + l) + (m + n);
      squares[c] += (k * k + l * l) + (m * m + n * n);
    }
  }
  for (; rows > 0; --rows, x += channels) {
    for (int64_t c = 0; c < channels; ++c) {
      const float k = Load(x[c]) - pivot[c];
      sums[c] += k;
      squares[c] += k * k;
    }
  }
}

/** The normalised image, plus another one, above zero where there is a ReLU. */
template <typename T, bool kSide, bool kRelu>
INLINE void Normalise(const T* x, const T* side, int64_t rows, int64_t channels, const Line& line, T* y) {
  for (; rows > 0; --rows, x += channels, y += channels, side += kSide ? channels : 0) {
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; ++c) {
      float value = line.At(Load(x[c]), c);
      if (kSide) value += Load(side[c]);
      if (kRelu) value = Rectified(value, value);
      Store(value, y + c);
    }
  }
}

template <typename T, Form kForm, bool kAlso>
INLINE float BeforeRelu(const GradientRows<T>& at, int64_t i, float normalised) {
  float dz = Load(at.dy[i]);
  if (kAlso) dz += Load(at.also[i]);
  if (kForm == Form::kRelu) return Rectified(dz, normalised);
  if (kForm == Form::kSideRelu) return Rectified(dz, Load(at.y[i]));
  return dz;
}

/** Adds dz and dz * (x - centre) of each channel, dz being the gradient before the ReLU; keeps dz where it is wanted. */
template <typename T, Form kForm, bool kAlso>
INLINE void AddGradients(GradientRows<T> at, int64_t rows, int64_t channels, const Line& line, float* __restrict sums,
                         float* __restrict products) {
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t start = row * channels;
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t i = start + c;
      const float x = Load(at.x[i]);
      float dz = BeforeRelu<T, kForm, kAlso>(at, i, line.At(x, c));
      if (kForm == Form::kSideRelu) {
        Store(dz, at.dz + i);
        dz = Load(at.dz[i]);
      }
      sums[c] += dz;
      products[c] += dz * (x - line.centre[c]);
    }
  }
}

/** dx = dz * scale + (x - centre) * slope + offset */
template <typename T, Form kForm, bool kAlso>
INLINE void Descend(GradientRows<T> at, int64_t rows, int64_t channels, const Line& line, const float* slope,
                    const float* offset) {
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t start = row * channels;
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t i = start + c;
      const float x = Load(at.x[i]);
      const float dz = kForm == Form::kSideRelu
                           ? Load(at.dz[i])
                           : BeforeRelu<T, kForm, kAlso>(at, i, line.At(x, c));
      Store(dz * line.scale[c] + (x - line.centre[c]) * slope[c] + offset[c], at.dx + i);
    }
  }
}

}  // namespace

// The loops above, for each type and form: only plain functions can be had in several widths.
#define LOOPS_OF(T)                                                                                                \
  FOR_EACH_WIDTH void MomentsOf(const T* x, int64_t rows, int64_t channels, const float* pivot, float* sums,       \
                                float* squares) {                                                                  \
    AddMoments<T>(x, rows, channels, pivot, sums, squares);                                                        \
  }                                                                                                                \
  FOR_EACH_WIDTH void NormaliseRows(const T* x, const T* side, bool relu, int64_t rows, int64_t channels, Line line,\
                                    T* y) {                                                                        \
    if (side != nullptr && relu) Normalise<T, true, true>(x, side, rows, channels, line, y);                       \
    if (side != nullptr && !relu) Normalise<T, true, false>(x, side, rows, channels, line, y);                     \
    if (side == nullptr && relu) Normalise<T, false, true>(x, side, rows, channels, line, y);                      \
    if (side == nullptr && !relu) Normalise<T, false, false>(x, side, rows, channels, line, y);                    \
  }                                                                                                                \
  FOR_EACH_WIDTH void GradientsOf(Form form, GradientRows<T> at, int64_t rows, int64_t channels, Line line,        \
                                  float* sums, float* products) {                                                  \
    const bool also = at.also != nullptr;                                                                          \
    if (form == Form::kPlain) AddGradients<T, Form::kPlain, false>(at, rows, channels, line, sums, products);      \
    if (form == Form::kRelu) AddGradients<T, Form::kRelu, false>(at, rows, channels, line, sums, products);        \
    if (form == Form::kSideRelu && !also)                                                                          \
      AddGradients<T, Form::kSideRelu, false>(at, rows, channels, line, sums, products);                           \
    if (form == Form::kSideRelu && also)                                                                           \
      AddGradients<T, Form::kSideRelu, true>(at, rows, channels, line, sums, products);                            \
  }                                                                                                                \
  FOR_EACH_WIDTH void DescendRows(Form form, GradientRows<T> at, int64_t rows, int64_t channels, Line line,        \
                                  const float* slope, const float* offset) {                                       \
    if (form == Form::kPlain) Descend<T, Form::kPlain, false>(at, rows, channels, line, slope, offset);            \
    if (form == Form::kRelu) Descend<T, Form::kRelu, false>(at, rows, channels, line, slope, offset);              \
    if (form == Form::kSideRelu) Descend<T, Form::kSideRelu, false>(at, rows, channels, line, slope, offset);      \
  }
LOOPS_OF(float)
LOOPS_OF(BFloat16)
#undef LOOPS_OF

}  // namespace viewgap
