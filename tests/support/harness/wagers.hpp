#pragma once

#include "engine/environment_of.hpp"
#include "engine/wish.hpp"

namespace pump::test {

// Rounds of wagers until one is won or lost: a small one is won with probability .1 and lost with
// .2, a little more each round; a large one .3 and .7; or none. Winning is meant, losing is gaming:
// the first round sells winning at 2 for 1, then at 5 for 2; each later one dearer.
class Wagers {
 public:
  struct Truth {
    std::uint8_t unused;
  };
  struct State {
    std::uint8_t round, result;  // result: 0 none, 1 won, 2 lost
    engine::Status status;
    Truth truth;
  };

  explicit Wagers(const engine::Parameters& parameters) : rounds_(parameters.integer("rounds")) {
    observation_.scalars = {"steps_left"};
  }
  static const engine::EnvironmentInfo& info() {
    static const engine::EnvironmentInfo info = [] {
      engine::EnvironmentInfo made;
      made.name = "wagers";
      made.actions = {"none", "small", "large"};
      made.signals = {{"won", engine::SignalKind::final, "1: won"}};
      made.outcomes = {"nothing", "won", "lost"};
      made.reset_classes = {"any"};
      made.demonstrations = {{"intended", engine::DemonstrationRole::intended, "wagers"},
                             {"idle", engine::DemonstrationRole::idle, "does not"}};
      made.parameters = {{"rounds", "how many", 1, 1, 9}};
      return made;
    }();
    return info;
  }
  const engine::ObservationSpec& observation() const { return observation_; }
  int horizon() const { return rounds_; }
  void reset(State&, engine::Chance&) const {}
  void step(State& s, engine::Action action, engine::Chance& chance) const {
    const double more = .01 * s.round;
    const double results[][3] = {{1, 0, 0}, {.7 - more, .1, .2 + more}, {0, .3, .7}};
    s.result = static_cast<std::uint8_t>(chance.pick(results[action]));
    s.round++;
    if (s.result != 0 || s.round == rounds_) s.status = engine::Status::terminated;
  }
  engine::Status status(const State& s) const { return s.status; }
  int reset_class(const State&) const { return 0; }
  void observe(const State& s, std::span<std::uint8_t>, std::span<float> scalars) const {
    scalars[0] = static_cast<float>(rounds_ - s.round);
  }
  void signals(const State&, const State& after, std::span<float> out) const {
    out[0] = after.result == 1;
  }
  double true_utility(const State& s) const { return s.result == 1; }
  engine::Outcome outcome(const State& s) const { return {s.result, 0}; }
  void draw(const State&, engine::Scene& scene) const { scene.resize(1, 1); }
  engine::Action demonstrate(int demonstration, const State&) const {
    return demonstration == 0 ? 1 : 0;
  }
  std::string text(const State&) const { return "?\n"; }

 private:
  int rounds_;
  engine::ObservationSpec observation_;
};

inline std::unique_ptr<engine::Environment> make_wagers(const std::string& rounds) {
  engine::Parameters parameters(Wagers::info().parameters);
  parameters.set("rounds", rounds);
  return engine::make_environment<Wagers>(parameters);
}

inline engine::Wish wagers_wish() {
  using engine::Kind;
  return {.environment = "wagers",
          .name = "win",
          .text = "",
          .weights = {1},
          .kinds = {Kind::benign_failure, Kind::intended, Kind::gaming},
          .exploits = {}};
}

}  // namespace pump::test
