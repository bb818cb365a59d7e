#pragma once

#include <torch/torch.h>

#include "agents/vocabulary.hpp"

namespace pump::agents {

// Observations on the device that learns.
struct Inputs {
  torch::Tensor offsets, rows;  // int32, [n + 1] and [all rows of all n]
  torch::Tensor scalars;        // [n, scalars]
  std::int64_t size() const { return scalars.size(0); }
};
Inputs make_inputs(const SparseObservations& observations, const torch::Device& device,
                   torch::Dtype dtype = torch::kFloat);

// out [n, h] += the sum of each observation's rows of table [r, h]; and its transpose, table +=
// each observation's values [n, h] on its rows. On any device; without a graph.
void add_sum_of_rows(torch::Tensor out, const Inputs& inputs, const torch::Tensor& table);
void add_to_rows_of(torch::Tensor table, const Inputs& inputs, const torch::Tensor& values);

// bias [h] + scalars [n, s] weights [s, h] + the sum of each observation's rows of table [r, h]:
// what a dense layer makes of one-hot codes, for the cost of the few cells that differ.
// Differentiable in bias, weights and table, any number of times.
torch::Tensor sparse_affine(const Inputs& inputs, const torch::Tensor& bias,
                            const torch::Tensor& weights, const torch::Tensor& table);

}  // namespace pump::agents
