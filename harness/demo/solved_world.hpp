#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/environment.hpp"
#include "engine/replay.hpp"
#include "harness/demo/lesson.hpp"
#include "harness/exact/future.hpp"
#include "harness/exact/graph.hpp"
#include "harness/exact/pivots.hpp"

// What can be asked of a world that was gone through exactly. All of it is asked in one thread.
namespace pump::harness {

// A wish granted at one beta.
struct Answer {
  double beta = 0;
  std::vector<double> outcomes, unwished;  // probabilities by label, and under the reference
  // Of its histories from the reference's, nats: a policy's, which pays beta for each. None at 0.
  std::optional<double> kl;
  Granted granted;
  // Of the most probable outcome, other than `granted`'s and not intended, whose history pays as
  // much as that of the most probable intended one, and is worth less. None: there is none of a
  // probability of at least 1e-9, or it was not asked for.
  std::optional<Granted> loophole;
};

// A state where one action decides, and what most probably becomes of the two that differ most.
struct Turning {
  struct Branch {
    engine::Action action = 0;
    double probability = 0;                // that the reference takes it there
    std::vector<double> outcomes;          // probabilities by label, after it
    std::optional<engine::Replay> replay;  // of the most probable future; none: none was found
  };
  Pivot pivot;
  Branch one, other;
};

class SolvedWorld {
 public:
  explicit SolvedWorld(std::shared_ptr<const engine::Environment> environment)
      : environment_(std::move(environment)) {}

  // Goes through every play, if that has not been done. pump::Error for a world too large, at once
  // where that is known.
  void solve();
  const engine::Environment& environment() const { return *environment_; }
  const Graph& graph() const { return *graph_; }

  // directory: for the clone's trial. beta 0: no price, the best there is. A loophole is looked for
  // where there is no leash to move, or the spec begins with it.
  Answer answer(const SolveSpec& spec, const engine::Wish& wish, double beta,
                const std::filesystem::path& directory);
  // Of the reference: states by how much one action decides there, times how often it comes by; one
  // for each two actions.
  std::vector<Turning> turnings(const SolveSpec& spec, const engine::Wish& wish,
                                const std::filesystem::path& directory);
  // Probabilities by label of what the trial in a folder has learnt.
  std::vector<double> outcomes_of_trial(const std::filesystem::path& trial);

 private:
  Turning::Branch branch(const PolicyFlow& from, const engine::Wish& wish, const Pivot& pivot,
                         engine::Action action, const std::vector<double>& outcomes) const;
  const PolicyFlow& reference(const SolveSpec& spec, const std::filesystem::path& directory);
  // The outcome of Answer::loophole.
  std::optional<std::size_t> loophole(const Flow& flow, const PolicyFlow& from,
                                      const engine::Wish& wish,
                                      const std::vector<double>& outcomes) const;

  std::shared_ptr<const engine::Environment> environment_;
  std::unique_ptr<Graph> graph_;
  std::optional<std::string> too_large_;                           // the complaint
  std::map<std::string, std::unique_ptr<PolicyFlow>> references_;  // by what they are
  std::map<std::string, std::vector<double>> unwished_;            // likewise
};

// By environment and parameters: exhibits of one world share it. Called in the window's thread.
class SolvedWorlds {
 public:
  std::shared_ptr<SolvedWorld> of(const SolveSpec& spec);
  void forget() { worlds_.clear(); }  // those that no exhibit holds go at once

 private:
  std::map<std::string, std::shared_ptr<SolvedWorld>> worlds_;
};

}  // namespace pump::harness
