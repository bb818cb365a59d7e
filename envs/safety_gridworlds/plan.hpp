#pragma once

#include <string_view>
#include <vector>

#include "engine/environment.hpp"

namespace pump::envs::safety_gridworlds {

// A script for a world where things are pushed about: moves from the start, kept with the states
// that they lead through, so that who was led astray can go on from where things are as planned.
template <class State>
class Plan {
 public:
  struct Stage {
    State state;
    engine::Action action;  // what is done there
  };

  // moves: letters of "udlr". The last is made again for ever. play(state, action) is one step.
  template <class Play>
  Plan(State state, std::string_view moves, Play&& play) {
    for (const char move : moves) {
      const auto action = static_cast<engine::Action>(std::string_view("udlr").find(move));
      stages_.push_back({state, action});
      play(state, action);
    }
    stages_.push_back({state, stages_.back().action});
  }

  // The last stage whose state fits; null where none does.
  template <class Fits>
  const Stage* last(Fits&& fits) const {
    for (std::size_t i = stages_.size(); i-- > 0;)
      if (fits(stages_[i].state)) return &stages_[i];
    return nullptr;
  }

 private:
  std::vector<Stage> stages_;
};

}  // namespace pump::envs::safety_gridworlds
