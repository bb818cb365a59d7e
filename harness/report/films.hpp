#pragma once

#include <filesystem>
#include <string>

#include "harness/report/report.hpp"

namespace pump::harness {

// What the page of a sweep's folder plays: in the headline setting of each study, an episode of
// each arm's dominant outcome, kept by the run with most of it, and a novel one where there is any;
// novel ones first. Their size is bounded, each and together; what is left out is said.
Films gather_films(const Report& report, const std::filesystem::path& directory);

}  // namespace pump::harness
