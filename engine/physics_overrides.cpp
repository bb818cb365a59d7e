#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <box2d/box2d.h>

// Pieces of Box2D that are ours: found before the library's, they are what its other pieces call.
// CMakeLists.txt has the linker ask for them, as nothing of ours does.

// Its stopwatch, whose readings nobody reads: of every step it takes some twenty, each a look at
// the system's clock, which were nearly half of a step of few bodies. Ours stand still. They change
// no body: b2Profile is all that they fill.
b2Timer::b2Timer() = default;
void b2Timer::Reset() {}
float b2Timer::GetMilliseconds() const { return 0; }

// What it keeps bodies, fixtures, contacts and joints in. `advance` builds a world a call, and the
// library's allocator takes chunks from the system for each, threads a list through every chunk and
// gives all back. Ours keeps what one world of a thread had for the next. No body depends on where
// it lies.
struct b2Block {
  b2Block* next;
};

// The room of one world, handed out from front to back; what is freed is handed out again by size.
struct b2Chunk {
  static constexpr std::size_t kGrain = 32, kLargest = 640, kSlab = 64 * 1024;  // bytes

  void* take(std::size_t size) {
    const std::size_t grains = (size + kGrain - 1) / kGrain;
    b2Block*& first = freed[grains - 1];
    if (first) return std::exchange(first, first->next);
    if (used + grains * kGrain > kSlab) slab++, used = 0;
    if (slab == slabs.size()) slabs.push_back(std::make_unique<std::byte[]>(kSlab));
    return slabs[slab].get() + std::exchange(used, used + grains * kGrain);
  }

  void give_back(void* block, std::size_t size) {
    b2Block*& first = freed[(size + kGrain - 1) / kGrain - 1];
    first = new (block) b2Block{first};
  }

  void give_back_all() { freed = {}, slab = 0, used = 0; }

  std::array<b2Block*, kLargest / kGrain> freed{};
  std::vector<std::unique_ptr<std::byte[]>> slabs;
  std::size_t slab = 0, used = 0;  // the slab being handed out, and how far
};

namespace {

thread_local std::vector<std::unique_ptr<b2Chunk>> spare;

bool is_large(int32 size) { return size > static_cast<int32>(b2Chunk::kLargest); }

}  // namespace

b2BlockAllocator::b2BlockAllocator() : m_chunks(), m_chunkCount(), m_chunkSpace(), m_freeLists() {
  if (spare.empty()) spare.push_back(std::make_unique<b2Chunk>());
  m_chunks = spare.back().release();
  spare.pop_back();
}

b2BlockAllocator::~b2BlockAllocator() {
  Clear();
  spare.emplace_back(m_chunks);
}

void* b2BlockAllocator::Allocate(int32 size) {
  if (size == 0) return nullptr;
  return is_large(size) ? b2Alloc(size) : m_chunks->take(static_cast<std::size_t>(size));
}

void b2BlockAllocator::Free(void* p, int32 size) {
  if (size == 0) return;
  is_large(size) ? b2Free(p) : m_chunks->give_back(p, static_cast<std::size_t>(size));
}

void b2BlockAllocator::Clear() { m_chunks->give_back_all(); }
