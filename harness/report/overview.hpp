#pragma once

#include <string>

#include "harness/report/report.hpp"

namespace pump::harness {

// Of several wishes, the controls left out: P(gamed) of each by arm, and over all of them. ""
// where there is but one.
std::string overview_section(const Report& report);
// Its chart, of the arms that charts draw: shares with Wilson intervals. "" likewise.
std::string overview_chart(const Report& report, bool if_competent);

}  // namespace pump::harness
