// What a picture of the window costs: lines of `name value unit`. Needs a display; without a
// desktop:
//   xvfb-run -a build/release/bench_viewer

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include "harness/files.hpp"
#include "harness/open_session.hpp"
#include "harness/showing.hpp"
#include "viewer/window.hpp"

namespace {
using namespace pump;

constexpr int kPictures = 300;
constexpr std::size_t kBodies = 150;

// The block after so much of the flight, with as many bodies as it can hold.
engine::Snapshot flight(double part) {
  const harness::WatchRequest request{
      "burning_building", "demo:explosion", "distance", {"map=block", "debris=140"}, 1};
  std::vector<std::unique_ptr<harness::Session>> sessions;
  sessions.push_back(harness::open_session(request));
  harness::Showing showing(std::move(sessions));
  showing.apply({engine::Command::Kind::last, 0});
  showing.apply({engine::Command::Kind::step_back, 0});
  showing.move_within(part);
  engine::Snapshot snapshot = showing.snapshots().front();
  auto scene = std::make_shared<engine::Scene>(*snapshot.scene);
  while (scene->bodies.size() + scene->sprites.size() < kBodies) {
    scene->bodies.push_back(scene->bodies.front());
    scene->bodies.back().id = static_cast<int>(scene->bodies.size()) + 1000;
  }
  snapshot.scene = scene;
  return snapshot;
}

void measure(const char* name, const std::vector<engine::Snapshot>& snapshots, int width,
             int height) {
  viewer::WindowOptions options;
  options.width = width;
  options.height = height;
  options.smooth = false;
  options.assets = harness::assets_directory();
  viewer::Window window(options, snapshots);
  std::vector<double> ms;
  for (int i = 0; i < kPictures; i++) {
    const auto start = std::chrono::steady_clock::now();
    window.show(snapshots, 1. / 60);
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                     .count());
  }
  std::ranges::sort(ms);
  std::printf("%s_median %.2f ms\n%s_p95 %.2f ms\n", name, ms[ms.size() / 2], name,
              ms[ms.size() * 95 / 100]);
}

}  // namespace

int main() {
  const engine::Snapshot blast = flight(.2), after = flight(.6);
  std::printf("bodies %zu things\n", after.scene->bodies.size() + after.scene->sprites.size());
  measure("block_1280x800", {after}, 1280, 800);
  measure("block_in_the_blast_1280x800", {blast}, 1280, 800);
  measure("two_blocks_1280x800", {after, after}, 1280, 800);
}
