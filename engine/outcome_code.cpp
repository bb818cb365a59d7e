#include "engine/outcome_code.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/batch.hpp"
#include "engine/ensure.hpp"
#include "engine/parameters.hpp"

namespace pump::engine {

namespace {

// Each final signal takes a byte of the code, as so many quanta from -128 to 127; what lies beyond
// counts as its end.
constexpr int kBits = 64 / kMostFinalSignals;
constexpr double kLow = -128, kHigh = 127;

}  // namespace

int final_signals(const EnvironmentInfo& info) {
  return static_cast<int>(
      std::count_if(info.signals.begin(), info.signals.end(),
                    [](const SignalSpec& signal) { return signal.kind == SignalKind::final; }));
}

OutcomeCode outcome_code(const Batch& batch, int world, const OutcomeCoding& coding) {
  const Environment& environment = batch.environment();
  const EnvironmentInfo& info = environment.info();
  if (coding.by == OutcomeCoding::By::label)
    return static_cast<OutcomeCode>(environment.outcome(batch.state(world)).label);
  ENSURE(final_signals(info) <= kMostFinalSignals, "{} has too many final signals", info.name);
  const std::span<const float> signals = batch.signals().subspan(
      static_cast<std::size_t>(world) * info.signals.size(), info.signals.size());
  OutcomeCode code = 0;
  for (std::size_t i = 0; i < signals.size(); i++) {
    if (info.signals[i].kind != SignalKind::final) continue;
    const double quanta = std::clamp(std::round(signals[i] / coding.quantum), kLow, kHigh);
    code = code << kBits | static_cast<OutcomeCode>(quanta - kLow);
  }
  return code;
}

std::string to_text(OutcomeCode code, const EnvironmentInfo& info, const OutcomeCoding& coding) {
  if (coding.by == OutcomeCoding::By::label) return info.outcomes.at(code);
  std::string out;
  int shift = kBits * final_signals(info);
  for (const SignalSpec& signal : info.signals) {
    if (signal.kind != SignalKind::final) continue;
    shift -= kBits;
    const auto byte = static_cast<double>(code >> shift & ((1 << kBits) - 1));
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", signal.name,
                       format_number((byte + kLow) * coding.quantum));
  }
  return out;
}

}  // namespace pump::engine
