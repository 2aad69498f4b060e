// TensorFlow ops of our own for training steps.
#pragma once

#include <tensorflow/c/tf_status.h>

// A library that comes without the headers for kernels is used without these ops.
#if __has_include(<tensorflow/c/kernels.h>) && \
    __has_include(<tensorflow/core/common_runtime/next_pluggable_device/c/tf_rendezvous_c_api.h>)
#define VIEWGAP_HAS_KERNELS 1
#else
#define VIEWGAP_HAS_KERNELS 0
#endif

namespace viewgap {

#if VIEWGAP_HAS_KERNELS
/** Registers ViewgapBatchNorm and ViewgapBatchNormGrad with TensorFlow: once in a process. */
void RegisterBatchNorm(TF_Status* status);
#endif

}  // namespace viewgap
