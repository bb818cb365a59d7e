#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace pump::agents {

// Fresh weights as functions of (seed, name), so that objectives start from equal networks.

// Normal with the given standard deviation; `index` tells parts of one parameter apart.
void fill_normal(std::span<float> out, double deviation, std::uint64_t seed, std::string_view name,
                 std::uint32_t index = 0);
// [rows][columns], row-major: orthonormal columns, or rows where there are fewer of them, times
// gain (Saxe et al. 2014).
void fill_orthogonal(std::span<float> out, int rows, int columns, double gain, std::uint64_t seed,
                     std::string_view name);

}  // namespace pump::agents
