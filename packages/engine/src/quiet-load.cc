// TensorFlow greets on stderr from the static initialisers of its framework library, before it reads
// TF_CPP_MIN_LOG_LEVEL. This addon, loaded first, loads that library with stderr put aside; the real addon then finds
// it loaded. A failure is not reported here: loading the real addon meets it again and reports it.
#include <dlfcn.h>
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <string>

static void LoadQuietly(const std::string& path) {
  const int kept = dup(STDERR_FILENO);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (kept < 0 || nowhere < 0) return;
  dup2(nowhere, STDERR_FILENO);
  dlopen(path.c_str(), RTLD_LAZY);
  dup2(kept, STDERR_FILENO);
  close(kept);
  close(nowhere);
}

NAPI_MODULE_INIT() {
  (void)env;
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(&LoadQuietly), &self) != 0) {
    const std::string addon = self.dli_fname;
    LoadQuietly(addon.substr(0, addon.rfind('/') + 1) + "libtensorflow_framework.so.2");
  }
  return exports;
}
