#pragma once

#include "harness/demo/exhibit.hpp"

// The parts that exhibits are made of.
namespace pump::harness {

std::unique_ptr<Exhibit> solve_exhibit(const SolveSpec& spec, Workshop& workshop);
std::unique_ptr<Exhibit> train_exhibit(const TrainSpec& spec, Workshop& workshop);

inline constexpr double kSeen = .005;  // shares below are not listed

// A world at its start, with nobody in it who does anything.
std::unique_ptr<Session> still_session(std::shared_ptr<const engine::Environment> environment,
                                       const std::string& title);
// What was recorded.
std::unique_ptr<Session> replay_session(std::shared_ptr<const engine::Environment> environment,
                                        const engine::Wish& wish, engine::Replay replay,
                                        const std::string& title);

}  // namespace pump::harness
