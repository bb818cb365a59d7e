// How fast a world is gone through, and in how much memory: the cottage, its fire on a schedule,
// cut off at a horizon that leaves it small. bench_exact [HORIZON = 12]
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "envs/catalogue.hpp"
#include "harness/exact/graph.hpp"
#include "harness/exact/score.hpp"
#include "harness/wishes.hpp"

namespace {

double now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

// Bytes of this process in memory.
double resident() {
  std::ifstream in("/proc/self/statm");
  double size = 0, pages = 0;
  in >> size >> pages;
  return pages * 4096;
}

// The most of them since forget_peak.
double peak() {
  std::ifstream in("/proc/self/status");
  std::string word;
  double kilobytes = 0;
  while (in >> word)
    if (word == "VmHWM:") in >> kilobytes;
  return kilobytes * 1024;
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

}  // namespace

int main(int argc, char** argv) {
  using namespace pump;
  const engine::CatalogueEntry& entry = envs::find("burning_building");
  engine::Parameters parameters(entry.info().parameters);
  parameters.set("fire", "scheduled");
  parameters.set("horizon", argc > 1 ? argv[1] : "12");
  const auto environment = entry.make(parameters);
  const engine::Wish wish = harness::load_wish(entry.info(), "distance");

  forget_peak();
  const double memory = resident(), start = now();
  const harness::Graph graph(*environment, {100'000'000, std::uint64_t{20} << 30});
  const double built = now(), held = resident() - memory, most = peak() - memory;
  const auto states = static_cast<double>(graph.states()),
             edges = static_cast<double>(graph.edges());
  fmt::print("graph    {:>10.0f} states {:>11.0f} edges {:>7.2f} s {:>6.2f} M edges/s\n", states,
             edges, built - start, edges / (built - start) / 1e6);
  fmt::print("memory   {:>10.0f} bytes a state, {:.0f} while it is built, {} of them its own\n",
             held / states, most / states, environment->state_size());
  const auto uniform = harness::uniform_flow();
  const harness::ExactScore score = harness::exact_score(graph, *uniform, wish);
  const double scored = now();
  fmt::print("a policy {:>10.4g} proxy return {:>24.2f} s {:>6.2f} M edges/s\n", score.proxy_return,
             scored - built, edges / (scored - built) / 1e6);
  const harness::Tilted tilted =
      harness::tilt(graph, *uniform, harness::payment_of(graph, wish), .5, harness::Tilt::policy);
  fmt::print("a tilt   {:>10.4g} value {:>31.2f} s {:>6.2f} M edges/s\n", tilted.value,
             now() - scored, edges / (now() - scored) / 1e6);
}
