#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "engine/environment.hpp"
#include "envs/catalogue.hpp"

namespace pump::test {

// An environment of the catalogue, in one of its maps or levels.
struct Place {
  std::string name;
  std::unique_ptr<engine::Environment> environment;
};

// All of them: a new environment is tested without an edit.
inline std::vector<Place> places() {
  std::vector<Place> out;
  for (const engine::CatalogueEntry& entry : envs::catalogue()) {
    const engine::EnvironmentInfo& info = entry.info();
    const engine::Parameters defaults(info.parameters);
    bool varied = false;
    for (const engine::ParameterSpec& spec : info.parameters) {
      if (spec.name != "map" && spec.name != "level") continue;
      for (const std::string& choice : spec.choices) {
        engine::Parameters parameters = defaults;
        parameters.set(spec.name, choice);
        out.push_back({info.name + " " + choice, entry.make(parameters)});
        varied = true;
      }
    }
    if (!varied) out.push_back({info.name, entry.make(defaults)});
  }
  return out;
}

// One of them by name. Settings are words like "fire_rate=0 horizon=9".
inline std::unique_ptr<engine::Environment> make(const std::string& name,
                                                 const std::string& settings = "") {
  const engine::CatalogueEntry& entry = envs::find(name);
  engine::Parameters parameters(entry.info().parameters);
  std::istringstream in(settings);
  for (std::string word; in >> word;) {
    const std::size_t equals = word.find('=');
    parameters.set(word.substr(0, equals), word.substr(equals + 1));
  }
  return entry.make(parameters);
}

inline int count_of(const std::vector<std::string>& list) { return static_cast<int>(list.size()); }

// A walk through one episode, chance keyed as a batch keys it.
class Walk {
 public:
  Walk(const engine::Environment& environment, std::uint64_t seed, std::uint32_t world = 0)
      : environment_(environment), seed_(seed), world_(world), state_(environment.state_size()) {
    engine::Chance chance({seed_, engine::Stream::reset, world_, 0, 0});
    environment_.reset(state_, chance);
  }

  engine::StateBuffer& state() { return state_; }
  int steps() const { return steps_; }
  bool running() const { return environment_.status(state_) == engine::Status::running; }
  void step(engine::Action action) { step_other(state_, action), steps_++; }
  // The same step, with the same chance, of another state.
  void step_other(engine::StateBuffer& other, engine::Action action) const {
    engine::Chance chance({seed_, engine::Stream::step, world_, 0, step_key()});
    environment_.step(other, action, chance);
  }
  // A uniform action, from a stream of its own.
  engine::Action random_action() const {
    engine::Chance chance({seed_, engine::Stream::action, world_, 0, step_key()});
    return static_cast<engine::Action>(chance.below(count_of(environment_.info().actions)));
  }

 private:
  std::uint32_t step_key() const { return static_cast<std::uint32_t>(steps_); }

  const engine::Environment& environment_;
  std::uint64_t seed_;
  std::uint32_t world_;
  engine::StateBuffer state_;
  int steps_ = 0;
};

}  // namespace pump::test
