#pragma once

#include <string>
#include <vector>

#include "harness/exact/answers.hpp"

// Exact curves as a picture.
namespace pump::harness {

// Where nobody says which: 25, evenly on a log scale from .01 to 10.
std::vector<double> plot_betas();

// One self-contained SVG, legible without colour too: shares of intended and gaming episodes over
// beta, of the soft-optimal policy and of the device; the reference's at the edge; and what
// training came to, where there is any. At least one beta.
std::string to_svg(const ExactAnswers& answers);

}  // namespace pump::harness
