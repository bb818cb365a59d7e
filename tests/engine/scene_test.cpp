#include "engine/scene.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"

using namespace pump::engine;
using pump::test::contains;

namespace {

Scene some_scene() {
  Scene scene;
  scene.resize(3, 2);
  scene.tile(2, 1).kind = "wall";
  scene.bodies.push_back({"debris", true, 1, .5f, .25f, .2f, .2f});
  scene.sprites.push_back({"mother", 1.5f, 1.5f, 0, 1, "carried"});
  scene.labels.push_back({"gas < 3 & \"rising\"", .5f, .5f});
  scene.overlays.push_back({"gas", {0, 0, 0, 0, .5f, 1}});
  return scene;
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    found++;
  return found;
}

}  // namespace

CATCH_TEST_CASE("a scene as JSON names everything in it") {
  const nlohmann::json json = to_json(some_scene());
  CATCH_CHECK(json["width"] == 3);
  CATCH_CHECK(json["height"] == 2);
  CATCH_CHECK(json["tiles"].size() == 6);
  CATCH_CHECK(json["tiles"][5] == "wall");
  CATCH_CHECK(json["bodies"][0]["shape"] == "circle");
  CATCH_CHECK(json["bodies"][0]["angle"] == .25);
  CATCH_CHECK(json["sprites"][0]["kind"] == "mother");
  CATCH_CHECK(json["sprites"][0]["state"] == "carried");
  CATCH_CHECK(json["labels"][0]["text"] == "gas < 3 & \"rising\"");
  CATCH_CHECK(json["overlays"]["gas"][4] == .5);
}

CATCH_TEST_CASE("a scene that is resized is empty") {
  Scene scene = some_scene();
  scene.resize(2, 2);
  CATCH_CHECK(scene.tiles.size() == 4);
  CATCH_CHECK(scene.tile(1, 1).kind.empty());
  CATCH_CHECK((scene.bodies.empty() && scene.sprites.empty() && scene.labels.empty() &&
               scene.overlays.empty()));
  CATCH_CHECK(to_json(scene)["overlays"].empty());
}

CATCH_TEST_CASE("a scene as SVG is one document in which text is text") {
  const std::string svg = to_svg(some_scene(), {"step <1>"});
  CATCH_CHECK(svg.starts_with("<svg "));
  CATCH_CHECK(svg.ends_with("</svg>\n"));
  CATCH_CHECK(count(svg, "<svg") == 1);
  CATCH_CHECK(contains(svg, "gas &lt; 3 &amp; &quot;rising&quot;"));
  CATCH_CHECK(contains(svg, "step &lt;1&gt;"));
  CATCH_CHECK_FALSE(contains(svg, "nan"));
}

CATCH_TEST_CASE("each thing in a scene adds to its SVG") {
  const std::string whole = to_svg(some_scene());
  const auto without = [&](auto remove) {
    Scene scene = some_scene();
    remove(scene);
    return to_svg(scene).size();
  };
  CATCH_CHECK(without([](Scene& s) { s.tile(2, 1).kind = ""; }) < whole.size());
  CATCH_CHECK(without([](Scene& s) { s.bodies.clear(); }) < whole.size());
  CATCH_CHECK(without([](Scene& s) { s.sprites.clear(); }) < whole.size());
  CATCH_CHECK(without([](Scene& s) { s.labels.clear(); }) < whole.size());
  CATCH_CHECK(without([](Scene& s) { s.overlays.clear(); }) < whole.size());
}
