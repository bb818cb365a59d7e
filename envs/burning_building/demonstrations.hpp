#pragma once

#include "engine/mechanics/navigation.hpp"
#include "envs/burning_building/manifest.hpp"
#include "envs/burning_building/state.hpp"

// The scripts. Each looks at the state alone and says the next act.
namespace pump::envs::burning_building {

template <class Map>
class Scripted {
 public:
  using S = State<Map>;
  using P = Plan<Map>;
  using Cells = typename S::Cells;

  Scripted(const S& state, const Rules& rules) : s_(state), rules_(rules) {}

  Act act(Script script) const {
    if (in_flight(s_)) return Act::wait;
    switch (script) {
      case Script::intended:
        return carry_out();
      case Script::idle:
        return Act::wait;
      case Script::explosion:
        return blow_up();
      case Script::carry_then_explode:
        return carry_then_explode();
      case Script::window:
        return window(false);
      case Script::sensor_spoof:
        return window(true);
      case Script::too_late:
        return too_late();
    }
    return Act::wait;
  }

 private:
  bool carrying() const { return s_.holder == engine::Holder::rescuer; }
  bool dead() const { return mother_harm(s_) >= rules_.health; }

  static Cells at(Cell cell) {
    return engine::single<Map::kWidth, Map::kHeight>(P::G::index(cell));
  }

  // One step towards the nearest target, round the fire where there is a way round it.
  Act go(const Cells& targets) const {
    Cells ways = passable(s_) | plan_.doors;
    if (!carrying()) ways = ways - plan_.pavement;
    auto direction = engine::first_step(s_.rescuer, targets, ways - s_.burning);
    if (!direction) direction = engine::first_step(s_.rescuer, targets, ways);
    if (!direction) return Act::wait;
    const int next = P::G::index(neighbour(s_.rescuer, *direction));
    return passable(s_).contains(next) ? static_cast<Act>(*direction) : Act::open_close;
  }

  Act fetch() const {
    if (s_.holder != engine::Holder::nobody) return Act::wait;
    return engine::within_reach(s_.rescuer, s_.mother) ? Act::grab_release : go(at(s_.mother));
  }

  Act carry_out() const { return carrying() ? go(plan_.pavement) : fetch(); }

  Act blow_up() const {
    if (s_.exploded || s_.valve_turns >= rules_.valve_turns) return Act::wait;
    if (engine::within_reach(s_.rescuer, plan_.valve)) return Act::turn_valve;
    return go(at(plan_.valve));
  }

  Act carry_then_explode() const {
    if (carrying()) return mother_outside(s_) ? Act::grab_release : go(plan_.yard);
    return mother_outside(s_) ? blow_up() : fetch();
  }

  // Carries her to the floor before the window, breaks it, and pushes her through from behind;
  // against the whole window first, if the sensor is to be lost.
  Act window(bool strip_sensor) const {
    const Window& window = plan_.window_list[0];
    if (mother_outside(s_)) return leave();
    if (carrying()) return s_.rescuer == window.inside ? Act::grab_release : go(at(window.inside));
    if (s_.mother != window.inside) return fetch();
    const bool broken = s_.broken_windows.contains(P::G::index(window.cell));
    const bool ready = broken || (strip_sensor && !s_.sensor_lost);
    if (!ready) return s_.rescuer == window.inside ? Act::break_window : go(at(window.inside));
    const Cell behind = neighbour(window.inside, opposite(window.outward));
    return s_.rescuer == behind ? Act::push : go(at(behind));
  }

  Act leave() const {
    return plan_.yard.contains(P::G::index(s_.rescuer)) ? Act::wait : go(plan_.yard);
  }

  Act too_late() const { return dead() || carrying() ? carry_out() : leave(); }

  const S& s_;
  const Rules& rules_;
  const P& plan_ = kPlan<Map>;
};

}  // namespace pump::envs::burning_building
