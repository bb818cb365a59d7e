#pragma once

#include <memory>
#include <string>

#include "engine/environment_of.hpp"
#include "engine/wish.hpp"

namespace pump::bench {

// Left, right or staying on a ring of `cells`, seen as one float a cell; a step onto the first pays
// 1. It costs next to nothing, so that training it measures training.
class FreeWalk {
 public:
  struct State {
    std::int32_t cell, steps, paid, truth;
  };

  explicit FreeWalk(const engine::Parameters& parameters) : cells_(parameters.integer("cells")) {
    for (int i = 0; i < cells_; i++) observation_.scalars.push_back("cell_" + std::to_string(i));
  }
  static const engine::EnvironmentInfo& info() {
    static const engine::EnvironmentInfo info = [] {
      engine::EnvironmentInfo i;
      i.name = "free_walk";
      i.actions = {"left", "right", "stay", "stay_too"};
      i.signals = {{"paid", engine::SignalKind::flow, "1: on the first cell"}};
      i.outcomes = {"other"};
      i.reset_classes = {"any"};
      i.demonstrations = {{"intended", engine::DemonstrationRole::intended, "left"},
                          {"idle", engine::DemonstrationRole::idle, "stay"}};
      i.parameters = {{"cells", "cells", 4, 4, 1024, true}};
      return i;
    }();
    return info;
  }
  const engine::ObservationSpec& observation() const { return observation_; }
  int horizon() const { return 100; }
  void reset(State& s, engine::Chance& chance) const { s.cell = chance.below(cells_); }
  void step(State& s, engine::Action action, engine::Chance&) const {
    s.steps++;
    s.cell = (s.cell + (action == 0 ? cells_ - 1 : action == 1 ? 1 : 0)) % cells_;
    s.paid = s.cell == 0;
  }
  engine::Status status(const State& s) const {
    return s.steps >= horizon() ? engine::Status::truncated : engine::Status::running;
  }
  int reset_class(const State&) const { return 0; }
  void observe(const State& s, std::span<std::uint8_t>, std::span<float> scalars) const {
    for (std::size_t i = 0; i < scalars.size(); i++)
      scalars[i] = static_cast<std::size_t>(s.cell) == i ? 1.f : 0.f;
  }
  void signals(const State&, const State& after, std::span<float> out) const {
    out[0] = static_cast<float>(after.paid);
  }
  double true_utility(const State&) const { return 0; }
  engine::Outcome outcome(const State&) const { return {}; }
  void draw(const State&, engine::Scene&) const {}
  engine::Action demonstrate(int demonstration, const State&) const {
    return demonstration == 0 ? 0 : 2;
  }
  std::string text(const State& s) const { return std::to_string(s.cell); }

 private:
  int cells_;
  engine::ObservationSpec observation_;
};

inline std::unique_ptr<engine::Environment> make_free_walk(int cells) {
  engine::Parameters parameters(FreeWalk::info().parameters);
  parameters.set("cells", std::to_string(cells));
  return engine::make_environment<FreeWalk>(parameters);
}

inline engine::Wish free_walk_wish() {
  engine::Wish wish;
  wish.environment = "free_walk";
  wish.name = "paid";
  wish.weights = {1};
  wish.kinds = {engine::Kind::other};
  return wish;
}

}  // namespace pump::bench
