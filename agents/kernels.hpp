#pragma once

#include "agents/config.hpp"
#include "agents/tensor.hpp"

// What a small network spends its time on between matrix products: one pass over memory each, on
// the CPU compiled for what the processor has; on other devices libtorch's own.
namespace pump::agents {

// x ← tanh(x) or max(x, 0), float. tanh to within 3e-7, absolute.
void activate_in_place(at::Tensor x, Activation activation);
// gradient ← gradient · f'(x), where y = f(x) is given: of tanh 1 − y², of relu y > 0.
void activation_backward_in_place(at::Tensor gradient, const at::Tensor& y, Activation activation);

// out[i] += the sum of the table rows of observation i. offsets: int32 [n + 1], rows: int32.
void add_rows(at::Tensor out, const at::Tensor& table, const at::Tensor& offsets,
              const at::Tensor& rows);
// table[row] += values[i] for every row of observation i.
void add_to_rows(at::Tensor table, const at::Tensor& values, const at::Tensor& offsets,
                 const at::Tensor& rows);

}  // namespace pump::agents
