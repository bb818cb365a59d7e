#pragma once

#include "agents/matrix.hpp"

namespace pump::agents {

// Products of matrices small enough that they need no copy into a better order: half of what a
// small network costs. Debian 12's OpenBLAS takes a processor younger than itself for an older one
// and leaves half of its arithmetic unused (measured on such a one: 85 of 170 GFLOP/s).
bool has_avx512();
// As multiply. b: at most 512 x 512, or its rows fall out of the cache between two uses.
void multiply_avx512(const Matrix<const float>& a, const Matrix<const float>& b,
                     const Matrix<float>& out, Result result);

}  // namespace pump::agents
