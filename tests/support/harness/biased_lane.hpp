#pragma once

#include "engine/wish.hpp"
#include "tests/support/engine/lane.hpp"

namespace pump::test {

inline constexpr double kBiasedRight = .7, kBiasedStay = .2;

// A lane whose people have habits: right .7, stay .2, left .1.
class BiasedLane : public Lane {
 public:
  using Lane::Lane;
  void prior(const State&, std::span<double> probabilities) const {
    probabilities[kLeft] = 1 - kBiasedRight - kBiasedStay;
    probabilities[kRight] = kBiasedRight;
    probabilities[kStay] = kBiasedStay;
  }
};

inline std::unique_ptr<engine::Environment> make_biased_lane() {
  return engine::make_environment<BiasedLane>(engine::Parameters(Lane::info().parameters));
}

inline engine::Wish lane_wish() {
  return {.environment = "lane",
          .name = "arrive",
          .text = "",
          .weights = {0, 1},
          .kinds = {engine::Kind::intended, engine::Kind::benign_failure},
          .exploits = {}};
}

}  // namespace pump::test
