#include "agents/kernels.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

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
inline double fast_tanh(double x) { return std::tanh(x); }

template <class T>
PUMP_CLONES void tanh_rows(const Matrix<T> x, const T* __restrict bias) {
  for (std::int64_t i = 0; i < x.rows; i++) {
    T* __restrict row = x.row(i);
    for (std::int64_t j = 0; j < x.columns; j++) row[j] = fast_tanh(row[j] + bias[j]);
  }
}
template <class T>
PUMP_CLONES void relu_rows(const Matrix<T> x, const T* __restrict bias) {
  for (std::int64_t i = 0; i < x.rows; i++) {
    T* __restrict row = x.row(i);
    for (std::int64_t j = 0; j < x.columns; j++) row[j] = std::max(row[j] + bias[j], T{0});
  }
}
template <class T>
PUMP_CLONES void bias_rows(const Matrix<T> x, const T* __restrict bias) {
  for (std::int64_t i = 0; i < x.rows; i++) {
    T* __restrict row = x.row(i);
    for (std::int64_t j = 0; j < x.columns; j++) row[j] += bias[j];
  }
}
template <class T>
PUMP_CLONES void tanh_backward_rows(const Matrix<T> gradient, const Matrix<const T> y) {
  for (std::int64_t i = 0; i < y.rows; i++) {
    T* __restrict g = gradient.row(i);
    const T* __restrict out = y.row(i);
    for (std::int64_t j = 0; j < y.columns; j++) g[j] *= 1 - out[j] * out[j];
  }
}
template <class T>
PUMP_CLONES void relu_backward_rows(const Matrix<T> gradient, const Matrix<const T> y) {
  for (std::int64_t i = 0; i < y.rows; i++) {
    T* __restrict g = gradient.row(i);
    const T* __restrict out = y.row(i);
    for (std::int64_t j = 0; j < y.columns; j++) g[j] = out[j] > 0 ? g[j] : 0;
  }
}
template <class T>
PUMP_CLONES void sum_columns(const Matrix<const T> x, T* __restrict out) {
  for (std::int64_t i = 0; i < x.rows; i++) {
    const T* __restrict row = x.row(i);
    for (std::int64_t j = 0; j < x.columns; j++) out[j] += row[j];
  }
}
template <class T>
PUMP_CLONES void gather(const Matrix<T> out, const Matrix<const T> table, const RowLists lists) {
  for (std::int64_t i = 0; i < out.rows; i++) {
    T* __restrict to = out.row(i);
    for (std::int32_t k = lists.offsets[i]; k < lists.offsets[i + 1]; k++) {
      const T* __restrict from = table.row(lists.rows[k]);
      for (std::int64_t j = 0; j < out.columns; j++) to[j] += from[j];
    }
  }
}
template <class T>
PUMP_CLONES void scatter(const Matrix<T> table, const Matrix<const T> values,
                         const RowLists lists) {
  for (std::int64_t i = 0; i < values.rows; i++) {
    const T* __restrict from = values.row(i);
    for (std::int32_t k = lists.offsets[i]; k < lists.offsets[i + 1]; k++) {
      T* __restrict to = table.row(lists.rows[k]);
      for (std::int64_t j = 0; j < values.columns; j++) to[j] += from[j];
    }
  }
}

PUMP_CLONES void adam_step(const AdamStep s, const float* __restrict g, float* __restrict m,
                           float* __restrict v, float* __restrict x, std::size_t n) {
  for (std::size_t i = 0; i < n; i++) {
    m[i] = s.beta1 * m[i] + (1 - s.beta1) * g[i];
    v[i] = s.beta2 * v[i] + (1 - s.beta2) * g[i] * g[i];
    x[i] -= s.rate * m[i] / (s.root_scale * std::sqrt(v[i]) + s.eps);
  }
}
PUMP_CLONES void rmsprop_step(float alpha, float rate, float eps, const float* __restrict g,
                              float* __restrict v, float* __restrict x, std::size_t n) {
  for (std::size_t i = 0; i < n; i++) {
    v[i] = alpha * v[i] + (1 - alpha) * g[i] * g[i];
    x[i] -= rate * g[i] / (std::sqrt(v[i]) + eps);
  }
}

}  // namespace

template <class T>
void activate(const Matrix<T>& x, const T* bias, Activation activation) {
  activation == Activation::tanh ? tanh_rows(x, bias) : relu_rows(x, bias);
}
template <class T>
void add_bias(const Matrix<T>& x, const T* bias) {
  bias_rows(x, bias);
}
template <class T>
void activation_backward(const Matrix<T>& gradient, const Matrix<const T>& y,
                         Activation activation) {
  activation == Activation::tanh ? tanh_backward_rows(gradient, y)
                                 : relu_backward_rows(gradient, y);
}
template <class T>
void add_columns(const Matrix<const T>& x, T* out) {
  sum_columns(x, out);
}
template <class T>
void add_rows(const Matrix<T>& out, const Matrix<const T>& table, const RowLists& lists) {
  gather(out, table, lists);
}
template <class T>
void add_to_rows(const Matrix<T>& table, const Matrix<const T>& values, const RowLists& lists) {
  scatter(table, values, lists);
}
template <class T>
void log_softmax(const Matrix<T>& x) {
  for (std::int64_t i = 0; i < x.rows; i++) {
    const std::span<T> row(x.row(i), static_cast<std::size_t>(x.columns));
    const T most = *std::max_element(row.begin(), row.end());
    T sum = 0;
    for (const T logit : row) sum += std::exp(logit - most);
    const T log_sum = most + std::log(sum);
    for (T& logit : row) logit -= log_sum;
  }
}
template <class T>
void transpose(const Matrix<const T>& from, T* to) {
  for (std::int64_t j = 0; j < from.columns; j++)
    for (std::int64_t i = 0; i < from.rows; i++) *to++ = from.row(i)[j];
}

#define PUMP_KERNELS_OF(T)                                                                 \
  template void activate(const Matrix<T>&, const T*, Activation);                          \
  template void add_bias(const Matrix<T>&, const T*);                                      \
  template void activation_backward(const Matrix<T>&, const Matrix<const T>&, Activation); \
  template void add_columns(const Matrix<const T>&, T*);                                   \
  template void add_rows(const Matrix<T>&, const Matrix<const T>&, const RowLists&);       \
  template void add_to_rows(const Matrix<T>&, const Matrix<const T>&, const RowLists&);    \
  template void log_softmax(const Matrix<T>&);                                             \
  template void transpose(const Matrix<const T>&, T*);
PUMP_KERNELS_OF(float)
PUMP_KERNELS_OF(double)
#undef PUMP_KERNELS_OF

void adam(const AdamStep& step, std::span<const float> g, std::span<float> m, std::span<float> v,
          std::span<float> x) {
  ENSURE(g.size() == x.size() && m.size() >= x.size() && v.size() >= x.size(), "{} of {}", g.size(),
         x.size());
  adam_step(step, g.data(), m.data(), v.data(), x.data(), x.size());
}
void rmsprop(float alpha, float rate, float eps, std::span<const float> g, std::span<float> v,
             std::span<float> x) {
  ENSURE(g.size() == x.size() && v.size() >= x.size(), "{} of {}", g.size(), x.size());
  rmsprop_step(alpha, rate, eps, g.data(), v.data(), x.data(), x.size());
}

}  // namespace pump::agents
