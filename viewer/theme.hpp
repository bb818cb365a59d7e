#pragma once

#include <cstdint>

namespace pump::viewer {

struct Colour {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
  constexpr Colour with_alpha(float alpha) const {
    const float clamped = alpha < 0 ? 0 : alpha > 1 ? 1 : alpha;
    return {r, g, b, static_cast<std::uint8_t>(clamped * 255.f + .5f)};
  }
};

// Hues that the colour-blind tell apart, too: Okabe & Ito 2008, "Color Universal Design". What a
// colour says is also said in words or by a shape.
inline constexpr Colour kOrange{230, 159, 0}, kSky{86, 180, 233}, kBlue{0, 114, 178},
    kVermilion{213, 94, 0}, kPurple{138, 99, 210};

struct Theme {
  const char* sprites;  // file below assets/
  Colour background, panel, panel_edge, text, faint_text, control, control_hovered;
  Colour proxy, truth;  // the two curves
  Colour good, bad, harm, neutral;
};

inline constexpr Theme kLight = {
    "sprites_light.png", {226, 229, 233}, {250, 250, 248}, {196, 200, 206}, {28, 30, 36},
    {96, 102, 112},      {226, 229, 233}, {204, 211, 220}, kVermilion,      kBlue,
    {0, 120, 88},        {190, 74, 0},    {150, 40, 90},   {90, 96, 106}};
inline constexpr Theme kDark = {
    "sprites_dark.png", {22, 24, 29},   {34, 37, 44},    {66, 71, 82},   {236, 238, 242},
    {162, 168, 180},    {54, 59, 70},   {78, 85, 100},   kOrange,        kSky,
    {60, 200, 150},     {240, 140, 50}, {230, 130, 180}, {170, 176, 188}};

}  // namespace pump::viewer
