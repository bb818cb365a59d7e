// What rigid bodies cost: lines of `name value unit`, each the median of several runs.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <vector>

#include "engine/physics.hpp"

namespace {
using namespace pump::engine;

using Scene = Bodies<64, 256, 4>;
using Clock = std::chrono::steady_clock;

constexpr int kRuns = 7;
const PhysicsSettings kSettings{.gravity = {0, -10}};
// Nothing ever comes to rest, so that every call runs all its ticks.
const PhysicsSettings kRestless{.gravity = {0, -10}, .rest_speed = 0};
// A floor, two walls and ledges like those of a map.
const std::vector<StaticBox> kRoom{{{0, -.5f}, {40, .5f}}, {{-40, 10}, {.5f, 10}},
                                   {{40, 10}, {.5f, 10}},  {{-20, 4}, {3, .5f}},
                                   {{20, 4}, {3, .5f}},    {{0, 8}, {4, .5f}}};

// Stacks of four boxes: the usual crowd, awake and touching.
Scene stacks(int bodies) {
  Scene scene;
  std::memset(static_cast<void*>(&scene), 0, sizeof scene);
  scene.body_count = bodies;
  for (int i = 0; i < bodies; i++) {
    Body body;
    body.position = {2.f * static_cast<float>(i / 4) - 15, .5f + static_cast<float>(i % 4)};
    body.tag = static_cast<std::uint32_t>(i);
    scene.bodies[static_cast<std::size_t>(i)] = body;
  }
  return scene;
}

// Bodies thrown about: in flight, hitting things, and sliding.
Scene thrown(int bodies) {
  Scene scene = stacks(bodies);
  for (int i = 0; i < bodies; i++) {
    Body& body = scene.bodies[static_cast<std::size_t>(i)];
    body.velocity = {static_cast<float>(i % 5) - 2, static_cast<float>(i % 3) * 2};
    body.shape = i % 2 ? Shape::circle : Shape::box;
  }
  return scene;
}

double median_seconds(const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int run = 0; run < kRuns; run++) {
    const auto start = Clock::now();
    work();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + kRuns / 2, seconds.end());
  return seconds[kRuns / 2];
}

// Calls of `ticks` ticks, one after the other; microseconds a call.
double call_microseconds(Scene scene, int ticks, int calls) {
  const double seconds = median_seconds([&] {
    for (int call = 0; call < calls; call++) advance(view(scene), kRoom, kRestless, ticks);
  });
  return seconds / calls * 1e6;
}

// The same call from the same scene again and again: `advance` is a pure function.
double fresh_microseconds(const Scene& from, const PhysicsSettings& settings, int ticks,
                          int calls) {
  const double seconds = median_seconds([&] {
    for (int call = 0; call < calls; call++) {
      Scene scene = from;
      advance(view(scene), kRoom, settings, ticks);
    }
  });
  return seconds / calls * 1e6;
}

// The slope between calls of few and many ticks leaves the cost of building.
void build_and_tick(const char* name, const Scene& scene) {
  const double one = call_microseconds(scene, 1, 1000), five = call_microseconds(scene, 5, 400);
  const double tick = (five - one) / 4;
  std::printf("%s_tick %.2f us\n%s_build %.2f us\n", name, tick, name, one - tick);
}

}  // namespace

int main() {
  const double stacked = call_microseconds(stacks(20), 1, 4000);
  std::printf("stacked_20_ticks_per_second %.0f 1/s\n", 1e6 / stacked);
  std::printf("stacked_20_call %.2f us\n", stacked);
  const double rolling = call_microseconds(thrown(20), 1, 4000);
  std::printf("thrown_20_ticks_per_second %.0f 1/s\n", 1e6 / rolling);
  build_and_tick("stacked_20", stacks(20));
  build_and_tick("stacked_60", stacks(60));
  std::printf("stacked_8_call_of_50_ticks %.2f us\n", call_microseconds(stacks(8), 50, 400));
  std::printf("thrown_8_call_of_50_ticks %.2f us\n",
              fresh_microseconds(thrown(8), kRestless, 50, 400));
  Scene resting = stacks(20);
  advance(view(resting), kRoom, kSettings, 1000);
  std::printf("resting_20_call %.3f us\n", fresh_microseconds(resting, kSettings, 1, 100000));
}
