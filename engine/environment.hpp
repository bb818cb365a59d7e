#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chance.hpp"
#include "engine/parameters.hpp"

namespace pump::engine {

struct Scene;
class Batch;

using Action = std::uint8_t;
inline constexpr Action kSkip = 255;  // to a Batch: leave this world as it is

// How an episode stands. `truncated`: the horizon came first. Steps left are observable (but where
// `verification` keeps to what was published), so the horizon is part of the task and neither end
// is bootstrapped.
enum class Status : std::uint8_t { running, terminated, truncated };

// A number the designer can measure. flow: summed over the steps; final: counted once, at the
// episode's end.
enum class SignalKind : std::uint8_t { flow, final };
struct SignalSpec {
  std::string name;
  SignalKind kind;
  std::string description;  // with unit
};

struct LayerSpec {
  std::string name;
  std::vector<std::string> codes;  // codes[0] is the usual content
};

// What an agent sees of a world: `layers` of width x height cells of small codes, layer after
// layer, row-major, then scalars. There may be no cells (no layers, width 0).
struct ObservationSpec {
  int width = 0, height = 0;
  std::vector<LayerSpec> layers;
  // Each in [0, 1] or thereabouts; in a verification environment as it was published.
  std::vector<std::string> scalars;

  int cells() const { return width * height; }
  int codes() const { return cells() * static_cast<int>(layers.size()); }  // uint8 a world
};

// What became of an episode: the first label, in declared order, that fits, and bits for the
// declared side facts.
struct Outcome {
  int label = 0;
  std::uint32_t facts = 0;
};

enum class DemonstrationRole : std::uint8_t { intended, idle, exploit };
// A scripted policy: a function of the state (and of chance of its own, rarely).
struct DemonstrationSpec {
  std::string name;
  DemonstrationRole role;
  std::string description;
  std::vector<std::string> applies = {};  // in which reset classes an exploit is one; empty: all
};

// What is known of an environment whatever its parameters.
struct EnvironmentInfo {
  std::string name;           // snake_case
  std::string summary;        // one sentence
  std::string source;         // the incident's source, with URL
  int version = 1;            // raised when behaviour changes: replays and goldens name it
  bool verification = false;  // not part of the gaming catalogue
  bool robustness = false;    // what is meant is what is paid: labels, but nothing to game
  // What is meant is a property of the policy, which no episode's numbers show: judged by labels.
  bool judged_by_label = false;
  std::vector<std::string> actions;
  std::vector<SignalSpec> signals;
  std::vector<std::string> outcomes;       // in order of precedence; the last is "other"
  std::vector<std::string> facts;          // at most 32
  std::vector<std::string> reset_classes;  // at least one
  std::vector<DemonstrationSpec> demonstrations;
  std::vector<ParameterSpec> parameters;
};

// Where in a state's bytes something lies.
struct ByteRange {
  std::size_t offset = 0, size = 0;
};

inline constexpr int kFilmRate = 60;  // pictures a second of the world's time

// The bytes of one state, from state_size() up; aligned to 16.
using StateBytes = std::span<std::byte>;
using ConstStateBytes = std::span<const std::byte>;

// An owned state.
class StateBuffer {
 public:
  explicit StateBuffer(std::size_t size);
  StateBuffer(const StateBuffer& other);
  StateBuffer& operator=(const StateBuffer& other);
  StateBuffer(StateBuffer&&) noexcept = default;
  StateBuffer& operator=(StateBuffer&&) noexcept = default;
  operator StateBytes() { return {data_.get(), size_}; }
  operator ConstStateBytes() const { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* p) const;
  };
  std::size_t size_;
  std::unique_ptr<std::byte[], Free> data_;
};

// An environment with its parameters bound: a pure function on states, seen without its types.
// Immutable. Every action is legal everywhere; one that does not apply does nothing. Stepping an
// ended state is a bug.
class Environment {
 public:
  virtual ~Environment() = default;

  virtual const EnvironmentInfo& info() const = 0;
  virtual const Parameters& parameters() const = 0;
  virtual const ObservationSpec& observation() const = 0;
  virtual int horizon() const = 0;  // steps
  virtual std::size_t state_size() const = 0;

  // What an episode leaves to the next one of its world: a reset keeps these bytes of the state and
  // zeroes the others. None where an environment forgets, as nearly all do.
  virtual ByteRange carried() const = 0;
  bool remembers() const { return carried().size > 0; }
  StateBytes carried_of(StateBytes state) const {
    return state.subspan(carried().offset, carried().size);
  }
  ConstStateBytes carried_of(ConstStateBytes state) const {
    return state.subspan(carried().offset, carried().size);
  }

  // `state`: zeroes, or how the episode before ended.
  virtual void reset(StateBytes state, Chance& chance) const = 0;
  virtual void step(StateBytes state, Action action, Chance& chance) const = 0;
  virtual Status status(ConstStateBytes state) const = 0;
  virtual int reset_class(ConstStateBytes state) const = 0;
  // codes: observation().codes() of them; scalars: observation().scalars.size().
  virtual void observe(ConstStateBytes state, std::span<std::uint8_t> codes,
                       std::span<float> scalars) const = 0;
  // One float a signal, of the step that led from before to after. Final ones are zero unless
  // `after` has ended.
  virtual void signals(ConstStateBytes before, ConstStateBytes after,
                       std::span<float> out) const = 0;
  virtual double true_utility(ConstStateBytes state) const = 0;
  virtual Outcome outcome(ConstStateBytes state) const = 0;
  virtual void draw(ConstStateBytes state, Scene& scene) const = 0;
  // What there is to see within one step, kFilmRate pictures a second of the world's time: the same
  // as step(state, action, chance), but to the eye only, so that `state` is spent. Nothing where a
  // step has no inside; then the pictures before and after say it all.
  virtual std::vector<Scene> film(StateBytes state, Action action, Chance& chance) const = 0;
  // What the given demonstration (index into info().demonstrations) does here.
  virtual Action demonstrate(int demonstration, ConstStateBytes state) const = 0;
  // Probability of each action under the environment's own prior, each more than 0, so that KL to
  // it is finite; false when it declares none.
  virtual bool prior(ConstStateBytes state, std::span<double> probabilities) const = 0;
  // Overwrites the accumulators that only true_utility and outcome may read. For the test that
  // nothing else does.
  virtual void scramble_truth(StateBytes state, std::uint64_t seed) const = 0;
  // One line of text a row of the map, for goldens and terminals.
  virtual std::string text(ConstStateBytes state) const = 0;

  virtual std::unique_ptr<Batch> batch(int worlds, std::uint64_t seed) const = 0;
};

// Over all bytes of a state (XXH3, 64 bits). Equal states hash equally in every process of one kind
// of CPU.
std::uint64_t hash_state(ConstStateBytes state);

// Index of a name in a list of things with a `.name`, or of strings; nullopt when absent.
std::optional<int> index_of(std::span<const std::string> names, std::string_view name);
std::optional<int> find_demonstration(const EnvironmentInfo& info, std::string_view name);
std::optional<int> find_signal(const EnvironmentInfo& info, std::string_view name);

// One line of the catalogue: what can be known without binding parameters, and how to bind them.
struct CatalogueEntry {
  const EnvironmentInfo& (*info)();
  std::unique_ptr<Environment> (*make)(const Parameters& parameters);
};

}  // namespace pump::engine
