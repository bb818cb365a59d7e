// The network without autograd's graph: forward and backward by hand, for rollouts and training.
// tests/agents compares them with the graph's.
#include <utility>

#include <ATen/ATen.h>

#include "agents/kernels.hpp"
#include "agents/network.hpp"

namespace pump::agents {

namespace {
using at::Tensor;

bool is_head(const std::string& name) { return name.ends_with("head"); }
}  // namespace

// Through the layers, noting what goes into each.
Tensor Network::climb(const Layers& layers, Tensor x, std::vector<Tensor>& inputs) const {
  for (const Layer& layer : layers) {
    inputs.push_back(x);
    x = at::addmm(layer.bias, x, layer.weight);
    if (!is_head(layer.name)) activate_in_place(x, config_.activation);
  }
  return x;
}

Network::Pass Network::forward(Inputs inputs, Heads heads) const {
  c10::InferenceMode inference;
  const std::int64_t width = config_.hidden.front();
  const std::int64_t columns = heads == Heads::both ? first_width() : width;
  const std::int64_t from = heads == Heads::value ? first_width() - width : 0;
  Pass pass;
  pass.first = at::addmm(first_bias_.narrow(0, from, columns), inputs.scalars,
                         scalar_weights_.narrow(1, from, columns));
  add_sum_of_rows(pass.first, inputs, table_.narrow(1, from, columns));
  activate_in_place(pass.first, config_.activation);
  const auto trunk = [&](std::int64_t column) {
    return config_.shared_trunk ? climb(shared_, pass.first, pass.shared)
                                : pass.first.narrow(1, column, width);
  };
  Tensor shared = trunk(0);
  if (heads != Heads::value) pass.logits = climb(policy_, shared, pass.policy);
  if (heads == Heads::both && !config_.shared_trunk) shared = trunk(width);
  if (heads != Heads::policy) pass.values = climb(value_, shared, pass.value).squeeze(1);
  pass.inputs = std::move(inputs);
  return pass;
}

// From the gradient in the output of the layers to that in their input, adding up the weights'.
Tensor Network::descend(const Layers& layers, const std::vector<Tensor>& inputs, Tensor gradient,
                        bool to_input) {
  for (std::size_t i = layers.size(); i-- > 0;) {
    const Layer& layer = layers[i];
    layer.weight.grad().addmm_(inputs[i].t(), gradient);
    layer.bias.grad().add_(gradient.sum(0));
    if (i == 0 && !to_input) return Tensor();
    gradient = at::mm(gradient, layer.weight.t());
    if (i > 0) activation_backward_in_place(gradient, inputs[i], config_.activation);
  }
  return gradient;
}

void Network::backward(const Pass& pass, const Tensor& logits_gradient,
                       const Tensor& values_gradient, Reach reach) {
  c10::InferenceMode inference;
  std::vector<Tensor> trunks;
  if (logits_gradient.defined())
    trunks.push_back(descend(policy_, pass.policy, logits_gradient, true));
  const bool values_reach = !config_.shared_trunk || reach == Reach::everything;
  if (values_gradient.defined()) {
    const Tensor down = descend(value_, pass.value, values_gradient.unsqueeze(1), values_reach);
    if (values_reach) trunks.push_back(down);
  }
  if (trunks.empty()) return;
  Tensor gradient;
  if (config_.shared_trunk) {
    gradient = trunks.size() == 2 ? trunks[0].add_(trunks[1]) : trunks[0];
    if (!shared_.empty()) {
      // What the heads read is the last shared layer's activation.
      activation_backward_in_place(gradient, pass.logits.defined() ? pass.policy[0] : pass.value[0],
                                   config_.activation);
      gradient = descend(shared_, pass.shared, gradient, true);
    }
  } else {
    gradient = trunks.size() == 2 ? at::cat(trunks, 1) : trunks[0];
  }
  activation_backward_in_place(gradient, pass.first, config_.activation);
  const std::int64_t columns = gradient.size(1);
  const std::int64_t from = logits_gradient.defined() ? 0 : first_width() - config_.hidden.front();
  first_bias_.grad().narrow(0, from, columns).add_(gradient.sum(0));
  scalar_weights_.grad().narrow(1, from, columns).addmm_(pass.inputs.scalars.t(), gradient);
  add_to_rows_of(table_.grad().narrow(1, from, columns), pass.inputs, gradient);
}

// The part of a flat direction that belongs to a parameter.
static Tensor part(const Tensor& direction, const Tensor& parameter) {
  return direction.narrow(0, parameter.storage_offset(), parameter.numel()).view(parameter.sizes());
}

// From the change in the layers' input to that in their output: d(x W + b) = dx W + x dW + db.
Tensor Network::along(const Layers& layers, const std::vector<Tensor>& inputs, Tensor change,
                      const Tensor& direction) const {
  for (std::size_t i = 0; i < layers.size(); i++) {
    const Layer& layer = layers[i];
    if (i > 0) activation_backward_in_place(change, inputs[i], config_.activation);
    change = at::addmm(part(direction, layer.bias), change, layer.weight)
                 .addmm_(inputs[i], part(direction, layer.weight));
  }
  return change;
}

Tensor Network::tangent(const Pass& pass, const Tensor& direction) const {
  c10::InferenceMode inference;
  const std::int64_t width = config_.hidden.front();
  Tensor change = at::addmm(part(direction, first_bias_).narrow(0, 0, width), pass.inputs.scalars,
                            part(direction, scalar_weights_).narrow(1, 0, width));
  add_sum_of_rows(change, pass.inputs, part(direction, table_).narrow(1, 0, width));
  activation_backward_in_place(change, pass.first, config_.activation);
  if (!shared_.empty()) {
    change = along(shared_, pass.shared, change, direction);
    activation_backward_in_place(change, pass.policy[0], config_.activation);
  }
  return along(policy_, pass.policy, change, direction);
}

}  // namespace pump::agents
