#include "harness/exact/state_store.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "engine/ensure.hpp"

namespace pump::harness {

namespace {

using Word = std::uint64_t;
constexpr std::size_t kWord = sizeof(Word), kBits = 64;

std::size_t masks_of(std::size_t state_size) {
  return (state_size + kWord * kBits - 1) / (kWord * kBits);
}

}  // namespace

void pack(engine::ConstStateBytes state, PackedState& out) {
  const std::size_t whole = state.size() / kWord, masks = masks_of(state.size());
  out.resize(masks + whole + 1);
  std::fill_n(out.begin(), masks, 0);
  Word* to = out.data() + masks;
  // Kept, and overwritten by the next if it is zero: no branch a word.
  const auto add = [&](std::size_t i, Word word) {
    *to = word;
    out[i / kBits] |= Word{word != 0} << (i % kBits);
    to += word != 0;
  };
  constexpr std::size_t kRun = 8;  // looked at together, as whole runs of words are mostly zeros
  std::size_t i = 0;
  for (; i + kRun <= whole; i += kRun) {
    Word words[kRun], any = 0;
    std::memcpy(words, state.data() + i * kWord, sizeof words);
    for (const Word word : words) any |= word;
    if (any == 0) continue;
    for (std::size_t k = 0; k < kRun; k++) add(i + k, words[k]);
  }
  for (; i < whole; i++) {
    Word word;
    std::memcpy(&word, state.data() + i * kWord, kWord);
    add(i, word);
  }
  if (state.size() % kWord != 0) {
    Word rest = 0;  // filled up with zeros
    std::memcpy(&rest, state.data() + whole * kWord, state.size() % kWord);
    add(whole, rest);
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

StateStore::StateStore(std::size_t state_size) : state_size_(state_size) {
  ENSURE(state_size / kWord + masks_of(state_size) < kBlock, "states of {} bytes", state_size);
}

void StateStore::push(const PackedState& state) {
  if (used_ + state.size() > kBlock) {
    blocks_.push_back(std::make_unique_for_overwrite<Word[]>(kBlock));
    used_ = 0;
  }
  const std::size_t at = (blocks_.size() - 1) * kBlock + used_;
  ENSURE(at <= std::numeric_limits<std::uint32_t>::max(), "{} states", at_.size());
  at_.push_back(static_cast<std::uint32_t>(at));
  std::copy(state.begin(), state.end(), blocks_.back().get() + used_);
  used_ += state.size();
}

bool StateStore::equals(std::size_t index, const PackedState& state) const {
  // The masks come first and say how long a record is: it ends in its block.
  const Word* here = record(index);
  const std::size_t masks = masks_of(state_size_);
  return std::equal(here, here + masks, state.begin()) &&
         std::equal(state.begin() + static_cast<std::ptrdiff_t>(masks), state.end(), here + masks);
}

engine::StateBuffer StateStore::operator[](std::size_t index) const {
  engine::StateBuffer out(state_size_);  // zeros
  std::byte* bytes = engine::StateBytes(out).data();
  const Word* masks = record(index);
  const Word* from = masks + masks_of(state_size_);
  for (std::size_t m = 0; m < masks_of(state_size_); m++)
    for (Word left = masks[m]; left != 0; left &= left - 1) {
      const std::size_t at = (m * kBits + static_cast<std::size_t>(std::countr_zero(left))) * kWord;
      std::memcpy(bytes + at, from++, std::min(kWord, state_size_ - at));
    }
  return out;
}

}  // namespace pump::harness
