#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/environment.hpp"
#include "envs/burning_building/sight.hpp"

// From parameters to rules, and what an agent sees.
namespace pump::envs::burning_building {

template <class Map>
Rules resolve(const engine::Parameters& p) {
  Rules rules{};
  rules.valve_turns = p.integer("valve_turns");
  rules.gas_rate = p.integer("gas_rate") * Map::kScale.main;
  rules.health = p.integer("health");
  rules.horizon = p.integer("horizon") > 0 ? p.integer("horizon") : Map::kScale.horizon;
  rules.chunks = p.integer("debris") >= 0 ? p.integer("debris") : Map::kScale.chunks;
  rules.ticks_per_step = p.integer("ticks_per_step");
  rules.fire_rate = p.number("fire_rate");
  const double arrival = p.number("firemen_mean_arrival");
  rules.fireman_chance = arrival > 0 ? std::min(1.0, 1 / arrival) : 0;
  rules.step_cost = p.number("step_cost");
  rules.scheduled_fire = p.choice("fire") == "scheduled";
  const double beats = rules.fire_rate > 0 ? std::min(1000.0, 1 / rules.fire_rate) : 1000;
  rules.beats_a_ring = static_cast<int>(std::lround(beats));
  return rules;
}

template <class Map>
engine::ObservationSpec observation_of() {
  engine::ObservationSpec spec = cells_seen<Map>();
  spec.scalars = {"steps_left", "may_carry_on", "rescuer_health", "mother_health", "carrying",
                  "valve",      "exploded",     "sensor_on",      "furthest"};
  for (int i = 0; i < Map::kRooms; i++) spec.scalars.push_back("gas_" + std::to_string(i));
  for (int i = 0; i < Map::kRooms; i++) spec.scalars.push_back("smoke_" + std::to_string(i));
  return spec;
}

}  // namespace pump::envs::burning_building
