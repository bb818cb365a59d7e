#include "engine/physics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <tuple>

#include "tests/support/catch.hpp"
#include "tests/support/engine/physics_scenes.hpp"

namespace pump::engine::test {
namespace {

// Centre of the sixth box: Box2D keeps 15 mm (two polygon skins less the slop) between boxes.
constexpr float kStackedTop = 5.5f + 6 * .015f;

// Furthest that a box of the stack has moved sideways, in metres.
float drift(const PhysicsScene& scene) {
  float worst = 0;
  for (int i = 0; i < scene.body_count; i++)
    worst = std::max(worst, std::fabs(scene.bodies[static_cast<std::size_t>(i)].position.x -
                                      .02f * static_cast<float>(i % 2)));
  return worst;
}

void forget_contacts(PhysicsScene& scene) {
  scene.contacts.fill({});
  scene.contact_count = 0;
}

Body ball(Vec2 position, Vec2 velocity, float restitution) {
  Body body;
  body.shape = Shape::circle;
  body.position = position;
  body.velocity = velocity;
  body.restitution = restitution;
  return body;
}

std::uint64_t fnv1a(std::uint64_t hash, const PhysicsScene& scene) {
  for (const std::byte byte : std::as_bytes(std::span(&scene, 1)))
    hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3u;
  return hash;
}

// Of forty random worlds, after every call.
std::uint64_t hash_of_worlds() {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (std::uint32_t seed = 0; seed < 40; seed++) {
    PhysicsScene scene = random_scene(seed);
    for (int call = 0; call < 30; call++) {
      advance(view(scene), kRoom, kEarth, 1 + call % 4);
      hash = fnv1a(hash, scene);
    }
  }
  return hash;
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  CATCH_REQUIRE(pipe != nullptr);
  std::array<char, 256> chunk;
  while (std::fgets(chunk.data(), static_cast<int>(chunk.size()), pipe)) out += chunk.data();
  pclose(pipe);
  return out;
}

std::vector<ContactEvent> events_of(PhysicsScene scene, const std::vector<StaticBox>& statics,
                                    const PhysicsSettings& settings, int ticks, int each) {
  std::vector<ContactEvent> all, now;
  for (int tick = 0; tick < ticks; tick += each) {
    advance(view(scene), statics, settings, each, &now);
    for (ContactEvent& event : now) {
      event.tick += tick;
      all.push_back(event);
    }
  }
  return all;
}

}  // namespace

CATCH_TEST_CASE("A stack rebuilt at every tick stands") {
  for (const int each : {1, 4}) {
    PhysicsScene scene = stack(6);
    run(scene, kFloor, kRestless, 2000, each);
    CATCH_CHECK(scene.ticks == 2000);
    CATCH_CHECK(drift(scene) < .06f);
    CATCH_CHECK(scene.bodies[5].position.y == Catch::Approx(kStackedTop).margin(.02));
  }
}

CATCH_TEST_CASE("A stack whose contact impulses are forgotten falls") {
  PhysicsScene scene = stack(6);
  run(scene, kFloor, kRestless, 2000, 1, forget_contacts);
  CATCH_CHECK(scene.bodies[5].position.y < 4);
}

CATCH_TEST_CASE("A stack over the seam of two statics stands: their contacts are told apart") {
  const std::vector<StaticBox> halves{{{-25, -.5f}, {25, .5f}}, {{25, -.5f}, {25, .5f}}};
  PhysicsScene scene = stack(6);
  run(scene, halves, kRestless, 2000, 1);
  CATCH_CHECK(drift(scene) < .06f);
  CATCH_CHECK(scene.bodies[5].position.y == Catch::Approx(kStackedTop).margin(.02));
  const auto under = std::count_if(
      scene.contacts.begin(), scene.contacts.begin() + scene.contact_count,
      [](const ContactImpulse& contact) { return contact.a == 0 && contact.b == kStatic; });
  CATCH_CHECK(under >= 2);
  float weight = 0;
  for (int i = 0; i < scene.contact_count; i++) {
    const ContactImpulse& contact = scene.contacts[static_cast<std::size_t>(i)];
    if (contact.b == kStatic) weight += contact.normal;
  }
  CATCH_CHECK(weight == Catch::Approx(6 * 10.f / 60).epsilon(.05));  // six boxes of 1 kg, a tick
}

CATCH_TEST_CASE("Each contact gets its own impulses back: they alone carry a ball in a corner") {
  const std::vector<StaticBox> corner{{{5, -.5f}, {5, .5f}}, {{-.5f, 5}, {.5f, 5}}};
  PhysicsSettings settings{.gravity = {-3, -10}, .rest_speed = 0};
  PhysicsScene scene = empty_scene();
  add(scene, ball({.5f, .5f}, {}, 0));
  scene.bodies[0].friction = 0;
  run(scene, corner, settings, 120, 1);
  CATCH_REQUIRE(scene.contact_count == 2);  // of circles, with the same feature key in Box2D
  settings.velocity_iterations = 0;         // the solver adds nothing to its warm start
  run(scene, corner, settings, 2, 1);
  CATCH_CHECK(std::fabs(scene.bodies[0].velocity.x) < .01f);
  CATCH_CHECK(std::fabs(scene.bodies[0].velocity.y) < .01f);
}

CATCH_TEST_CASE("A bouncing ball keeps what its restitution says") {
  for (const float restitution : {0.f, .5f, 1.f}) {
    PhysicsScene scene = empty_scene();
    add(scene, ball({0, 5.5f}, {}, restitution));
    bool bounced = false;
    float top = 0;
    for (int tick = 0; tick < 160; tick++) {
      advance(view(scene), kFloor, kRestless, 1);
      bounced = bounced || scene.contact_count > 0;
      if (bounced) top = std::max(top, scene.bodies[0].position.y - .5f);
    }
    CATCH_INFO("restitution " << restitution);
    CATCH_CHECK(top == Catch::Approx(5 * restitution * restitution).margin(.25));  // h e^2
  }
}

CATCH_TEST_CASE("Equal balls exchange their velocities") {
  PhysicsScene scene = empty_scene();
  add(scene, ball({-2, 0}, {6, 0}, 1));
  add(scene, ball({0, 0}, {}, 1));
  run(scene, {}, kFromAbove, 40, 1);
  CATCH_CHECK(scene.bodies[0].velocity.x == Catch::Approx(0).margin(1e-3));
  CATCH_CHECK(scene.bodies[1].velocity.x == Catch::Approx(6).margin(1e-3));
}

// About the origin, a body's own spin included.
CATCH_TEST_CASE(
    "Bodies that strike each other keep their momentum and its moment, and lose energy") {
  struct Sums {
    double x = 0, y = 0, moment = 0, energy = 0;
  };
  const auto sums = [](const PhysicsScene& scene) {
    Sums out;
    for (int i = 0; i < scene.body_count; i++) {
      const Body& b = scene.bodies[static_cast<std::size_t>(i)];
      const double mass = 4. * b.half_extent.x * b.half_extent.y * b.density;
      const double inertia =
          mass * (b.half_extent.x * b.half_extent.x + b.half_extent.y * b.half_extent.y) / 3;
      out.x += mass * b.velocity.x;
      out.y += mass * b.velocity.y;
      out.moment += mass * (b.position.x * b.velocity.y - b.position.y * b.velocity.x);
      out.moment += inertia * b.spin;
      out.energy += mass * (b.velocity.x * b.velocity.x + b.velocity.y * b.velocity.y) / 2;
      out.energy += inertia * b.spin * b.spin / 2;
    }
    return out;
  };
  for (const int each : {1, 4}) {
    PhysicsScene scene = empty_scene();
    for (int i = 0; i < 4; i++) {
      Body box;
      box.half_extent = {.5f, .3f + .1f * static_cast<float>(i)};
      box.position = {2.5f * static_cast<float>(i), .2f * static_cast<float>(i * i)};
      box.velocity = {4 - 3 * static_cast<float>(i), .5f};
      box.spin = static_cast<float>(i) - 1;
      add(scene, box);
    }
    const Sums before = sums(scene);
    const std::size_t struck = events_of(scene, {}, kFromAbove, 60, each).size();
    CATCH_CHECK(struck >= 3);
    run(scene, {}, kFromAbove, 60, each);
    const Sums after = sums(scene);
    CATCH_CHECK(after.x == Catch::Approx(before.x).margin(1e-3));
    CATCH_CHECK(after.y == Catch::Approx(before.y).margin(1e-3));
    CATCH_CHECK(after.moment == Catch::Approx(before.moment).margin(.02));
    CATCH_CHECK(after.energy < before.energy);
  }
}

CATCH_TEST_CASE("Groups decide who collides; statics are in every group") {
  PhysicsScene scene = empty_scene();
  for (const std::uint16_t group : {1, 2}) {
    Body& body = add(scene, ball({0, .5f + static_cast<float>(2 * group)}, {}, 0));
    body.group = group;
    body.collides = group;
  }
  std::vector<ContactEvent> events = events_of(scene, kFloor, kEarth, 200, 200);
  CATCH_REQUIRE(events.size() == 2);
  CATCH_CHECK((events[0].b == kStatic && events[1].b == kStatic));
}

CATCH_TEST_CASE("Ground drag stops a slide after v^2 / 2a and a spin likewise") {
  for (const int each : {1, 7}) {
    PhysicsScene scene = empty_scene();
    Body& body = add(scene, Body{});
    body.velocity = {3, 4};
    body.spin = 5;
    body.ground_drag = 2;
    run(scene, {}, kFromAbove, 300, each);
    const float slid = std::hypot(scene.bodies[0].position.x, scene.bodies[0].position.y);
    CATCH_CHECK(std::fabs(slid - 25.f / 4) < 5.f / 60);
    CATCH_CHECK(std::fabs(scene.bodies[0].angle - 25.f / 8) < 5.f / 60);
    CATCH_CHECK(scene.bodies[0].velocity == Vec2{});
    CATCH_CHECK(scene.bodies[0].spin == 0);
    CATCH_CHECK(at_rest(view(scene), kFromAbove));
  }
}

CATCH_TEST_CASE("A world at rest stops early and is not advanced again until woken") {
  PhysicsScene scene = stack(3);
  const int ran = advance(view(scene), kFloor, kEarth, 1000);
  CATCH_CHECK((ran >= kEarth.rest_ticks && ran < 1000));
  CATCH_CHECK(scene.ticks == ran);
  CATCH_CHECK(at_rest(view(scene), kEarth));
  for (int i = 0; i < 3; i++) {
    CATCH_CHECK(scene.bodies[static_cast<std::size_t>(i)].velocity == Vec2{});
    CATCH_CHECK(scene.bodies[static_cast<std::size_t>(i)].spin == 0);
  }
  PhysicsScene again = scene;
  CATCH_CHECK(advance(view(again), kFloor, kEarth, 10) == 0);
  CATCH_CHECK(same_bytes(scene, again));
  wake(view(again));
  CATCH_CHECK(advance(view(again), kFloor, kEarth, 10) == kEarth.rest_ticks);
  PhysicsScene nobody = empty_scene();
  CATCH_CHECK(at_rest(view(nobody), kEarth));
  CATCH_CHECK(advance(view(nobody), kFloor, kEarth, 10) == 0);
}

CATCH_TEST_CASE("A call does not depend on how the ticks before it were called, at rest") {
  PhysicsScene one = stack(4), four = one;
  for (int i = 0; i < 400; i++) advance(view(one), kFloor, kEarth, 1);
  for (int i = 0; i < 100; i++) advance(view(four), kFloor, kEarth, 4);
  for (std::size_t i = 0; i < 4; i++)
    CATCH_CHECK(std::fabs(one.bodies[i].position.y - four.bodies[i].position.y) < .01f);
}

CATCH_TEST_CASE("Contact events come once, in order, with the approach speed") {
  CATCH_SECTION("two at once, then one") {
    PhysicsScene scene = empty_scene();
    add(scene, ball({3, 0}, {-6, 0}, 0));
    add(scene, ball({0, 9}, {0, -3}, 0));
    add(scene, ball({0, 7.02f}, {}, 0));
    add(scene, ball({1.02f, 0}, {}, 0));
    const auto events = events_of(scene, {}, kFromAbove, 30, 30);
    CATCH_REQUIRE(events.size() == 2);
    CATCH_CHECK((events[0].a == 0 && events[0].b == 3));
    CATCH_CHECK((events[1].a == 1 && events[1].b == 2));
    CATCH_CHECK(events[0].tick < events[1].tick);
    CATCH_CHECK(events[0].approach_speed == Catch::Approx(6));
    CATCH_CHECK(events[1].approach_speed == Catch::Approx(3));
  }
  CATCH_SECTION("in the same tick, by index") {
    PhysicsScene scene = empty_scene();
    for (const float x : {9.f, 3.f, 6.f, 0.f}) add(scene, ball({x, 2}, {0, -3}, 0));
    const auto events = events_of(scene, kFloor, kEarth, 60, 60);
    CATCH_REQUIRE(events.size() == 4);
    for (std::uint16_t i = 0; i < 4; i++) {
      CATCH_CHECK((events[i].a == i && events[i].b == kStatic));
      CATCH_CHECK(events[i].tick == events[0].tick);
    }
  }
  CATCH_SECTION("the same ones however the ticks are called") {
    const PhysicsScene scene = stack(5);
    const auto whole = events_of(scene, kFloor, kRestless, 120, 120);
    CATCH_CHECK(whole.size() == 5);
    for (const int each : {1, 4}) {
      const auto split = events_of(scene, kFloor, kRestless, 120, each);
      CATCH_REQUIRE(split.size() == whole.size());
      for (std::size_t i = 0; i < whole.size(); i++)
        CATCH_CHECK((split[i].tick == whole[i].tick && split[i].a == whole[i].a &&
                     split[i].b == whole[i].b));
    }
  }
  CATCH_SECTION("sliding from one static to the next is no new contact") {
    std::vector<StaticBox> tiles;
    for (int i = 0; i < 20; i++) tiles.push_back({{static_cast<float>(i), -.5f}, {.5f, .5f}});
    PhysicsScene scene = empty_scene();
    Body& body = add(scene, Body{});
    body.position = {1, .505f};
    body.velocity = {5, 0};
    body.friction = .1f;
    for (const int each : {1, 90})
      CATCH_CHECK(events_of(scene, tiles, kRestless, 90, each).size() == 1);
  }
  CATCH_SECTION("sorted in crowded worlds") {
    for (std::uint32_t seed = 0; seed < 40; seed++) {
      PhysicsScene scene = random_scene(seed);
      std::vector<ContactEvent> events;
      advance(view(scene), kRoom, kEarth, 60, &events);
      const auto key = [](const ContactEvent& e) { return std::tuple(e.tick, e.a, e.b); };
      for (std::size_t i = 0; i < events.size(); i++) {
        CATCH_CHECK(events[i].a < events[i].b);
        CATCH_CHECK(events[i].approach_speed >= 0);
        if (i > 0) CATCH_CHECK(key(events[i - 1]) < key(events[i]));
      }
    }
  }
}

CATCH_TEST_CASE("Random worlds stay within their counts, with nothing behind them") {
  for (std::uint32_t seed = 0; seed < 150; seed++) {
    PhysicsScene scene = random_scene(seed);
    const int bodies = scene.body_count;
    std::vector<ContactEvent> events;
    for (int call = 0; call < 20; call++) {
      const int ticks = 1 + call % 5;
      const PhysicsScene before = scene;
      const bool listens = call % 2 == 1;
      CATCH_REQUIRE(advance(view(scene), kRoom, kEarth, ticks, listens ? &events : nullptr) <=
                    ticks);
      PhysicsScene again = before;  // listening changes nothing, and neither does repeating
      advance(view(again), kRoom, kEarth, ticks);
      CATCH_REQUIRE(same_bytes(scene, again));
      CATCH_REQUIRE(scene.body_count == bodies);
      CATCH_REQUIRE((scene.contact_count >= 0 && scene.contact_count <= 256));
      CATCH_REQUIRE(zero_from(scene.bodies, scene.body_count));
      CATCH_REQUIRE(zero_from(scene.contacts, scene.contact_count));
      CATCH_REQUIRE(zero_from(scene.joints, scene.joint_count));
    }
    for (int i = 0; i < bodies; i++) {
      const Body& body = scene.bodies[static_cast<std::size_t>(i)];
      CATCH_CHECK(body.tag == static_cast<std::uint32_t>(i));
      CATCH_CHECK((std::fabs(body.position.x) < 9 && std::fabs(body.position.y) < 12));
    }
  }
}

// Run by the next case in another process, where addresses lie elsewhere.
CATCH_TEST_CASE("Prints the hash of many worlds", "[.physics_hash]") {
  std::printf("hash %016llx\n", static_cast<unsigned long long>(hash_of_worlds()));
}

CATCH_TEST_CASE("The same bytes come out again, in this process and in another") {
  const std::uint64_t hash = hash_of_worlds();
  CATCH_CHECK(hash_of_worlds() == hash);
  std::array<char, 32> line;
  std::snprintf(line.data(), line.size(), "hash %016llx\n", static_cast<unsigned long long>(hash));
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string other = output_of("'" + self + "' '[.physics_hash]'");
  CATCH_CHECK(other.find(line.data()) != std::string::npos);
}

}  // namespace pump::engine::test
