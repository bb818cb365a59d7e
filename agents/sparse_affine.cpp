#include "agents/sparse_affine.hpp"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <torch/csrc/autograd/custom_function.h>

namespace pump::agents {

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Tensor owners(const Tensor& offsets) {
  const Tensor counts = offsets.slice(0, 1) - offsets.slice(0, 0, -1);
  return at::repeat_interleave(counts.to(at::kLong));
}

RowLists lists_of(const Tensor& offsets, const Tensor& rows) {
  return {offsets.data_ptr<std::int32_t>(), rows.data_ptr<std::int32_t>()};
}

Tensor rows_last(const Tensor& x) { return x.stride(1) == 1 ? x : x.contiguous(); }

// The sum of each observation's table rows, [n, columns].
Tensor gather(const Tensor& table, const Tensor& offsets, const Tensor& rows) {
  Tensor out = at::zeros({offsets.size(0) - 1, table.size(1)}, table.options());
  if (!out.is_cpu()) return out.index_add_(0, owners(offsets), table.index_select(0, rows));
  const Tensor from = rows_last(table);
  AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "gather", [&] {
    add_rows<scalar_t>(matrix_of<scalar_t>(out), matrix_of<scalar_t>(from),
                       lists_of(offsets, rows));
  });
  return out;
}

// Its transpose: each observation's values on all its rows.
Tensor scatter(const Tensor& values, const Tensor& offsets, const Tensor& rows,
               std::int64_t table_rows) {
  Tensor out = at::zeros({table_rows, values.size(1)}, values.options());
  if (!out.is_cpu())
    return out.index_add_(0, rows.to(at::kLong), values.index_select(0, owners(offsets)));
  const Tensor from = rows_last(values);
  AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "scatter", [&] {
    add_to_rows<scalar_t>(matrix_of<scalar_t>(out), matrix_of<scalar_t>(from),
                          lists_of(offsets, rows));
  });
  return out;
}

// Each is the other's derivative.
struct Gather : torch::autograd::Function<Gather> {
  static Tensor forward(AutogradContext* context, const Tensor& table, const Tensor& offsets,
                        const Tensor& rows);
  static variable_list backward(AutogradContext* context, variable_list gradients);
};
struct Scatter : torch::autograd::Function<Scatter> {
  static Tensor forward(AutogradContext* context, const Tensor& values, const Tensor& offsets,
                        const Tensor& rows, std::int64_t table_rows);
  static variable_list backward(AutogradContext* context, variable_list gradients);
};

Tensor Gather::forward(AutogradContext* context, const Tensor& table, const Tensor& offsets,
                       const Tensor& rows) {
  context->save_for_backward({offsets, rows});
  context->saved_data["table_rows"] = table.size(0);
  return gather(table, offsets, rows);
}
variable_list Gather::backward(AutogradContext* context, variable_list gradients) {
  const variable_list saved = context->get_saved_variables();
  const std::int64_t table_rows = context->saved_data["table_rows"].toInt();
  return {Scatter::apply(gradients[0], saved[0], saved[1], table_rows), Tensor(), Tensor()};
}
Tensor Scatter::forward(AutogradContext* context, const Tensor& values, const Tensor& offsets,
                        const Tensor& rows, std::int64_t table_rows) {
  context->save_for_backward({offsets, rows});
  return scatter(values, offsets, rows, table_rows);
}
variable_list Scatter::backward(AutogradContext* context, variable_list gradients) {
  const variable_list saved = context->get_saved_variables();
  return {Gather::apply(gradients[0], saved[0], saved[1]), Tensor(), Tensor(), Tensor()};
}

// The whole layer as one node of the graph.
struct SparseAffine : torch::autograd::Function<SparseAffine> {
  static Tensor forward(AutogradContext* context, const Tensor& bias, const Tensor& weights,
                        const Tensor& table, const Tensor& scalars, const Tensor& offsets,
                        const Tensor& rows) {
    context->save_for_backward({scalars, offsets, rows});
    context->saved_data["table_rows"] = table.size(0);
    Tensor out = at::addmm(bias, scalars, weights);
    return out.add_(gather(table, offsets, rows));
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const std::int64_t table_rows = context->saved_data["table_rows"].toInt();
    const Tensor& gradient = gradients[0];
    return {gradient.sum(0),
            saved[0].t().mm(gradient),
            Scatter::apply(gradient, saved[1], saved[2], table_rows),
            Tensor(),
            Tensor(),
            Tensor()};
  }
};

template <class T>
Tensor copied(const std::vector<T>& values, at::IntArrayRef shape, at::ScalarType from,
              const at::Device& device, at::ScalarType to) {
  const Tensor here = at::from_blob(const_cast<T*>(values.data()), shape, from);
  return device.is_cpu() && from == to ? here.clone() : here.to(device, to);
}

}  // namespace

Inputs make_inputs(const SparseObservations& observations, const at::Device& device,
                   at::ScalarType dtype) {
  const std::int64_t n = observations.size();
  const auto rows = static_cast<std::int64_t>(observations.rows.size());
  const std::int64_t scalars =
      n > 0 ? static_cast<std::int64_t>(observations.scalars.size()) / n : 0;
  return {copied(observations.offsets, {n + 1}, at::kInt, device, at::kInt),
          copied(observations.rows, {rows}, at::kInt, device, at::kInt),
          copied(observations.scalars, {n, scalars}, at::kFloat, device, dtype)};
}

Tensor owners(const Inputs& inputs) { return owners(inputs.offsets); }
RowLists lists_of(const Inputs& inputs) { return lists_of(inputs.offsets, inputs.rows); }

Tensor sparse_affine(const Inputs& inputs, const Tensor& bias, const Tensor& weights,
                     const Tensor& table) {
  return SparseAffine::apply(bias, weights, table, inputs.scalars, inputs.offsets, inputs.rows);
}

}  // namespace pump::agents
