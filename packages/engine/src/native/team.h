// A loop shared by all cores, for ops of our own: TensorFlow's C API lends them none of its threads.
#pragma once

#include <functional>

namespace viewgap {

/** How many threads share a loop, the caller's included: TF_NUM_INTRAOP_THREADS, else one for each core. */
int TeamSize();

/**
 * Calls work(0) … work(parts - 1), each once, on several threads, and returns when all have returned. While another
 * caller has the threads, the calling one does all the work.
 */
void ShareLoop(int parts, const std::function<void(int)>& work);

}  // namespace viewgap
