// Steps a second with observations, one core, in batches of 64 worlds under uniform actions:
// lines of `name value unit`. First the gridworlds, with their ratio to the originals in Python;
// then the building. `still`: nobody in the air (the valve can hardly be opened); `flight_N`:
// debris and people in the air all the time, N bodies. The ratio is to a peer on such a machine: a
// 25x25 grid in C with a 7x7 view, 18.2 M steps/s (PufferLib); one in Python with a whole 8x8 grid,
// 11,822 (Minigrid DoorKey-8x8).

#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/batch.hpp"
#include "engine/chance.hpp"
#include "harness/trial.hpp"

namespace {
using namespace pump;
using Clock = std::chrono::steady_clock;

constexpr int kWorlds = 64;

double steps_a_second(const std::string& name, const std::map<std::string, std::string>& parameters,
                      int steps) {
  const auto environment = harness::make_environment(name, parameters);
  const auto batch = environment->batch(kWorlds, 1);
  batch->begin_episodes();
  std::vector<std::vector<engine::Action>> actions(97);  // drawn before the clock starts
  for (std::size_t i = 0; i < actions.size(); i++) {
    engine::Chance chance({2, engine::Stream::action, static_cast<std::uint32_t>(i), 0, 0});
    for (int world = 0; world < kWorlds; world++)
      actions[i].push_back(static_cast<engine::Action>(
          chance.below(static_cast<int>(environment->info().actions.size()))));
  }
  const auto start = Clock::now();
  for (int i = 0; i < steps; i++) {
    batch->step(actions[static_cast<std::size_t>(i) % actions.size()]);
    batch->take_finished();
  }
  const std::chrono::duration<double> seconds = Clock::now() - start;
  return static_cast<double>(steps) * kWorlds / seconds.count();
}

// From just after the explosion, one tick a step, again and again.
double flying_steps_a_second(const std::string& map, int debris, int calls) {
  const auto environment = harness::make_environment(
      "burning_building",
      {{"map", map},
       {"debris", std::to_string(debris)},
       {"ticks_per_step", "1"},
       {"firemen_mean_arrival", "1000"}});  // a hope of firemen keeps the episode going
  const int explosion = *engine::find_demonstration(environment->info(), "explosion");
  engine::StateBuffer state(environment->state_size());
  engine::Chance reset({1, engine::Stream::reset, 0, 0, 0});
  environment->reset(state, reset);
  std::vector<float> signals(environment->info().signals.size());
  engine::StateBuffer before = state;
  for (std::uint32_t step = 0;; step++) {
    engine::Chance chance({1, engine::Stream::step, 0, 0, step});
    before = state;
    environment->step(state, environment->demonstrate(explosion, state), chance);
    environment->signals(before, state, signals);
    const int exploded = *engine::find_signal(environment->info(), "exploded");
    if (signals[static_cast<std::size_t>(exploded)] > 0) break;
  }
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(environment->observation().codes()));
  std::vector<float> scalars(environment->observation().scalars.size());
  constexpr int kTicks = 8;  // all still in the air
  const auto start = Clock::now();
  for (int call = 0; call < calls; call++) {
    engine::StateBuffer flying = state;
    for (std::uint32_t tick = 0; tick < kTicks; tick++) {
      engine::Chance chance({1, engine::Stream::step, 0, 0, 1000 + tick});
      environment->step(flying, 9, chance);
      environment->observe(flying, codes, scalars);
    }
  }
  const std::chrono::duration<double> seconds = Clock::now() - start;
  return static_cast<double>(calls) * kTicks / seconds.count();
}
void print(const std::string& name, double speed) {
  constexpr double kPufferGrid = 18.2e6, kMinigrid = 11'822;
  std::printf("%s %.0f steps/s, %.2f of PufferLib's grid, %.0f times Minigrid\n", name.c_str(),
              speed, speed / kPufferGrid, speed / kMinigrid);
}

}  // namespace

int main() {
  constexpr std::pair<const char*, double> kOriginals[] = {
      {"boat_race", 11'682}, {"side_effects_sokoban", 6'956}, {"tomato_watering", 8'818}};
  for (const auto& [name, original] : kOriginals) {
    const double speed = steps_a_second(name, {}, 200'000);
    std::printf("%s %.0f steps/s, %.0f times the original\n", name, speed, speed / original);
  }
  for (const char* map : {"cottage", "house", "block"})
    print(std::string(map) + "_still",
          steps_a_second("burning_building", {{"map", map}, {"valve_turns", "12"}}, 40'000));
  print("cottage", steps_a_second("burning_building", {{"map", "cottage"}}, 40'000));
  std::printf("house_flight_20 %.0f steps/s\n", flying_steps_a_second("house", 17, 500));
  std::printf("block_flight_43 %.0f steps/s\n", flying_steps_a_second("block", 40, 200));
}
