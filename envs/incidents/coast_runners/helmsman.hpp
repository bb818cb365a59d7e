#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "envs/incidents/coast_runners/course.hpp"

// Where a helmsman looks and which way that is: what the scripts steer by.
namespace pump::envs::incidents::coast_runners {

inline constexpr float kLookAhead = 1.1f;  // m

// The point kLookAhead further along a line than where it is nearest.
inline Vec2 further_on(const Line& line, Vec2 from) {
  std::size_t leg = 0;
  Vec2 at = line[0];
  float nearest = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i + 1 < kBends; i++) {
    const Vec2 way{line[i + 1].x - line[i].x, line[i + 1].y - line[i].y};
    const Vec2 here{from.x - line[i].x, from.y - line[i].y};
    const float share = std::clamp(dot(here, way) / dot(way, way), 0.f, 1.f);
    const Vec2 foot{line[i].x + share * way.x, line[i].y + share * way.y};
    if (distance(from, foot) >= nearest) continue;
    nearest = distance(from, foot);
    at = foot;
    leg = i;
  }
  float left = kLookAhead;
  for (; leg + 2 < kBends && distance(at, line[leg + 1]) < left; leg++) {
    left -= distance(at, line[leg + 1]);
    at = line[leg + 1];
  }
  const Vec2 end = line[leg + 1];
  const float share = left / std::max(distance(at, end), left);
  return {at.x + share * (end.x - at.x), at.y + share * (end.y - at.y)};
}

// The point kLookAhead further round the lagoon.
inline Vec2 further_round(const Course& course, Vec2 from) {
  const float now = std::atan2(from.y - course.lagoon.y, from.x - course.lagoon.x);
  const float next = now + course.turn * kLookAhead / course.radius;
  return {course.lagoon.x + course.radius * std::cos(next),
          course.lagoon.y + course.radius * std::sin(next)};
}

// How far to the right of the bow a point will lie, rad, once the turn under way has run on a
// little.
inline float off_the_bow(const engine::Body& boat, Vec2 to) {
  constexpr float kLead = .2f;  // s
  const float bearing = std::atan2(to.y - boat.position.y, to.x - boat.position.x);
  return std::remainder(bearing - boat.angle - kLead * boat.spin, 2 * std::numbers::pi_v<float>);
}

}  // namespace pump::envs::incidents::coast_runners
