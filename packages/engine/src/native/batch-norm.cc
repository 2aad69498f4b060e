// Batch normalisation of a training step as two TensorFlow ops, joined with the sum and the ReLU that follow it and with
// their gradients. TensorFlow's own ops read and write each image up to three times more often.
#include "batch-norm.h"

#if VIEWGAP_HAS_KERNELS
#include <tensorflow/c/kernels.h>
#include <tensorflow/c/ops.h>
#include <tensorflow/c/tf_tensor.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "batch-norm-loops.h"
#include "team.h"

namespace viewgap {
namespace {

struct StatusDeleter {
  void operator()(TF_Status* status) const { TF_DeleteStatus(status); }
};
struct TensorDeleter {
  void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
};
using Status = std::unique_ptr<TF_Status, StatusDeleter>;
using Tensor = std::unique_ptr<TF_Tensor, TensorDeleter>;

/** Sums up to this many rows in float32, and more rows in float64. */
constexpr int64_t kRows = 512;

/** A kernel's context, with the errors of its calls in one place. */
class Context {
 public:
  explicit Context(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}

  bool ok() const { return TF_GetCode(status_.get()) == TF_OK; }

  Tensor Input(int i) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, i, &tensor, status_.get());
    return Tensor(tensor);
  }

  /**
   * An output of an input's type and shape, in the memory of one of the candidates where nobody else needs that: ask
   * before the candidates themselves are asked for.
   */
  Tensor OutputLike(int i, int like, std::vector<int> candidates = {}) {
    const auto dims = DimsOf(like);
    if (!ok()) return nullptr;
    int forwarded = -1;
    return Tensor(TF_ForwardInputOrAllocateOutput(context_, candidates.data(), candidates.size(), i, dims.data(),
                                                  dims.size(), &forwarded, status_.get()));
  }

  void Fail() { TF_OpKernelContext_Failure(context_, status_.get()); }

 private:
  std::vector<int64_t> DimsOf(int input) {
    const Tensor tensor = Input(input);
    std::vector<int64_t> dims(tensor ? TF_NumDims(tensor.get()) : 0);
    for (size_t i = 0; i < dims.size(); ++i) dims[i] = TF_Dim(tensor.get(), i);
    return dims;
  }

  TF_OpKernelContext* context_;
  Status status_;
};

template <typename T>
T* DataOf(const Tensor& tensor) {
  return tensor ? static_cast<T*>(TF_TensorData(tensor.get())) : nullptr;
}

/** The rows of an image of channels last, in parts for several threads. */
struct Rows {
  int64_t count, channels;
  int parts;

  explicit Rows(const Tensor& x)
      : channels(TF_Dim(x.get(), TF_NumDims(x.get()) - 1)) {
    count = channels == 0 ? 0 : TF_TensorElementCount(x.get()) / channels;
    const int64_t worth = std::max<int64_t>(1, count * channels / 16384);
    parts = static_cast<int>(std::min<int64_t>({worth, count, 2 * TeamSize()}));
    parts = std::max(parts, 1);
  }

  int64_t Start(int part) const { return count * part / parts; }

  /** Calls work(first row, rows, part) for all parts. */
  template <typename Work>
  void Each(const Work& work) const {
    ShareLoop(parts, [&](int part) { work(Start(part), Start(part + 1) - Start(part), part); });
  }

  /** Two sums of each channel over all rows: add(first row, rows, sums, sums) adds some. */
  template <typename Add>
  std::pair<std::vector<double>, std::vector<double>> Sum(const Add& add) const {
    std::vector<double> firsts(parts * channels), seconds(parts * channels);
    Each([&](int64_t start, int64_t rows, int part) {
      std::vector<float> first(channels), second(channels);
      for (int64_t row = start; row < start + rows; row += kRows) {
        std::fill(first.begin(), first.end(), 0.f);
        std::fill(second.begin(), second.end(), 0.f);
        add(row, std::min(kRows, start + rows - row), first.data(), second.data());
        for (int64_t c = 0; c < channels; ++c) {
          firsts[part * channels + c] += first[c];
          seconds[part * channels + c] += second[c];
        }
      }
    });
    for (int64_t i = channels; i < parts * channels; ++i) {
      firsts[i % channels] += firsts[i];
      seconds[i % channels] += seconds[i];
    }
    return {std::move(firsts), std::move(seconds)};
  }
};

struct Settings {
  TF_DataType dtype = TF_FLOAT;
  float epsilon = 0, factor = 1;
  bool relu = false;
  int sides = 0, gradients = 1;
};

/** Inputs: x, gamma, beta, moving mean, moving variance, and a side image or none. */
template <typename T>
void Forward(Context& context, const Settings& settings) {
  const bool has_side = settings.sides > 0;
  const Tensor y = context.OutputLike(0, 0, has_side ? std::vector<int>{5} : std::vector<int>{});
  const Tensor next_mean = context.OutputLike(1, 1), next_variance = context.OutputLike(2, 1);
  const Tensor batch_mean = context.OutputLike(3, 1), inverse = context.OutputLike(4, 1);
  const Tensor x = context.Input(0), gamma = context.Input(1), beta = context.Input(2);
  const Tensor mean = context.Input(3), variance = context.Input(4);
  const Tensor side = has_side ? context.Input(5) : nullptr;
  if (!context.ok()) return;

  const Rows rows(x);
  const T* from = DataOf<T>(x);
  std::vector<float> pivot(rows.channels);
  // Sums of squares lose digits where the mean is far from zero; the first pixel is near enough to it.
  if (rows.count > 0) {
    for (int64_t c = 0; c < rows.channels; ++c) pivot[c] = Load(from[c]);
  }
  const auto [sums, squares] = rows.Sum([&](int64_t row, int64_t n, float* first, float* second) {
    MomentsOf(from + row * rows.channels, n, rows.channels, pivot.data(), first, second);
  });
  std::vector<float> scale(rows.channels);
  const double count = static_cast<double>(rows.count);
  const double unbiased = count / std::max(count - 1, 1.0);
  for (int64_t c = 0; c < rows.channels; ++c) {
    const double offset = sums[c] / count;
    const double spread = std::max(squares[c] / count - offset * offset, 0.0);
    const float centre = static_cast<float>(pivot[c] + offset);
    const float over = static_cast<float>(1 / std::sqrt(spread + settings.epsilon));
    DataOf<float>(batch_mean)[c] = centre;
    DataOf<float>(inverse)[c] = over;
    const float keep = 1 - settings.factor;
    DataOf<float>(next_mean)[c] = keep * DataOf<float>(mean)[c] + settings.factor * centre;
    DataOf<float>(next_variance)[c] =
        keep * DataOf<float>(variance)[c] + settings.factor * static_cast<float>(spread * unbiased);
    scale[c] = DataOf<float>(gamma)[c] * over;
  }
  const Line line = {DataOf<float>(batch_mean), scale.data(), DataOf<float>(beta)};
  rows.Each([&](int64_t start, int64_t n, int) {
    const int64_t at = start * rows.channels;
    const T* beside = side ? DataOf<T>(side) + at : nullptr;
    NormaliseRows(from + at, beside, settings.relu, n, rows.channels, line, DataOf<T>(y) + at);
  });
}

/**
 * Inputs: x, gamma, beta, batch mean, inverse deviation, the gradient of y, with a side maybe a second one that is added
 * to it, and then y.
 */
template <typename T>
void Backward(Context& context, const Settings& settings) {
  const bool has_side = settings.sides > 0;
  const Tensor dx = context.OutputLike(0, 0, has_side ? std::vector<int>{0} : std::vector<int>{0, 5});
  const Tensor d_gamma = context.OutputLike(1, 1), d_beta = context.OutputLike(2, 1);
  const Tensor dz = has_side ? context.OutputLike(3, 0, {5}) : nullptr;
  const Tensor x = context.Input(0), gamma = context.Input(1), beta = context.Input(2);
  const Tensor mean = context.Input(3), inverse = context.Input(4), dy = context.Input(5);
  const Tensor also = settings.gradients > 1 ? context.Input(6) : nullptr;
  const Tensor y = has_side ? context.Input(5 + settings.gradients) : nullptr;
  if (!context.ok()) return;
  const Form form = has_side ? Form::kSideRelu : settings.relu ? Form::kRelu : Form::kPlain;
  const Rows rows(x);
  const auto at = [&](int64_t row) {
    const auto from = [&](const Tensor& tensor) {
      return tensor ? DataOf<T>(tensor) + row * rows.channels : nullptr;
    };
    return GradientRows<T>{from(dy), from(also), from(x), from(y), from(dz), from(dx)};
  };
  std::vector<float> scale(rows.channels), slope(rows.channels), offset(rows.channels);
  const float* over = DataOf<float>(inverse);
  for (int64_t c = 0; c < rows.channels; ++c) scale[c] = DataOf<float>(gamma)[c] * over[c];
  const Line line = {DataOf<float>(mean), scale.data(), DataOf<float>(beta)};
  const auto [sums, products] = rows.Sum([&](int64_t row, int64_t n, float* sum, float* product) {
    GradientsOf(form, at(row), n, rows.channels, line, sum, product);
  });
  const double count = static_cast<double>(rows.count);
  for (int64_t c = 0; c < rows.channels; ++c) {
    DataOf<float>(d_beta)[c] = static_cast<float>(sums[c]);
    DataOf<float>(d_gamma)[c] = static_cast<float>(products[c] * over[c]);
    slope[c] = static_cast<float>(-products[c] * over[c] * over[c] / count * scale[c]);
    offset[c] = static_cast<float>(-scale[c] * sums[c] / count);
  }
  rows.Each([&](int64_t start, int64_t n, int) {
    DescendRows(form, at(start), n, rows.channels, line, slope.data(), offset.data());
  });
}

void* Create(TF_OpKernelConstruction* construction) {
  auto* settings = new Settings;
  const Status status(TF_NewStatus());
  unsigned char relu = 0;
  int32_t sides = 0;
  TF_OpKernelConstruction_GetAttrType(construction, "T", &settings->dtype, status.get());
  TF_OpKernelConstruction_GetAttrBool(construction, "relu", &relu, status.get());
  TF_OpKernelConstruction_GetAttrInt32(construction, "N", &sides, status.get());
  settings->relu = relu != 0;
  settings->sides = sides;
  if (TF_GetCode(status.get()) != TF_OK) TF_OpKernelConstruction_Failure(construction, status.get());
  return settings;
}

void* CreateForward(TF_OpKernelConstruction* construction) {
  auto* settings = static_cast<Settings*>(Create(construction));
  const Status status(TF_NewStatus());
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &settings->epsilon, status.get());
  TF_OpKernelConstruction_GetAttrFloat(construction, "factor", &settings->factor, status.get());
  return settings;
}

void* CreateBackward(TF_OpKernelConstruction* construction) {
  auto* settings = static_cast<Settings*>(Create(construction));
  const Status status(TF_NewStatus());
  TF_OpKernelConstruction_GetAttrInt32(construction, "M", &settings->gradients, status.get());
  return settings;
}

void Delete(void* settings) { delete static_cast<Settings*>(settings); }

template <void (*kFloat)(Context&, const Settings&), void (*kHalf)(Context&, const Settings&)>
void Compute(void* kernel, TF_OpKernelContext* raw) {
  const auto& settings = *static_cast<const Settings*>(kernel);
  Context context(raw);
  (settings.dtype == TF_FLOAT ? kFloat : kHalf)(context, settings);
  if (!context.ok()) context.Fail();
}

/** Outputs of an image's shape, and in between those of a vector's. */
void SetShapes(TF_ShapeInferenceContext* context, int image, int vector, int vectors, int sides, TF_Status* status) {
  TF_ShapeHandle* shape = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, image, shape, status);
  TF_ShapeInferenceContextSetOutput(context, 0, shape, status);
  for (int i = 0; i < sides; ++i) TF_ShapeInferenceContextSetOutput(context, 1 + vectors + i, shape, status);
  TF_ShapeInferenceContextGetInput(context, vector, shape, status);
  for (int i = 0; i < vectors; ++i) TF_ShapeInferenceContextSetOutput(context, 1 + i, shape, status);
  TF_DeleteShapeHandle(shape);
}

void ForwardShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  SetShapes(context, 0, 1, 4, 0, status);
}

/** A second gradient comes with a side alone. */
void BackwardShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  SetShapes(context, 0, 1, 2, TF_ShapeInferenceContextNumInputs(context) > 6 ? 1 : 0, status);
}

void Register(const char* name, void* (*create)(TF_OpKernelConstruction*), void (*compute)(void*, TF_OpKernelContext*),
              TF_Status* status) {
  for (const TF_DataType dtype : {TF_FLOAT, TF_BFLOAT16}) {
    TF_KernelBuilder* kernel = TF_NewKernelBuilder(name, "CPU", create, compute, Delete);
    TF_KernelBuilder_TypeConstraint(kernel, "T", dtype, status);
    TF_RegisterKernelBuilder(name, kernel, status);
  }
}

}  // namespace

void RegisterBatchNorm(TF_Status* status) {
  TF_OpDefinitionBuilder* forward = TF_NewOpDefinitionBuilder("ViewgapBatchNorm");
  for (const char* input : {"x: T", "gamma: float", "beta: float", "mean: float", "variance: float", "side: N * T"}) {
    TF_OpDefinitionBuilderAddInput(forward, input);
  }
  for (const char* output : {"y: T", "next_mean: float", "next_variance: float", "batch_mean: float", "inverse: float"}) {
    TF_OpDefinitionBuilderAddOutput(forward, output);
  }
  for (const char* attr : {"T: {float, bfloat16}", "N: int >= 0", "relu: bool", "epsilon: float", "factor: float"}) {
    TF_OpDefinitionBuilderAddAttr(forward, attr);
  }
  TF_OpDefinitionBuilderSetShapeInferenceFunction(forward, ForwardShapes);
  TF_RegisterOpDefinition(forward, status);

  TF_OpDefinitionBuilder* backward = TF_NewOpDefinitionBuilder("ViewgapBatchNormGrad");
  for (const char* input :
       {"x: T", "gamma: float", "beta: float", "batch_mean: float", "inverse: float", "dy: M * T", "y: N * T"}) {
    TF_OpDefinitionBuilderAddInput(backward, input);
  }
  for (const char* output : {"dx: T", "d_gamma: float", "d_beta: float", "dz: N * T"}) {
    TF_OpDefinitionBuilderAddOutput(backward, output);
  }
  for (const char* attr : {"T: {float, bfloat16}", "M: int >= 1", "N: int >= 0", "relu: bool"}) {
    TF_OpDefinitionBuilderAddAttr(backward, attr);
  }
  TF_OpDefinitionBuilderSetShapeInferenceFunction(backward, BackwardShapes);
  TF_RegisterOpDefinition(backward, status);

  Register("ViewgapBatchNorm", CreateForward, Compute<Forward<float>, Forward<BFloat16>>, status);
  Register("ViewgapBatchNormGrad", CreateBackward, Compute<Backward<float>, Backward<BFloat16>>, status);
}

}  // namespace viewgap
#endif  // VIEWGAP_HAS_KERNELS
