#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/grid.hpp"

// Algebra on sets of cells, a machine word at a time.
namespace pump::engine {

template <int W, int H>
constexpr CellSet<W, H> operator|(CellSet<W, H> a, const CellSet<W, H>& b) {
  for (std::size_t i = 0; i < a.words.size(); i++) a.words[i] |= b.words[i];
  return a;
}
template <int W, int H>
constexpr CellSet<W, H> operator&(CellSet<W, H> a, const CellSet<W, H>& b) {
  for (std::size_t i = 0; i < a.words.size(); i++) a.words[i] &= b.words[i];
  return a;
}
// What is in a and not in b.
template <int W, int H>
constexpr CellSet<W, H> operator-(CellSet<W, H> a, const CellSet<W, H>& b) {
  for (std::size_t i = 0; i < a.words.size(); i++) a.words[i] &= ~b.words[i];
  return a;
}
template <int W, int H>
constexpr bool intersects(const CellSet<W, H>& a, const CellSet<W, H>& b) {
  std::uint64_t common = 0;
  for (std::size_t i = 0; i < a.words.size(); i++) common |= a.words[i] & b.words[i];
  return common != 0;
}
template <int W, int H>
constexpr bool is_subset(const CellSet<W, H>& small, const CellSet<W, H>& large) {
  return (small - large).empty();
}

namespace detail {

template <int W, int H>
constexpr CellSet<W, H> all_but_column(int column) {
  CellSet<W, H> out;
  for (int i = 0; i < W * H; i++)
    if (i % W != column) out.insert(i);
  return out;
}

// Every index raised (or lowered) by n < 64; what falls off either end is gone.
template <int W, int H>
constexpr CellSet<W, H> raised(const CellSet<W, H>& set, int n) {
  CellSet<W, H> out;
  for (std::size_t i = 0; i < out.words.size(); i++)
    out.words[i] = set.words[i] << n | (i > 0 ? set.words[i - 1] >> (64 - n) : 0);
  constexpr int kUsed = W * H % 64;
  if constexpr (kUsed != 0) out.words.back() &= (std::uint64_t{1} << kUsed) - 1;
  return out;
}
template <int W, int H>
constexpr CellSet<W, H> lowered(const CellSet<W, H>& set, int n) {
  CellSet<W, H> out;
  for (std::size_t i = 0; i < out.words.size(); i++)
    out.words[i] =
        set.words[i] >> n | (i + 1 < out.words.size() ? set.words[i + 1] << (64 - n) : 0);
  return out;
}

}  // namespace detail

// The cells that share a side with one of the set; they may be in the set themselves.
template <int W, int H>
constexpr CellSet<W, H> neighbours(const CellSet<W, H>& set) {
  static_assert(W < 64);
  constexpr CellSet<W, H> kNotFirst = detail::all_but_column<W, H>(0);
  constexpr CellSet<W, H> kNotLast = detail::all_but_column<W, H>(W - 1);
  return detail::raised(set & kNotLast, 1) | detail::lowered(set & kNotFirst, 1) |
         detail::raised(set, W) | detail::lowered(set, W);
}

template <int W, int H>
constexpr CellSet<W, H> single(int index) {
  CellSet<W, H> out;
  out.insert(index);
  return out;
}

}  // namespace pump::engine
