#include "viewer/motion.hpp"

#include <algorithm>
#include <cmath>

namespace pump::viewer {
namespace {

using engine::Scene;

constexpr float kFurthestGlide = 2.5f;  // m
constexpr float kPi = 3.14159265f;

float mix(float a, float b, float fraction) { return a + (b - a) * fraction; }

// The short way round.
float turn(float a, float b, float fraction) {
  return a + std::remainder(b - a, 2 * kPi) * fraction;
}

template <class Thing>
const Thing* find(const std::vector<Thing>& things, const Thing& like) {
  for (const Thing& thing : things)
    if (thing.kind == like.kind && thing.id == like.id) return &thing;
  return nullptr;
}

// Where a thing that is `a` now and `b` next is on the way.
template <class Thing>
void move(Thing& thing, const Thing& b, float fraction) {
  if (std::hypot(b.x - thing.x, b.y - thing.y) > kFurthestGlide) {
    if (fraction >= .5f) thing = b;
    return;
  }
  thing.x = mix(thing.x, b.x, fraction);
  thing.y = mix(thing.y, b.y, fraction);
  thing.angle = turn(thing.angle, b.angle, fraction);
}

void move_sprites(const Scene& to, Scene& scene, float fraction) {
  const std::vector<Scene::Sprite> before = scene.sprites;
  for (Scene::Sprite& sprite : scene.sprites) {
    const Scene::Sprite* next = find(to.sprites, sprite);
    if (!next) {
      sprite.opacity *= 1 - fraction;
      continue;
    }
    move(sprite, *next, fraction);
    sprite.size = mix(sprite.size, next->size, fraction);
    sprite.opacity = mix(sprite.opacity, next->opacity, fraction);
  }
  for (const Scene::Sprite& sprite : to.sprites) {
    if (find(before, sprite)) continue;
    scene.sprites.push_back(sprite);
    scene.sprites.back().opacity *= fraction;
  }
}

void move_overlays(const Scene& to, Scene& scene, float fraction) {
  for (Scene::Overlay& overlay : scene.overlays)
    for (const Scene::Overlay& next : to.overlays) {
      if (next.name != overlay.name || next.values.size() != overlay.values.size()) continue;
      for (std::size_t i = 0; i < overlay.values.size(); i++)
        overlay.values[i] = mix(overlay.values[i], next.values[i], fraction);
    }
}

}  // namespace

Scene between(const Scene& from, const Scene& to, float fraction) {
  Scene scene = from;
  if (fraction <= 0 || to.width != from.width || to.height != from.height) return scene;
  for (Scene::Body& body : scene.bodies)
    if (const Scene::Body* next = find(to.bodies, body)) move(body, *next, fraction);
  move_sprites(to, scene, fraction);
  move_overlays(to, scene, fraction);
  return scene;
}

}  // namespace pump::viewer
