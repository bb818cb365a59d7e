#include "harness/exact/state_store.hpp"

#include <cstring>

#include "engine/chance.hpp"
#include "tests/support/catch.hpp"

using namespace pump::harness;
using pump::engine::StateBuffer;
using pump::engine::StateBytes;

namespace {

// A byte in `sparse` is not zero.
StateBuffer some_state(std::size_t size, int sparse, std::uint32_t which) {
  StateBuffer out(size);
  pump::engine::Chance chance({1, pump::engine::Stream::reset, which, 0, 0});
  for (std::byte& byte : StateBytes(out))
    if (chance.below(sparse) == 0) byte = static_cast<std::byte>(1 + chance.below(255));
  return out;
}

bool same(const StateBuffer& a, const StateBuffer& b) {
  const pump::engine::ConstStateBytes left = a, right = b;
  return left.size() == right.size() && std::memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

CATCH_TEST_CASE("states come out of a store as they went in, whatever their size") {
  for (const std::size_t size : {1u, 5u, 8u, 16u, 63u, 512u, 513u, 1224u, 5000u})
    for (const int sparse : {1, 3, 100}) {
      CATCH_INFO(size << " bytes, one in " << sparse);
      constexpr std::uint32_t kStates = 700;  // more than a block holds
      StateStore store(size);
      PackedState packed;
      for (std::uint32_t i = 0; i < kStates; i++) {
        pack(some_state(size, sparse, i), packed);
        store.push(packed);
      }
      CATCH_REQUIRE(store.size() == kStates);
      for (std::uint32_t i = 0; i < kStates; i++) {
        StateBuffer state = some_state(size, sparse, i);
        CATCH_REQUIRE(same(store[i], state));
        pack(state, packed);
        CATCH_REQUIRE(store.equals(i, packed));
        StateBytes(state)[(i * 7) % size] ^= std::byte{1};
        pack(state, packed);
        CATCH_REQUIRE(!store.equals(i, packed));
      }
    }
}

CATCH_TEST_CASE("a state of zeros takes next to nothing") {
  StateStore store(1224);
  PackedState packed;
  pack(StateBuffer(1224), packed);
  CATCH_CHECK(packed.size() == 3);  // 153 words, a bit each
  store.push(packed);
  CATCH_CHECK(same(store[0], StateBuffer(1224)));
}
