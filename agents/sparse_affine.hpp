#pragma once

#include "agents/kernels.hpp"
#include "agents/matrix.hpp"
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

// The observation that each row belongs to, int64 [all rows].
at::Tensor owners(const Inputs& inputs);

// What the kernels read, of tensors on the CPU.
RowLists lists_of(const Inputs& inputs);
template <class T>
Matrix<T> matrix_of(const at::Tensor& x) {
  return {x.data_ptr<T>(), x.size(0), x.size(1), x.stride(0), x.stride(1)};
}

// bias [h] + scalars [n, s] weights [s, h] + the sum of each observation's rows of table [r, h]:
// what a dense layer makes of one-hot codes, for the cost of the few cells that differ.
// Differentiable in bias, weights and table, any number of times.
at::Tensor sparse_affine(const Inputs& inputs, const at::Tensor& bias, const at::Tensor& weights,
                         const at::Tensor& table);

}  // namespace pump::agents
