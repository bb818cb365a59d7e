#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/environment.hpp"

namespace pump::harness {

// A state is mostly zeros (bodies that do not fly, doors that are shut): only its words of eight
// bytes that are not zero, after a bit for each word. Equal states pack equally.
using PackedState = std::vector<std::uint64_t>;
void pack(engine::ConstStateBytes state, PackedState& out);

// States of one size, packed, side by side. Growing copies nothing.
class StateStore {
 public:
  explicit StateStore(std::size_t state_size);

  std::size_t size() const { return at_.size(); }
  std::uint64_t bytes() const { return blocks_.size() * kBlock * sizeof(std::uint64_t); }
  void push(const PackedState& state);
  bool equals(std::size_t index, const PackedState& state) const;
  engine::StateBuffer operator[](std::size_t index) const;

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 13;  // words

  const std::uint64_t* record(std::size_t index) const {
    return blocks_[at_[index] / kBlock].get() + at_[index] % kBlock;
  }

  std::size_t state_size_;
  std::vector<std::uint32_t> at_;  // of each state's record: block x kBlock + word
  std::vector<std::unique_ptr<std::uint64_t[]>> blocks_;
  std::size_t used_ = kBlock;  // words of the last block
};

}  // namespace pump::harness
