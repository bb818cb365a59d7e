#include "viewer/scene_painter.hpp"

#include <algorithm>
#include <cmath>

#include "viewer/motion.hpp"

namespace pump::viewer {
namespace {

using engine::Scene;

constexpr float kPi = 3.14159265f;
constexpr float kAir = .35f,
                kFurthest = 6;        // m, round the map; what is further off is not followed
constexpr float kCameraRate = 5;      // 1/s
constexpr float kPictureHalf = .55f;  // m: a sprite's picture has air round the figure

// Premultiplied, as the sheet is.
sf::Color ink(Colour colour) {
  const auto part = [&](int value) { return static_cast<sf::Uint8>(value * colour.a / 255); };
  return {part(colour.r), part(colour.g), part(colour.b), colour.a};
}

// In [0, 1), the same for the same numbers.
float noise(int a, int b) {
  const float x = std::sin(static_cast<float>(a) * 12.9898f + static_cast<float>(b) * 78.233f);
  const float y = x * 43758.547f;
  return y - std::floor(y);
}

// From dark blue to yellow by way of green: lightness rises throughout.
Colour ramp(float t) {
  constexpr Colour kStops[] = {{40, 40, 110}, {0, 114, 178}, {0, 158, 115}, {240, 228, 66}};
  const float at = std::clamp(t, 0.f, 1.f) * 3;
  const int i = std::min(2, static_cast<int>(at));
  const float f = at - static_cast<float>(i);
  const auto mix = [f](int a, int b) {
    return static_cast<std::uint8_t>(static_cast<float>(a) + static_cast<float>(b - a) * f);
  };
  return {mix(kStops[i].r, kStops[i + 1].r), mix(kStops[i].g, kStops[i + 1].g),
          mix(kStops[i].b, kStops[i + 1].b)};
}

}  // namespace

Bounds bounds_of(const Scene& scene) {
  constexpr float kBody = .6f;  // m, half of whatever it is
  const float width = static_cast<float>(scene.width), height = static_cast<float>(scene.height);
  Bounds out{-kAir, -kAir, width + kAir, height + kAir};
  const auto include = [&](float x, float y) {
    const float near_x = std::clamp(x, -kFurthest, width + kFurthest);
    const float near_y = std::clamp(y, -kFurthest, height + kFurthest);
    out = join(out, {near_x - kBody, near_y - kBody, near_x + kBody, near_y + kBody});
  };
  for (const auto& body : scene.bodies) include(body.x, body.y);
  for (const auto& sprite : scene.sprites)
    if (sprite.kind != "blast") include(sprite.x, sprite.y);
  return out;
}

Bounds join(const Bounds& a, const Bounds& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

void ScenePainter::place(const Bounds& bounds, const sf::FloatRect& area, float seconds) {
  const bool at_once = camera_.right <= camera_.left || seconds <= 0;
  const float share = at_once ? 1 : std::min(1.f, seconds * kCameraRate);
  const auto ease = [share](float& edge, float to) { edge += (to - edge) * share; };
  ease(camera_.left, bounds.left);
  ease(camera_.top, bounds.top);
  ease(camera_.right, bounds.right);
  ease(camera_.bottom, bounds.bottom);
  const float width = camera_.right - camera_.left, height = camera_.bottom - camera_.top;
  placed_.scale = std::min(area.width / width, area.height / height);
  placed_.left =
      area.left + (area.width - placed_.scale * width) / 2 - placed_.scale * camera_.left;
  placed_.top = area.top + (area.height - placed_.scale * height) / 2 - placed_.scale * camera_.top;
}

void ScenePainter::add(const sf::FloatRect& picture, float x, float y, float half_width,
                       float half_height, float angle, Colour colour) {
  const float c = std::cos(angle) * placed_.scale, s = std::sin(angle) * placed_.scale;
  const float px = placed_.left + x * placed_.scale, py = placed_.top + y * placed_.scale;
  sf::VertexArray& into = picture.width > 0 ? pictures_ : plain_;
  const auto corner = [&](float dx, float dy, float u, float v) {
    into.append({{px + dx * c - dy * s, py + dx * s + dy * c},
                 ink(colour),
                 {picture.left + u * picture.width, picture.top + v * picture.height}});
  };
  corner(-half_width, -half_height, 0, 0);
  corner(half_width, -half_height, 1, 0);
  corner(half_width, half_height, 1, 1);
  corner(-half_width, half_height, 0, 1);
}

void ScenePainter::flush(sf::RenderTarget& target, bool opaque) {
  static const sf::BlendMode kOver(sf::BlendMode::One, sf::BlendMode::OneMinusSrcAlpha);
  const Atlas::Level level = atlas_->level(placed_.scale);
  for (std::size_t i = 0; i < pictures_.getVertexCount(); i++)
    pictures_[i].texCoords *= level.scale;
  sf::RenderStates states(opaque ? sf::BlendNone : kOver);
  target.draw(plain_, states);
  states.texture = level.texture;
  target.draw(pictures_, states);
  plain_.clear();
  pictures_.clear();
}

void ScenePainter::add_tiles(const Scene& scene) {
  for (int y = 0; y < scene.height; y++)
    for (int x = 0; x < scene.width; x++) {
      const std::string& kind = scene.tiles[static_cast<std::size_t>(y * scene.width + x)].kind;
      if (kind.empty()) continue;
      add(atlas_->find("tile", kind), static_cast<float>(x) + .5f, static_cast<float>(y) + .5f, .5f,
          .5f, 0, {255, 255, 255});
    }
}

// A tint of every cell that has any of it.
void ScenePainter::add_overlay(const Scene::Overlay& overlay, int width, Colour (*tint)(float)) {
  for (std::size_t i = 0; i < overlay.values.size(); i++) {
    if (overlay.values[i] <= 0) continue;
    const auto w = static_cast<std::size_t>(width);
    add({}, static_cast<float>(i % w) + .5f, static_cast<float>(i / w) + .5f, .5f, .5f, 0,
        tint(overlay.values[i]));
  }
}

// Clouds that drift: three a cell, as dense as its value.
void ScenePainter::add_puffs(const Scene::Overlay& overlay, int width, Colour colour) {
  const sf::FloatRect puff = atlas_->find("effect", "smoke");
  for (std::size_t i = 0; i < overlay.values.size(); i++) {
    const float density = std::min(1.f, overlay.values[i]);
    if (density <= 0) continue;
    for (int k = 0; k < 3; k++) {
      const int cell = static_cast<int>(i);
      const float phase = 2 * kPi * noise(cell, k), rate = .5f + noise(k, cell);
      const auto w = static_cast<std::size_t>(width);
      const float x = static_cast<float>(i % w) + .2f + .6f * noise(cell * 3 + k, 1) +
                      .12f * std::sin(rate * now_ + phase);
      const float y = static_cast<float>(i / w) + .2f + .6f * noise(cell * 3 + k, 2) +
                      .12f * std::cos(rate * now_ + phase);
      const float half = .55f + .2f * noise(cell, k + 7);
      add(puff, x, y, half, half, phase, colour.with_alpha(.75f * std::sqrt(density)));
    }
  }
}

void ScenePainter::add_sprite(const Scene::Sprite& sprite) {
  if (sprite.kind == "blast") return;  // above everything, later
  std::string state = sprite.state;
  if (sprite.kind == "fire") {
    const float frame = now_ * 8 + 4 * noise(sprite.id, 3);
    state = std::to_string(static_cast<int>(frame) % 4);
  }
  const float half = kPictureHalf * sprite.size;
  add(atlas_->find("sprite", sprite.kind, state), sprite.x, sprite.y, half, half, sprite.angle,
      Colour{255, 255, 255}.with_alpha(sprite.opacity));
}

// Between two circles, from one colour to another. Plain shades: a picture stretched over the whole
// window would be half of a frame's time where no graphics card draws it.
void ScenePainter::add_band(float x, float y, float inner, float outer, Colour from, Colour to) {
  constexpr int kSides = 48;
  const float px = placed_.left + x * placed_.scale, py = placed_.top + y * placed_.scale;
  const auto corner = [&](int side, float radius, Colour colour) {
    const float angle = 2 * kPi * static_cast<float>(side) / kSides, r = radius * placed_.scale;
    plain_.append({{px + r * std::cos(angle), py + r * std::sin(angle)}, ink(colour)});
  };
  for (int side = 0; side < kSides; side++) {
    corner(side, inner, from);
    corner(side, outer, to);
    corner(side + 1, outer, to);
    corner(side + 1, inner, from);
  }
}

void ScenePainter::add_blast(const Scene::Sprite& sprite) {
  const float radius = sprite.size / 2, glow = sprite.opacity;
  const Colour white{255, 255, 235}, yellow{255, 236, 110};
  add_band(sprite.x, sprite.y, 0, .35f * radius, white.with_alpha(glow),
           yellow.with_alpha(.9f * glow));
  add_band(sprite.x, sprite.y, .35f * radius, .75f * radius, yellow.with_alpha(.9f * glow),
           kOrange.with_alpha(0));
  add_band(sprite.x, sprite.y, radius, 1.04f * radius, white.with_alpha(glow),
           kVermilion.with_alpha(glow));
  add_band(sprite.x, sprite.y, 1.04f * radius, 1.15f * radius, kVermilion.with_alpha(.7f * glow),
           kVermilion.with_alpha(0));
  constexpr int kSparks = 24;
  const sf::FloatRect spark = atlas_->find("effect", "spark");
  for (int i = 0; i < kSparks; i++) {
    const float angle = 2 * kPi * (static_cast<float>(i) + noise(i, 1)) / kSparks;
    const float out = radius * (.4f + .7f * noise(i, 2));
    add(spark, sprite.x + out * std::cos(angle), sprite.y + out * std::sin(angle), .35f, .35f,
        angle, Colour{255, 255, 255}.with_alpha(glow));
  }
}

void ScenePainter::add_things(const Scene& scene) {
  for (const auto& body : scene.bodies) {
    const bool debris = body.kind == "debris" || body.kind == "rubble";
    add(atlas_->find("body", debris        ? "debris"
                             : body.circle ? "disc"
                                           : "box"),
        body.x, body.y, body.half_width, body.half_height, body.angle, {255, 255, 255});
  }
  for (const auto& sprite : scene.sprites) add_sprite(sprite);
}

void ScenePainter::add_arrows(const engine::Footprint& footprint) {
  const sf::FloatRect picture = atlas_->find("effect", "arrow");
  for (const auto& arrow : footprint.arrows) {
    const float share = std::hypot(arrow.dx, arrow.dy);
    if (share < .05f) continue;
    const float half = .12f + .26f * share, angle = std::atan2(arrow.dy, arrow.dx);
    const float out = .26f;
    add(picture, arrow.x + out * std::cos(angle), arrow.y + out * std::sin(angle), half, half,
        angle, theme_->text.with_alpha(.35f + .65f * share));
  }
}

Placed ScenePainter::paint(sf::RenderTarget& target, const Atlas& atlas, const Theme& theme,
                           const engine::Snapshot& snapshot, const Layers& layers,
                           const sf::FloatRect& area, const Bounds& bounds, float seconds,
                           float now) {
  atlas_ = &atlas;
  theme_ = &theme;
  now_ = now;
  const Scene scene =
      snapshot.next ? between(*snapshot.scene, *snapshot.next, snapshot.fraction) : *snapshot.scene;
  place(bounds, area, seconds);
  // What flies out of one panel does not fly into the next.
  const sf::View whole = target.getView();
  sf::View panel(area);
  const sf::Vector2f size(target.getSize());
  panel.setViewport(
      {area.left / size.x, area.top / size.y, area.width / size.x, area.height / size.y});
  target.setView(panel);
  add_tiles(scene);
  flush(target, true);
  const auto overlay = [](const std::vector<Scene::Overlay>& from,
                          const char* name) -> const Scene::Overlay* {
    for (const auto& candidate : from)
      if (candidate.name == name) return &candidate;
    return nullptr;
  };
  const engine::Footprint* footprint = snapshot.footprint.get();
  if (footprint) {
    if (const auto* visits = overlay(footprint->overlays, "visits"); visits && layers.visits)
      add_overlay(*visits, scene.width, [](float v) { return kBlue.with_alpha(.75f * v); });
    if (const auto* value = overlay(footprint->overlays, "value"); value && layers.value)
      add_overlay(*value, scene.width, [](float v) { return ramp(v).with_alpha(.7f); });
  }
  if (const auto* heat = overlay(scene.overlays, "heat"); heat && layers.heat)
    add_overlay(*heat, scene.width, [](float v) { return kVermilion.with_alpha(.6f * v); });
  if (const auto* gas = overlay(scene.overlays, "gas"); gas && layers.gas)
    add_puffs(*gas, scene.width, kPurple);
  if (const auto* smoke = overlay(scene.overlays, "smoke"); smoke && layers.smoke)
    add_puffs(*smoke, scene.width, {70, 70, 76});
  flush(target);
  add_things(scene);  // above the smoke: who is in it must be seen
  if (footprint && layers.arrows) add_arrows(*footprint);
  flush(target);
  for (const auto& sprite : scene.sprites)
    if (sprite.kind == "blast") add_blast(sprite);
  flush(target);
  target.setView(whole);
  return placed_;
}

}  // namespace pump::viewer
