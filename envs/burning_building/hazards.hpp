#pragma once

#include <array>

#include "engine/chance.hpp"
#include "engine/mechanics/fire.hpp"
#include "engine/mechanics/gas.hpp"
#include "engine/mechanics/smoke.hpp"
#include "envs/burning_building/state.hpp"

// Fire, smoke and gas, and what they do to people.
namespace pump::envs::burning_building {

inline constexpr int kBeat = 4;       // steps between two looks at the fire and the smoke
inline constexpr int kSmokeRise = 8;  // steps in which the smoke of a room grows by a level
inline constexpr int kBurnOut = 32;   // steps between two looks at what has burnt out
inline constexpr int kChoking = 2;    // smoke that hurts who wears no mask
inline constexpr int kCoat = 8;       // steps in fire that cost the rescuer in his coat a unit
inline constexpr int kMostGas = 9;    // in a room
inline constexpr int kVent = 4;       // steps in which an opening to the outside lets out one unit
inline constexpr int kFlammable = 3;  // gas that explodes where it meets fire

template <class Map>
class Hazards {
 public:
  using S = State<Map>;
  using P = Plan<Map>;

  Hazards(S& state, const Rules& rules) : s_(state), rules_(rules) {}

  // What happens every kBeat steps.
  void beat(engine::Chance& chance) {
    spread(chance);
    if (s_.time % kBurnOut == 0) engine::burn_out(s_.burning, s_.burnt, plan_.fuel);
    for (std::size_t room = 0; room < plan_.room_cells.size(); room++)
      if (is_subset(plan_.room_cells[room], s_.burning | s_.burnt))
        s_.rooms_lost |= std::uint32_t{1} << room;
    if (s_.exploded) return;  // no room is left to hold the smoke
    breathe();
    if (s_.time % kSmokeRise == 0) thicken();
  }

  // In the fire she loses a unit of health every step, the rescuer in his coat every kCoat steps.
  void scorch() {
    if (!s_.has_landed && s_.burning.contains(P::G::index(s_.mother)))
      hurt_mother(s_, s_.burns, 1, rules_.health);
    if (s_.time % kCoat == 0 && s_.burning.contains(P::G::index(s_.rescuer)))
      hurt(s_.rescuer_harm, 1, rules_.health);
  }

  // Gas flows from the open main, evens out between rooms and leaves by what opens to the outside.
  // True when enough of it meets fire.
  bool leak() {
    engine::fill(gas(plan_.room_at(plan_.valve)), rules_.gas_rate, kMostGas);
    for (const Opening& opening : plan_.all_openings()) {
      if (!is_open(opening.cell)) continue;
      if (opening.b != kOpenAir)
        engine::even_out(gas(opening.a), gas(opening.b));
      else if (gas(opening.a) > 0 && s_.time % kVent == 0)
        gas(opening.a)--;
    }
    for (int room = 0; room < Map::kRooms; room++)
      if (gas(room) >= kFlammable &&
          intersects(plan_.room_cells[static_cast<std::size_t>(room)], s_.burning))
        return true;
    return false;
  }

 private:
  void spread(engine::Chance& chance) {
    if (!rules_.scheduled_fire)
      engine::spread_fire(s_.burning, s_.burnt, plan_.fuel, rules_.fire_rate, chance);
    else if (s_.time / kBeat % rules_.beats_a_ring == 0)
      s_.burning = s_.burning | engine::catching_cells(s_.burning, s_.burnt, plan_.fuel);
  }

  void thicken() {
    std::array<bool, Map::kRooms> burning{};
    for (std::size_t room = 0; room < burning.size(); room++)
      burning[room] = intersects(plan_.room_cells[room], s_.burning);
    engine::thicken_smoke(s_.smoke, burning, plan_.all_passages());
  }

  // Smoke costs her a unit every other beat; the rescuer wears a mask.
  void breathe() {
    if (s_.time % (2 * kBeat) == 0 && smoke_at(s_.mother) >= kChoking)
      hurt_mother(s_, s_.smoke_inhaled, 1, rules_.health);
  }

  int smoke_at(Cell cell) const {
    const int room = plan_.room_at(cell);
    return room == kOpenAir ? 0 : s_.smoke[static_cast<std::size_t>(room)];
  }
  std::uint8_t& gas(int room) { return s_.gas[static_cast<std::size_t>(room)]; }
  bool is_open(int cell) const {
    return plan_.doorways.contains(cell) || s_.open_doors.contains(cell) ||
           s_.broken_windows.contains(cell);
  }

  S& s_;
  const Rules& rules_;
  static constexpr const P& plan_ = kPlan<Map>;
};

}  // namespace pump::envs::burning_building
