#pragma once

#include <string>

#include "agents/config.hpp"

namespace pump::agents {

// Sets torch and BLAS to one thread each and torch to deterministic algorithms. Call once, first.
void initialise_compute();
// In every other thread that computes, whose number of threads is its own.
void initialise_thread();
// "libtorch 1.13.1, OpenBLAS 0.3.21 ..." and whether the BLAS is the slow reference one.
struct ComputeInfo {
  std::string libtorch, blas;
  bool reference_blas = false;
  bool cuda = false;
};
ComputeInfo compute_info();

// Why there is no such device here; empty where there is. cpu and automatic are always there.
std::string why_not(Device device);
// Whether a GPU trains it faster than one thread of a processor (docs/results.md, "On a GPU"): so
// do convolutions and layers of 512 units and more.
bool suits_gpu(const NetworkConfig& network);
// What it is trained on here: "cpu", "cuda".
std::string device_name(const TrainConfig& config);

}  // namespace pump::agents
