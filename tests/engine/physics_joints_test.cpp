#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "engine/physics.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/engine/physics_scenes.hpp"

// Hinges: a chain of rebuilt worlds against one uninterrupted world.
namespace pump::engine::test {
namespace {

constexpr int kLong = 2000;  // ticks

float distance(Vec2 a, Vec2 b) { return std::hypot(a.x - b.x, a.y - b.y); }

Vec2 world_point(const PhysicsScene& scene, std::uint16_t body, Vec2 anchor) {
  if (body == kStatic) return anchor;
  const Body& b = scene.bodies[body];
  const float c = std::cos(b.angle), s = std::sin(b.angle);
  return {b.position.x + c * anchor.x - s * anchor.y, b.position.y + s * anchor.x + c * anchor.y};
}

// How far the worst hinge gapes, in metres.
float gape(const PhysicsScene& scene) {
  float worst = 0;
  for (int i = 0; i < scene.joint_count; i++) {
    const Joint& joint = scene.joints[static_cast<std::size_t>(i)];
    worst = std::max(worst, distance(world_point(scene, joint.a, joint.anchor_a),
                                     world_point(scene, joint.b, joint.anchor_b)));
  }
  return worst;
}

Vec2 bob(const PhysicsScene& chain) {
  return chain.bodies[static_cast<std::size_t>(chain.body_count - 1)].position;
}

void forget_joint_impulses(PhysicsScene& scene) {
  for (Joint& joint : scene.joints) joint.impulse = {};
}

Body limb(Vec2 centre, Vec2 half_extent) {
  Body body;
  body.position = centre;
  body.half_extent = half_extent;
  body.collides = 0;
  return body;
}

// Light links that start level, and a bob heavier than twelve of them.
PhysicsScene chain(int links) {
  PhysicsScene scene = empty_scene();
  for (int i = 0; i < links; i++) {
    const auto index = static_cast<std::uint16_t>(i);
    add(scene, limb({.25f + .5f * static_cast<float>(i), 0}, {.25f, .06f}));
    Joint hinge;
    if (i > 0) hinge.a = static_cast<std::uint16_t>(index - 1), hinge.anchor_a = {.25f, 0};
    hinge.b = index;
    hinge.anchor_b = {-.25f, 0};
    add(scene, hinge);
  }
  add(scene, limb({.5f * static_cast<float>(links), 0}, {.5f, .5f}));
  Joint last;
  last.a = static_cast<std::uint16_t>(links - 1);
  last.b = static_cast<std::uint16_t>(links);
  last.anchor_a = {.25f, 0};
  add(scene, last);
  return scene;
}

Joint motor(std::uint16_t a, std::uint16_t b, Vec2 on_a, Vec2 on_b, float speed) {
  Joint joint;
  joint.a = a, joint.b = b;
  joint.anchor_a = on_a, joint.anchor_b = on_b;
  joint.limited = joint.motorised = 1;
  joint.lower = -.6f, joint.upper = .6f;
  joint.motor_speed = speed;
  joint.motor_torque = 40;
  return joint;
}

// A trunk on two legs of two limbs each: four motors, all with limits, feet on the ground.
PhysicsScene walker() {
  PhysicsScene scene = empty_scene();
  add(scene, limb({0, 1.85f}, {.6f, .25f}));
  for (const float side : {-.4f, .4f}) {
    const auto thigh = static_cast<std::uint16_t>(scene.body_count);
    add(scene, limb({side, 1.2f}, {.12f, .4f}));
    add(scene, limb({side, .4f}, {.1f, .4f}));
    add(scene, motor(0, thigh, {side, -.25f}, {0, .4f}, 0));
    add(scene, motor(thigh, static_cast<std::uint16_t>(thigh + 1), {0, -.4f}, {0, .4f}, 0));
  }
  for (Body& body : scene.bodies) body.friction = .9f;
  for (int i = 0; i < scene.body_count; i++) {
    scene.bodies[static_cast<std::size_t>(i)].collides = 2;  // not each other, only the ground
    scene.bodies[static_cast<std::size_t>(i)].group = 1;
  }
  return scene;
}

// Both legs swing, rad/s.
void set_gait(PhysicsScene& scene, bool left, float speed) {
  const float swing = left ? speed : -speed;
  const std::array<float, 4> speeds{swing, -swing / 2, -swing, swing / 2};
  for (std::size_t i = 0; i < speeds.size(); i++) scene.joints[i].motor_speed = speeds[i];
}

float worst_distance(const PhysicsScene& one, const PhysicsScene& other) {
  float worst = 0;
  for (std::size_t i = 0; i < one.bodies.size(); i++)
    worst = std::max(worst, distance(one.bodies[i].position, other.bodies[i].position));
  return worst;
}

// Between one call of 20 ticks and calls of `each`, in metres.
float gait_difference(int velocity_iterations, int each) {
  PhysicsSettings settings = kRestless;
  settings.velocity_iterations = velocity_iterations;
  PhysicsScene whole = walker();
  set_gait(whole, true, 3);
  PhysicsScene split = whole;
  run(whole, kFloor, settings, 20, 20);
  run(split, kFloor, settings, 20, each);
  return worst_distance(whole, split);
}

}  // namespace

CATCH_TEST_CASE("A chain rebuilt at every call ends where an uninterrupted one does") {
  for (const int links : {1, 4, 12})
    for (const int each : {1, 4}) {
      PhysicsScene whole = chain(links), split = whole;
      run(whole, {}, kRestless, kLong, kLong);
      run(split, {}, kRestless, kLong, each);
      CATCH_INFO(links << " links, " << each << " ticks a call");
      CATCH_CHECK(distance(bob(whole), bob(split)) < 1e-3f);  // after 33 s
      CATCH_CHECK(gape(split) < .05f);
    }
}

CATCH_TEST_CASE("A chain whose impulses are forgotten gapes") {
  for (const int links : {4, 12})
    for (const int each : {1, 4}) {
      PhysicsScene scene = chain(links);
      float worst = 0;
      run(scene, {}, kRestless, kLong, each, [&worst](PhysicsScene& now) {
        forget_joint_impulses(now);
        worst = std::max(worst, gape(now));
      });
      CATCH_INFO(links << " links, " << each << " ticks a call");
      CATCH_CHECK(worst > .09f);
    }
}

CATCH_TEST_CASE("A pendulum gains no energy") {
  PhysicsScene scene = chain(1);
  const auto energy = [&scene] {
    float sum = 0;
    for (int i = 0; i < scene.body_count; i++) {
      const Body& b = scene.bodies[static_cast<std::size_t>(i)];
      const float mass = b.density * 4 * b.half_extent.x * b.half_extent.y;
      const float inertia =
          mass * (b.half_extent.x * b.half_extent.x + b.half_extent.y * b.half_extent.y) / 3;
      sum += mass * (10 * b.position.y +
                     (b.velocity.x * b.velocity.x + b.velocity.y * b.velocity.y) / 2) +
             inertia * b.spin * b.spin / 2;
    }
    return sum;
  };
  const float start = energy();
  float most = start;
  for (int tick = 0; tick < kLong; tick++) {
    advance(view(scene), {}, kRestless, 1);
    most = std::max(most, energy());
  }
  CATCH_CHECK(most < start + .2f);  // J; the swing is 5 J deep
}

CATCH_TEST_CASE("A motor or a limit alone holds an arm as in an uninterrupted world") {
  for (const bool by_limit : {false, true})
    for (const int each : {1, 4}) {
      PhysicsScene whole = empty_scene();
      add(whole, limb({2, 0}, {2, .1f}));
      Joint hinge;
      hinge.anchor_b = {-2, 0};
      hinge.limited = by_limit, hinge.motorised = !by_limit;
      hinge.motor_torque = 1000;
      add(whole, hinge);
      PhysicsScene split = whole;
      run(whole, {}, kRestless, 600, 600);
      run(split, {}, kRestless, 600, each);
      CATCH_CHECK(std::fabs(whole.bodies[0].angle) < 1e-3f);
      CATCH_CHECK(std::fabs(split.bodies[0].angle - whole.bodies[0].angle) < 1e-4f);
    }
}

// Motor and limit impulses start from zero in every call. Standing, that does not show. Walking on
// four coupled motors, one tick a call, it makes the motors weaker than in an uninterrupted world
// as long as the solver does not converge: at 8 velocity iterations (the default) some limb is .17
// m off after 20 ticks (4 ticks a call: .11 m), at 64 iterations .026 m, at 1,000 .00001 m.
CATCH_TEST_CASE("A walker differs from an uninterrupted one only by what the solver leaves over") {
  CATCH_SECTION("standing") {
    for (const int each : {1, 4}) {
      PhysicsScene whole = walker(), split = whole;
      run(whole, kFloor, kRestless, 300, 300);
      run(split, kFloor, kRestless, 300, each);
      CATCH_CHECK(worst_distance(whole, split) < 1e-3f);
      CATCH_CHECK(whole.bodies[0].position.y > 1.8f);
    }
  }
  CATCH_SECTION("walking") {
    CATCH_CHECK(gait_difference(8, 1) < .5f);
    CATCH_CHECK(gait_difference(8, 4) < .2f);
    CATCH_CHECK(gait_difference(64, 1) < .05f);
    CATCH_CHECK(gait_difference(1000, 1) < .002f);
  }
  CATCH_SECTION("its hinges hold") {
    PhysicsScene scene = walker();
    float worst = 0;
    for (int tick = 0; tick < 300; tick++) {
      set_gait(scene, tick / 20 % 2 == 0, 3);
      run(scene, kFloor, kRestless, 1, 1);
      worst = std::max(worst, gape(scene));
    }
    CATCH_CHECK(worst < .05f);
  }
}

}  // namespace pump::engine::test
