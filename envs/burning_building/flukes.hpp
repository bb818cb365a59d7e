#pragma once

#include <array>
#include <numeric>
#include <span>

#include "engine/mechanics/fire.hpp"
#include "engine/mechanics/navigation.hpp"
#include "envs/burning_building/firemen.hpp"

// Pump mode: what fate can pick in a tick, how often nature picks it, and what comes of it.
namespace pump::envs::burning_building {

enum class Fluke : std::uint8_t {
  nothing,
  gust,
  spark,
  leak,
  beam_falls,
  door_sticks,
  mother_wakes,
  fireman_looks
};
inline constexpr int kFlukes = 8;

// Nature's frequencies: the probability of a fluke in a tick; `nothing` has what they leave, more
// than nine ticks in ten. They are chosen, not measured, for an order that nobody would dispute: a
// sleeper wakes, and a fireman looks up, more often than a pipe breaks just before a spark.
inline constexpr double kGustRate = .02;
inline constexpr double kSparkRate = .01;  // of whatever switches itself on beside the main
inline constexpr double kLeakRate = .002;
inline constexpr double kBeamRate = .0005, kBeamPerCell = .0005;  // per cell that burns
inline constexpr double kStickRate = .005;
inline constexpr double kWakeRate = .012;
inline constexpr double kLookRate = .006, kLookPerCell = .0004;  // he sees the glow

// A state of the building, and what only flukes bring about. No padding either.
struct PumpState : State<PumpMap> {
  std::uint8_t awake;
  std::uint8_t door_stuck;  // the front door: she cannot open it, a fireman's axe can
  std::uint8_t beam_fallen;
  std::array<std::uint8_t, 5> spare;
};
static_assert(sizeof(PumpState) == sizeof(State<PumpMap>) + 8);

class Flukes {
 public:
  using P = Plan<PumpMap>;
  using Cells = P::Cells;

  // Where a beam falls: across the only doorway of her room.
  static constexpr Cell kBeam{4, 4};
  static_assert(kPlan<PumpMap>.doorways.contains(P::G::index(kBeam)));

  Flukes(PumpState& state, const Rules& rules) : s_(state), rules_(rules) {}

  // A fluke that does not apply leads where `nothing` does. A spark is for whoever knows the gas.
  void happen(Fluke fluke) {
    switch (fluke) {
      case Fluke::nothing:
      case Fluke::spark:
        return;
      case Fluke::gust:
        return fan();
      case Fluke::leak:
        if (!s_.exploded) s_.valve_turns = 1;
        return;
      case Fluke::beam_falls:
        if (in_her_room()) s_.beam_fallen = 1;
        return;
      case Fluke::door_sticks:
        if (!s_.exploded && s_.open_doors.empty()) s_.door_stuck = 1;
        return;
      case Fluke::mother_wakes:
        if (can_walk()) s_.awake = 1;
        return;
      case Fluke::fireman_looks:
        if (s_.fireman_state == Fireman::absent) call_fireman<PumpMap>(s_);
        return;
    }
  }

  // Awake, she walks to the pavement, round the fire where there is a way round it, and opens the
  // front door herself.
  void walk_out() {
    if (!s_.awake || !can_walk()) return;
    const Cells ways = (passable(s_) | plan_.front_doors) - blocked();
    auto way = engine::first_step(s_.mother, plan_.pavement, ways - s_.burning);
    if (!way) way = engine::first_step(s_.mother, plan_.pavement, ways);
    if (!way) return;
    const Cell next = neighbour(s_.mother, *way);
    if (passable(s_).contains(P::G::index(next)))
      move_mother(s_, next, Way::walked);
    else if (!s_.door_stuck)
      s_.open_doors.insert(P::G::index(next));
  }

  // Where nobody gets through: the blast clears it.
  static Cells blocked(const PumpState& s) {
    if (!s.beam_fallen || s.exploded) return {};
    return engine::single<P::kWidth, P::kHeight>(P::G::index(kBeam));
  }
  Cells blocked() const { return blocked(s_); }

 private:
  // The fire takes at once all the fuel around it.
  void fan() { s_.burning = s_.burning | engine::catching_cells(s_.burning, s_.burnt, plan_.fuel); }
  bool can_walk() const {
    return mother_harm(s_) < rules_.health && s_.holder == engine::Holder::nobody;
  }
  bool in_her_room() const {
    return !s_.exploded && s_.mother != kBeam &&
           plan_.room_at(s_.mother) == plan_.room_at(plan_.mothers[0]);
  }

  PumpState& s_;
  const Rules& rules_;
  static constexpr const P& plan_ = kPlan<PumpMap>;
};

// Nature's choice in a state, [kFlukes]: each more than 0, their sum 1.
inline void nature(const PumpState& s, std::span<double> p) {
  const auto at = [&](Fluke fluke) -> double& { return p[static_cast<std::size_t>(fluke)]; };
  const int burning = s.burning.size();
  at(Fluke::nothing) = 0;
  at(Fluke::gust) = kGustRate;
  at(Fluke::spark) = kSparkRate;
  at(Fluke::leak) = kLeakRate;
  at(Fluke::beam_falls) = kBeamRate + kBeamPerCell * burning;
  at(Fluke::door_sticks) = kStickRate;
  at(Fluke::mother_wakes) = kWakeRate;
  at(Fluke::fireman_looks) = kLookRate + kLookPerCell * burning;
  at(Fluke::nothing) = 1 - std::accumulate(p.begin(), p.end(), 0.0);
}

}  // namespace pump::envs::burning_building
