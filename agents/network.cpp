#include "agents/network.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "agents/initialise.hpp"
#include "engine/ensure.hpp"

namespace pump::agents {

namespace {

using at::Tensor;

// Orthogonal weights with gain sqrt(2), a near-uniform first policy, an unscaled value head
// (Andrychowicz et al. 2021, sections 3.2 and B.2; Huang et al. 2022, detail 2).
constexpr double kHiddenGain = std::numbers::sqrt2, kPolicyGain = .01, kValueGain = 1;
// A row of the table is added for each of some ten cells that differ.
const double kRowDeviation = std::sqrt(2.0 / 10);

std::span<float> floats(const Tensor& weights) {
  return {weights.data_ptr<float>(), static_cast<std::size_t>(weights.numel())};
}

// A pair is (layer, cell, code), and its place on one-hot planes (layer, code, cell).
std::vector<std::int64_t> cells_of_planes(const engine::ObservationSpec& spec) {
  std::vector<std::int64_t> out;
  std::int64_t plane = 0;
  for (const engine::LayerSpec& layer : spec.layers) {
    const auto codes = static_cast<std::int64_t>(layer.codes.size()) - 1;
    for (std::int64_t cell = 0; cell < spec.cells(); cell++)
      for (std::int64_t code = 0; code < codes; code++)
        out.push_back((plane + code) * spec.cells() + cell);
    plane += codes;
  }
  return out;
}

}  // namespace

Network::Network(const engine::ObservationSpec& spec, int actions, const NetworkConfig& config,
                 std::uint64_t seed, const at::Device& device)
    : spec_(spec),
      actions_(actions),
      config_(config),
      seed_(seed),
      device_(at::kCPU),
      layout_(spec, actions, config),
      mlp_(layout_, config),
      vocabulary_(spec) {
  if (layout_.convolutional) {
    std::vector<std::int32_t> all(static_cast<std::size_t>(vocabulary_.capacity()));
    std::iota(all.begin(), all.end(), 0);
    vocabulary_.restore(all);
    plane_cells_ = at::tensor(cells_of_planes(spec));
  }
  flat_ = at::zeros(
      {layout_.table + static_cast<std::int64_t>(layout_.columns) * vocabulary_.capacity()});
  flat_gradient_ = at::zeros_like(flat_);
  bind();
  initialise();
  move_to(device);
}

Network::Network(const Network& other)
    : spec_(other.spec_),
      actions_(other.actions_),
      config_(other.config_),
      seed_(other.seed_),
      device_(other.device_),
      layout_(other.layout_),
      mlp_(other.mlp_),
      vocabulary_(other.vocabulary_),
      quiet_(other.quiet_),
      flat_(other.flat_.clone()),
      flat_gradient_(at::zeros_like(other.flat_)),
      plane_cells_(other.plane_cells_) {
  bind();
}

// A parameter that lives in the flat tensors, gradient and all.
Tensor Network::leaf(std::int64_t at, at::IntArrayRef shape) {
  const std::int64_t size = c10::multiply_integers(shape);
  Tensor parameter = flat_.narrow(0, at, size).view(shape).detach();
  parameter.requires_grad_(true);
  parameter.mutable_grad() = flat_gradient_.narrow(0, at, size).view(shape);
  return parameter;
}

void Network::bind() {
  first_bias_ = leaf(layout_.first_bias, {layout_.columns});
  scalar_weights_ =
      leaf(layout_.first_scalars, {layout_.columns > 0 ? layout_.scalars : 0, layout_.columns});
  convolutions_.clear();
  for (const ConvolutionLayer& layer : layout_.convolutions)
    convolutions_.push_back({leaf(layer.weight, {layer.out, layer.in, kKernel, kKernel}),
                             leaf(layer.bias, {layer.out})});
  layers_.clear();
  for (const DenseLayer& layer : layout_.layers)
    layers_.push_back({leaf(layer.weight, {layer.in, layer.out}), leaf(layer.bias, {layer.out})});
  bind_table();
}

void Network::bind_table() { table_ = leaf(layout_.table, {vocabulary_.size(), layout_.columns}); }

void Network::initialise() {
  at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < layers_.size(); i++) {
    const DenseLayer& layer = layout_.layers[i];
    const double gain = !layer.head                  ? kHiddenGain
                        : layer.part == Part::policy ? kPolicyGain
                                                     : kValueGain;
    fill_orthogonal(floats(layers_[i].weight), layer.in, layer.out, gain, seed_, layer.name);
  }
  for (std::size_t i = 0; i < convolutions_.size(); i++) {
    const ConvolutionLayer& layer = layout_.convolutions[i];
    fill_orthogonal(floats(convolutions_[i].weight), layer.out, layer.in * kKernel * kKernel,
                    kHiddenGain, seed_, layer.name);
  }
  const double deviation = std::sqrt(2.0 / std::max(1, layout_.scalars));
  fill_normal(floats(scalar_weights_), deviation, seed_, "first.scalars");
}

void Network::initialise_rows(int from) {
  at::NoGradGuard no_grad;
  const auto width = static_cast<std::size_t>(layout_.columns);
  const int rows = vocabulary_.size();
  Tensor fresh = at::empty({rows - from, layout_.columns});
  for (int row = from; row < rows; row++)
    fill_normal(floats(fresh).subspan(static_cast<std::size_t>(row - from) * width, width),
                kRowDeviation, seed_, "first.table",
                static_cast<std::uint32_t>(vocabulary_.pairs()[static_cast<std::size_t>(row)]));
  if (quiet_) fresh.narrow(1, 0, layout_.width).zero_();
  bind_table();
  table_.narrow(0, from, rows - from).copy_(fresh);
}

void Network::move_to(const at::Device& device, at::ScalarType type) {
  if (device == device_ && flat_.scalar_type() == type) return;
  device_ = device;
  flat_ = flat_.to(device, type);
  flat_gradient_ = at::zeros_like(flat_);
  if (plane_cells_.defined()) plane_cells_ = plane_cells_.to(device);
  bind();
}

void Network::encode(const Observations& observations, int n, SparseObservations& out) const {
  vocabulary_.encode(observations, n, out);
}

void Network::learn(const Observations& observations, int n, SparseObservations& out) {
  const int known = vocabulary_.size();
  vocabulary_.learn(observations, n, out);
  if (vocabulary_.size() > known) initialise_rows(known);
}

void Network::meet(std::span<const std::int32_t> pairs) {
  const int known = vocabulary_.size();
  ENSURE(std::equal(vocabulary_.pairs().begin(), vocabulary_.pairs().end(), pairs.begin()),
         "{} pairs that are not the first of {}", known, pairs.size());
  if (static_cast<std::size_t>(known) == pairs.size()) return;
  vocabulary_.restore(pairs);
  initialise_rows(known);
}

std::vector<std::pair<std::string, Tensor>> Network::named_parameters() const {
  std::vector<std::pair<std::string, Tensor>> out;
  if (!layout_.convolutional)
    out = {{"first.bias", first_bias_}, {"first.scalars", scalar_weights_}};
  const auto add = [&out](const std::string& name, const Leaf& leaf) {
    out.emplace_back(name + ".weight", leaf.weight);
    out.emplace_back(name + ".bias", leaf.bias);
  };
  for (std::size_t i = 0; i < convolutions_.size(); i++)
    add(layout_.convolutions[i].name, convolutions_[i]);
  for (std::size_t i = 0; i < layers_.size(); i++) add(layout_.layers[i].name, layers_[i]);
  if (!layout_.convolutional) out.emplace_back("first.table", table_);
  return out;
}

}  // namespace pump::agents
