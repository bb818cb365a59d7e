#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/mechanics/cells.hpp"
#include "engine/mechanics/smoke.hpp"
#include "engine/physics.hpp"
#include "envs/burning_building/maps.hpp"

namespace pump::envs::burning_building {

using engine::Cell;

inline constexpr std::int8_t kOpenAir = -1;  // as a room

// A cell through which air passes between two rooms, or a room and the outside.
struct Opening {
  std::int8_t a = kOpenAir, b = kOpenAir;  // rooms; a is one
  std::int16_t cell = 0;
};

// A window, and how somebody is pushed through it.
struct Window {
  Cell cell, inside;            // the window; the floor in front of it
  engine::Direction outward{};  // from `inside` through the window
};

// What the letters of a map mean, worked out at compile time.
template <class Map>
struct Plan {
  static constexpr int kWidth = Map::kWidth, kHeight = Map::kHeight, kCells = kWidth * kHeight;
  static constexpr int kRooms = Map::kRooms, kMaxOpenings = 24, kMaxStarts = 8;
  using G = engine::Grid<char, kWidth, kHeight>;
  using Cells = engine::CellSet<kWidth, kHeight>;

  Cells floor, doorways, walls, windows, doors, front_doors, yard, pavement;
  Cells walkable;                          // without opening or breaking anything
  Cells solid;                             // walls, windows, closed doors
  Cells fuel;                              // all that can burn
  Cells outside;                           // yard and pavement
  std::array<std::int8_t, kCells> room{};  // kOpenAir where there is none
  std::array<Cells, kRooms> room_cells{};
  std::array<Opening, kMaxOpenings> openings{};
  std::array<engine::Passage, kMaxOpenings> passages{};  // the openings between two rooms
  std::array<Window, 4> window_list{};
  std::array<Cell, kMaxStarts> mothers{}, fires{};
  int rooms = 0, opening_count = 0, passage_count = 0, window_count = 0;
  int mother_count = 0, fire_count = 0;
  bool has_rescuer = false;  // else `rescuer` is a corner where nothing happens
  Cell rescuer, valve, user, arrival;
  engine::Vec2 centre;  // m, of the building's bounding box

  constexpr std::span<const Opening> all_openings() const {
    return {openings.data(), static_cast<std::size_t>(opening_count)};
  }
  constexpr std::span<const engine::Passage> all_passages() const {
    return {passages.data(), static_cast<std::size_t>(passage_count)};
  }
  constexpr std::span<const Window> all_windows() const {
    return {window_list.data(), static_cast<std::size_t>(window_count)};
  }
  constexpr int room_at(Cell cell) const { return room[static_cast<std::size_t>(G::index(cell))]; }
};

namespace detail {

template <class Map>
constexpr void place(Plan<Map>& plan, int index, char letter) {
  using P = Plan<Map>;
  const Cell cell = P::G::cell(index);
  switch (letter) {
    case '#':
      plan.walls.insert(index);
      break;
    case 'W':
      plan.windows.insert(index);
      break;
    case 'D':
      plan.front_doors.insert(index);
      break;
    case 'd':
      plan.doors.insert(index);
      break;
    case '+':
      plan.doorways.insert(index);
      break;
    case ',':
      plan.yard.insert(index);
      break;
    case 'U':
      plan.user = cell;
      break;
    case 'A':
      plan.arrival = cell;
      break;
    case 'R':
      plan.rescuer = cell;
      plan.has_rescuer = true;
      break;
    case 'V':
      plan.valve = cell;
      break;
    case 'M':
      plan.mothers[static_cast<std::size_t>(plan.mother_count++)] = cell;
      break;
    case 'F':
      plan.fires[static_cast<std::size_t>(plan.fire_count++)] = cell;
      break;
    default:
      break;
  }
  if (letter == ':' || letter == 'U' || letter == 'A') plan.pavement.insert(index);
  if (letter == '.' || letter == 'R' || letter == 'V' || letter == 'M' || letter == 'F')
    plan.floor.insert(index);
}

// Rooms are floors without a doorway, door or window between their cells.
template <class Map>
constexpr void find_rooms(Plan<Map>& plan) {
  using P = Plan<Map>;
  plan.room.fill(kOpenAir);
  plan.floor.for_each([&](int start) {
    if (plan.room[static_cast<std::size_t>(start)] != kOpenAir) return;
    typename P::Cells cells = engine::single<P::kWidth, P::kHeight>(start);
    for (typename P::Cells wider;
         !(wider = cells | (neighbours(cells) & plan.floor), wider == cells);)
      cells = wider;
    const int room = plan.rooms++;
    plan.room_cells[static_cast<std::size_t>(room)] = cells;
    cells.for_each([&](int cell) {
      plan.room[static_cast<std::size_t>(cell)] = static_cast<std::int8_t>(room);
    });
  });
}

template <class Map>
constexpr void add_opening(Plan<Map>& plan, int index, Cell one, Cell other) {
  std::int8_t a = plan.room[static_cast<std::size_t>(Plan<Map>::G::index(one))];
  std::int8_t b = plan.room[static_cast<std::size_t>(Plan<Map>::G::index(other))];
  if (a == kOpenAir) {
    const std::int8_t swapped = a;
    a = b;
    b = swapped;
  }
  if (a == kOpenAir) return;
  plan.openings[static_cast<std::size_t>(plan.opening_count++)] = {
      a, b, static_cast<std::int16_t>(index)};
  if (b != kOpenAir) plan.passages[static_cast<std::size_t>(plan.passage_count++)] = {a, b};
}

// Every doorway, door and window joins what lies left and right of it, or above and below.
template <class Map>
constexpr void find_openings(Plan<Map>& plan) {
  using P = Plan<Map>;
  using engine::Direction;
  (plan.doorways | plan.doors | plan.windows).for_each([&](int index) {
    const Cell cell = P::G::cell(index);
    const auto beside = [&](Direction d) { return neighbour(cell, d); };
    const auto open = [&](Direction d) {
      return (plan.floor | plan.yard | plan.pavement).contains(P::G::index(beside(d)));
    };
    const bool across = open(Direction::left) && open(Direction::right);
    const Direction one = across ? Direction::left : Direction::up;
    const Direction other = across ? Direction::right : Direction::down;
    add_opening(plan, index, beside(one), beside(other));
    if (plan.windows.contains(index)) {
      const bool first_inside = plan.room_at(beside(one)) != kOpenAir;
      plan.window_list[static_cast<std::size_t>(plan.window_count++)] = {
          cell, beside(first_inside ? one : other), first_inside ? other : one};
    }
  });
  // A doorway's own air is that of the room on its first side.
  for (const Opening& opening : plan.all_openings())
    plan.room[static_cast<std::size_t>(opening.cell)] = opening.a;
}

template <class Map>
constexpr engine::Vec2 find_centre(const Plan<Map>& plan) {
  int left = Map::kWidth, right = 0, top = Map::kHeight, bottom = 0;
  plan.walls.for_each([&](int index) {
    const Cell cell = Plan<Map>::G::cell(index);
    left = cell.x < left ? cell.x : left;
    right = cell.x > right ? cell.x : right;
    top = cell.y < top ? cell.y : top;
    bottom = cell.y > bottom ? cell.y : bottom;
  });
  return {static_cast<float>(left + right + 1) / 2, static_cast<float>(top + bottom + 1) / 2};
}

template <class Map>
constexpr Plan<Map> make_plan() {
  Plan<Map> plan;
  for (int i = 0; i < Plan<Map>::kCells; i++) place(plan, i, Map::kRows.at(i));
  plan.doors = plan.doors | plan.front_doors;
  plan.walkable = plan.floor | plan.doorways | plan.yard | plan.pavement;
  plan.solid = plan.walls | plan.windows | plan.doors;
  plan.fuel = plan.floor | plan.doorways;
  plan.outside = plan.yard | plan.pavement;
  find_rooms(plan);
  find_openings(plan);
  plan.centre = find_centre(plan);
  return plan;
}

}  // namespace detail

template <class Map>
inline constexpr Plan<Map> kPlan = detail::make_plan<Map>();

static_assert(CottageMap::kRows.well_formed() && kPlan<CottageMap>.rooms == CottageMap::kRooms);
static_assert(HouseMap::kRows.well_formed() && kPlan<HouseMap>.rooms == HouseMap::kRooms);
static_assert(BlockMap::kRows.well_formed() && kPlan<BlockMap>.rooms == BlockMap::kRooms);
static_assert(PumpMap::kRows.well_formed() && kPlan<PumpMap>.rooms == PumpMap::kRooms);

}  // namespace pump::envs::burning_building
