#include "agents/kernels.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include <ATen/ATen.h>

#include "engine/ensure.hpp"

// One body, several instruction sets, chosen when the program starts. The same kind of CPU gets the
// same one, which is all that docs/determinism.md promises of training.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define PUMP_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PUMP_CLONES
#endif

namespace pump::agents {

namespace {

using at::Tensor;

// tanh x = 1 - 2 / (e^{2x} + 1). e^{2x} = 2^k 2^f with k whole and |f| <= 1/2; 2^f by its Taylor
// series to the sixth order, whose rest is under 2e-7 of it.
inline float fast_tanh(float x) {
  constexpr float kTwoLog2E = 2.885390082f, kMost = 9;  // tanh 9 is 1 in single precision
  constexpr float kRound = 12582912;                    // 1.5 * 2^23: adding it rounds to whole
  constexpr float kC[] = {1,           .693147181f,   .240226507f,   .0555041087f,
                          .009618129f, .00133335581f, .000154035304f};  // ln(2)^i / i!
  // A NaN becomes the bound here (it would have no whole part) and NaN again by the last term.
  const float y = std::min(std::max(-kMost, x), kMost) * kTwoLog2E;
  const float k = (y + kRound) - kRound;
  const float f = y - k;
  float power = kC[6];
  power = power * f + kC[5];
  power = power * f + kC[4];
  power = power * f + kC[3];
  power = power * f + kC[2];
  power = power * f + kC[1];
  power = power * f + kC[0];
  const float scale = std::bit_cast<float>((static_cast<std::int32_t>(k) + 127) << 23);
  return 1 - 2 / (power * scale + 1) + (x - x);
}

PUMP_CLONES void tanh_row(float* __restrict x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i++) x[i] = fast_tanh(x[i]);
}
PUMP_CLONES void relu_row(float* __restrict x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i++) x[i] = std::max(x[i], 0.f);
}
PUMP_CLONES void tanh_backward_row(float* __restrict g, const float* __restrict y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i++) g[i] *= 1 - y[i] * y[i];
}
PUMP_CLONES void relu_backward_row(float* __restrict g, const float* __restrict y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i++) g[i] = y[i] > 0 ? g[i] : 0.f;
}
PUMP_CLONES void add_row(float* __restrict to, const float* __restrict from, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i++) to[i] += from[i];
}
void add_row(double* __restrict to, const double* __restrict from, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i++) to[i] += from[i];
}

// Rows of a matrix whose columns lie side by side; as one row where the rows do too.
struct Rows {
  explicit Rows(const Tensor& x) : data(x.data_ptr<float>()), count(x.size(0)), width(x.size(1)) {
    ENSURE(x.stride(1) == 1 || width == 1, "columns {} apart", x.stride(1));
    stride = x.stride(0);
    if (stride != width) return;
    width *= count;
    count = 1;
  }
  float* row(std::int64_t i) const { return data + i * stride; }
  float* data;
  std::int64_t count, width, stride;
};

}  // namespace

void activate_in_place(Tensor x, Activation activation) {
  if (!x.is_cpu()) {
    activation == Activation::tanh ? x.tanh_() : x.relu_();
    return;
  }
  const Rows rows(x);
  for (std::int64_t i = 0; i < rows.count; i++)
    activation == Activation::tanh ? tanh_row(rows.row(i), rows.width)
                                   : relu_row(rows.row(i), rows.width);
}

void activation_backward_in_place(Tensor gradient, const Tensor& y, Activation activation) {
  if (!gradient.is_cpu()) {
    gradient.mul_(activation == Activation::tanh ? 1 - y.square() : y.gt(0).to(y.dtype()));
    return;
  }
  for (std::int64_t i = 0; i < gradient.size(0); i++) {
    float* g = gradient.data_ptr<float>() + i * gradient.stride(0);
    const float* out = y.data_ptr<float>() + i * y.stride(0);
    activation == Activation::tanh ? tanh_backward_row(g, out, gradient.size(1))
                                   : relu_backward_row(g, out, gradient.size(1));
  }
}

void add_rows(Tensor out, const Tensor& table, const Tensor& offsets, const Tensor& rows) {
  const std::int64_t n = out.size(0), width = out.size(1);
  const std::int64_t out_stride = out.stride(0), table_stride = table.stride(0);
  const std::int32_t* offset = offsets.data_ptr<std::int32_t>();
  const std::int32_t* row = rows.data_ptr<std::int32_t>();
  AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "add_rows", [&] {
    scalar_t* to = out.data_ptr<scalar_t>();
    const scalar_t* from = table.data_ptr<scalar_t>();
    for (std::int64_t i = 0; i < n; i++)
      for (std::int32_t k = offset[i]; k < offset[i + 1]; k++)
        add_row(to + i * out_stride, from + row[k] * table_stride, width);
  });
}

void add_to_rows(Tensor table, const Tensor& values, const Tensor& offsets, const Tensor& rows) {
  const std::int64_t n = values.size(0), width = values.size(1);
  const std::int64_t value_stride = values.stride(0), table_stride = table.stride(0);
  const std::int32_t* offset = offsets.data_ptr<std::int32_t>();
  const std::int32_t* row = rows.data_ptr<std::int32_t>();
  AT_DISPATCH_FLOATING_TYPES(table.scalar_type(), "add_to_rows", [&] {
    scalar_t* to = table.data_ptr<scalar_t>();
    const scalar_t* from = values.data_ptr<scalar_t>();
    for (std::int64_t i = 0; i < n; i++)
      for (std::int32_t k = offset[i]; k < offset[i + 1]; k++)
        add_row(to + row[k] * table_stride, from + i * value_stride, width);
  });
}

}  // namespace pump::agents
