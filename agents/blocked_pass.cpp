#include "agents/blocked_pass.hpp"

#include <algorithm>

namespace pump::agents {

namespace {
constexpr std::size_t kBlock = 128;

using torch::Tensor;

// Outside inference mode, so that a graph may start from it.
Tensor joined(const std::vector<Tensor>& parts) {
  return parts.front().defined() ? at::cat(parts) : Tensor();
}
Tensor part(const Tensor& whole, std::int64_t from, std::int64_t size) {
  return whole.defined() ? whole.narrow(0, from, size) : Tensor();
}
}  // namespace

BlockedPass::BlockedPass(const Network& network, const SparseObservations& observations,
                         std::span<const int> indices, Network::Heads heads) {
  const std::size_t block = network.device().is_cpu() ? kBlock : indices.size();
  std::vector<Tensor> logits, values;
  for (std::size_t at = 0; at < indices.size(); at += block) {
    const auto some = indices.subspan(at, std::min(block, indices.size() - at));
    passes_.push_back(
        network.forward(make_inputs(observations.select(some), network.device()), heads));
    logits.push_back(passes_.back().logits);
    values.push_back(passes_.back().values);
  }
  logits_ = joined(logits);
  values_ = joined(values);
}

void BlockedPass::backward(Network& network, const Tensor& logits_gradient,
                           const Tensor& values_gradient) const {
  std::int64_t at = 0;
  for (const Network::Pass& pass : passes_) {
    const std::int64_t size = pass.inputs.size();
    network.backward(pass, part(logits_gradient, at, size), part(values_gradient, at, size));
    at += size;
  }
}

}  // namespace pump::agents
