#pragma once

#include <string>

#include "harness/report/report.hpp"

namespace pump::harness {

// The page's section on one wish: finding, headline table, charts, comparisons, every setting.
// Used by page.cpp only.
std::string study_section(const Study& study, const Report& report);

}  // namespace pump::harness
