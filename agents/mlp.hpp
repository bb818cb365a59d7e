#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "agents/config.hpp"
#include "agents/kernels.hpp"
#include "agents/matrix.hpp"
#include "agents/network_layout.hpp"

namespace pump::agents {

enum class Heads { policy, value, both };
// own_layers: the values' gradient stops where a trunk is shared with the policy, so that learning
// values leaves the policy as it is. With separate trunks there is no such place.
enum class Reach { everything, own_layers };

// Observations as an MLP's first layer reads them. T is float, or double for the tests.
template <class T>
struct SparseBatch {
  RowLists lists;
  Matrix<const T> scalars;  // [n, scalars]
  std::int64_t size() const { return scalars.rows; }
};

// The passes of an MLP over flat arrays, as plain code: libtorch's cost a call is more than a small
// network's arithmetic. tests/agents compares them with autograd.
//   forward    y = f(x W + b)
//   backward   g ← g f'(y);   ∂W = xᵀ g,   ∂b = Σ g,   ∂x = g Wᵀ
//   tangent    dy = f'(y) (dx W + x dW + db)
// where the first layer's x is the scalars and, for one-hot codes, lists of table rows.
class Mlp {
 public:
  Mlp(const NetworkLayout& layout, const NetworkConfig& config);

  // Numbers an observation in the record that forward leaves: the output of every layer.
  std::int64_t record_size() const { return record_size_; }
  // Where in a record of n observations the logits begin, [n][actions], and the values, [n].
  std::int64_t logits_at(std::int64_t n) const { return n * layers_[policy_head_].output; }
  std::int64_t values_at(std::int64_t n) const { return n * layers_.back().output; }

  template <class T>
  void forward(const T* weights, const SparseBatch<T>& batch, Heads heads, T* record) const;
  // Adds to the gradients. logits_gradient: [n][actions], values_gradient: [n]; null: none.
  template <class T>
  void backward(const T* weights, const SparseBatch<T>& batch, const T* record,
                const T* logits_gradient, const T* values_gradient, Reach reach,
                T* gradients) const;
  // The logits' derivative along a direction among the weights, [n][actions].
  template <class T>
  void tangent(const T* weights, const SparseBatch<T>& batch, const T* record, const T* direction,
               T* out) const;

 private:
  // What a layer reads: its `in` columns, from `column` on, of the output that begins at `at` in a
  // record of one observation.
  struct Source {
    std::int64_t at, width, column;
  };
  struct Layer : DenseLayer {
    std::int64_t output;  // where its own begins
    Source input;
  };
  template <class T>
  struct Records;
  struct Columns {  // of the first layer
    std::int64_t from, count;
  };
  using Parts = std::array<bool, 3>;  // a Part each
  Columns columns_of(bool policy, bool value) const;
  template <class T>
  void first_product(const T* weights, const SparseBatch<T>& batch, const Columns& columns,
                     const Matrix<T>& out) const;
  template <class T>
  void first_backward(const SparseBatch<T>& batch, const Columns& columns,
                      const Matrix<T>& gradient, const Matrix<const T>& output, T* gradients) const;
  template <class T>
  std::vector<T> turned_weights(const T* weights) const;

  NetworkLayout layout_;
  Activation activation_;
  bool shared_;
  std::vector<Layer> layers_;
  std::size_t policy_head_ = 0;
  std::int64_t record_size_;
};

}  // namespace pump::agents
