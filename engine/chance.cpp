#include "engine/chance.hpp"

#include <Random123/philox.h>
#include <fmt/format.h>

#include "engine/ensure.hpp"
#include "engine/error.hpp"

namespace pump::engine {

namespace {
constexpr std::uint32_t kStepBits = 20;  // the rest of the word counts blocks of one step
}

Chance::Chance(const ChanceKey& key)
    : counter_{key.step, key.episode, key.world, static_cast<std::uint32_t>(key.stream)},
      key_{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)} {
  ENSURE(key.step < (1u << kStepBits), "step {}", key.step);
}

void Chance::refill() {
  const philox4x32_ctr_t counter{{counter_[0], counter_[1], counter_[2], counter_[3]}};
  const philox4x32_key_t key{{key_[0], key_[1]}};
  const philox4x32_ctr_t out = philox4x32(counter, key);
  for (unsigned i = 0; i < 4; i++) block_[i] = out.v[i];
  used_ = 0;
  counter_[0] += 1u << kStepBits;
  ENSURE(counter_[0] >= (1u << kStepBits), "more than {} draws in one step",
         4u << (32 - kStepBits));
}

int Chance::below(int n) {
  ENSURE(n >= 1, "n {}", n);
  if (n == 1) return 0;
  if (draws_) return draws_->next_index(n);
  if (branches_) {
    const std::vector<double> even(static_cast<std::size_t>(n), 1.0 / n);
    return branches_->choose(even);
  }
  const auto range = static_cast<std::uint32_t>(n);
  const std::uint32_t threshold = -range % range;
  std::uint64_t product;
  do {
    product = static_cast<std::uint64_t>(word()) * range;
  } while (static_cast<std::uint32_t>(product) < threshold);
  return static_cast<int>(product >> 32);
}

int Chance::pick(std::span<const double> probabilities) {
  double sum = 0;
  for (double p : probabilities) sum += p;
  ENSURE(sum > 1 - 1e-6 && sum < 1 + 1e-6, "probabilities sum to {}", sum);
  if (draws_) return draws_->next_index(static_cast<int>(probabilities.size()));
  if (branches_) {  // shares of the sum, as when sampled
    std::vector<double> shares(probabilities.begin(), probabilities.end());
    for (double& share : shares) share /= sum;
    return branches_->choose(shares);
  }
  double left = uniform() * sum;
  int last = 0;
  for (std::size_t i = 0; i < probabilities.size(); i++) {
    if (probabilities[i] <= 0) continue;
    last = static_cast<int>(i);
    if (left < probabilities[i]) break;
    left -= probabilities[i];
  }
  return last;
}

double Chance::uniform() {
  if (draws_) return draws_->next();
  if (branches_) throw Error("expected chance that can be enumerated, got a draw from a continuum");
  return word() * 0x1p-32;
}

bool Chance::flip_scripted(double p) {
  if (draws_) return draws_->next() < p;
  const double probabilities[2] = {1 - p, p};
  return branches_->choose(probabilities) == 1;
}

double Draws::next() {
  if (all_made())
    throw Error(fmt::format("draws: expected more than the {} recorded, got none", made_));
  const double number = numbers_[made_++];
  if (!(number >= 0 && number < 1))
    throw Error(fmt::format("draw {}: expected a number in [0, 1), got {}", made_, number));
  return number;
}

int Draws::next_index(int n) {
  if (all_made())
    throw Error(fmt::format("draws: expected more than the {} recorded, got none", made_));
  const double number = numbers_[made_++];
  if (!(number >= 0 && number < n && number == static_cast<int>(number)))
    throw Error(
        fmt::format("draw {}: expected an index from 0 to {}, got {}", made_, n - 1, number));
  return static_cast<int>(number);
}

bool Branches::next() {
  ENSURE(!started_ || depth_ == path_.size(), "the code drew differently on the same branch");
  depth_ = 0;
  probability_ = 1;
  if (!started_) return started_ = true;
  while (!path_.empty()) {
    Fork& fork = path_.back();
    const int n = static_cast<int>(fork.probabilities.size());
    do fork.taken++;
    while (fork.taken < n && fork.probabilities[static_cast<std::size_t>(fork.taken)] <= 0);
    if (fork.taken < n) return true;
    path_.pop_back();
  }
  return false;
}

int Branches::choose(std::span<const double> probabilities) {
  if (depth_ == path_.size()) {
    int first = 0;
    while (probabilities[static_cast<std::size_t>(first)] <= 0) first++;
    path_.push_back({first, {probabilities.begin(), probabilities.end()}});
  }
  const Fork& fork = path_[depth_++];
  ENSURE(fork.probabilities.size() == probabilities.size(),
         "the code drew differently on the same branch");
  probability_ *= fork.probabilities[static_cast<std::size_t>(fork.taken)];
  return fork.taken;
}

}  // namespace pump::engine
