// Which route a pass takes, and the plain one's way between tensors and arrays.
#include <algorithm>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/core/grad_mode.h>

#include "agents/network.hpp"
#include "engine/ensure.hpp"

namespace pump::agents {

namespace {

using at::Tensor;

template <class T>
SparseBatch<T> batch_of(const Inputs& inputs) {
  return {lists_of(inputs), matrix_of<T>(inputs.scalars)};
}

template <class T>
const T* pointer(const Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<T>() : nullptr;
}

Tensor rows_together(const Tensor& tensor) {
  return tensor.defined() ? tensor.contiguous() : tensor;
}

}  // namespace

Network::Pass Network::forward(Inputs inputs, Heads heads) const {
  if (!plain()) {
    at::AutoGradMode with_graph(true);
    return graph_forward(std::move(inputs), heads);
  }
  at::NoGradGuard no_grad;
  const std::int64_t n = inputs.size();
  Pass pass;
  pass.record = at::empty({n * mlp_.record_size()}, flat_.options());
  AT_DISPATCH_FLOATING_TYPES(flat_.scalar_type(), "forward", [&] {
    mlp_.forward(flat_.data_ptr<scalar_t>(), batch_of<scalar_t>(inputs), heads,
                 pass.record.data_ptr<scalar_t>());
  });
  if (heads != Heads::value)
    pass.logits = pass.record.narrow(0, mlp_.logits_at(n), n * actions_).view({n, actions_});
  if (heads != Heads::policy) pass.values = pass.record.narrow(0, mlp_.values_at(n), n);
  pass.inputs = std::move(inputs);
  return pass;
}

void Network::backward(const Pass& pass, const Tensor& logits_gradient,
                       const Tensor& values_gradient, Reach reach) {
  ENSURE((!logits_gradient.defined() || pass.logits.defined()) &&
             (!values_gradient.defined() || pass.values.defined()),
         "a gradient of what the pass left out");
  if (!plain()) return graph_backward(pass, logits_gradient, values_gradient, reach);
  const Tensor of_logits = rows_together(logits_gradient);
  const Tensor of_values = rows_together(values_gradient);
  AT_DISPATCH_FLOATING_TYPES(flat_.scalar_type(), "backward", [&] {
    mlp_.backward(flat_.data_ptr<scalar_t>(), batch_of<scalar_t>(pass.inputs),
                  pass.record.data_ptr<scalar_t>(), pointer<scalar_t>(of_logits),
                  pointer<scalar_t>(of_values), reach, flat_gradient_.data_ptr<scalar_t>());
  });
}

Tensor Network::tangent(const Pass& pass, const Tensor& direction) const {
  ENSURE(pass.logits.defined() && direction.numel() == in_use(), "a direction of {} for {}",
         direction.numel(), in_use());
  if (!plain()) return graph_tangent(pass, direction);
  const Tensor along = direction.contiguous();
  Tensor out = at::empty_like(pass.logits, at::MemoryFormat::Contiguous);
  AT_DISPATCH_FLOATING_TYPES(flat_.scalar_type(), "tangent", [&] {
    mlp_.tangent(flat_.data_ptr<scalar_t>(), batch_of<scalar_t>(pass.inputs),
                 pass.record.data_ptr<scalar_t>(), along.data_ptr<scalar_t>(),
                 out.data_ptr<scalar_t>());
  });
  return out;
}

void Network::evaluate(const SparseObservations& observations, std::span<float> logits,
                       std::span<float> values) const {
  const std::int64_t n = observations.size();
  const Heads heads = values.empty() ? Heads::policy : Heads::both;
  ENSURE(static_cast<std::int64_t>(logits.size()) == n * actions_, "{} logits of {}", logits.size(),
         n * actions_);
  if (plain()) {
    thread_local std::vector<float> record;
    record.resize(std::max(record.size(), static_cast<std::size_t>(n * mlp_.record_size())));
    const SparseBatch<float> batch{{observations.offsets.data(), observations.rows.data()},
                                   {observations.scalars.data(), n, layout_.scalars}};
    mlp_.forward(flat_.data_ptr<float>(), batch, heads, record.data());
    std::copy_n(record.data() + mlp_.logits_at(n), logits.size(), logits.data());
    std::copy_n(record.data() + mlp_.values_at(n), values.size(), values.data());
    return;
  }
  at::NoGradGuard no_grad;
  const Pass pass = graph_forward(make_inputs(observations, device_), heads);
  const auto copy = [](const Tensor& from, std::span<float> to) {
    const Tensor here = from.to(at::kCPU).contiguous();
    std::copy_n(here.data_ptr<float>(), to.size(), to.data());
  };
  copy(pass.logits, logits);
  if (!values.empty()) copy(pass.values, values);
}

}  // namespace pump::agents
