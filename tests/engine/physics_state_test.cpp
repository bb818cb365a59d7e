#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <vector>

#include "engine/physics.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/engine/physics_scenes.hpp"

// What engine/physics.hpp does to plain data.
namespace pump::engine::test {
namespace {

// Whether `work` aborts; run in a child process.
template <class Work>
bool aborts(Work work) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    if (!std::freopen("/dev/null", "w", stderr)) _exit(2);
    work();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

CATCH_TEST_CASE("Taking a body out takes its contacts and joints along") {
  PhysicsScene scene = stack(4);
  Joint hinge;
  hinge.a = 2, hinge.b = 3;
  hinge.anchor_a = {0, .5f}, hinge.anchor_b = {0, -.5f};
  add(scene, hinge);
  run(scene, kFloor, kEarth, 1000, 10);
  remove_body(view(scene), 0);
  CATCH_CHECK(scene.body_count == 3);
  CATCH_CHECK((scene.joints[0].a == 1 && scene.joints[0].b == 2));
  CATCH_CHECK(scene.bodies[0].position.y == Catch::Approx(1.5f).margin(.05));
  for (int i = 0; i < scene.contact_count; i++) {
    const ContactImpulse& contact = scene.contacts[static_cast<std::size_t>(i)];
    CATCH_CHECK(
        (contact.a < contact.b && contact.b < 3));  // the lowest box alone touched the floor
  }
  CATCH_CHECK(zero_from(scene.bodies, 3));
  CATCH_CHECK(zero_from(scene.contacts, scene.contact_count));
  run(scene, kFloor, kEarth, 1000, 10);
  CATCH_CHECK(scene.bodies[0].position.y == Catch::Approx(.5f).margin(.05));
  remove_body(view(scene), 2);
  CATCH_CHECK(scene.joint_count == 0);
  CATCH_CHECK(zero_from(scene.joints, 0));
}

CATCH_TEST_CASE(
    "More contacts than the state has room for are a bug, and so is a body without mass") {
  CATCH_CHECK(aborts([] {
    Bodies<8, 4, 0> small;
    for (std::size_t i = 0; i < 4; i++)
      small.bodies[i].position = {2.f * static_cast<float>(i), .5f};
    small.body_count = 4;
    advance(view(small), kFloor, kEarth, 5);
  }));
  CATCH_CHECK(aborts([] {
    PhysicsScene scene = stack(1);
    scene.bodies[0].density = 0;
    advance(view(scene), kFloor, kEarth, 1);
  }));
}

CATCH_TEST_CASE("Merged cells cover the solid ones exactly, without overlap") {
  std::mt19937 bits(7);
  for (int round = 0; round < 100; round++) {
    const int width = 1 + static_cast<int>(bits() % 20), height = 1 + static_cast<int>(bits() % 20);
    std::vector<std::uint8_t> solid(static_cast<std::size_t>(width * height));
    for (std::uint8_t& cell : solid) cell = bits() % 3 ? static_cast<std::uint8_t>(bits()) : 0;
    const std::vector<StaticBox> boxes = merge_cells(solid, width, height);
    std::vector<int> covered(solid.size());
    for (const StaticBox& box : boxes)
      for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
          covered[static_cast<std::size_t>(y * width + x)] +=
              std::fabs(static_cast<float>(x) + .5f - box.centre.x) < box.half_extent.x &&
              std::fabs(static_cast<float>(y) + .5f - box.centre.y) < box.half_extent.y;
    float area = 0;
    for (const StaticBox& box : boxes) area += 4 * box.half_extent.x * box.half_extent.y;
    for (std::size_t i = 0; i < solid.size(); i++) CATCH_CHECK(covered[i] == (solid[i] != 0));
    CATCH_CHECK(area == static_cast<float>(std::count_if(solid.begin(), solid.end(),
                                                         [](auto cell) { return cell != 0; })));
  }
  // A room's four walls are four boxes.
  std::vector<std::uint8_t> room(12 * 9);
  for (int y = 0; y < 9; y++)
    for (int x = 0; x < 12; x++)
      room[static_cast<std::size_t>(y * 12 + x)] = x == 0 || x == 11 || y == 0 || y == 8;
  CATCH_CHECK(merge_cells(room, 12, 9).size() == 4);
  CATCH_CHECK(merge_cells({}, 0, 0).empty());
}

}  // namespace pump::engine::test
