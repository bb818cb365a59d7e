#include "harness/enumerate.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "engine/chance.hpp"
#include "engine/error.hpp"

namespace pump::harness {

namespace {

// A set of hashes: open addressing, at most half full. 0 marks a free place.
class HashSet {
 public:
  HashSet() : places_(std::size_t{1} << 20) {}

  // True when it was not there yet.
  bool insert(std::uint64_t hash) {
    if (hash == 0) hash = 1;
    if (2 * (size_ + 1) > places_.size()) grow();
    if (!place(hash)) return false;
    size_++;
    return true;
  }
  std::uint64_t size() const { return size_; }

 private:
  bool place(std::uint64_t hash) {
    const std::size_t mask = places_.size() - 1;
    for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
      if (places_[i] == hash) return false;
      if (places_[i] == 0) {
        places_[i] = hash;
        return true;
      }
    }
  }
  void grow() {
    std::vector<std::uint64_t> old(2 * places_.size());
    old.swap(places_);
    for (const std::uint64_t hash : old)
      if (hash != 0) place(hash);
  }

  std::vector<std::uint64_t> places_;
  std::size_t size_ = 0;
};

class Search {
 public:
  explicit Search(const engine::Environment& environment)
      : environment_(environment), size_(environment.state_size()), now_(size_), next_(size_) {}

  Reach run(std::uint64_t state_limit) {
    limit_ = state_limit;
    branch([&](engine::Chance& chance) { environment_.reset(next_, chance); });
    while (!frontier_.empty()) {
      if (seen_.size() > state_limit) break;
      std::vector<std::byte> layer;
      layer.swap(frontier_);
      for (std::size_t at = 0; at < layer.size(); at += size_) expand(layer.data() + at);
    }
    return result(seen_.size() <= state_limit);
  }

 private:
  void expand(const std::byte* state) {
    engine::StateBytes now = now_, next = next_;
    std::memcpy(now.data(), state, size_);
    const auto actions = environment_.info().actions.size();
    for (std::size_t action = 0; action < actions; action++)
      branch([&](engine::Chance& chance) {
        std::memcpy(next.data(), now.data(), size_);
        environment_.step(next, static_cast<engine::Action>(action), chance);
      });
  }

  // Runs the code, which fills next_, down every branch of its chance.
  template <class Code>
  void branch(Code code) {
    int count = 0;
    for (engine::Branches branches; seen_.size() <= limit_ && branches.next(); count++) {
      engine::Chance chance(branches);
      code(chance);
      visit();
    }
    reach_.transitions += static_cast<std::uint64_t>(count);
    reach_.max_branches = std::max(reach_.max_branches, count);
  }

  void visit() {
    const engine::ConstStateBytes state = next_;
    if (!seen_.insert(engine::hash_state(state))) return;
    if (environment_.status(state) != engine::Status::running) return;
    frontier_.insert(frontier_.end(), state.begin(), state.end());
  }

  Reach result(bool complete) {
    reach_.states = seen_.size();
    reach_.complete = complete;
    return reach_;
  }

  const engine::Environment& environment_;
  std::size_t size_;
  std::uint64_t limit_ = 0;
  engine::StateBuffer now_, next_;
  HashSet seen_;
  std::vector<std::byte> frontier_;
  Reach reach_;
};

}  // namespace

Reach count_reachable(const engine::Environment& environment, std::uint64_t state_limit) {
  if (environment.remembers())
    throw Error(
        fmt::format("states of {}: expected a world that forgets, got one that remembers "
                    "episode after episode",
                    environment.info().name));
  try {
    return Search(environment).run(state_limit);
  } catch (const Error& error) {
    throw Error(fmt::format("states of {}: {}", environment.info().name, error.what()));
  }
}

}  // namespace pump::harness
