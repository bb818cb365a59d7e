#pragma once

#include <torch/torch.h>

#include "agents/config.hpp"

// What a small network spends its time on between matrix products: one pass over memory each, on
// the CPU compiled for what the processor has; on other devices libtorch's own.
namespace pump::agents {

// x ← tanh(x) or max(x, 0), float. tanh to within 3e-7, absolute.
void activate_in_place(torch::Tensor x, Activation activation);
// gradient ← gradient · f'(x), where y = f(x) is given: of tanh 1 − y², of relu y > 0.
void activation_backward_in_place(torch::Tensor gradient, const torch::Tensor& y,
                                  Activation activation);

// out[i] += the sum of the table rows of observation i. offsets: int32 [n + 1], rows: int32.
void add_rows(torch::Tensor out, const torch::Tensor& table, const torch::Tensor& offsets,
              const torch::Tensor& rows);
// table[row] += values[i] for every row of observation i.
void add_to_rows(torch::Tensor table, const torch::Tensor& values, const torch::Tensor& offsets,
                 const torch::Tensor& rows);

}  // namespace pump::agents
