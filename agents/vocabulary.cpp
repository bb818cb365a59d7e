#include "agents/vocabulary.hpp"

#include <algorithm>
#include <cstring>

#include "engine/ensure.hpp"

namespace pump::agents {

void SparseObservations::clear() {
  offsets.resize(1);
  rows.clear();
  scalars.clear();
}

void SparseObservations::append(const SparseObservations& more) {
  const auto base = static_cast<std::int32_t>(rows.size());
  for (std::size_t i = 1; i < more.offsets.size(); i++) offsets.push_back(base + more.offsets[i]);
  rows.insert(rows.end(), more.rows.begin(), more.rows.end());
  scalars.insert(scalars.end(), more.scalars.begin(), more.scalars.end());
}

SparseObservations SparseObservations::select(std::span<const int> indices) const {
  SparseObservations out;
  const std::size_t width = size() > 0 ? scalars.size() / static_cast<std::size_t>(size()) : 0;
  out.offsets.reserve(indices.size() + 1);
  out.rows.reserve(indices.size() * 16);
  out.scalars.resize(indices.size() * width);
  float* to = out.scalars.data();
  for (const int index : indices) {
    const auto i = static_cast<std::size_t>(index);
    out.rows.insert(out.rows.end(), rows.begin() + offsets[i], rows.begin() + offsets[i + 1]);
    out.offsets.push_back(static_cast<std::int32_t>(out.rows.size()));
    std::memcpy(to, scalars.data() + i * width, width * sizeof(float));
    to += width;
  }
  return out;
}

Vocabulary::Vocabulary(const engine::ObservationSpec& spec)
    : codes_(static_cast<std::size_t>(spec.codes())), scalars_(spec.scalars.size()) {
  std::int32_t next = 0;
  for (const engine::LayerSpec& layer : spec.layers)
    for (int cell = 0; cell < spec.cells(); cell++) {
      first_pair_.push_back(next - 1);  // code 0 has no pair
      next += static_cast<std::int32_t>(layer.codes.size()) - 1;
    }
  row_of_.assign(static_cast<std::size_t>(next), -1);
}

void Vocabulary::meet(std::int32_t pair) {
  row_of_[static_cast<std::size_t>(pair)] = size();
  pairs_.push_back(pair);
}

void Vocabulary::restore(std::span<const std::int32_t> pairs) {
  std::fill(row_of_.begin(), row_of_.end(), -1);
  pairs_.clear();
  for (const std::int32_t pair : pairs) {
    ENSURE(pair >= 0 && pair < capacity() && row_of_[static_cast<std::size_t>(pair)] < 0,
           "pair {} of {}", pair, capacity());
    meet(pair);
  }
}

// Most codes are 0: eight of them are passed over at a time.
template <class RowOf>
void Vocabulary::scan(const Observations& observations, int n, SparseObservations& out,
                      RowOf row_of) const {
  const std::uint8_t* codes = observations.codes.data();
  for (int i = 0; i < n; i++, codes += codes_) {
    for (std::size_t at = 0; at < codes_;) {
      std::uint64_t eight = 0;
      if (at + 8 <= codes_ && (std::memcpy(&eight, codes + at, 8), eight == 0)) {
        at += 8;
        continue;
      }
      for (const std::size_t end = std::min(at + 8, codes_); at < end; at++) {
        if (codes[at] == 0) continue;
        const std::int32_t row = row_of(first_pair_[at] + codes[at]);
        if (row >= 0) out.rows.push_back(row);
      }
    }
    out.offsets.push_back(static_cast<std::int32_t>(out.rows.size()));
  }
  const auto floats = observations.scalars.first(static_cast<std::size_t>(n) * scalars_);
  out.scalars.insert(out.scalars.end(), floats.begin(), floats.end());
}

void Vocabulary::encode(const Observations& observations, int n, SparseObservations& out) const {
  scan(observations, n, out,
       [&](std::int32_t pair) { return row_of_[static_cast<std::size_t>(pair)]; });
}

void Vocabulary::learn(const Observations& observations, int n, SparseObservations& out) {
  scan(observations, n, out, [&](std::int32_t pair) {
    if (row_of_[static_cast<std::size_t>(pair)] < 0) meet(pair);
    return row_of_[static_cast<std::size_t>(pair)];
  });
}

}  // namespace pump::agents
