#include "agents/matrix_avx512.hpp"

#include <algorithm>

#include "engine/ensure.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#define PUMP_AVX512 __attribute__((target("avx512f")))

namespace pump::agents {

namespace {

constexpr int kLanes = 16;   // floats in a vector
constexpr int kVectors = 4;  // of a row of the result at a time
constexpr int kRows = 6;     // 6 x 4 sums, 4 vectors of b and one of a fill 32 registers

// R rows and V vectors of the result, kept in registers while k goes by: they stay there only if
// every loop but that is unrolled. `last`: which lanes of the last vector are columns.
template <int R, int V>
PUMP_AVX512 inline void tile(const Matrix<const float>& a, const Matrix<const float>& b,
                             const Matrix<float>& out, Result result, __mmask16 last) {
  const std::int64_t a_row = a.row_stride, a_column = a.column_stride;
  __m512 sum[R][V];
#pragma GCC unroll 6
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) sum[r][v] = _mm512_setzero_ps();
  const float* x = a.data;
  const float* row = b.data;
  for (std::int64_t k = 0; k < b.rows; k++, x += a_column, row += b.row_stride) {
    __m512 y[V];
#pragma GCC unroll 3
    for (int v = 0; v < V - 1; v++) y[v] = _mm512_loadu_ps(row + kLanes * v);
    y[V - 1] = _mm512_maskz_loadu_ps(last, row + kLanes * (V - 1));
#pragma GCC unroll 6
    for (int r = 0; r < R; r++) {
      const __m512 x_r = _mm512_set1_ps(x[r * a_row]);
#pragma GCC unroll 4
      for (int v = 0; v < V; v++) sum[r][v] = _mm512_fmadd_ps(x_r, y[v], sum[r][v]);
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) {
      const __mmask16 mask = v == V - 1 ? last : static_cast<__mmask16>(0xffff);
      float* to = out.row(r) + kLanes * v;
      if (result == Result::added)
        sum[r][v] = _mm512_add_ps(sum[r][v], _mm512_maskz_loadu_ps(mask, to));
      _mm512_mask_storeu_ps(to, mask, sum[r][v]);
    }
}

// V vectors of every row of the result.
template <int V, int R = kRows>
PUMP_AVX512 void panel(const Matrix<const float>& a, const Matrix<const float>& b,
                       const Matrix<float>& out, Result result, __mmask16 last) {
  std::int64_t i = 0;
  for (; i + R <= out.rows; i += R)
    tile<R, V>(a.middle_rows(i, R), b, out.middle_rows(i, R), result, last);
  if constexpr (R > 1)
    if (i < out.rows)
      panel<V, R - 1>(a.middle_rows(i, out.rows - i), b, out.middle_rows(i, out.rows - i), result,
                      last);
}

}  // namespace

bool has_avx512() {
  static const bool has = __builtin_cpu_supports("avx512f");
  return has;
}

void multiply_avx512(const Matrix<const float>& a, const Matrix<const float>& b,
                     const Matrix<float>& out, Result result) {
  static constexpr decltype(&panel<1>) kPanels[kVectors] = {panel<1>, panel<2>, panel<3>, panel<4>};
  for (std::int64_t j = 0; j < out.columns; j += kVectors * kLanes) {
    const std::int64_t width = std::min<std::int64_t>(kVectors * kLanes, out.columns - j);
    const std::int64_t vectors = (width + kLanes - 1) / kLanes;
    const auto in_last = static_cast<int>(width - (vectors - 1) * kLanes);
    const auto last = static_cast<__mmask16>((1u << in_last) - 1);
    kPanels[vectors - 1](a, b.middle_columns(j, width), out.middle_columns(j, width), result, last);
  }
}

}  // namespace pump::agents

#else

namespace pump::agents {

bool has_avx512() { return false; }
void multiply_avx512(const Matrix<const float>&, const Matrix<const float>&, const Matrix<float>&,
                     Result) {
  ENSURE(has_avx512(), "no such processor");
}

}  // namespace pump::agents

#endif
