#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agents/bytes.hpp"
#include "agents/config.hpp"
#include "agents/sparse_affine.hpp"
#include "agents/tensor.hpp"
#include "agents/vocabulary.hpp"

namespace pump::agents {

// A policy and a value function as one network: a sparse first layer, further dense ones, two
// heads. With separate trunks the first layer holds both side by side, the policy's columns first.
//
// All weights lie in one flat tensor, the first layer's table last and in the order its rows were
// first met, so that whatever is in use is a prefix; gradients likewise. An optimiser sees two flat
// tensors and nothing of layers.
class Network {
 public:
  Network(const engine::ObservationSpec& spec, int actions, const NetworkConfig& config,
          std::uint64_t seed, const at::Device& device = at::kCPU);
  Network(const Network& other);
  Network& operator=(const Network&) = delete;

  int actions() const { return actions_; }
  const NetworkConfig& config() const { return config_; }
  const at::Device& device() const { return device_; }
  void move_to(const at::Device& device);

  // Appends n observations. learn: cells met for the first time get table rows of their own.
  void encode(const Observations& observations, int n, SparseObservations& out) const;
  void learn(const Observations& observations, int n, SparseObservations& out);
  // The same from another network's vocabulary: rows for its pairs, in its order, so that what that
  // network has encoded can be read here. This one has met nothing else.
  void meet(std::span<const std::int32_t> pairs);
  const Vocabulary& vocabulary() const { return vocabulary_; }
  // From now on the policy takes no notice of cells met for the first time until it learns to:
  // their rows start at zero. A clone that trains on then starts as it was cloned, whatever it
  // sees.
  void meet_new_cells_quietly() { quiet_ = true; }

  // As graphs for autograd, which may differentiate them twice.
  at::Tensor logits(const Inputs& inputs) const;  // [n, actions]
  at::Tensor values(const Inputs& inputs) const;  // [n]

  // The same without a graph: forward keeps the activations that backward needs.
  enum class Heads { policy, value, both };
  struct Pass {
    at::Tensor logits, values;  // [n, actions], [n]; undefined where not asked for
    Inputs inputs;
    std::vector<at::Tensor> shared, policy, value;  // inputs of each trunk's layers
    at::Tensor first;                               // output of the first layer
  };
  Pass forward(Inputs inputs, Heads heads) const;
  // Adds to gradients(), given those of the loss in the pass's logits and values (undefined: none).
  // own_layers: the values' gradient stops where a trunk is shared with the policy, so that
  // learning values leaves the policy as it is. With separate trunks there is no such place.
  enum class Reach { everything, own_layers };
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
  struct Layer {
    std::string name;
    at::Tensor weight, bias;  // [in, out], [out]
  };
  using Layers = std::vector<Layer>;

  std::int64_t first_width() const;  // columns of the first layer
  std::int64_t in_use() const { return dense_ + first_width() * vocabulary_.size(); }
  void allocate(const at::Device& device);
  at::Tensor leaf(std::int64_t at, at::IntArrayRef shape);
  void bind();
  void bind_table();
  void initialise();
  void initialise_rows(int from);
  at::Tensor descend(const Layers& layers, const std::vector<at::Tensor>& inputs,
                     at::Tensor gradient, bool to_input);
  at::Tensor along(const Layers& layers, const std::vector<at::Tensor>& inputs, at::Tensor change,
                   const at::Tensor& direction) const;
  at::Tensor climb(const Layers& layers, at::Tensor x, std::vector<at::Tensor>& inputs) const;
  at::Tensor activate(const at::Tensor& x) const;
  at::Tensor first(const Inputs& inputs, std::int64_t column, std::int64_t width) const;
  at::Tensor through(at::Tensor x, const Layers& layers) const;

  engine::ObservationSpec spec_;
  int actions_;
  NetworkConfig config_;
  std::uint64_t seed_;
  at::Device device_;
  Vocabulary vocabulary_;
  bool quiet_ = false;
  std::int64_t dense_ = 0;  // weights before the table
  at::Tensor flat_, flat_gradient_;
  at::Tensor table_, scalar_weights_, first_bias_;
  Layers shared_, policy_, value_;  // after the first; heads last
};

// Automatic: a GPU where there is one. pump::Error when the one asked for is not there.
at::Device device_of(Device device);

}  // namespace pump::agents
