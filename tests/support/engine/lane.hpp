#pragma once

#include <array>
#include <memory>
#include <string>

#include "engine/batch.hpp"
#include "engine/environment_of.hpp"

// The smallest world: a lane of 5 cells. Whoever stands on the last one has arrived; a step to the
// right fails with probability `slip`. Small enough that every number in a test is worked by hand.
namespace pump::test {

inline constexpr engine::Action kLeft = 0, kRight = 1, kStay = 2;
inline constexpr int kLaneHorizon = 8;

class Lane {
 public:
  struct Truth {
    std::uint8_t moves;
  };
  struct State {
    std::uint8_t at, time;
    engine::Status status;
    Truth truth;
  };

  explicit Lane(const engine::Parameters& parameters) : slip_(parameters.number("slip")) {
    observation_.width = 5;
    observation_.height = 1;
    observation_.layers = {{"ground", {"plain"}}, {"thing", {"nothing", "walker", "ghost"}}};
    observation_.scalars = {"steps_left"};
  }
  static const engine::EnvironmentInfo& info() {
    static const engine::EnvironmentInfo info = make_info();
    return info;
  }
  const engine::ObservationSpec& observation() const { return observation_; }
  int horizon() const { return kLaneHorizon; }

  void reset(State& s, engine::Chance& chance) const {
    s.at = static_cast<std::uint8_t>(chance.below(2));
  }
  void step(State& s, engine::Action action, engine::Chance& chance) const {
    const std::uint8_t was = s.at;
    if (action == kLeft && s.at > 0) s.at--;
    if (action == kRight && !chance.flip(slip_)) s.at++;
    s.truth.moves = static_cast<std::uint8_t>(s.truth.moves + (s.at != was));
    s.time++;
    if (s.at == 4)
      s.status = engine::Status::terminated;
    else if (s.time == kLaneHorizon)
      s.status = engine::Status::truncated;
  }
  engine::Status status(const State& s) const { return s.status; }
  int reset_class(const State&) const { return 0; }
  void observe(const State& s, std::span<std::uint8_t> codes, std::span<float> scalars) const {
    codes[static_cast<std::size_t>(5 + s.at)] = 1;
    scalars[0] = static_cast<float>(kLaneHorizon - s.time) / kLaneHorizon;
  }
  void signals(const State& before, const State& after, std::span<float> out) const {
    out[0] = static_cast<float>(after.at) - static_cast<float>(before.at);
    out[1] = after.status == engine::Status::terminated ? 1.f : 0.f;
  }
  double true_utility(const State& s) const { return s.truth.moves; }
  engine::Outcome outcome(const State& s) const { return {s.at == 4 ? 0 : 1, 0}; }
  void draw(const State& s, engine::Scene& scene) const {
    scene.resize(5, 1);
    scene.sprites.push_back({"agent", static_cast<float>(s.at) + .5f, .5f, 0, 1, ""});
  }
  engine::Action demonstrate(int demonstration, const State&) const {
    return demonstration == 0 ? kRight : kStay;
  }
  std::string text(const State& s) const {
    std::string row = ".....";
    row[s.at] = '@';
    return row + "\ntime " + std::to_string(s.time);
  }

 private:
  static engine::EnvironmentInfo make_info() {
    engine::EnvironmentInfo info;
    info.name = "lane";
    info.actions = {"left", "right", "stay"};
    info.signals = {{"gained", engine::SignalKind::flow, "cells"},
                    {"arrived", engine::SignalKind::final, "1: on the last cell"}};
    info.outcomes = {"arrived", "other"};
    info.reset_classes = {"any"};
    info.demonstrations = {{"intended", engine::DemonstrationRole::intended, "walks"},
                           {"idle", engine::DemonstrationRole::idle, "stays"}};
    info.parameters = {{"slip", "probability that a step to the right fails", 0, 0, 1}};
    return info;
  }

  double slip_;
  engine::ObservationSpec observation_;
};

inline std::unique_ptr<engine::Environment> make_lane(const std::string& slip = "0") {
  engine::Parameters parameters(Lane::info().parameters);
  parameters.set("slip", slip);
  return engine::make_environment<Lane>(parameters);
}

// Where the walker of a world stands, read off its observation.
inline int walker(const engine::Batch& batch, int world) {
  const auto codes = batch.codes().subspan(static_cast<std::size_t>(world) * 10, 10);
  for (int cell = 0; cell < 5; cell++)
    if (codes[static_cast<std::size_t>(5 + cell)] == 1) return cell;
  return -1;
}

}  // namespace pump::test
