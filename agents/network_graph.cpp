// The network as graphs for autograd: for convolutions and GPUs, and what the tests hold the plain
// passes against.
#include <algorithm>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include "agents/network.hpp"

namespace pump::agents {

using at::Tensor;

Tensor Network::activate(const Tensor& x) const {
  return config_.activation == Activation::tanh ? at::tanh(x) : at::relu(x);
}

// One-hot codes, [n, planes, height, width]; usual content is zero on all planes.
Tensor Network::planes(const Inputs& inputs) const {
  const std::int64_t each = static_cast<std::int64_t>(layout_.planes) * layout_.cells;
  const Tensor cells = plane_cells_.index_select(0, inputs.rows.to(at::kLong));
  return at::zeros({inputs.size() * each}, inputs.scalars.options())
      .index_fill_(0, owners(inputs) * each + cells, 1)
      .view({inputs.size(), layout_.planes, spec_.height, spec_.width});
}

// What comes before a trunk's dense layers (all but an MLP's first), with the shared ones of them.
Tensor Network::stem(const Inputs& inputs, Part part) const {
  const Part trunk = config_.shared_trunk ? Part::shared : part;
  Tensor x;
  if (layout_.convolutional) {
    x = planes(inputs);
    for (std::size_t i = 0; i < convolutions_.size(); i++)
      if (layout_.convolutions[i].part == trunk)
        x = at::relu(at::conv2d(x, convolutions_[i].weight, convolutions_[i].bias,
                                /*stride=*/1, /*padding=*/1));
    x = at::cat({x.flatten(1), inputs.scalars}, 1);
  } else {
    const std::int64_t from = trunk == Part::value ? layout_.width : 0;
    x = activate(sparse_affine(inputs, first_bias_.narrow(0, from, layout_.width),
                               scalar_weights_.narrow(1, from, layout_.width),
                               table_.narrow(1, from, layout_.width)));
  }
  return config_.shared_trunk ? through(x, Part::shared) : x;
}

Tensor Network::through(Tensor x, Part part) const {
  for (std::size_t i = 0; i < layers_.size(); i++) {
    if (layout_.layers[i].part != part) continue;
    x = at::addmm(layers_[i].bias, x, layers_[i].weight);
    if (!layout_.layers[i].head) x = activate(x);
  }
  return x;
}

Tensor Network::logits(const Inputs& inputs) const {
  return through(stem(inputs, Part::policy), Part::policy);
}

Tensor Network::values(const Inputs& inputs) const {
  return through(stem(inputs, Part::value), Part::value).squeeze(1);
}

Network::Pass Network::graph_forward(Inputs inputs, Heads heads) const {
  Pass pass;
  Tensor trunk;
  if (heads != Heads::value) {
    trunk = stem(inputs, Part::policy);
    pass.logits_graph = through(trunk, Part::policy);
    pass.logits = pass.logits_graph.detach();
  }
  if (heads != Heads::policy) {
    if (!trunk.defined() || !config_.shared_trunk) trunk = stem(inputs, Part::value);
    pass.values_graph = through(trunk, Part::value).squeeze(1);
    pass.values = pass.values_graph.detach();
  }
  pass.inputs = std::move(inputs);
  return pass;
}

// Autograd adds to the leaves' gradients, which are views of the flat one.
void Network::graph_backward(const Pass& pass, const Tensor& logits_gradient,
                             const Tensor& values_gradient, Reach reach) {
  constexpr bool kKeepGraph = true;
  if (logits_gradient.defined())
    torch::autograd::backward({pass.logits_graph}, {logits_gradient}, kKeepGraph);
  if (!values_gradient.defined()) return;
  std::vector<Tensor> own;  // empty: all
  if (config_.shared_trunk && reach == Reach::own_layers) {
    own = {layers_.back().weight, layers_.back().bias};
  }
  torch::autograd::backward({pass.values_graph}, {values_gradient}, kKeepGraph,
                            /*create_graph=*/false, own);
}

// J v as the derivative of ⟨Jᵀ u, v⟩ in u.
Tensor Network::graph_tangent(const Pass& pass, const Tensor& direction) const {
  at::AutoGradMode with_graph(true);
  std::vector<Tensor> leaves, along;
  for (const auto& [name, parameter] : named_parameters()) {
    leaves.push_back(parameter);
    along.push_back(
        direction.narrow(0, parameter.storage_offset(), parameter.numel()).view_as(parameter));
  }
  const Tensor u = at::zeros_like(pass.logits).requires_grad_();
  const auto pulled = torch::autograd::grad({pass.logits_graph}, leaves, {u}, /*retain_graph=*/true,
                                            /*create_graph=*/true, /*allow_unused=*/true);
  Tensor sum = at::zeros({}, pass.logits.options());
  for (std::size_t i = 0; i < leaves.size(); i++)
    if (pulled[i].defined()) sum = sum + (pulled[i] * along[i]).sum();
  return torch::autograd::grad({sum}, {u})[0];
}

}  // namespace pump::agents
