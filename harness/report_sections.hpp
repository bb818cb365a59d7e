#pragma once

#include <string>

#include "harness/report.hpp"

namespace pump::harness {

// The page's section on one wish: finding, headline table, charts, comparisons, every setting.
// Used by report_page.cpp only.
std::string study_section(const Study& study, const Report& report);

}  // namespace pump::harness
