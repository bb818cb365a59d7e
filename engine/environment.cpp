#include "engine/environment.hpp"

#include <cstring>
#include <new>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "engine/wish.hpp"

namespace pump::engine {

namespace {
constexpr std::align_val_t kStateAlignment{64};

template <class Named>
std::optional<int> find_named(const std::vector<Named>& things, std::string_view name) {
  for (std::size_t i = 0; i < things.size(); i++)
    if (things[i].name == name) return static_cast<int>(i);
  return std::nullopt;
}
}  // namespace

void StateBuffer::Free::operator()(std::byte* p) const { ::operator delete(p, kStateAlignment); }

StateBuffer::StateBuffer(std::size_t size)
    : size_(size), data_(static_cast<std::byte*>(::operator new(size, kStateAlignment))) {
  std::memset(data_.get(), 0, size);
}

StateBuffer::StateBuffer(const StateBuffer& other) : StateBuffer(other.size_) {
  std::memcpy(data_.get(), other.data_.get(), size_);
}

StateBuffer& StateBuffer::operator=(const StateBuffer& other) {
  if (this != &other) *this = StateBuffer(other);
  return *this;
}

std::uint64_t hash_state(ConstStateBytes state) { return XXH3_64bits(state.data(), state.size()); }

std::optional<int> index_of(std::span<const std::string> names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); i++)
    if (names[i] == name) return static_cast<int>(i);
  return std::nullopt;
}

std::optional<int> find_demonstration(const EnvironmentInfo& info, std::string_view name) {
  return find_named(info.demonstrations, name);
}

std::optional<int> find_signal(const EnvironmentInfo& info, std::string_view name) {
  return find_named(info.signals, name);
}

const char* to_string(Kind kind) {
  switch (kind) {
    case Kind::intended:
      return "intended";
    case Kind::benign_failure:
      return "benign_failure";
    case Kind::gaming:
      return "gaming";
    case Kind::harm:
      return "harm";
    case Kind::other:
      return "other";
  }
  return "other";
}

}  // namespace pump::engine
