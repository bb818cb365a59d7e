#pragma once

#include <SFML/Graphics/RenderTarget.hpp>
#include <SFML/Graphics/VertexArray.hpp>

#include "engine/scene.hpp"
#include "engine/snapshot.hpp"
#include "viewer/atlas.hpp"
#include "viewer/theme.hpp"

namespace pump::viewer {

// Where on the target a scene went: to write on it, or to find what was clicked.
struct Placed {
  float left = 0, top = 0;  // pixels, of the map's corner
  float scale = 1;          // pixels a metre
};

// What of a scene is shown beside its tiles, bodies and sprites.
struct Layers {
  bool gas = true, smoke = true, heat = false, visits = false, value = false, arrows = false;
};

// A part of the world, in metres.
struct Bounds {
  float left = 0, top = 0, right = 0, bottom = 0;
};
// The map and whatever else there is to see, with some air round it.
Bounds bounds_of(const engine::Scene& scene);
Bounds join(const Bounds& a, const Bounds& b);

// Draws one panel's scenes into a part of a target. Remembers only what the camera shows, so
// that it moves smoothly.
class ScenePainter {
 public:
  // area: pixels. bounds: what should be seen. seconds: since the last picture; 0: the camera is
  // there at once. now: s, of whatever flickers.
  Placed paint(sf::RenderTarget& target, const Atlas& atlas, const Theme& theme,
               const engine::Snapshot& snapshot, const Layers& layers, const sf::FloatRect& area,
               const Bounds& bounds, float seconds, float now);

 private:
  void place(const Bounds& bounds, const sf::FloatRect& area, float seconds);
  void add_tiles(const engine::Scene& scene);
  void add_overlay(const engine::Scene::Overlay& overlay, int width, Colour (*tint)(float));
  void add_puffs(const engine::Scene::Overlay& overlay, int width, Colour colour);
  void add_things(const engine::Scene& scene);
  void add_sprite(const engine::Scene::Sprite& sprite);
  void add_blast(const engine::Scene::Sprite& sprite);
  void add_band(float x, float y, float inner, float outer, Colour from, Colour to);
  void add_arrows(const engine::Footprint& footprint);
  // A picture of the sheet, or plain colour where it is empty. x, y: m, its middle.
  void add(const sf::FloatRect& picture, float x, float y, float half_width, float half_height,
           float angle, Colour colour);
  void flush(sf::RenderTarget& target, bool opaque = false);

  const Atlas* atlas_ = nullptr;
  const Theme* theme_ = nullptr;
  float now_ = 0;
  Bounds camera_;  // empty: nothing painted yet
  Placed placed_;
  sf::VertexArray plain_{sf::Quads}, pictures_{sf::Quads};
};

}  // namespace pump::viewer
