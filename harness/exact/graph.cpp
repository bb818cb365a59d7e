#include "harness/exact/graph.hpp"

#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <new>
#include <string>
#include <unordered_map>

#include <fmt/format.h>

#include "engine/chance.hpp"
#include "engine/ensure.hpp"
#include "engine/error.hpp"

namespace pump::harness {

namespace {

// Index by key: open addressing, at most half full, 8 bytes a place. Keys with equal hashes are
// told apart by `same`.
class HashIndex {
 public:
  HashIndex() : places_(1024) {}
  void clear() {
    places_.assign(places_.size(), {});
    size_ = 0;
  }
  // The index stored for an equal key, or `fresh`, which is then stored.
  template <class Same>
  std::uint32_t find_or_add(std::uint64_t hash, std::uint32_t fresh, Same&& same) {
    if (2 * (size_ + 1) > places_.size()) grow();
    const auto folded = static_cast<std::uint32_t>(hash ^ hash >> 32);
    Place& place = at(folded, same);
    if (place.next != 0) return place.next - 1;
    place = {folded, fresh + 1};
    size_++;
    return fresh;
  }

 private:
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t next = 0;  // the index and 1; 0: free
  };
  template <class Same>
  Place& at(std::uint32_t hash, Same&& same) {
    const std::size_t mask = places_.size() - 1;
    std::size_t i = hash & mask;
    while (places_[i].next != 0 && !(places_[i].hash == hash && same(places_[i].next - 1)))
      i = (i + 1) & mask;
    return places_[i];
  }
  void grow() {
    std::vector<Place> old(2 * places_.size());
    old.swap(places_);
    for (const Place& place : old)
      if (place.next != 0) at(place.hash, [](std::uint32_t) { return false; }) = place;
  }

  std::vector<Place> places_;
  std::size_t size_ = 0;
};

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

}  // namespace

class GraphBuilder {
 public:
  GraphBuilder(Graph& graph, const GraphLimits& limits, const engine::Wish* tracked)
      : graph_(graph),
        environment_(graph.environment_),
        size_(environment_.state_size()),
        limits_(limits),
        tracked_(tracked),
        next_(size_),
        signals_(environment_.info().signals.size()) {}

  void build() {
    graph_.layers_.emplace_back(size_);
    for (engine::Branches branches; branches.next();) {
      std::memset(engine::StateBytes(next_).data(), 0, size_);
      engine::Chance chance(branches);
      environment_.reset(next_, chance);
      const std::uint32_t index = visit(graph_.layers_.back(), 0, 0);
      graph_.initial_.resize(graph_.layers_.back().size);
      graph_.initial_[index] += branches.probability();
    }
    bytes_ += graph_.layers_.back().states.bytes();
    while (expand()) {
    }
  }

 private:
  // The states after those of the last layer; false where all of those have ended.
  bool expand() {
    seen_.clear();
    const std::size_t depth = graph_.layers_.size() - 1;
    ENSURE(depth <= static_cast<std::size_t>(environment_.horizon()), "{} steps beyond the horizon",
           depth);
    Graph::Layer after(size_);
    Graph::Layer& layer = graph_.layers_[depth];
    layer.first.reserve(layer.size + 1);
    for (std::size_t i = 0; i < layer.size; i++) {
      layer.first.push_back(layer.edges.size());
      if (environment_.status(graph_.state(depth, i)) == engine::Status::running)
        step_all(layer, depth, i, after);
    }
    layer.first.push_back(layer.edges.size());
    layer.edges.shrink_to_fit();
    if (after.size == 0) return false;
    after.returns.shrink_to_fit();
    bytes_ += after.states.bytes();
    graph_.layers_.push_back(std::move(after));
    return true;
  }

  void step_all(Graph::Layer& layer, std::size_t depth, std::size_t index, Graph::Layer& after) {
    const engine::StateBuffer from = graph_.state(depth, index);
    const engine::ConstStateBytes before = from;
    const double so_far = tracked_ ? layer.returns[index] : 0;
    const std::size_t actions = environment_.info().actions.size();
    for (std::size_t action = 0; action < actions; action++) {
      for (engine::Branches branches; branches.next();) {
        std::memcpy(engine::StateBytes(next_).data(), before.data(), size_);
        engine::Chance chance(branches);
        environment_.step(next_, static_cast<engine::Action>(action), chance);
        environment_.signals(from, next_, signals_);
        const double now =
            tracked_ ? so_far + tracked_->reward(std::span<const float>(signals_)) : 0;
        const std::uint32_t child = visit(after, depth + 1, now);
        Graph::Edge& edge = layer.edges.emplace_back();
        edge.child = child;
        edge.kind = kind(branches.probability());
        edge.last = 0;
        edges_++;
      }
      layer.edges.back().last = 1;
    }
  }

  // The index of next_ in the layer, where it may be new.
  std::uint32_t visit(Graph::Layer& layer, std::size_t depth, double return_so_far) {
    constexpr double kGrain = 4294967296;  // so that sums in another order are one key
    const double key = std::round(return_so_far * kGrain) / kGrain + 0.;
    pack(next_, packed_);
    std::uint64_t hash = engine::hash_state(std::as_bytes(std::span(packed_)));
    if (tracked_) hash ^= std::bit_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15u;
    const auto same = [&](std::uint32_t i) {
      return layer.states.equals(i, packed_) && (!tracked_ || layer.returns[i] == key);
    };
    const auto fresh = static_cast<std::uint32_t>(layer.size);
    const std::uint32_t index = seen_.find_or_add(hash, fresh, same);
    if (index != fresh) return index;
    states_++;
    if (states_ > limits_.states)
      throw Error(fmt::format("expected at most {} states to enumerate, got more by step {}",
                              limits_.states, depth));
    if (bytes_ + layer.states.bytes() + edges_ * sizeof(Graph::Edge) > limits_.bytes)
      throw Error(fmt::format(
          "expected at most {:.3g} GiB of states and edges, got more by step {}, after {} states",
          static_cast<double>(limits_.bytes) / (1 << 30), depth, states_));
    layer.states.push(packed_);
    if (tracked_) layer.returns.push_back(key);
    layer.size++;
    return index;
  }

  // Of a branch of this probability that led to signals_.
  std::uint32_t kind(double probability) {
    const std::size_t width = signals_.size() * sizeof(float);
    key_.resize(sizeof(double) + width);
    std::memcpy(key_.data(), &probability, sizeof(double));
    std::memcpy(key_.data() + sizeof(double), signals_.data(), width);
    if (key_ == last_key_) return last_kind_;  // as most are
    const auto [at, fresh] =
        kinds_.try_emplace(key_, static_cast<std::uint32_t>(graph_.probabilities_.size()));
    if (fresh) {
      ENSURE(at->second < 0x80000000u, "{} kinds of edges", at->second);
      graph_.probabilities_.push_back(probability);
      graph_.signals_.insert(graph_.signals_.end(), signals_.begin(), signals_.end());
    }
    last_key_ = key_;
    return last_kind_ = at->second;
  }

  Graph& graph_;
  const engine::Environment& environment_;
  std::size_t size_;
  GraphLimits limits_;
  std::uint64_t states_ = 0, edges_ = 0, bytes_ = 0;  // the last: of whole layers
  const engine::Wish* tracked_;
  engine::StateBuffer next_;
  PackedState packed_;
  std::vector<float> signals_;
  HashIndex seen_;  // of the layer that grows
  std::unordered_map<std::string, std::uint32_t> kinds_;
  std::string key_, last_key_;
  std::uint32_t last_kind_ = 0;
};

Graph::Graph(const engine::Environment& environment, const GraphLimits& limits,
             const engine::Wish* tracked)
    : id_(next_id()), environment_(environment) {
  const std::string& name = environment.info().name;
  if (environment.remembers())
    throw Error(fmt::format(
        "states of {}: expected a world that forgets, got one that remembers episode after episode",
        name));
  try {
    GraphBuilder(*this, limits, tracked).build();
  } catch (const Error& error) {
    throw Error(fmt::format("states of {}: {}", name, error.what()));
  } catch (const std::bad_alloc&) {
    throw Error(
        fmt::format("states of {}: expected memory for them, got none after {}", name, states()));
  }
}

std::uint64_t Graph::states() const {
  std::uint64_t sum = 0;
  for (const Layer& layer : layers_) sum += layer.size;
  return sum;
}

std::uint64_t Graph::edges() const {
  std::uint64_t sum = 0;
  for (const Layer& layer : layers_) sum += layer.edges.size();
  return sum;
}

std::uint64_t Graph::bytes() const {
  std::uint64_t sum = edges() * sizeof(Edge);
  for (const Layer& layer : layers_) sum += layer.states.bytes();
  return sum;
}

std::vector<double> Graph::rewards(const engine::Wish& wish) const {
  const std::size_t width = environment_.info().signals.size();
  std::vector<double> out;
  for (std::size_t kind = 0; kind < probabilities_.size(); kind++)
    out.push_back(wish.reward(std::span(signals_).subspan(kind * width, width)));
  return out;
}

}  // namespace pump::harness
