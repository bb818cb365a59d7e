#include "viewer/motion.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using Catch::Approx;
using pump::engine::Scene;
using pump::viewer::between;

namespace {

Scene scene_with(std::vector<Scene::Sprite> sprites) {
  Scene scene;
  scene.resize(4, 4);
  scene.sprites = std::move(sprites);
  return scene;
}

}  // namespace

CATCH_TEST_CASE("the same thing glides and turns the short way round") {
  const Scene a = scene_with({{"mother", 1, 1, 3.f, 1, ""}});
  const Scene b = scene_with({{"mother", 2, 1, -3.f, 1, ""}});
  const Scene half = between(a, b, .5f);
  CATCH_REQUIRE(half.sprites.size() == 1);
  CATCH_CHECK(half.sprites[0].x == Approx(1.5f));
  CATCH_CHECK(std::abs(half.sprites[0].angle) == Approx(3.14159f).epsilon(1e-4));
  CATCH_CHECK(between(a, b, 0).sprites[0].x == 1);
}

CATCH_TEST_CASE("what comes or goes fades; a flame does not glide to another cell") {
  const Scene a = scene_with({{"fire", .5f, .5f, 0, 1, "", 0}});
  const Scene b = scene_with({{"fire", 1.5f, .5f, 0, 1, "", 1}});
  const Scene part = between(a, b, .25f);
  CATCH_REQUIRE(part.sprites.size() == 2);
  CATCH_CHECK((part.sprites[0].x == .5f && part.sprites[0].opacity == .75f));
  CATCH_CHECK((part.sprites[1].x == 1.5f && part.sprites[1].opacity == .25f));
}

CATCH_TEST_CASE("what went too far to have walked jumps halfway") {
  const Scene a = scene_with({{"agent", .5f, .5f, 0, 1, ""}});
  const Scene b = scene_with({{"agent", 3.5f, .5f, 0, 1, ""}});
  CATCH_CHECK(between(a, b, .4f).sprites[0].x == .5f);
  CATCH_CHECK(between(a, b, .6f).sprites[0].x == 3.5f);
}

CATCH_TEST_CASE("bodies and overlays move; tiles and texts are those of before") {
  Scene a = scene_with({}), b = scene_with({});
  a.bodies.push_back({"debris", false, 0, 0, 0, .2f, .2f, 3});
  b.bodies.push_back({"debris", false, 1, 2, 0, .2f, .2f, 3});
  a.overlays.push_back({"gas", std::vector<float>(16, 0)});
  b.overlays.push_back({"gas", std::vector<float>(16, 1)});
  a.tile(0, 0).kind = "wall";
  b.tile(0, 0).kind = "rubble";
  const Scene part = between(a, b, .5f);
  CATCH_CHECK((part.bodies[0].x == .5f && part.bodies[0].y == 1));
  CATCH_CHECK(part.overlays[0].values[7] == .5f);
  CATCH_CHECK(part.tiles[0].kind == "wall");
  Scene elsewhere;
  elsewhere.resize(2, 2);  // another level: nothing to glide to
  CATCH_CHECK(between(a, elsewhere, .5f).bodies[0].x == 0);
}
