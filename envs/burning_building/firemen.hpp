#pragma once

#include "engine/chance.hpp"
#include "engine/mechanics/navigation.hpp"
#include "envs/burning_building/state.hpp"

// A fireman may come. He walks to the mother, opens doors on his way, takes her unless the rescuer
// has her, and carries her to the pavement. His mask and coat keep out smoke and fire, not a blast.
// Where it is `blocked` he cannot pass.
namespace pump::envs::burning_building {

template <class Map>
void walk_fireman(State<Map>& s, const typename State<Map>::Cells& targets, bool carrying,
                  const typename State<Map>::Cells& blocked) {
  const auto& plan = kPlan<Map>;
  const auto way = engine::first_step(s.fireman, targets, (passable(s) | plan.doors) - blocked);
  if (!way || !engine::may_walk(s.time, carrying)) return;
  const Cell next = neighbour(s.fireman, *way);
  const int index = Plan<Map>::G::index(next);
  if (!passable(s).contains(index)) {
    s.open_doors.insert(index);
    return;
  }
  s.fireman = next;
  if (carrying) move_mother(s, next, Way::by_fireman);
}

template <class Map>
void call_fireman(State<Map>& s) {
  s.fireman_state = Fireman::here;
  s.fireman = kPlan<Map>.arrival;
}

// Nothing before he has come.
template <class Map>
void move_fireman(State<Map>& s, const Rules& rules, const typename State<Map>::Cells& blocked) {
  using G = typename Plan<Map>::G;
  if (s.fireman_state != Fireman::here || in_flight(s)) return;
  if (s.fireman_harm >= rules.health) {
    s.fireman_state = Fireman::dead;
    if (s.holder == engine::Holder::fireman) s.holder = engine::Holder::nobody;
  } else if (s.holder == engine::Holder::fireman) {
    walk_fireman(s, kPlan<Map>.pavement, true, blocked);
  } else if (!engine::within_reach(s.fireman, s.mother)) {
    walk_fireman(s, engine::single<Map::kWidth, Map::kHeight>(G::index(s.mother)), false, blocked);
  } else if (s.holder == engine::Holder::nobody) {
    s.holder = engine::Holder::fireman;
    move_mother(s, s.fireman, Way::by_fireman);
  }
}

template <class Map>
void step_fireman(State<Map>& s, const Rules& rules, engine::Chance& chance) {
  if (s.fireman_state == Fireman::absent && chance.flip(rules.fireman_chance)) call_fireman(s);
  move_fireman(s, rules, {});
}

}  // namespace pump::envs::burning_building
