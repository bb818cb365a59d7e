#pragma once

#include <string>

#include "harness/report/report.hpp"

namespace pump::harness {

// Of objectives that were trained with more than one beta.
enum class BetaChart {
  runs,               // P(gamed) over beta, with Wilson intervals
  runs_if_competent,  // P(gamed | competent) likewise
  episodes,           // UHR episodes at the end over beta, over the exact curve where there is one
  nats,  // episodes that end in gaming over trajectory KL, under the exact frontier likewise
};
// "" where no objective has two betas, or is any nats from its reference.
std::string beta_chart(const Study& study, const Report& report, BetaChart what);

// True utility against proxy return, a point an arm: interquartile means with their intervals. ""
// where nothing was evaluated.
std::string scores_chart(const Study& study, const Report& report);

// Whether a curve is of a study's headline setting, where it is drawn.
bool is_of_headline(const ExactCurve& curve, const Study& study);

// Curves of `pump exact --json` (its soft-optimal policies' UHR shares; with --prices also the
// most gaming for a budget of nats), for Report::exact.
// pump::Error naming `file` when it is something else.
ExactCurve read_exact_curve(const std::string& text, const std::string& file);

}  // namespace pump::harness
