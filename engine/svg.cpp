#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "engine/scene.hpp"

// Scenes as SVG documents: plain shapes, no files beside them. Colours are told apart by lightness
// too.
namespace pump::engine {

namespace {

constexpr float kCell = 40;  // pixels a metre
constexpr float kLine = 18;  // pixels a line of caption

struct Look {
  std::string_view kind, fill;
};
constexpr Look kTiles[] = {
    {"floor", "#efe6d5"},       {"wall", "#4a4e57"},   {"door_open", "#e3c796"},
    {"door_closed", "#9a6b37"}, {"window", "#9fd3e8"}, {"window_broken", "#d8eef6"},
    {"rubble", "#b8aea0"},      {"burnt", "#6e6257"},  {"pavement", "#c9ccd1"},
    {"yard", "#b9d8a0"},        {"valve", "#efe6d5"},  {"water", "#7fb2e5"},
    {"goal", "#a7dca7"},
};
constexpr Look kSprites[] = {
    {"rescuer", "#0072b2"}, {"mother", "#cc79a7"}, {"user", "#009e73"},
    {"fireman", "#d55e00"}, {"valve", "#56b4e9"},  {"agent", "#0072b2"},
};

template <std::size_t N>
std::string fill_of(const Look (&looks)[N], std::string_view kind, std::string otherwise) {
  for (const Look& look : looks)
    if (look.kind == kind) return std::string(look.fill);
  return otherwise;
}

// For kinds that no table names: for most kinds another.
std::string some_fill(std::string_view kind) {
  std::uint32_t hash = 0x811c9dc5u;  // FNV-1a
  for (const char c : kind) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193u;
  hash ^= hash >> 16;
  return fmt::format("hsl({}, {}%, {}%)", hash % 360, 30 + hash / 360 % 2 * 40,
                     60 + hash / 720 % 4 * 10);
}

std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string tile_svg(std::string_view kind, int x, int y) {
  const float px = static_cast<float>(x) * kCell, py = static_cast<float>(y) * kCell;
  std::string out = fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>)", px, py,
                                kCell, kCell, fill_of(kTiles, kind, some_fill(kind)));
  const auto line = [&](float x1, float y1, float x2, float y2, std::string_view colour,
                        float width) {
    out += fmt::format(R"(<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"/>)",
                       px + x1 * kCell, py + y1 * kCell, px + x2 * kCell, py + y2 * kCell, colour,
                       width);
  };
  if (kind == "window") line(.5f, .1f, .5f, .9f, "#ffffff", 3);
  if (kind == "window_broken") {
    line(.1f, .2f, .45f, .5f, "#5b8fa3", 2);
    line(.45f, .5f, .2f, .9f, "#5b8fa3", 2);
    line(.9f, .15f, .6f, .55f, "#5b8fa3", 2);
  }
  if (kind == "valve") {  // a wheel
    out += fmt::format(
        R"(<circle cx="{}" cy="{}" r="{}" fill="none" stroke="#8a63d2" stroke-width="4"/>)",
        px + .5f * kCell, py + .5f * kCell, .4f * kCell);
    line(.1f, .5f, .9f, .5f, "#8a63d2", 3);
    line(.5f, .1f, .5f, .9f, "#8a63d2", 3);
  }
  if (kind == "door_closed")
    out += fmt::format(R"(<circle cx="{}" cy="{}" r="3" fill="#f3e3c3"/>)", px + .8f * kCell,
                       py + .5f * kCell);
  if (kind == "rubble") {
    line(.15f, .7f, .4f, .35f, "#7d7367", 4);
    line(.5f, .8f, .85f, .6f, "#7d7367", 4);
    line(.55f, .3f, .75f, .2f, "#7d7367", 3);
  }
  return out + "\n";
}

std::string flame(float x, float y, float size) {
  const float s = size * kCell;
  const auto drop = [&](float scale, std::string_view colour) {
    return fmt::format(R"(<path d="M{} {} C{} {} {} {} {} {} C{} {} {} {} {} {}Z" fill="{}"/>)", x,
                       y - .42f * s * scale, x + .42f * s * scale, y, x + .3f * s * scale,
                       y + .4f * s, x, y + .4f * s, x - .3f * s * scale, y + .4f * s,
                       x - .42f * s * scale, y, x, y - .42f * s * scale, colour);
  };
  return drop(1, "#d55e00") + drop(.6f, "#f0a500") + "\n";
}

// What runs out from a blast.
std::string wave(const Scene::Sprite& sprite) {
  return fmt::format(
             R"(<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" fill="#f0a500" fill-opacity="{:.2f}" stroke="#d55e00" stroke-width="4" stroke-opacity="{:.2f}"/>)",
             sprite.x * kCell, sprite.y * kCell, sprite.size * kCell / 2, .3f * sprite.opacity,
             sprite.opacity) +
         "\n";
}

// A person or thing: a disc with its initial, so that it reads without colour.
std::string sprite_svg(const Scene::Sprite& sprite) {
  const float x = sprite.x * kCell, y = sprite.y * kCell;
  if (sprite.kind == "fire") return flame(x, y, sprite.size);
  if (sprite.kind == "blast") return wave(sprite);
  const float r = .36f * sprite.size * kCell;
  std::string out = fmt::format(
      R"svg(<g transform="rotate({:.1f} {:.1f} {:.1f})"><circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" fill="{}" stroke="#1d1f24" stroke-width="1.5"{}/>)svg",
      sprite.angle * 57.29578f, x, y, x, y, r, fill_of(kSprites, sprite.kind, "#999999"),
      sprite.state == "dead" ? R"( fill-opacity=".35" stroke-dasharray="4 3")" : "");
  const char initial = sprite.kind.empty() ? '?' : static_cast<char>(std::toupper(sprite.kind[0]));
  out += fmt::format(
      R"(<text x="{:.1f}" y="{:.1f}" font-size="{:.0f}" text-anchor="middle" font-weight="bold" fill="#ffffff">{}</text>)",
      x, y + .36f * r, r, initial);
  if (sprite.state == "dead")
    out += fmt::format(R"(<path d="M{} {}L{} {}M{} {}L{} {}" stroke="#1d1f24" stroke-width="3"/>)",
                       x - r, y - r, x + r, y + r, x - r, y + r, x + r, y - r);
  return out + "</g>\n";
}

std::string body_svg(const Scene::Body& body) {
  const float x = body.x * kCell, y = body.y * kCell;
  if (body.circle)
    return fmt::format(
               R"(<circle cx="{:.2f}" cy="{:.2f}" r="{:.2f}" fill="#8a7f72" stroke="#3b3630"/>)", x,
               y, body.half_width * kCell) +
           "\n";
  return fmt::format(
             R"svg(<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" fill="#8a7f72" stroke="#3b3630" transform="rotate({:.1f} {:.2f} {:.2f})"/>)svg",
             x - body.half_width * kCell, y - body.half_height * kCell, 2 * body.half_width * kCell,
             2 * body.half_height * kCell, body.angle * 57.29578f, x, y) +
         "\n";
}

std::string overlay_svg(const Scene& scene, const Scene::Overlay& overlay) {
  const std::string_view colour = overlay.name == "gas"     ? "#8a63d2"
                                  : overlay.name == "smoke" ? "#222222"
                                                            : "#d55e00";
  std::string out;
  for (int y = 0; y < scene.height; y++)
    for (int x = 0; x < scene.width; x++) {
      const float value = overlay.values[static_cast<std::size_t>(y * scene.width + x)];
      if (value <= 0) continue;
      out += fmt::format(
          R"(<rect x="{}" y="{}" width="{}" height="{}" fill="{}" fill-opacity="{:.2f}"/>)",
          static_cast<float>(x) * kCell, static_cast<float>(y) * kCell, kCell, kCell, colour,
          .55f * std::min(value, 1.f));
    }
  return out + "\n";
}

// The smallest whole number of cells round the map that shows every body and sprite (at most 20).
int margin(const Scene& scene) {
  float out = 0;
  const auto include = [&](float x, float y) {
    out = std::max(
        {out, -x, -y, x - static_cast<float>(scene.width), y - static_cast<float>(scene.height)});
  };
  for (const auto& body : scene.bodies) include(body.x, body.y);
  for (const auto& sprite : scene.sprites) include(sprite.x, sprite.y);
  return out <= 0 ? 0 : std::min(20, static_cast<int>(std::ceil(out + .5f)));
}

}  // namespace

std::string to_svg(const Scene& scene, const std::vector<std::string>& caption) {
  std::vector<std::string> captions = scene.captions;
  captions.insert(captions.end(), caption.begin(), caption.end());
  const float border = static_cast<float>(margin(scene)) * kCell;
  const float width = static_cast<float>(scene.width) * kCell + 2 * border;
  const float height = static_cast<float>(scene.height) * kCell + 2 * border;
  const float below = captions.empty() ? 0 : static_cast<float>(captions.size()) * kLine + 12;
  std::string out = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="{} {} {} {}" width="{}" height="{}" font-family="DejaVu Sans, sans-serif">)"
      "\n"
      R"(<rect x="{}" y="{}" width="{}" height="{}" fill="#dfe2e6"/>)"
      "\n",
      -border, -border, width, height + below, width, height + below, -border, -border, width,
      height + below);
  for (int y = 0; y < scene.height; y++)
    for (int x = 0; x < scene.width; x++) {
      const auto& kind = scene.tiles[static_cast<std::size_t>(y * scene.width + x)].kind;
      if (!kind.empty()) out += tile_svg(kind, x, y);
    }
  for (const auto& overlay : scene.overlays)
    if (overlay.name != "heat") out += overlay_svg(scene, overlay);
  for (const auto& body : scene.bodies) out += body_svg(body);
  for (const auto& sprite : scene.sprites) out += sprite_svg(sprite);
  for (const auto& label : scene.labels)
    out += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" font-size="12" fill="#1d1f24">{}</text>)",
                       label.x * kCell, label.y * kCell, escape(label.text)) +
           "\n";
  float line = height - border + kLine;
  for (const auto& text : captions) {
    out += fmt::format(R"(<text x="{}" y="{}" font-size="13" fill="#1d1f24">{}</text>)", 8 - border,
                       line, escape(text)) +
           "\n";
    line += kLine;
  }
  return out + "</svg>\n";
}

}  // namespace pump::engine
