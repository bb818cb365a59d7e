#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

// Rigid bodies as a pure function on plain data: `advance` builds a fresh Box2D world from the
// state, runs it, reads it back. No Box2D type appears here, and nothing is kept between calls:
// what an uninterrupted world would remember (contact impulses, joint impulses, time at rest) is in
// the state. What it would remember and Box2D's public interface cannot restore, the impulses of
// motors and joint limits, is found anew in each call (tests/engine/physics_test.cpp bounds the
// difference).
namespace pump::engine {

struct Vec2 {
  float x = 0, y = 0;  // metres, or metres per second
  friend bool operator==(Vec2, Vec2) = default;
};

enum class Shape : std::uint32_t { box, circle };

// 64 bytes, no padding. Whoever changes a body from outside sets its ticks_at_rest to 0, or calls
// `wake`: a world at rest does not look.
struct Body {
  Vec2 position;               // m, of the centre of mass
  float angle = 0;             // rad
  Vec2 velocity;               // m/s
  float spin = 0;              // rad/s
  Vec2 half_extent{.5f, .5f};  // m; a circle's radius is x
  float density = 1;           // kg/m^2
  float friction = .6f;        // Coulomb; a contact has the geometric mean of its two sides
  float restitution = 0;       // a contact has the larger of its two sides, from 1 m/s on
  // m/s^2 lost to sliding over the ground, for worlds seen from above; 0: none. Spin loses this
  // over the larger half extent, in rad/s^2.
  float ground_drag = 0;
  Shape shape = Shape::box;
  std::uint16_t group = 1;          // which group this body is in (bits)
  std::uint16_t collides = 0xffff;  // which groups it collides with; statics are in all of them
  std::int32_t ticks_at_rest = 0;   // stands in for Box2D's sleep timer; counts to rest_ticks
  std::uint32_t tag = 0;            // the environment's own
};
static_assert(sizeof(Body) == 64 && std::is_trivially_copyable_v<Body>);

inline constexpr std::uint16_t kStatic = 0xffff;  // index of everything that never moves

// What the solver found at one point of one touching contact, kept for its warm start. 16 bytes.
// Ordered by a, b, feature; a < b, kStatic last.
struct ContactImpulse {
  std::uint16_t a = 0, b = 0;     // bodies, or kStatic
  std::uint32_t feature = 0;      // Box2D's feature key and the static fixture's index
  float normal = 0, tangent = 0;  // N s
};

// A hinge (revolute joint). 48 bytes. The two bodies it joins do not collide with each other.
// Angles are of b relative to a.
struct Joint {
  std::uint16_t a = kStatic, b = 0;
  std::uint16_t limited = 0, motorised = 0;  // booleans
  Vec2 anchor_a, anchor_b;                   // m, in each body's frame (in the world's for kStatic)
  float lower = 0, upper = 0;                // rad
  float motor_speed = 0;                     // rad/s
  float motor_torque = 0;                    // N m, at most
  Vec2 impulse;                              // N s, world frame; state of the solver
};
static_assert(sizeof(Joint) == 48);

// Part of a world's State. Entries past the counts are all zero bytes after `advance`.
template <int kMaxBodies, int kMaxContacts, int kMaxJoints>
struct Bodies {
  std::int32_t body_count = 0, contact_count = 0, joint_count = 0, ticks = 0;
  std::array<Body, kMaxBodies> bodies;
  std::array<ContactImpulse, kMaxContacts> contacts;
  std::array<Joint, (kMaxJoints > 0 ? kMaxJoints : 1)> joints;
};

// A rectangle that never moves.
struct StaticBox {
  Vec2 centre, half_extent;  // m
};

// Covers the solid cells of a width x height map (row-major, non-zero is solid) with few, large,
// disjoint rectangles, greedily: one cell is one square metre, cell (x, y) reaches from (x, y) to
// (x + 1, y + 1). Deterministic.
std::vector<StaticBox> merge_cells(std::span<const std::uint8_t> solid, int width, int height);

struct PhysicsSettings {
  Vec2 gravity;           // m/s^2
  float tick = 1.f / 60;  // s
  int velocity_iterations = 8, position_iterations = 3;
  float rest_speed = .05f;  // m/s (and rad/s): slower than this for rest_ticks, a body is at rest
  int rest_ticks = 6;
  float static_friction = .6f;  // Coulomb, of every StaticBox
};

// Two bodies began to touch; all statics count as one body. Ordered by tick, then a, then b (a < b;
// kStatic last).
struct ContactEvent {
  std::int32_t tick;  // since the call; the first is 0
  std::uint16_t a, b;
  float approach_speed;  // m/s, along the normal where they touch, before the tick; not negative
};

struct BodiesView {
  std::int32_t& body_count;
  std::int32_t& contact_count;
  std::int32_t& joint_count;
  std::int32_t& ticks;  // advanced
  std::span<Body> bodies;
  std::span<ContactImpulse> contacts;
  std::span<Joint> joints;
};
template <int B, int C, int J>
BodiesView view(Bodies<B, C, J>& bodies) {
  return {bodies.body_count, bodies.contact_count, bodies.joint_count, bodies.ticks,
          bodies.bodies,     bodies.contacts,      bodies.joints};
}

// Takes body `index` out, with its contacts and joints; those behind it move up by one. Wakes the
// rest.
void remove_body(const BodiesView& state, int index);

// Sets every body's ticks_at_rest to 0: to be called when gravity, statics or a motor change.
void wake(const BodiesView& state);

// True when every body is at rest (or there is none): such a world need not be built.
bool at_rest(const BodiesView& state, const PhysicsSettings& settings);

// Runs at most `ticks` ticks, fewer when everything comes to rest (all velocities are then set to
// zero); returns how many ran. `events`, if given, is cleared and filled. A function of its
// arguments only: same bits for the same input, in any process. More touching points than
// `contacts` has room for, or a body that is not finite or has no mass, is a bug.
int advance(const BodiesView& state, std::span<const StaticBox> statics,
            const PhysicsSettings& settings, int ticks,
            std::vector<ContactEvent>* events = nullptr);

}  // namespace pump::engine
