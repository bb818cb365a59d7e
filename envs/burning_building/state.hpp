#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "engine/environment.hpp"
#include "engine/mechanics/handling.hpp"
#include "engine/physics.hpp"
#include "envs/burning_building/plan.hpp"

namespace pump::envs::burning_building {

enum class Act : std::uint8_t {
  up,
  down,
  left,
  right,
  grab_release,
  open_close,
  turn_valve,
  break_window,
  push,
  wait
};

// How the mother last left the building. Read by outcome() only.
enum class Way : std::uint8_t { none, carried, walked, shoved, thrown, by_fireman };

enum class Fireman : std::uint8_t { absent, here, dead };

// Parameters, resolved.
struct Rules {
  int valve_turns, gas_rate, health, horizon, chunks, ticks_per_step;
  double fire_rate, fireman_chance, step_cost;
  bool scheduled_fire;
  int beats_a_ring;  // scheduled fire: beats until all fuel around the fire has caught it
};

// What the dynamics never read: kept for the outcome.
struct Truth {
  Way way = Way::none;
  std::array<std::uint8_t, 3> unused;
};

// Bodies of a flight, in this order; the tag of each. A rescuer and a fireman only when there is
// one.
enum Tag : std::uint32_t { kMother, kRescuer, kUser, kFireman, kChunk };

// No padding: equal states have equal bytes.
template <class Map>
struct State {
  using Cells = engine::CellSet<Map::kWidth, Map::kHeight>;

  Cells burning, burnt;
  Cells broken;  // walls, doors and windows that fell to the blast
  Cells open_doors, broken_windows;
  engine::Bodies<Map::kMaxBodies, Map::kMaxContacts, 0> bodies;  // of a flight under way
  engine::Vec2 landed;       // m; where the mother came to rest when the blast threw her outside
  std::uint32_t rooms_lost;  // bits: wrecked by the blast, or wholly burnt
  std::uint16_t time;        // steps
  Cell rescuer, mother, user, fireman;
  engine::Status status;
  engine::Holder holder;  // of the mother
  std::uint8_t valve_turns;
  std::uint8_t exploded, sensor_lost;
  std::uint8_t has_landed;  // whether `landed` says where the mother is
  std::uint8_t furthest;    // m, rounded down: from the centre, the furthest she has been
  std::uint8_t burns, smoke_inhaled, injuries;  // the mother's, in units of health
  std::uint8_t rescuer_harm, user_harm, fireman_harm;
  Fireman fireman_state;
  std::array<std::uint8_t, Map::kRooms> gas, smoke;
  Truth truth;
  static constexpr std::size_t kUsed = 2 + 4 * 2 + 14 + 2 * Map::kRooms + sizeof(Truth);
  std::array<std::uint8_t, 8 - (4 + kUsed) % 8> unused;
};
static_assert(std::is_trivially_copyable_v<State<CottageMap>>);

template <class Map>
inline constexpr bool kNoPadding =
    sizeof(State<Map>) == 5 * sizeof(typename State<Map>::Cells) +
                              sizeof(engine::Bodies<Map::kMaxBodies, Map::kMaxContacts, 0>) +
                              12 + State<Map>::kUsed + sizeof(State<Map>::unused);
static_assert(kNoPadding<CottageMap> && kNoPadding<HouseMap> && kNoPadding<BlockMap> &&
              kNoPadding<PumpMap>);

template <class Map>
bool in_flight(const State<Map>& s) {
  return s.bodies.body_count > 0;
}
template <class Map>
int mother_harm(const State<Map>& s) {
  return s.burns + s.smoke_inhaled + s.injuries;
}
inline engine::Vec2 middle(Cell cell) {
  return {static_cast<float>(cell.x) + .5f, static_cast<float>(cell.y) + .5f};
}

// Where anybody may walk.
template <class Map>
typename State<Map>::Cells passable(const State<Map>& s) {
  return kPlan<Map>.walkable | s.open_doors | s.broken;
}

// m; in flight and after it anywhere, also beyond the map.
template <class Map>
engine::Vec2 mother_position(const State<Map>& s) {
  if (in_flight(s)) return s.bodies.bodies[kMother].position;
  return s.has_landed ? s.landed : middle(s.mother);
}

// On the pavement, or beyond the map.
template <class Map>
bool on_pavement(engine::Vec2 at) {
  if (at.x < 0 || at.y < 0 || at.x >= Map::kWidth || at.y >= Map::kHeight) return true;
  const Cell cell{static_cast<std::int8_t>(at.x), static_cast<std::int8_t>(at.y)};
  return kPlan<Map>.pavement.contains(Plan<Map>::G::index(cell));
}
template <class Map>
bool mother_on_pavement(const State<Map>& s) {
  if (in_flight(s) || s.has_landed) return on_pavement<Map>(mother_position(s));
  return kPlan<Map>.pavement.contains(Plan<Map>::G::index(s.mother));
}
// Out of the building, with the yard counted in.
template <class Map>
bool mother_outside(const State<Map>& s) {
  return s.has_landed || kPlan<Map>.outside.contains(Plan<Map>::G::index(s.mother));
}

// Puts the mother into a cell, and notes how if that takes her out of the building.
template <class Map>
void move_mother(State<Map>& s, Cell to, Way way) {
  const bool was_outside = mother_outside(s);
  s.mother = to;
  if (!mother_outside(s))
    s.truth.way = Way::none;
  else if (!was_outside)
    s.truth.way = way;
}

// Adds up to `amount` to one of her harms; nothing hurts the dead.
template <class Map>
void hurt_mother(State<Map>& s, std::uint8_t& harm, int amount, int health) {
  const int left = health - mother_harm(s);
  harm = static_cast<std::uint8_t>(harm + (amount < left ? amount : left));
}
inline void hurt(std::uint8_t& harm, int amount, int health) {
  harm = static_cast<std::uint8_t>(harm + amount < health ? harm + amount : health);
}

}  // namespace pump::envs::burning_building
