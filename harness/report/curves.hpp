#pragma once

#include <string>

#include "harness/report/report.hpp"

namespace pump::harness {

// Over beta, of objectives that were trained with more than one: P(gamed) with Wilson intervals,
// or the share of UHR episodes at the end, over the exact curves of the study where there are any.
// "" where no objective has two betas.
std::string beta_chart(const Study& study, const Report& report, bool episodes);

// True utility against proxy return, a point an arm: interquartile means with their intervals. ""
// where nothing was evaluated.
std::string frontier_chart(const Study& study, const Report& report);

// Curves of `pump exact --json` (its soft-optimal policies' UHR shares), for Report::exact.
// pump::Error naming `file` when it is something else.
ExactCurve read_exact_curve(const std::string& text, const std::string& file);

}  // namespace pump::harness
