#include "team.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace viewgap {
namespace {

/** As TensorFlow's own threads do: the smallest numbers count as zero, or gradients near zero take a hundred times longer. */
void FlushDenormals() {
#if defined(__x86_64__)
  constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | kFlushToZero | kDenormalsAreZero);
#endif
}

inline void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

class Team {
 public:
  Team() {
    for (int i = 1; i < TeamSize(); ++i) std::thread([this] { Serve(); }).detach();
  }

  void Share(int parts, const std::function<void(int)>& work) {
    std::unique_lock<std::mutex> turn(turn_, std::try_to_lock);
    if (parts < 2 || TeamSize() < 2 || !turn.owns_lock()) {
      for (int i = 0; i < parts; ++i) work(i);
      return;
    }
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      parts_ = parts;
      next_ = 0;
      left_ = parts;
      round_.fetch_add(1);
    }
    wake_.notify_all();
    TakeParts();
    while (left_.load() > 0) Pause();
    // Those that came too late for a part must have seen so before the work goes.
    std::lock_guard<std::mutex> lock(mutex_);
    work_ = nullptr;
    while (inside_.load() > 0) Pause();
  }

 private:
  void Serve() {
    FlushDenormals();
    for (uint64_t seen = 0;;) {
      // A step has many short loops close together: a thread that sleeps in between wakes too late for them.
      for (int i = 0; i < 500 && round_.load() == seen; ++i) Pause();
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return round_.load() != seen; });
        seen = round_.load();
        if (work_ == nullptr) continue;
        inside_.fetch_add(1);
      }
      TakeParts();
      inside_.fetch_sub(1);
    }
  }

  void TakeParts() {
    for (int part; (part = next_.fetch_add(1)) < parts_;) {
      (*work_)(part);
      left_.fetch_sub(1);
    }
  }

  std::mutex turn_, mutex_;
  std::condition_variable wake_;
  std::atomic<uint64_t> round_{0};
  const std::function<void(int)>* work_ = nullptr;
  int parts_ = 0;
  std::atomic<int> next_{0}, left_{0}, inside_{0};
};

}  // namespace

int TeamSize() {
  static const int size = [] {
    const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int threads = asked == nullptr ? 0 : std::atoi(asked);
    return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }();
  return size;
}

void ShareLoop(int parts, const std::function<void(int)>& work) {
  // Never destroyed: its threads outlive main.
  static Team* const team = new Team;
  team->Share(parts, work);
}

}  // namespace viewgap
