#include <algorithm>
#include <cstdlib>

#include <dlfcn.h>
#include <malloc.h>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include "agents/compute.hpp"
#include "agents/network.hpp"
#include "agents/trainer.hpp"

namespace pump::agents {

namespace {

// A function of whatever BLAS the process has loaded; null where it has none of that name.
template <class F>
F blas_function(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_DEFAULT, name));
}

std::string blas_file() {
  Dl_info info{};
  void* sgemm = dlsym(RTLD_DEFAULT, "sgemm_");
  if (sgemm == nullptr || dladdr(sgemm, &info) == 0 || info.dli_fname == nullptr) return "unknown";
  return info.dli_fname;
}

}  // namespace

void initialise_compute() {
  // Tensors come and go in every update; given back to the system each time, their pages would be
  // cleared and mapped again each time, which costs as much as the arithmetic.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  at::set_num_threads(1);
  at::set_num_interop_threads(1);
  // Without it cuBLAS may add in another order each time, and libtorch says so at every product.
  // CUDA reads it when it wakes.
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
  // at::set_num_threads does not reach OpenBLAS.
  if (const auto set = blas_function<void (*)(int)>("openblas_set_num_threads")) set(1);
}

void initialise_thread() { at::set_num_threads(1); }

ComputeInfo compute_info() {
  ComputeInfo info;
  info.libtorch = TORCH_VERSION;
  if (const auto config = blas_function<const char* (*)()>("openblas_get_config")) {
    info.blas = config();
  } else if (at::globalContext().hasMKL()) {
    info.blas = "MKL, in libtorch";  // whose functions other libraries do not see
  } else {
    info.blas = blas_file();
    // MKL, BLIS and ATLAS name themselves in their path; Debian's reference BLAS is plain libblas.
    info.reference_blas = info.blas.find("/blas/") != std::string::npos ||
                          info.blas.ends_with("/libblas.so.3") || info.blas == "unknown";
    for (const char* known : {"mkl", "blis", "atlas"})
      if (info.blas.find(known) != std::string::npos) info.reference_blas = false;
  }
  info.cuda = at::hasCUDA();
  return info;
}

std::string why_not(Device device) {
  if (device != Device::cuda || at::hasCUDA()) return "";
  return at::globalContext().hasCUDART()
             ? "no GPU is visible"
             : fmt::format("libtorch {} is built without CUDA", TORCH_VERSION);
}

bool suits_gpu(const NetworkConfig& network) {
  constexpr int kWide = 512;
  return network.kind == NetworkKind::convolution ||
         std::any_of(network.hidden.begin(), network.hidden.end(),
                     [](int width) { return width >= kWide; });
}

at::Device device_of(const TrainConfig& config) {
  if (const std::string why = why_not(config.device); !why.empty())
    throw Error(fmt::format("device: expected one that is there, got cuda, but {}", why));
  const bool wanted = config.device == Device::automatic ? suits_gpu(config.network)
                                                         : config.device == Device::cuda;
  return wanted && at::hasCUDA() ? at::kCUDA : at::kCPU;
}

std::string device_name(const TrainConfig& config) { return device_of(config).str(); }

}  // namespace pump::agents
