#include "agents/matrix.hpp"

#include <cmath>
#include <vector>

#include "agents/kernels.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

// Made-up numbers, some columns wider than asked for.
template <class T>
struct Stored {
  Stored(std::int64_t rows, std::int64_t columns, double phase)
      : stride(columns + 3), data(static_cast<std::size_t>(rows * stride)) {
    for (std::size_t i = 0; i < data.size(); i++)
      data[i] = static_cast<T>(std::sin(phase + .7 * static_cast<double>(i)));
    view = {data.data(), rows, columns, stride};
  }
  std::int64_t stride;
  std::vector<T> data;
  Matrix<T> view;
};

template <class T>
void compare(std::int64_t m, std::int64_t n, std::int64_t k, bool transposed, Result result) {
  Stored<T> a(transposed ? k : m, transposed ? m : k, 1), b(k, n, 2), out(m, n, 3);
  const Stored<T> before = out;
  const Matrix<T> left = transposed ? a.view.transposed() : a.view;
  multiply(left, b.view, out.view, result);
  double worst = 0;
  for (std::int64_t i = 0; i < m; i++)
    for (std::int64_t j = 0; j < out.stride && i * out.stride + j < m * out.stride; j++) {
      const auto at = static_cast<std::size_t>(i * out.stride + j);
      double expected = result == Result::added || j >= n ? before.data[at] : 0;
      for (std::int64_t l = 0; l < k && j < n; l++)
        expected += static_cast<double>(left.data[i * left.row_stride + l * left.column_stride]) *
                    b.view.row(l)[j];
      worst = std::max(worst, std::abs(expected - out.data[at]));
    }
  CATCH_INFO("[" << m << ", " << k << "] x [" << k << ", " << n << "]");
  CATCH_CHECK(worst < (std::is_same_v<T, double> ? 1e-12 : 1e-6) * static_cast<double>(k + 1));
}

CATCH_TEST_CASE("a product is its sums, whatever the shape, and writes nothing else") {
  for (const std::int64_t m : {1, 5, 6, 13, 200})
    for (const std::int64_t n : {1, 5, 16, 17, 63, 64, 65, 150})
      for (const std::int64_t k : {0, 1, 7, 64})
        for (const bool transposed : {false, true})
          for (const Result result : {Result::replaced, Result::added}) {
            compare<float>(m, n, k, transposed, result);
            compare<double>(m, n, k, transposed, result);
          }
}

CATCH_TEST_CASE("products too large for the cache are the same sums") {
  compare<float>(9, 600, 600, false, Result::replaced);
  compare<float>(9, 600, 600, true, Result::added);
}

CATCH_TEST_CASE("a log softmax is that of its row, far from zero too") {
  std::vector<float> x = {0, std::log(3.f), 1000, 1000 + std::log(3.f), -1000, 1000};
  log_softmax<float>({x.data(), 3, 2});
  for (const std::size_t i : {0, 2}) {
    CATCH_CHECK(x[i] == Catch::Approx(std::log(.25)).epsilon(1e-4));
    CATCH_CHECK(x[i + 1] == Catch::Approx(std::log(.75)).epsilon(1e-3));
  }
  CATCH_CHECK(x[4] == -2000);
  CATCH_CHECK(x[5] == 0);
}

}  // namespace
}  // namespace pump::agents
