#pragma once

#include <filesystem>
#include <vector>

namespace pump::harness {

struct MergeCounts {
  int trials = 0, done = 0;
};

// Makes `out` the results of all these sweeps: the first one's trials in their order, then those of
// the second that are not among them, and so on; blocks likewise. A trial that is in several has
// the first result that is no error; the folders of finished trials are hard links where that is
// possible, those of others copies. pump::Error when `out` has results already, when a sweep is
// working in one of the folders, when a trial has different results in two of them (its id is
// named), or when the results are of different builds and mix_builds is false.
MergeCounts merge_sweeps(const std::vector<std::filesystem::path>& directories,
                         const std::filesystem::path& out, bool mix_builds);

}  // namespace pump::harness
