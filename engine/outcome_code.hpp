#pragma once

#include <cstdint>
#include <string>

#include "engine/environment.hpp"

namespace pump::engine {

// How an episode ended, as an agent may know it: a name with no meaning in it. Equal ends have
// equal codes.
using OutcomeCode = std::uint64_t;

// What ends are told apart by: the environment's final signals, each rounded to a multiple of the
// quantum (in the signal's own unit), or the outcome label that the grading uses.
struct OutcomeCoding {
  enum class By : std::uint8_t { nothing, final_signals, label };
  By by = By::nothing;
  double quantum = .25;
};

inline constexpr int kMostFinalSignals = 8;  // that a code holds
int final_signals(const EnvironmentInfo& info);
// Of a world whose episode ended in the step just taken, and that waits.
OutcomeCode outcome_code(const Batch& batch, int world, const OutcomeCoding& coding);
// What a code stands for: "green 1, skipped 0.25" or a label; of no use to an agent.
std::string to_text(OutcomeCode code, const EnvironmentInfo& info, const OutcomeCoding& coding);

}  // namespace pump::engine
