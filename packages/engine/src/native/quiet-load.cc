// Loads a shared library ahead of the addon that needs it.
//
// TensorFlow greets on stderr from the static initialisers of its framework library, before it reads
// TF_CPP_MIN_LOG_LEVEL: it is loaded here with stderr aside. And it opens CUDA's libraries by their bare names, which
// the loader only finds on LD_LIBRARY_PATH, read when the process starts: but a library that is already loaded is
// found by its soname wherever it came from, so they are loaded here by their paths.
#include <dlfcn.h>
#include <fcntl.h>
#include <napi.h>
#include <unistd.h>

#include <string>

namespace {

class QuietStderr {
 public:
  QuietStderr() : kept_(dup(STDERR_FILENO)) {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (kept_ >= 0 && nowhere >= 0) dup2(nowhere, STDERR_FILENO);
    if (nowhere >= 0) close(nowhere);
  }
  ~QuietStderr() {
    if (kept_ < 0) return;
    dup2(kept_, STDERR_FILENO);
    close(kept_);
  }

 private:
  const int kept_;
};

/** load(path): throws with the loader's own words. */
Napi::Value Load(const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>();
  const QuietStderr quiet;
  if (dlopen(path.c_str(), RTLD_LAZY) == nullptr) throw Napi::Error::New(info.Env(), dlerror());
  return info.Env().Undefined();
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("load", Napi::Function::New(env, Load));
  return exports;
}

}  // namespace

NODE_API_MODULE(viewgap_quiet_load, Init)
