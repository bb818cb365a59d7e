#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace pump::engine {

// A picture of one state in world units (metres; x right, y down; cell (x, y) is the unit square
// from (x, y)), in words rather than colours: the viewer and the SVG writer decide what a "wall"
// looks like. Environments fill it; it is cleared by whoever passes it in.
struct Scene {
  struct Tile {
    std::string kind;  // "floor", "wall", "door_open", ...; "" draws nothing
  };
  struct Body {
    std::string kind;  // "debris", "person", ...
    bool circle = false;
    float x = 0, y = 0, angle = 0, half_width = .5f, half_height = .5f;
    int id = 0;  // of one kind and id: the same thing in every scene of an episode
  };
  struct Sprite {
    std::string kind;  // "rescuer", "mother", "fire", ...
    float x = 0, y = 0, angle = 0, size = 1;
    std::string state;  // "", "carried", "dead", ...
    int id = 0;         // as a body's
    float opacity = 1;
  };
  struct Label {  // begins at (x, y), the foot of its letters
    std::string text;
    float x = 0, y = 0;
  };
  struct Overlay {
    std::string name;           // "gas", "smoke", "heat"
    std::vector<float> values;  // width x height, row-major, 0 to 1
  };

  int width = 0, height = 0;
  std::vector<Tile> tiles;  // width x height, row-major
  std::vector<Body> bodies;
  std::vector<Sprite> sprites;
  std::vector<Label> labels;
  std::vector<Overlay> overlays;
  std::vector<std::string> captions;  // lines about the whole, written beside the picture
  int agent = -1;                     // index of the sprite that acts; -1: none

  void clear();
  void resize(int new_width, int new_height);  // and clears
  Tile& tile(int x, int y) { return tiles[static_cast<std::size_t>(y * width + x)]; }
};

nlohmann::json to_json(const Scene& scene);
// A stand-alone SVG document. The scene's captions, then `caption`, are written under the picture.
std::string to_svg(const Scene& scene, const std::vector<std::string>& caption = {});

}  // namespace pump::engine
