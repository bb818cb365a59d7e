#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agents/policy.hpp"
#include "engine/environment.hpp"

namespace pump::agents {

// Observations as a first layer reads them: of each, the table rows of the cells that differ from
// their layer's usual content, and its scalars.
struct SparseObservations {
  std::vector<std::int32_t> offsets{0};  // [n + 1], into rows
  std::vector<std::int32_t> rows;
  std::vector<float> scalars;  // [n][scalars an observation]
  int size() const { return static_cast<int>(offsets.size()) - 1; }
  void clear();
  void append(const SparseObservations& more);
  SparseObservations select(std::span<const int> indices) const;
};

// Which (cell, code) pairs have been met, and the table row of each, in the order they were first
// met: most pairs never occur, and what is in use is a prefix of the table.
class Vocabulary {
 public:
  explicit Vocabulary(const engine::ObservationSpec& spec);

  int capacity() const { return static_cast<int>(row_of_.size()); }  // all pairs
  int size() const { return static_cast<int>(pairs_.size()); }       // pairs met
  // The pair of each row: its index among all pairs.
  const std::vector<std::int32_t>& pairs() const { return pairs_; }
  // Gives rows to pairs, in order, as if just met.
  void restore(std::span<const std::int32_t> pairs);

  // Appends n observations. Pairs never met are left out, as if their cell were as usual.
  void encode(const Observations& observations, int n, SparseObservations& out) const;
  // The same, and meets the new pairs.
  void learn(const Observations& observations, int n, SparseObservations& out);

 private:
  template <class RowOf>
  void scan(const Observations& observations, int n, SparseObservations& out, RowOf row_of) const;
  void meet(std::int32_t pair);

  std::size_t codes_, scalars_;
  std::vector<std::int32_t> first_pair_;  // [codes]: pair of (cell, code) is this + code
  std::vector<std::int32_t> row_of_;      // [pairs]; -1: not met
  std::vector<std::int32_t> pairs_;       // [rows]
};

}  // namespace pump::agents
