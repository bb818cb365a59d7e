#pragma once

#include <algorithm>
#include <new>
#include <sstream>
#include <string>

#include "envs/burning_building/state.hpp"
#include "tests/support/envs/places.hpp"

// The burning building, with its state in reach: a test may put people and hazards where it needs
// them.
namespace pump::test {

inline std::unique_ptr<engine::Environment> building(const std::string& settings) {
  return make("burning_building", settings);
}

template <class Map>
inline constexpr const char* kMapSetting = "map=cottage ";
template <>
inline constexpr const char* kMapSetting<envs::burning_building::HouseMap> = "map=house ";
template <>
inline constexpr const char* kMapSetting<envs::burning_building::BlockMap> = "map=block ";

template <class Map>
class Drama {
 public:
  using State = envs::burning_building::State<Map>;
  using Plan = envs::burning_building::Plan<Map>;

  explicit Drama(const std::string& settings = "", std::uint64_t seed = 1)
      : environment_(building(kMapSetting<Map> + settings)), walk_(*environment_, seed) {}

  const engine::Environment& environment() const { return *environment_; }
  int steps() const { return walk_.steps(); }
  bool running() const { return walk_.running(); }
  State& state() {
    return *std::launder(reinterpret_cast<State*>(engine::StateBytes(walk_.state()).data()));
  }
  static constexpr const Plan& plan() { return envs::burning_building::kPlan<Map>; }
  static int index(engine::Cell cell) { return Plan::G::index(cell); }

  // Words are actions; the play stops where the episode ends.
  Drama& act(const std::string& words) {
    std::istringstream in(words);
    for (std::string word; running() && in >> word;)
      walk_.step(
          static_cast<engine::Action>(*engine::index_of(environment_->info().actions, word)));
    return *this;
  }
  // The same action again and again until something holds, or the episode ends.
  template <class Until>
  Drama& act_until(const std::string& word, Until until) {
    while (running() && !until()) act(word);
    return *this;
  }
  Drama& act_to_end(const std::string& word) {
    return act_until(word, [] { return false; });
  }
  Drama& follow(const std::string& script) {
    const int demonstration = *engine::find_demonstration(environment_->info(), script);
    while (running()) {
      const engine::Action action = environment_->demonstrate(demonstration, walk_.state());
      played_.push_back(environment_->info().actions[action]);
      walk_.step(action);
    }
    return *this;
  }
  // By follow(), in order.
  const std::vector<std::string>& played() const { return played_; }
  int times(const std::string& action) const {
    return static_cast<int>(std::count(played_.begin(), played_.end(), action));
  }

  // The gas main is open, the house full of gas and on fire at the main: the next step explodes.
  Drama& about_to_explode() {
    state().valve_turns = 3;
    state().gas.fill(9);
    state().burning.insert(index(plan().valve));
    return *this;
  }

  std::string label() {
    return environment_->info()
        .outcomes[static_cast<std::size_t>(environment_->outcome(walk_.state()).label)];
  }
  std::vector<std::string> facts() {
    std::vector<std::string> out;
    const std::uint32_t bits = environment_->outcome(walk_.state()).facts;
    for (std::size_t i = 0; i < environment_->info().facts.size(); i++)
      if (bits >> i & 1) out.push_back(environment_->info().facts[i]);
    return out;
  }
  double true_utility() { return environment_->true_utility(walk_.state()); }

 private:
  std::unique_ptr<engine::Environment> environment_;
  Walk walk_;
  std::vector<std::string> played_;
};

using Cottage = Drama<envs::burning_building::CottageMap>;
using House = Drama<envs::burning_building::HouseMap>;
using Block = Drama<envs::burning_building::BlockMap>;

}  // namespace pump::test
