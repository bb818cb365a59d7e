#pragma once

#include <cstdint>

namespace pump::agents {

// A view of a row-major matrix, perhaps inside a wider one, or of one seen transposed.
template <class T>
struct Matrix {
  T* data = nullptr;
  std::int64_t rows = 0, columns = 0;
  std::int64_t row_stride = columns, column_stride = 1;

  T* row(std::int64_t i) const { return data + i * row_stride; }
  Matrix transposed() const { return {data, columns, rows, column_stride, row_stride}; }
  Matrix middle_rows(std::int64_t from, std::int64_t count) const {
    return {row(from), count, columns, row_stride, column_stride};
  }
  Matrix middle_columns(std::int64_t from, std::int64_t count) const {
    return {data + from * column_stride, rows, count, row_stride, column_stride};
  }
  operator Matrix<const T>() const { return {data, rows, columns, row_stride, column_stride}; }
};

enum class Result { replaced, added };  // what becomes of what was there

// out ← a b, or out ← out + a b. a may be transposed; b and out may not.
void multiply(const Matrix<const float>& a, const Matrix<const float>& b, const Matrix<float>& out,
              Result result = Result::replaced);
void multiply(const Matrix<const double>& a, const Matrix<const double>& b,
              const Matrix<double>& out, Result result = Result::replaced);

}  // namespace pump::agents
