#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include <box2d/box2d.h>

#include "tests/support/catch.hpp"

namespace pump::engine::test {
namespace {

constexpr int kLargest = 640;  // bytes that Box2D asks its allocator for, rather than the system

CATCH_TEST_CASE("Box2D's memory is ours: one world's is the next one's") {
  const void* first = nullptr;
  {
    b2BlockAllocator one;
    const auto* block = static_cast<std::byte*>(one.Allocate(100));
    first = block;
    // The library's own has a chunk for each size.
    CATCH_CHECK(static_cast<std::byte*>(one.Allocate(200)) == block + 128);
  }
  b2BlockAllocator next, beside;
  CATCH_CHECK(next.Allocate(200) == first);
  CATCH_CHECK(beside.Allocate(100) != first);
}

CATCH_TEST_CASE("Blocks are aligned, apart, and used again for their size") {
  b2BlockAllocator memory;
  std::mt19937 random(1);
  std::vector<std::pair<unsigned char*, int>> held;
  const auto fill = [&](std::size_t i) {
    std::fill_n(held[i].first, held[i].second, static_cast<unsigned char>(i));
  };
  for (int round = 0; round < 20'000; round++) {
    if (held.size() < 200 || random() % 2 == 0) {
      const int size = 1 + static_cast<int>(random() % (kLargest + 60));
      held.emplace_back(static_cast<unsigned char*>(memory.Allocate(size)), size);
      CATCH_REQUIRE(reinterpret_cast<std::uintptr_t>(held.back().first) % 16 == 0);
    } else {
      memory.Free(held.back().first, held.back().second);
      held.pop_back();
    }
    if (!held.empty()) fill(held.size() - 1);
  }
  for (std::size_t i = 0; i < held.size(); i++)
    for (int k = 0; k < held[i].second; k++)
      CATCH_REQUIRE(held[i].first[k] == static_cast<unsigned char>(i));
  for (const auto& [block, size] : held) memory.Free(block, size);

  void* small = memory.Allocate(33);
  memory.Free(small, 33);
  CATCH_CHECK(memory.Allocate(65) != small);
  CATCH_CHECK(memory.Allocate(64) == small);
  CATCH_CHECK(memory.Allocate(0) == nullptr);
}

}  // namespace
}  // namespace pump::engine::test
