// The loops of batch normalisation, over rows of channels: what the ops in batch-norm.cc are made of.
#pragma once

#include <cstdint>
#include <cstring>

#define INLINE inline __attribute__((always_inline))

namespace viewgap {

/** The upper half of a float32. */
struct BFloat16 {
  uint16_t bits;
};

INLINE float Load(float value) { return value; }
INLINE float Load(BFloat16 value) {
  const uint32_t bits = static_cast<uint32_t>(value.bits) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

/**
 * What takes an image to its normalised form, each [channels]: (x - centre) * scale + shift. With the centre in the shift
 * instead, digits would be lost where it is far from zero.
 */
struct Line {
  const float* centre;
  const float* scale;
  const float* shift;

  INLINE float At(float x, int64_t c) const { return (x - centre[c]) * scale[c] + shift[c]; }
};

/** What a gradient is of. */
enum class Form {
  kPlain,
  /** A ReLU follows, and whether it let a value pass is computed from x again. */
  kRelu,
  /** A sum and a ReLU follow, of which y is known; the gradient before the ReLU is kept, being the other summand's. */
  kSideRelu,
};

template <typename T>
struct GradientRows {
  const T* dy;
  /** A second gradient of the same output, or null. */
  const T* also;
  const T* x;
  const T* y;
  T* dz;
  T* dx;
};

/** Each for float and for BFloat16: MomentsOf, NormaliseRows, GradientsOf, DescendRows. */
#define DECLARE_LOOPS(T)                                                                                            \
  /** Adds x - pivot and its square to each channel's sums. */                                                      \
  void MomentsOf(const T* x, int64_t rows, int64_t channels, const float* pivot, float* sums, float* squares);      \
  /** The normalised image, plus a side image where there is one, above zero with a ReLU. */                        \
  void NormaliseRows(const T* x, const T* side, bool relu, int64_t rows, int64_t channels, Line line, T* y);        \
  /** Adds dz and dz * (x - centre) to each channel's sums, dz being the gradient before the ReLU; keeps dz. */     \
  void GradientsOf(Form form, GradientRows<T> at, int64_t rows, int64_t channels, Line line, float* sums,           \
                   float* products);                                                                                \
  /** dx = dz * scale + (x - centre) * slope + offset */                                                            \
  void DescendRows(Form form, GradientRows<T> at, int64_t rows, int64_t channels, Line line, const float* slope,    \
                   const float* offset);
DECLARE_LOOPS(float)
DECLARE_LOOPS(BFloat16)
#undef DECLARE_LOOPS

}  // namespace viewgap
