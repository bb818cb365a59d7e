#pragma once

#include "agents/tensor.hpp"
#include "agents/vocabulary.hpp"

namespace pump::agents {

// Observations on the device that learns.
struct Inputs {
  at::Tensor offsets, rows;  // int32, [n + 1] and [all rows of all n]
  at::Tensor scalars;        // [n, scalars]
  std::int64_t size() const { return scalars.size(0); }
};
Inputs make_inputs(const SparseObservations& observations, const at::Device& device,
                   at::ScalarType dtype = at::kFloat);

// out [n, h] += the sum of each observation's rows of table [r, h]; and its transpose, table +=
// each observation's values [n, h] on its rows. On any device; without a graph.
void add_sum_of_rows(at::Tensor out, const Inputs& inputs, const at::Tensor& table);
void add_to_rows_of(at::Tensor table, const Inputs& inputs, const at::Tensor& values);

// bias [h] + scalars [n, s] weights [s, h] + the sum of each observation's rows of table [r, h]:
// what a dense layer makes of one-hot codes, for the cost of the few cells that differ.
// Differentiable in bias, weights and table, any number of times.
at::Tensor sparse_affine(const Inputs& inputs, const at::Tensor& bias, const at::Tensor& weights,
                         const at::Tensor& table);

}  // namespace pump::agents
