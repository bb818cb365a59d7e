#pragma once

#include <cstdint>
#include <span>

#include "agents/config.hpp"
#include "agents/matrix.hpp"

// What a small network spends its time on between matrix products: one pass over memory each,
// compiled for what the processor has. T is float, or double for the tests.
namespace pump::agents {

// x ← f(x + bias). tanh of floats to within 3e-7, absolute.
template <class T>
void activate(const Matrix<T>& x, const T* bias, Activation activation);
// x ← x + bias.
template <class T>
void add_bias(const Matrix<T>& x, const T* bias);
// gradient ← gradient · f'(x), where y = f(x) is given: of tanh 1 − y², of relu y > 0.
template <class T>
void activation_backward(const Matrix<T>& gradient, const Matrix<const T>& y,
                         Activation activation);
// out += the sum of each column.
template <class T>
void add_columns(const Matrix<const T>& x, T* out);

// The table rows of n observations: those of observation i are rows[offsets[i]] up to
// rows[offsets[i + 1]].
struct RowLists {
  const std::int32_t* offsets;
  const std::int32_t* rows;
};
// out[i] += the sum of the table rows of observation i.
template <class T>
void add_rows(const Matrix<T>& out, const Matrix<const T>& table, const RowLists& lists);
// table[row] += values[i] for every row of observation i.
template <class T>
void add_to_rows(const Matrix<T>& table, const Matrix<const T>& values, const RowLists& lists);

// Each row of x ← log softmax of it.
template <class T>
void log_softmax(const Matrix<T>& x);
template <class T>
void transpose(const Matrix<const T>& from, T* to);

// One step of Adam, and of RMSprop, on the parameters from the gradients g and their running
// moments; FlatOptimiser says what they are.
struct AdamStep {
  float beta1, beta2, rate, root_scale, eps;  // x −= rate m / (root_scale √v + eps)
};
void adam(const AdamStep& step, std::span<const float> g, std::span<float> m, std::span<float> v,
          std::span<float> x);
void rmsprop(float alpha, float rate, float eps, std::span<const float> g, std::span<float> v,
             std::span<float> x);

}  // namespace pump::agents
