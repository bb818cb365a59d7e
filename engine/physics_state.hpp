#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/physics.hpp"

// What engine/physics.cpp and physics_state.cpp share: the used part of a BodiesView.
namespace pump::engine {

template <class T>
std::span<T> used(std::span<T> all, std::int32_t count) {
  return all.first(static_cast<std::size_t>(count));
}
inline std::span<Body> bodies_of(const BodiesView& state) {
  return used(state.bodies, state.body_count);
}
inline std::span<ContactImpulse> contacts_of(const BodiesView& state) {
  return used(state.contacts, state.contact_count);
}
inline std::span<Joint> joints_of(const BodiesView& state) {
  return used(state.joints, state.joint_count);
}

// The order of the contacts in a state: by a, b, feature.
inline std::uint64_t pair_key(std::uint16_t a, std::uint16_t b) {
  return std::uint64_t{a} << 48 | std::uint64_t{b} << 32;
}
inline std::uint64_t key_of(const ContactImpulse& contact) {
  return pair_key(contact.a, contact.b) | contact.feature;
}
// A type, not a function, so that sorting inlines it.
struct Before {
  bool operator()(const ContactImpulse& x, const ContactImpulse& y) const {
    return key_of(x) < key_of(y);
  }
  bool operator()(const ContactImpulse& x, std::uint64_t key) const { return key_of(x) < key; }
};

// Counts within the capacity, indices within the counts, finite bodies with a mass, ordered
// contacts; else a bug.
void ensure_sound(const BodiesView& state);

// Makes every entry past the counts zero bytes.
void clear_unused(const BodiesView& state);

}  // namespace pump::engine
