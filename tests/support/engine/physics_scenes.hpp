#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "engine/physics.hpp"

// Small physical worlds for tests.
namespace pump::engine::test {

using PhysicsScene = Bodies<32, 256, 16>;

// Never at rest, so that every tick is computed.
inline constexpr PhysicsSettings kRestless{.gravity = {0, -10}, .rest_speed = 0};
inline constexpr PhysicsSettings kEarth{.gravity = {0, -10}};
inline constexpr PhysicsSettings kFromAbove{};

inline const std::vector<StaticBox> kFloor{{{0, -.5f}, {50, .5f}}};

inline PhysicsScene empty_scene() {
  PhysicsScene scene;
  std::memset(static_cast<void*>(&scene), 0, sizeof scene);
  return scene;
}

inline Body& add(PhysicsScene& scene, const Body& body) {
  Body& added = scene.bodies[static_cast<std::size_t>(scene.body_count++)];
  added = body;
  return added;
}

inline void add(PhysicsScene& scene, const Joint& joint) {
  scene.joints[static_cast<std::size_t>(scene.joint_count++)] = joint;
}

inline bool same_bytes(const PhysicsScene& one, const PhysicsScene& other) {
  return std::memcmp(&one, &other, sizeof one) == 0;
}

// Boxes of one metre, one on the other, 20 mm to and fro.
inline PhysicsScene stack(int boxes) {
  PhysicsScene scene = empty_scene();
  for (int i = 0; i < boxes; i++) {
    Body box;
    box.position = {.02f * static_cast<float>(i % 2), .5f + static_cast<float>(i)};
    add(scene, box);
  }
  return scene;
}

inline bool all_zero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

// Whether the entries from `count` on are zero bytes.
template <class T, std::size_t N>
bool zero_from(const std::array<T, N>& entries, std::int32_t count) {
  return all_zero(std::as_bytes(std::span(entries).subspan(static_cast<std::size_t>(count))));
}

// `total` ticks in calls of `each`. `before_call`, if given, changes the scene before every call.
template <class Change>
void run(PhysicsScene& scene, const std::vector<StaticBox>& statics,
         const PhysicsSettings& settings, int total, int each, Change before_call) {
  for (int tick = 0; tick < total; tick += each) {
    before_call(scene);
    advance(view(scene), statics, settings, std::min(each, total - tick));
  }
}
inline void run(PhysicsScene& scene, const std::vector<StaticBox>& statics,
                const PhysicsSettings& settings, int total, int each) {
  run(scene, statics, settings, total, each, [](PhysicsScene&) {});
}

// Boxes and circles, some hinged, in a room; a function of the seed.
inline PhysicsScene random_scene(std::uint32_t seed) {
  std::mt19937 bits(seed);
  const auto below = [&bits](std::uint32_t n) { return bits() % n; };
  const auto from_to = [&bits](float low, float high) {
    return low + (high - low) * static_cast<float>(bits() >> 8) / 16777216.f;
  };
  PhysicsScene scene = empty_scene();
  const std::uint32_t bodies = 1 + below(24);
  for (std::uint32_t i = 0; i < bodies; i++) {
    Body body;
    body.position = {from_to(-6, 6), from_to(.5f, 9)};
    body.angle = from_to(-3, 3);
    body.velocity = {from_to(-20, 20), from_to(-20, 20)};
    body.spin = from_to(-10, 10);
    body.half_extent = {from_to(.1f, .7f), from_to(.1f, .7f)};
    body.restitution = from_to(0, .8f);
    body.ground_drag = below(2) ? from_to(0, 3) : 0;
    body.shape = below(2) ? Shape::circle : Shape::box;
    body.tag = i;
    add(scene, body);
  }
  for (std::uint32_t i = 1; i < std::min(bodies, 6u); i += 2) {
    Joint joint;
    joint.a = static_cast<std::uint16_t>(i - 1);
    joint.b = static_cast<std::uint16_t>(i);
    joint.anchor_a = {.5f, 0};
    joint.anchor_b = {-.5f, 0};
    joint.motorised = static_cast<std::uint16_t>(below(2));
    joint.motor_speed = from_to(-4, 4);
    joint.motor_torque = 20;
    add(scene, joint);
  }
  return scene;
}

// The room of a random_scene, with an obstacle.
inline const std::vector<StaticBox> kRoom{
    {{0, -.5f}, {8, .5f}}, {{0, 10.5f}, {8, .5f}}, {{-7.5f, 5}, {.5f, 5}},
    {{7.5f, 5}, {.5f, 5}}, {{0, 3}, {1.5f, .25f}},
};

}  // namespace pump::engine::test
