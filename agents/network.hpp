#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agents/bytes.hpp"
#include "agents/config.hpp"
#include "agents/mlp.hpp"
#include "agents/network_layout.hpp"
#include "agents/sparse_affine.hpp"
#include "agents/tensor.hpp"
#include "agents/vocabulary.hpp"

namespace pump::agents {

// A policy and a value function as one network. All weights lie in one flat tensor, an MLP's table
// last and in the order its rows were first met, so that whatever is in use is a prefix; gradients
// likewise. An optimiser sees two flat tensors and nothing of layers.
//
// Two routes lead through it: an MLP on the CPU is computed by agents/mlp.hpp, anything else by
// libtorch as graphs for autograd. Pass is the same for both.
class Network {
 public:
  // pump::Error when a convolution is to see no cells.
  Network(const engine::ObservationSpec& spec, int actions, const NetworkConfig& config,
          std::uint64_t seed, const at::Device& device = at::kCPU);
  Network(const Network& other);
  Network& operator=(const Network&) = delete;

  int actions() const { return actions_; }
  const NetworkConfig& config() const { return config_; }
  const at::Device& device() const { return device_; }
  // type: kDouble only for the tests.
  void move_to(const at::Device& device, at::ScalarType type = at::kFloat);

  // Appends n observations. learn: cells met for the first time get table rows of their own.
  void encode(const Observations& observations, int n, SparseObservations& out) const;
  void learn(const Observations& observations, int n, SparseObservations& out);
  // The same from another network's vocabulary: rows for its pairs, in its order, so that what that
  // network has encoded can be read here. This one has met nothing else.
  void meet(std::span<const std::int32_t> pairs);
  const Vocabulary& vocabulary() const { return vocabulary_; }
  // From now on the policy takes no notice of cells met for the first time until it learns to:
  // their rows start at zero. A clone that trains on then starts as it was cloned, whatever it
  // sees. (A convolution knows every cell from the start.)
  void meet_new_cells_quietly() { quiet_ = true; }

  // Into spans of floats here, whatever the device: logits, [n][actions], and values, [n], unless
  // empty. For playing: nothing is allocated once the first call has been.
  void evaluate(const SparseObservations& observations, std::span<float> logits,
                std::span<float> values = {}) const;

  // As graphs for autograd, which may differentiate them twice.
  at::Tensor logits(const Inputs& inputs) const;  // [n, actions]
  at::Tensor values(const Inputs& inputs) const;  // [n]

  // For learning: forward keeps what backward and tangent need. They want the weights as forward
  // found them, and may be called again and again.
  using Heads = agents::Heads;
  using Reach = agents::Reach;
  struct Pass {
    at::Tensor logits, values;  // [n, actions], [n]; no graph; undefined where not asked for
    Inputs inputs;
    at::Tensor record;                      // by agents/mlp.hpp
    at::Tensor logits_graph, values_graph;  // else
  };
  Pass forward(Inputs inputs, Heads heads) const;
  // Adds to gradients(), given those of the loss in the pass's logits and values (undefined: none).
  void backward(const Pass& pass, const at::Tensor& logits_gradient,
                const at::Tensor& values_gradient, Reach reach = Reach::everything);
  // The derivative of the pass's logits along a direction as long as parameters(), [n, actions]:
  // J v of a Fisher product Jᵀ (diag π − π πᵀ) J v, whose Jᵀ is backward (Schulman et al. 2015,
  // appendix C).
  at::Tensor tangent(const Pass& pass, const at::Tensor& direction) const;

  // What is in use, flat; views, not copies.
  at::Tensor parameters() const { return flat_.narrow(0, 0, in_use()); }
  at::Tensor gradients() const { return flat_gradient_.narrow(0, 0, in_use()); }
  std::int64_t capacity() const { return flat_.size(0); }
  // Leaves of the graph with their names, the table last.
  std::vector<std::pair<std::string, at::Tensor>> named_parameters() const;

  void save(ByteWriter& out) const;
  // pump::Error when the bytes are not a network for these observations and actions.
  static std::unique_ptr<Network> read(ByteReader& in, const engine::ObservationSpec& spec,
                                       int actions);

 private:
  struct Leaf {
    at::Tensor weight, bias;
  };
  std::int64_t in_use() const {
    return layout_.table + static_cast<std::int64_t>(layout_.columns) * vocabulary_.size();
  }
  bool plain() const { return !layout_.convolutional && device_.is_cpu(); }

  at::Tensor leaf(std::int64_t at, at::IntArrayRef shape);
  void bind();
  void bind_table();
  void initialise();
  void initialise_rows(int from);

  at::Tensor activate(const at::Tensor& x) const;
  at::Tensor planes(const Inputs& inputs) const;
  at::Tensor stem(const Inputs& inputs, Part part) const;
  at::Tensor through(at::Tensor x, Part part) const;
  Pass graph_forward(Inputs inputs, Heads heads) const;
  void graph_backward(const Pass& pass, const at::Tensor& logits_gradient,
                      const at::Tensor& values_gradient, Reach reach);
  at::Tensor graph_tangent(const Pass& pass, const at::Tensor& direction) const;

  engine::ObservationSpec spec_;
  int actions_;
  NetworkConfig config_;
  std::uint64_t seed_;
  at::Device device_;
  NetworkLayout layout_;
  Mlp mlp_;
  Vocabulary vocabulary_;
  bool quiet_ = false;
  at::Tensor flat_, flat_gradient_;
  at::Tensor first_bias_, scalar_weights_, table_;  // leaves, and those of the layout's layers
  std::vector<Leaf> convolutions_, layers_;
  at::Tensor plane_cells_;  // int64 [pairs]: each pair's cell among those of all planes
};

// Automatic: a GPU where there is one and the network suits it. pump::Error when the one asked for
// is not there.
at::Device device_of(const TrainConfig& config);

}  // namespace pump::agents
