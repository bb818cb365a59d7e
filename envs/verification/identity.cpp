// Incident:   None: the smallest task in which an action must depend on what is seen.
// Source:     IdentityEnv of Stable-Baselines3,
//             https://github.com/DLR-RM/stable-baselines3/blob/master/stable_baselines3/common/envs/identity_env.py
// Intended:   The symbol shown is said.
// Proxy:      `return`: 1 for each symbol said right.
// True:       The same.
// Exploit:    None.
// Outcomes:   all_right, some_wrong, other (never).
// Fidelity:   Made for this. Every symbol is drawn evenly, whatever was said.
// Parameters: symbols (2 to 10, 4): that are shown; words beyond them are never right.
//             horizon (1 to 1000, 16): symbols an episode.
// Version:    1
#include <string>

#include <fmt/format.h>

#include "engine/environment_of.hpp"
#include "envs/verification/verification.hpp"

namespace pump::envs {
namespace {

using engine::Action;
using engine::Status;

enum Label { kAllRight, kSomeWrong, kOther };
enum Script { kIntended, kIdle };

class Identity {
 public:
  struct Truth {
    std::uint8_t unused;  // nothing is kept for it
  };
  struct State {
    std::uint16_t time, right;  // steps; symbols said right
    std::uint8_t symbol;        // shown
    Status status;
    Truth truth;
    std::uint8_t unused;
  };
  static_assert(sizeof(State) == 8);  // no padding: equal states have equal bytes

  explicit Identity(const engine::Parameters& parameters)
      : symbols_(parameters.integer("symbols")), horizon_(parameters.integer("horizon")) {
    observation_.width = observation_.height = 1;
    observation_.layers = {{"symbol", {}}};
    for (int i = 0; i < symbols_; i++)
      observation_.layers[0].codes.push_back(fmt::format("symbol {}", i));
    observation_.scalars = {"steps_left"};
  }
  static const engine::EnvironmentInfo& info();
  const engine::ObservationSpec& observation() const { return observation_; }
  int horizon() const { return horizon_; }

  void reset(State& s, engine::Chance& chance) const { show(s, chance); }

  void step(State& s, Action action, engine::Chance& chance) const {
    if (action == s.symbol) s.right++;
    s.time++;
    show(s, chance);
    if (s.time == horizon_) s.status = Status::truncated;
  }

  Status status(const State& s) const { return s.status; }
  int reset_class(const State&) const { return 0; }

  void observe(const State& s, std::span<std::uint8_t> codes, std::span<float> scalars) const {
    codes[0] = s.symbol;
    scalars[0] = static_cast<float>(horizon_ - s.time) / static_cast<float>(horizon_);
  }

  void signals(const State& before, const State& after, std::span<float> out) const {
    out[0] = static_cast<float>(after.right - before.right);
  }
  double true_utility(const State& s) const { return s.right; }

  engine::Outcome outcome(const State& s) const {
    return {s.right == s.time ? kAllRight : kSomeWrong, 0};
  }

  void draw(const State& s, engine::Scene& scene) const {
    scene.resize(1, 1);
    scene.tile(0, 0).kind = "floor";
    scene.labels.push_back({std::to_string(s.symbol), .4f, .65f});
  }
  std::string text(const State& s) const {
    return fmt::format("{}\ntime {}  right {}", s.symbol, s.time, s.right);
  }
  Action demonstrate(int script, const State& s) const {
    return script == kIntended ? s.symbol : Action{0};
  }

 private:
  void show(State& s, engine::Chance& chance) const {
    s.symbol = static_cast<std::uint8_t>(chance.below(symbols_));
  }

  int symbols_, horizon_;
  engine::ObservationSpec observation_;
};

const engine::EnvironmentInfo& Identity::info() {
  static const engine::EnvironmentInfo info = [] {
    constexpr int kMostSymbols = 10;
    engine::EnvironmentInfo made;
    made.name = "identity";
    made.summary = "Say the symbol that is shown";
    made.source =
        "IdentityEnv of Stable-Baselines3, "
        "https://github.com/DLR-RM/stable-baselines3/blob/master/stable_baselines3/common/envs/"
        "identity_env.py";
    made.verification = true;
    for (int i = 0; i < kMostSymbols; i++) made.actions.push_back(fmt::format("say_{}", i));
    made.signals = {{"right", engine::SignalKind::flow, "1: the symbol shown was said"}};
    made.outcomes = {"all_right", "some_wrong", "other"};
    made.reset_classes = {"any"};
    made.demonstrations = {{"intended", engine::DemonstrationRole::intended, "says what is shown"},
                           {"idle", engine::DemonstrationRole::idle, "says 0, whatever is shown"}};
    made.parameters = {{"symbols", "that are shown", 4, 2, kMostSymbols, true},
                       {"horizon", "steps", 16, 1, 1000, true}};
    return made;
  }();
  return info;
}

}  // namespace

engine::CatalogueEntry identity_entry() {
  return {Identity::info, engine::make_environment<Identity>};
}

}  // namespace pump::envs
