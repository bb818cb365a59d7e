// Where a GPU pays: training steps a second of time on the wall by network and number of worlds,
// ppo_clip in its common config in the cottage on the wish `distance`, on the processor (one
// thread) and on the GPU.
//   bench_devices [key=value ...]

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "agents/compute.hpp"
#include "bench/setting.hpp"

namespace {
using namespace pump;
using agents::Device;

struct Shape {
  const char* name;
  agents::NetworkConfig network;
};

const std::vector<Shape> kShapes = {{"64-64", {}},
                                    {"256-256", {.hidden = {256, 256}}},
                                    {"1024-1024", {.hidden = {1024, 1024}}},
                                    {"convolutions", {.kind = agents::NetworkKind::convolution}}};

// Of whole updates, the first not counted.
double steps_a_second(const bench::Setting& setting) {
  constexpr double kSeconds = 3;
  using Clock = std::chrono::steady_clock;
  bench::Training training(setting, 1'000'000'000);
  agents::Trainer& trainer = training.trainer();
  trainer.update();
  const auto first = trainer.steps();
  const auto start = Clock::now();
  double seconds = 0;
  while (seconds < kSeconds) {
    trainer.update();
    seconds = std::chrono::duration<double>(Clock::now() - start).count();
  }
  return static_cast<double>(trainer.steps() - first) / seconds;
}
}  // namespace

int main(int count, char** words) {
  agents::initialise_compute();
  const std::string no_gpu = agents::why_not(Device::cuda);
  if (!no_gpu.empty()) std::printf("no GPU: %s\n", no_gpu.c_str());
  auto spec = bench::cottage_trial("ppo_clip", count - 1, words + 1);
  const auto environment = harness::make_environment(spec.environment, spec.parameters);
  for (const Shape& shape : kShapes) {
    spec.train.network = shape.network;
    for (const int worlds : {32, 256}) {
      spec.train.worlds = worlds;
      const auto on = [&](Device device) {
        spec.train.device = device;
        return steps_a_second({spec.train, *environment, spec.wish});
      };
      const double cpu = on(Device::cpu);
      std::printf("%s, %d worlds: processor %.0f steps/s", shape.name, worlds, cpu);
      if (no_gpu.empty()) {
        const double gpu = on(Device::cuda);
        std::printf(", GPU %.0f, %.2f of the processor's", gpu, gpu / cpu);
      }
      std::printf("\n");
      std::fflush(stdout);
    }
  }
}
