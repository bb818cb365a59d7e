#include "agents/matrix.hpp"

#include <algorithm>

#include "agents/matrix_avx512.hpp"
#include "engine/ensure.hpp"

// The BLAS that libtorch computes with, column-major (netlib.org/blas).
extern "C" {
void sgemm_(const char* transpose_a, const char* transpose_b, const int* m, const int* n,
            const int* k, const float* alpha, const float* a, const int* lda, const float* b,
            const int* ldb, const float* beta, float* c, const int* ldc);
void dgemm_(const char* transpose_a, const char* transpose_b, const int* m, const int* n,
            const int* k, const double* alpha, const double* a, const int* lda, const double* b,
            const int* ldb, const double* beta, double* c, const int* ldc);
}

namespace pump::agents {

namespace {

// A row-major product is, column-major, that of the transposes the other way round.
template <class T, class Gemm>
void multiply_blas(Gemm gemm, const Matrix<const T>& a, const Matrix<const T>& b,
                   const Matrix<T>& out, Result result) {
  const bool transposed = a.column_stride != 1;
  // Of a matrix of one row, or none, the stride says nothing; BLAS wants a possible one all the
  // same.
  const auto stride = [](std::int64_t given, std::int64_t width) {
    return static_cast<int>(std::max<std::int64_t>({1, given, width}));
  };
  const int m = static_cast<int>(out.columns), n = static_cast<int>(out.rows);
  const int k = static_cast<int>(b.rows), b_stride = stride(b.row_stride, b.columns);
  const int a_stride =
      transposed ? stride(a.column_stride, a.rows) : stride(a.row_stride, a.columns);
  const int out_stride = stride(out.row_stride, out.columns);
  const T one = 1, kept = result == Result::added ? 1 : 0;
  gemm("N", transposed ? "T" : "N", &m, &n, &k, &one, b.data, &b_stride, a.data, &a_stride, &kept,
       out.data, &out_stride);
}

template <class T>
void check(const Matrix<const T>& a, const Matrix<const T>& b, const Matrix<T>& out) {
  ENSURE(a.columns == b.rows && out.rows == a.rows && out.columns == b.columns &&
             b.column_stride == 1 && out.column_stride == 1,
         "[{}, {}] x [{}, {}] to [{}, {}]", a.rows, a.columns, b.rows, b.columns, out.rows,
         out.columns);
}

}  // namespace

void multiply(const Matrix<const float>& a, const Matrix<const float>& b, const Matrix<float>& out,
              Result result) {
  constexpr std::int64_t kSmall = 512 * 512;
  check(a, b, out);
  if (has_avx512() && b.rows * b.columns <= kSmall)
    multiply_avx512(a, b, out, result);
  else
    multiply_blas(sgemm_, a, b, out, result);
}

void multiply(const Matrix<const double>& a, const Matrix<const double>& b,
              const Matrix<double>& out, Result result) {
  check(a, b, out);
  multiply_blas(dgemm_, a, b, out, result);
}

}  // namespace pump::agents
