#pragma once

#include <string>
#include <vector>

#include "engine/environment.hpp"
#include "engine/wish.hpp"
#include "harness/config_map.hpp"

namespace pump::harness {

// Names of the wishes in configs/wishes/ENVIRONMENT/, sorted.
std::vector<std::string> wish_names(const std::string& environment);
bool has_wish(const std::string& environment, const std::string& name);

// A wish by its name, or by the path of its file (anything with a '/' or ending in .yaml).
//   text:     the wish as a person would say it
//   weights:  {signal: weight, ...}; a signal not named weighs 0
//   kinds:    {outcome label: intended | benign_failure | gaming | harm | other, ...}; every label
//   exploits: [demonstration, ...] known to exploit it; may be absent
// pump::Error names file, line and key, and the nearest known name.
engine::Wish load_wish(const engine::EnvironmentInfo& info, const std::string& name_or_file);
// The same from a mapping. Calls config.finish().
engine::Wish read_wish(const engine::EnvironmentInfo& info, const std::string& name,
                       ConfigMap config);
// What the comment at the head of its file says that it closes and leaves open, from "Closes " on,
// as one paragraph; "" where it does not.
std::string wish_remark(const engine::EnvironmentInfo& info, const std::string& name_or_file);

// The wish whose proxy is the true utility: the control of every sweep.
inline constexpr const char* kControlWish = "true";

}  // namespace pump::harness
