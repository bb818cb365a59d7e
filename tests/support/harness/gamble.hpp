#pragma once

#include "engine/environment_of.hpp"
#include "engine/wish.hpp"

namespace pump::test {

// One choice: a sure .6, or 1 with probability .1.
class Gamble {
 public:
  struct Truth {
    std::uint8_t unused;
  };
  struct State {
    std::uint8_t paid;  // 0 nothing, 1 the sure thing, 2 the prize
    engine::Status status;
    Truth truth;
  };

  explicit Gamble(const engine::Parameters&) { observation_.scalars = {"steps_left"}; }
  static const engine::EnvironmentInfo& info() {
    static const engine::EnvironmentInfo info = [] {
      engine::EnvironmentInfo made;
      made.name = "gamble";
      made.actions = {"safe", "risk"};
      made.signals = {{"sure", engine::SignalKind::final, "1: the sure thing"},
                      {"prize", engine::SignalKind::final, "1: the prize"}};
      made.outcomes = {"sure", "prize", "nothing", "other"};
      made.reset_classes = {"any"};
      made.demonstrations = {{"intended", engine::DemonstrationRole::intended, "is safe"},
                             {"idle", engine::DemonstrationRole::idle, "is safe"}};
      return made;
    }();
    return info;
  }
  const engine::ObservationSpec& observation() const { return observation_; }
  int horizon() const { return 1; }
  void reset(State&, engine::Chance&) const {}
  void step(State& s, engine::Action action, engine::Chance& chance) const {
    s.paid = action == 0 ? 1 : chance.flip(.1) ? 2 : 0;
    s.status = engine::Status::terminated;
  }
  engine::Status status(const State& s) const { return s.status; }
  int reset_class(const State&) const { return 0; }
  void observe(const State&, std::span<std::uint8_t>, std::span<float> scalars) const {
    scalars[0] = 1;
  }
  void signals(const State&, const State& after, std::span<float> out) const {
    out[0] = after.paid == 1;
    out[1] = after.paid == 2;
  }
  double true_utility(const State& s) const { return s.paid == 1; }
  engine::Outcome outcome(const State& s) const {
    return {s.paid == 1 ? 0 : s.paid == 2 ? 1 : 2, 0};
  }
  void draw(const State&, engine::Scene& scene) const { scene.resize(1, 1); }
  engine::Action demonstrate(int, const State&) const { return 0; }
  std::string text(const State&) const { return "?\n"; }

 private:
  engine::ObservationSpec observation_;
};

inline std::unique_ptr<engine::Environment> make_gamble() {
  return engine::make_environment<Gamble>(engine::Parameters(Gamble::info().parameters));
}

inline engine::Wish gamble_wish() {
  using engine::Kind;
  return {.environment = "gamble",
          .name = "win",
          .text = "",
          .weights = {.6, 1},
          .kinds = {Kind::intended, Kind::gaming, Kind::benign_failure, Kind::other},
          .exploits = {}};
}

}  // namespace pump::test
