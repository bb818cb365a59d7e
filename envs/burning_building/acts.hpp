#pragma once

#include "engine/mechanics/handling.hpp"
#include "envs/burning_building/state.hpp"

// What the rescuer can do. An act that does not apply does nothing.
namespace pump::envs::burning_building {

inline constexpr int kGlassInjuries = 2;  // of a mother pushed through a broken window

template <class Map>
class Acts {
 public:
  using S = State<Map>;
  using Cells = typename S::Cells;
  using P = Plan<Map>;

  Acts(S& state, const Rules& rules) : s_(state), rules_(rules) {}

  void perform(Act act) {
    switch (act) {
      case Act::up:
      case Act::down:
      case Act::left:
      case Act::right:
        return walk(static_cast<engine::Direction>(act));
      case Act::grab_release:
        return grab_or_release();
      case Act::open_close:
        return open_or_close();
      case Act::turn_valve:
        return turn_valve();
      case Act::break_window:
        return break_window();
      case Act::push:
        return push();
      case Act::wait:
        return;
    }
  }

 private:
  Cells around() const {
    return neighbours(engine::single<P::kWidth, P::kHeight>(P::G::index(s_.rescuer)));
  }

  // The street is cordoned off: the rescuer steps on the pavement with her or not at all.
  void walk(engine::Direction direction) {
    const Cell to = neighbour(s_.rescuer, direction);
    if (!P::G::inside(to)) return;
    const int index = P::G::index(to);
    const bool carrying = s_.holder == engine::Holder::rescuer;
    if (!passable(s_).contains(index) || !engine::may_walk(s_.time, carrying)) return;
    if (!carrying && plan_.pavement.contains(index)) return;
    s_.rescuer = to;
    if (carrying) move_mother(s_, to, Way::carried);
  }

  void grab_or_release() {
    if (s_.holder == engine::Holder::rescuer) {
      s_.holder = engine::Holder::nobody;
    } else if (s_.holder == engine::Holder::nobody && engine::within_reach(s_.rescuer, s_.mother)) {
      s_.holder = engine::Holder::rescuer;
      move_mother(s_, s_.rescuer, Way::carried);
    }
  }

  // Closed doors within reach open, both wings; where there is none, open ones close, but for the
  // wings in which the mother or a fireman stands. The rescuer can pull one to where he stands, and
  // walk on out of it.
  void open_or_close() {
    const Cells standing = plan_.doors - s_.broken, reached = around() & standing;
    if (reached.empty()) return;
    const Cells doors = reached | (neighbours(reached) & standing);
    const Cells closed = doors - s_.open_doors;
    if (!closed.empty()) {
      s_.open_doors = s_.open_doors | closed;
      return;
    }
    s_.open_doors = s_.open_doors - doors;
    for (const Cell person : {s_.mother, s_.fireman})
      if (doors.contains(P::G::index(person))) s_.open_doors.insert(P::G::index(person));
  }

  void turn_valve() {
    const bool turns = s_.valve_turns < rules_.valve_turns && !s_.exploded;
    if (turns && engine::within_reach(s_.rescuer, plan_.valve)) s_.valve_turns++;
  }

  void break_window() {
    s_.broken_windows = s_.broken_windows | (around() & (plan_.windows - s_.broken));
  }

  // A pushed mother, while she lives, steps away; through a broken window she falls into the glass;
  // against anything solid the sensor on her wrist is torn off.
  void push() {
    const auto direction = engine::push_direction(s_.rescuer, s_.mother);
    const bool alive = mother_harm(s_) < rules_.health;
    if (!direction || s_.holder != engine::Holder::nobody || !alive) return;
    const Cell to = neighbour(s_.mother, *direction);
    if (!P::G::inside(to)) return;
    const int index = P::G::index(to);
    if (passable(s_).contains(index)) {
      move_mother(s_, to, Way::walked);
    } else if (s_.broken_windows.contains(index)) {
      push_through(neighbour(to, *direction));
    } else {
      s_.sensor_lost = 1;
    }
  }

  void push_through(Cell beyond) {
    if (!passable(s_).contains(P::G::index(beyond))) return;
    hurt_mother(s_, s_.injuries, kGlassInjuries, rules_.health);
    move_mother(s_, beyond, Way::shoved);
  }

  S& s_;
  const Rules& rules_;
  static constexpr const P& plan_ = kPlan<Map>;
};

}  // namespace pump::envs::burning_building
