#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace pump::engine {

// Independent families of random numbers under one seed. A new use gets a new stream, at the end.
enum class Stream : std::uint32_t {
  reset,
  step,
  action,
  sticky_action,
  observation_noise,
  demonstration,
  minibatch,
  initialisation,
  reference,  // what is played to know where a reference goes
  choice      // among episodes drawn
};

// What a sampled Chance is a function of. World i of a batch draws the same whatever else is in the
// batch.
struct ChanceKey {
  std::uint64_t seed = 0;
  Stream stream = Stream::step;
  std::uint32_t world = 0;
  std::uint32_t episode = 0;
  std::uint32_t step = 0;  // < 2^20
};

class Branches;
class Draws;

// All randomness of a world. Sampled: a counter-based generator (Philox 4x32-10; Salmon et al.
// 2011, through Random123) keyed by (seed, stream, world, episode, step). Enumerated: follows one
// branch of a Branches, so that the same `step` code is driven down every branch with its exact
// probability. Recorded: draws that were made elsewhere, one after another. Probabilities are
// resolved to 2^-32 when sampled and are exact when enumerated.
class Chance {
 public:
  explicit Chance(const ChanceKey& key);
  explicit Chance(Branches& branches) : branches_(&branches) {}
  explicit Chance(Draws& draws) : draws_(&draws) {}

  // True with probability p in [0, 1]. 0 and 1 draw nothing.
  bool flip(double p) {
    if (p <= 0) return false;
    if (p >= 1) return true;
    if (scripted()) [[unlikely]]
      return flip_scripted(p);
    return static_cast<double>(word()) < p * 4294967296.0;
  }
  // Uniform in 0..n-1, n >= 1, without modulo bias (Lemire 2019).
  int below(int n);
  // An index with the given probabilities, divided by their sum, which is within 1e-6 of 1.
  int pick(std::span<const double> probabilities);
  // Uniform in [0, 1), 2^-32 apart. Sampled only: a continuum has no branches to follow
  // (pump::Error).
  double uniform();

 private:
  std::uint32_t word() {
    if (used_ == 4) refill();
    return block_[used_++];
  }
  void refill();
  bool scripted() const { return branches_ != nullptr || draws_ != nullptr; }
  bool flip_scripted(double p);

  Branches* branches_ = nullptr;
  Draws* draws_ = nullptr;
  std::array<std::uint32_t, 4> counter_{};
  std::array<std::uint32_t, 2> key_{};
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

// Draws that another implementation made, to be made again in their order: a flip of p is whether
// the next number in [0, 1) is less than p; below and pick take the next as an index. pump::Error
// where there are too few, or one is no such number or index.
class Draws {
 public:
  explicit Draws(std::vector<double> numbers) : numbers_(std::move(numbers)) {}
  bool all_made() const { return made_ == numbers_.size(); }

 private:
  friend class Chance;
  double next();
  int next_index(int n);
  std::vector<double> numbers_;
  std::size_t made_ = 0;
};

// Drives a piece of code down every branch of its chance, depth first:
//   for (Branches b; b.next();) { Chance chance(b); State s = from; step(s, action, chance); use(s,
//   b.probability()); }
// Branches of probability 0 are not visited; the probabilities of those visited sum to 1 (within
// rounding).
class Branches {
 public:
  // Moves to the next branch; false when all were visited. Call before each run of the code.
  bool next();
  // Of the branch just run.
  double probability() const { return probability_; }

 private:
  friend class Chance;
  int choose(std::span<const double> probabilities);
  struct Fork {
    int taken;
    std::vector<double> probabilities;
  };
  std::vector<Fork> path_;
  std::size_t depth_ = 0;
  double probability_ = 1;
  bool started_ = false;
};

}  // namespace pump::engine
