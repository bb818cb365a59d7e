#include "engine/outcome_code.hpp"

#include <memory>
#include <vector>

#include "engine/batch.hpp"
#include "engine/environment_of.hpp"
#include "engine/training_view.hpp"
#include "engine/wish.hpp"
#include "engine/wrappers.hpp"
#include "tests/support/catch.hpp"

using namespace pump::engine;

namespace {

// One step, or two: the action says how far and how bright it ends, in thirds and in whole units.
class Ending {
 public:
  struct State {
    std::int32_t steps, far, bright;
    std::int32_t truth;
  };
  explicit Ending(const Parameters& parameters) : length_(parameters.integer("length")) {
    observation_.scalars = {"steps"};
  }
  static const EnvironmentInfo& info() {
    static const EnvironmentInfo info = [] {
      EnvironmentInfo i;
      i.name = "ending";
      i.actions = {"nothing", "far", "bright", "both"};
      i.signals = {{"far", SignalKind::final, "thirds"},
                   {"steps", SignalKind::flow, "steps"},
                   {"bright", SignalKind::final, "less than none"}};
      i.outcomes = {"dark", "lit", "other"};
      i.reset_classes = {"any"};
      i.demonstrations = {{"intended", DemonstrationRole::intended, "far"},
                          {"idle", DemonstrationRole::idle, "nothing"}};
      i.parameters = {{"length", "steps", 1, 1, 4, true}};
      return i;
    }();
    return info;
  }
  const ObservationSpec& observation() const { return observation_; }
  int horizon() const { return length_; }
  void reset(State&, Chance&) const {}
  void step(State& s, Action action, Chance&) const {
    s.steps++;
    s.far += action & 1;
    s.bright += action >> 1;
  }
  Status status(const State& s) const {
    return s.steps >= length_ ? Status::terminated : Status::running;
  }
  int reset_class(const State&) const { return 0; }
  void observe(const State& s, std::span<std::uint8_t>, std::span<float> scalars) const {
    scalars[0] = static_cast<float>(s.steps);
  }
  void signals(const State&, const State& after, std::span<float> out) const {
    const bool ended = status(after) != Status::running;
    out[0] = ended ? static_cast<float>(after.far) / 3 : 0;
    out[1] = 1;
    out[2] = ended ? -1000.f * static_cast<float>(after.bright) : 0;
  }
  double true_utility(const State&) const { return 0; }
  Outcome outcome(const State& s) const { return {s.bright > 0 ? 1 : 0, 0}; }
  void draw(const State&, Scene&) const {}
  Action demonstrate(int script, const State&) const { return script == 0 ? 1 : 0; }
  std::string text(const State&) const { return ""; }

 private:
  int length_;
  ObservationSpec observation_;
};

std::unique_ptr<Environment> ending(const std::string& length) {
  Parameters parameters(Ending::info().parameters);
  parameters.set("length", length);
  return make_environment<Ending>(parameters);
}

Wish wish() {
  Wish out;
  out.weights = {1, 0, 0};
  out.kinds.assign(3, Kind::other);
  return out;
}

// What the view tells of each action's end.
std::vector<std::string> told(std::unique_ptr<Batch> batch, const OutcomeCoding& coding,
                              int steps = 1) {
  const Wish paid = wish();
  TrainingView view(*batch, paid, coding);
  view.restart_on_end(false);
  view.begin_episodes();
  const std::vector<Action> actions = {0, 1, 2, 3};
  for (int i = 0; i < steps; i++) view.step(actions);
  std::vector<std::string> out;
  for (const OutcomeCode code : view.outcomes())
    out.push_back(to_text(code, Ending::info(), coding));
  return out;
}

}  // namespace

CATCH_TEST_CASE("an end's code holds its final signals, rounded, and nothing of what flowed") {
  const OutcomeCoding quarters{OutcomeCoding::By::final_signals, .25};
  CATCH_CHECK(final_signals(Ending::info()) == 2);
  // A third is nearest to one quarter; what lies beyond the code's ends counts as its end.
  CATCH_CHECK(told(ending("1")->batch(4, 1), quarters) ==
              std::vector<std::string>{"far 0, bright 0", "far 0.25, bright 0", "far 0, bright -32",
                                       "far 0.25, bright -32"});
  const OutcomeCoding whole{OutcomeCoding::By::final_signals, 1};
  CATCH_CHECK(told(ending("1")->batch(4, 1), whole)[1] == "far 0, bright 0");
}

CATCH_TEST_CASE("an oracle's code is the label, and without a coding there is none") {
  CATCH_CHECK(told(ending("1")->batch(4, 1), {OutcomeCoding::By::label}) ==
              std::vector<std::string>{"dark", "dark", "lit", "lit"});
  CATCH_CHECK(told(ending("1")->batch(4, 1), {}).empty());
}

CATCH_TEST_CASE("an end is coded as it is where actions are coarse or sticky") {
  const OutcomeCoding thirds{OutcomeCoding::By::final_signals, 1. / 3};
  const std::vector<std::string> direct = told(ending("4")->batch(4, 1), thirds, 4);
  CATCH_CHECK(direct[1] == "far 1.3333333333333333, bright 0");
  CATCH_CHECK(told(coarse_actions(ending("4")->batch(4, 1), 2), thirds, 2) == direct);
  CATCH_CHECK(told(sticky_actions(ending("4")->batch(4, 1), .5, 1), thirds, 4)[0] == direct[0]);
}
