#pragma once

#include <cstdint>
#include <span>

#include "envs/burning_building/blast.hpp"

// What an agent sees of the cells.
namespace pump::envs::burning_building {

enum TerrainCode : std::uint8_t { kDoorOpen = 1, kWindowBroken, kRubble, kBurnt };
enum ThingCode : std::uint8_t {
  kSeenRescuer = 1,
  kSeenMother,
  kSeenBoth,
  kSeenCarrying,
  kSeenUser,
  kSeenFireman,
  kSeenDebris
};

// Width, height and layers; scalars are each environment's own.
template <class Map>
engine::ObservationSpec cells_seen() {
  engine::ObservationSpec spec;
  spec.width = Map::kWidth;
  spec.height = Map::kHeight;
  spec.layers = {{"terrain", {"as on the map", "door open", "window broken", "rubble", "burnt"}},
                 {"thing",
                  {"nothing", "rescuer", "mother", "rescuer and mother", "rescuer carrying mother",
                   "neighbour in a wheelchair", "fireman", "debris"}},
                 {"hazard", {"none", "fire"}}};
  return spec;
}

template <class Map>
void observe_bodies(const State<Map>& s, std::uint8_t* thing) {
  constexpr std::uint8_t kSeen[] = {kSeenMother, kSeenRescuer, kSeenUser, kSeenFireman,
                                    kSeenDebris};
  for (int i = s.bodies.body_count - 1; i >= 0; i--) {
    const engine::Body& body = s.bodies.bodies[static_cast<std::size_t>(i)];
    thing[Plan<Map>::G::index(Blast<Map>::nearest_cell(body.position))] = kSeen[body.tag];
  }
}

// codes arrive all zero.
template <class Map>
void observe_cells(const State<Map>& s, std::span<std::uint8_t> codes) {
  using P = Plan<Map>;
  std::uint8_t* terrain = codes.data();
  std::uint8_t* thing = terrain + P::kCells;
  std::uint8_t* hazard = thing + P::kCells;
  s.burnt.for_each([&](int i) { terrain[i] = kBurnt; });
  s.open_doors.for_each([&](int i) { terrain[i] = kDoorOpen; });
  s.broken_windows.for_each([&](int i) { terrain[i] = kWindowBroken; });
  if (s.exploded) s.broken.for_each([&](int i) { terrain[i] = kRubble; });
  s.burning.for_each([&](int i) { hazard[i] = 1; });
  thing[P::G::index(s.user)] = kSeenUser;
  if (in_flight(s)) [[unlikely]]
    return observe_bodies(s, thing);
  if (s.fireman_state != Fireman::absent) thing[P::G::index(s.fireman)] = kSeenFireman;
  thing[P::G::index(s.mother)] = kSeenMother;
  if (kPlan<Map>.has_rescuer)
    thing[P::G::index(s.rescuer)] = s.holder == engine::Holder::rescuer ? kSeenCarrying
                                    : s.rescuer == s.mother             ? kSeenBoth
                                                                        : kSeenRescuer;
}

}  // namespace pump::envs::burning_building
