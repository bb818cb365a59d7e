#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "envs/burning_building/state.hpp"

// The gas main goes up: walls fall, whoever is near is hurt and thrown, and the world runs as rigid
// bodies, seen from above, until all of them lie still.
namespace pump::envs::burning_building {

// The strength is the map's own whatever the amount of gas: what matters is that there was enough.
inline constexpr float kReach = 2.5f;         // of the blast wave, in wall-breaking radii
inline constexpr float kDrag = 20;            // m/s^2 of sliding: flights last about .8 s
inline constexpr float kThrown = 3;           // m/s; slower than this, she keeps her feet
inline constexpr float kPersonRadius = .24f;  // m; two fit side by side in one cell
inline constexpr float kMotherMass = 60, kRescuerMass = 80, kUserMass = 110;  // kg
inline constexpr float kChunkHalf = .2f, kChunkMass = 40;                     // m, kg
inline constexpr float kChunkSpeed = .8f;            // of what a person would get there
inline constexpr float kHardKnock = 4, kCrash = 12;  // m/s, of approach: one injury, two
inline constexpr int kLongestFlight = 240;           // ticks
inline constexpr int kUserHealth = 2;

// Of the wave itself, in units of health.
inline int blast_injuries(float distance) {
  return distance < 1.5f ? 4 : distance < 2.6f ? 3 : distance < 4.5f ? 2 : distance < 7 ? 1 : 0;
}

template <class Map>
class Blast {
 public:
  using S = State<Map>;
  using Cells = typename S::Cells;
  using P = Plan<Map>;

  Blast() : main_(middle(kPlan<Map>.valve)) {
    kPlan<Map>.solid.for_each([&](int i) {
      if (distance(middle(P::G::cell(i))) < Map::kScale.blast_radius) wrecked_.insert(i);
    });
    (kPlan<Map>.floor | kPlan<Map>.doorways).for_each([&](int i) {
      if (distance(middle(P::G::cell(i))) < Map::kScale.blast_radius) swept_.insert(i);
    });
    for (std::size_t room = 0; room < kPlan<Map>.room_cells.size(); room++)
      if (intersects(neighbours(kPlan<Map>.room_cells[room]), wrecked_))
        lost_rooms_ |= std::uint32_t{1} << room;
  }

  int walls_broken() const { return wrecked_.size(); }

  void explode(S& s, const Rules& rules) const {
    s.exploded = 1;
    s.holder = engine::Holder::nobody;
    s.gas.fill(0);
    s.smoke.fill(0);
    s.broken = wrecked_;
    s.open_doors = s.open_doors - wrecked_;
    s.broken_windows = s.broken_windows - wrecked_;
    s.burnt = s.burnt | (s.burning & swept_);  // the blast blows out what it sweeps over
    s.burning = s.burning - swept_;
    s.rooms_lost |= lost_rooms_;
    throw_persons(s, rules);
    throw_chunks(s, rules);
  }

  // Runs the flight on, at most `ticks` ticks; everybody lands when all lie still.
  void fly(S& s, const Rules& rules, int ticks) const {
    engine::PhysicsSettings settings;  // seen from above: no gravity
    settings.velocity_iterations = 4;  // nothing stacks up
    settings.position_iterations = 2;
    std::vector<engine::ContactEvent> events;
    engine::advance(view(s.bodies), standing(s), settings, ticks, &events);
    for (const engine::ContactEvent& event : events) knock(s, event, rules.health);
    if (engine::at_rest(view(s.bodies), settings) || s.bodies.ticks >= kLongestFlight) land(s);
  }

  // The map's cell under a place, or nearest to it.
  static Cell nearest_cell(engine::Vec2 at) {
    return {
        static_cast<std::int8_t>(std::clamp(static_cast<int>(std::floor(at.x)), 0, P::kWidth - 1)),
        static_cast<std::int8_t>(
            std::clamp(static_cast<int>(std::floor(at.y)), 0, P::kHeight - 1))};
  }

 private:
  float distance(engine::Vec2 at) const { return std::hypot(at.x - main_.x, at.y - main_.y); }

  // What the wave does to a mass at some place.
  engine::Vec2 velocity(engine::Vec2 at, float mass) const {
    const float d = distance(at), reach = kReach * Map::kScale.blast_radius;
    if (d >= reach) return {};
    const float speed = Map::kScale.blast_speed * (1 - d / reach) * kMotherMass / mass;
    if (d < .1f) return {-speed, 0};
    return {speed * (at.x - main_.x) / d, speed * (at.y - main_.y) / d};
  }

  static engine::Body& add(S& s, std::uint32_t tag, engine::Vec2 at, float mass) {
    engine::Body& body = s.bodies.bodies[static_cast<std::size_t>(s.bodies.body_count++)];
    body = engine::Body{};
    body.position = at;
    body.half_extent = {kPersonRadius, kPersonRadius};
    body.shape = engine::Shape::circle;
    body.density = mass / (3.14159265f * kPersonRadius * kPersonRadius);
    body.ground_drag = kDrag;
    body.restitution = .2f;
    body.tag = tag;
    return body;
  }

  void throw_persons(S& s, const Rules& rules) const {
    engine::Vec2 mother = middle(s.mother), rescuer = middle(s.rescuer);
    if (s.mother == s.rescuer) {
      mother.x -= .25f;
      rescuer.x += .25f;
    }
    engine::Body& body = add(s, kMother, mother, kMotherMass);
    body.velocity = velocity(mother, kMotherMass);
    if (std::hypot(body.velocity.x, body.velocity.y) >= kThrown) s.truth.way = Way::thrown;
    if (kPlan<Map>.has_rescuer) {
      add(s, kRescuer, rescuer, kRescuerMass).velocity = velocity(rescuer, kRescuerMass);
      hurt(s.rescuer_harm, blast_injuries(distance(rescuer)), rules.health);
    }
    add(s, kUser, middle(s.user), kUserMass).velocity = velocity(middle(s.user), kUserMass);
    if (s.fireman_state == Fireman::here) {
      engine::Vec2 fireman = middle(s.fireman);
      if (s.fireman == s.mother || s.fireman == s.rescuer) fireman.y += .45f;
      add(s, kFireman, fireman, kRescuerMass).velocity = velocity(fireman, kRescuerMass);
      hurt(s.fireman_harm, blast_injuries(distance(fireman)), rules.health);
    }
    hurt_mother(s, s.injuries, blast_injuries(distance(mother)), rules.health);
    hurt(s.user_harm, blast_injuries(distance(middle(s.user))), kUserHealth);
  }

  // Of the walls that fell, some evenly chosen cells fly; the rest is rubble where it stood.
  void throw_chunks(S& s, const Rules& rules) const {
    const int room = Map::kMaxBodies - s.bodies.body_count, walls = walls_broken();
    const int chunks = std::min({rules.chunks, room, walls});
    int index = 0;
    wrecked_.for_each([&](int cell) {
      const int before = index * chunks / walls, after = ++index * chunks / walls;
      if (after == before) return;
      engine::Vec2 at = middle(P::G::cell(cell));
      engine::Body& chunk = add(s, kChunk, at, kChunkMass);
      chunk.shape = engine::Shape::box;
      chunk.half_extent = {kChunkHalf, kChunkHalf};
      chunk.density = kChunkMass / (4 * kChunkHalf * kChunkHalf);
      chunk.velocity = velocity(at, kMotherMass / kChunkSpeed);
    });
  }

  static std::vector<engine::StaticBox> standing(const S& s) {
    const Cells solid = ((kPlan<Map>.solid - s.broken) - s.open_doors);
    if (solid.empty()) return {};
    std::array<std::uint8_t, P::kCells> cells{};
    solid.for_each([&](int i) { cells[static_cast<std::size_t>(i)] = 1; });
    return engine::merge_cells(cells, P::kWidth, P::kHeight);
  }

  static void knock(S& s, const engine::ContactEvent& event, int health) {
    if (event.approach_speed < kHardKnock) return;
    const int harm = event.approach_speed < kCrash ? 1 : 2;
    for (const std::uint16_t index : {event.a, event.b}) {
      if (index == engine::kStatic) continue;
      switch (s.bodies.bodies[index].tag) {
        case kMother:
          hurt_mother(s, s.injuries, harm, health);
          break;
        case kRescuer:
          hurt(s.rescuer_harm, harm, health);
          break;
        case kUser:
          hurt(s.user_harm, harm, kUserHealth);
          break;
        case kFireman:
          hurt(s.fireman_harm, harm, health);
          break;
        default:
          break;
      }
    }
  }

  static void land(S& s) {
    for (int i = 0; i < s.bodies.body_count; i++) {
      const engine::Body& body = s.bodies.bodies[static_cast<std::size_t>(i)];
      const Cell cell = nearest_cell(body.position);
      if (body.tag == kMother) land_mother(s, body.position, cell);
      if (body.tag == kRescuer) s.rescuer = cell;
      if (body.tag == kUser) s.user = cell;
      if (body.tag == kFireman) s.fireman = cell;
    }
    std::memset(static_cast<void*>(&s.bodies), 0, sizeof s.bodies);
  }

  static void land_mother(S& s, engine::Vec2 at, Cell cell) {
    s.mother = cell;
    if (on_pavement<Map>(at)) {
      s.landed = at;
      s.has_landed = 1;
    }
    if (!mother_outside(s)) s.truth.way = Way::none;
  }

  engine::Vec2 main_;
  Cells wrecked_, swept_;
  std::uint32_t lost_rooms_ = 0;
};

}  // namespace pump::envs::burning_building
