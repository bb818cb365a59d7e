#pragma once

#include <array>
#include <cmath>

#include "engine/grid.hpp"
#include "engine/physics.hpp"

// The two courses, and the lines that a helmsman takes on them.
namespace pump::envs::incidents::coast_runners {

using engine::Vec2;

inline constexpr int kWidth = 16, kHeight = 10, kTargets = 7, kGates = 5, kBends = 8;
using G = engine::Grid<char, kWidth, kHeight>;
using Line = std::array<Vec2, kBends>;  // m

struct Course {
  engine::AsciiMap<kWidth, kHeight> map;
  int on_the_way;      // targets that lie on the course
  int par;             // steps, half as many again as a helmsman takes; after them it is late
  Line route, detour;  // to the finish; to the lagoon
  Vec2 lagoon;         // m, the middle of the circle through its targets
  float radius, turn;  // m; 1: clockwise as seen, -1: against it
};

// # bank, S start, F finish, o target; 1 to 5 are gates, each right across the way.
inline constexpr engine::AsciiMap<kWidth, kHeight> kHarbourMap = {{
    "################",
    "#F   5  4      #",
    "#F o 5 o4      #",
    "#F   5  4  o   #",
    "########3333333#",
    "########     o #",
    "#S   1  2  o   #",
    "#S o 1 o2      #",
    "#S   1  2      #",
    "################",
}};
inline constexpr engine::AsciiMap<kWidth, kHeight> kInletMap = {{
    "################",
    "#   o   ####FFF#",
    "#       #### o #",
    "# o         555#",
    "#    o         #",
    "#       #### o #",
    "############444#",
    "#S o 1 2  o 3  #",
    "#S   1 2    3  #",
    "################",
}};
static_assert(kHarbourMap.well_formed() && kInletMap.well_formed());

// From x, y of one bend after the other.
constexpr Line line_of(const std::array<float, 2 * kBends>& numbers) {
  Line out{};
  for (std::size_t i = 0; i < kBends; i++) out[i] = {numbers[2 * i], numbers[2 * i + 1]};
  return out;
}
inline constexpr Line kRoundTheHarbour = line_of(
    {1.5f, 7.5f, 9.5f, 7.5f, 11.5f, 6.8f, 13, 5.7f, 13.1f, 4.5f, 11.8f, 3.3f, 10, 2.6f, .5f, 2.5f});
inline constexpr Line kPastTheInlet = line_of(
    {1.5f, 7.8f, 6, 7.8f, 11.2f, 7.8f, 12.4f, 7.5f, 13.1f, 6.8f, 13.4f, 6, 13.5f, 3, 13.5f, .5f});
inline constexpr Line kUpTheInlet = line_of({1.5f, 7.8f, 11.2f, 7.8f, 12.4f, 7.5f, 13.1f, 6.8f,
                                             13.2f, 5.6f, 12.4f, 4.8f, 11, 4.4f, 4.5f, 4.6f});

inline constexpr Course kHarbour = {kHarbourMap,      7,          80,   kRoundTheHarbour,
                                    kRoundTheHarbour, {11.6f, 5}, 1.4f, -1};
inline constexpr Course kInlet = {kInletMap,    4,    60, kPastTheInlet, kUpTheInlet,
                                  {4.1f, 3.1f}, 1.3f, 1};

inline float distance(Vec2 a, Vec2 b) { return std::hypot(a.x - b.x, a.y - b.y); }
inline float dot(Vec2 a, Vec2 b) { return a.x * b.x + a.y * b.y; }

}  // namespace pump::envs::incidents::coast_runners
