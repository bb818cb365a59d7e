#include "harness/report/arms.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/parameters.hpp"

namespace pump::harness {
namespace {

Arm arm_of(const TrialResult& t) {
  return {t.objective, t.variant, t.start, t.leash, t.beta, t.overrides, ""};
}

std::string override_of(const Arm& arm, const std::string& name) {
  const auto found = arm.overrides.find(name);
  return found == arm.overrides.end() ? "as configured" : found->second;
}

// What tells the arm apart from others of its objective: not what all of them override alike.
std::string overrides_text(const Arm& arm, const std::vector<Arm>& arms) {
  if (arm.overrides.empty()) return ", as configured";
  std::map<std::string, std::set<std::string>> values;
  for (const Arm& other : arms)
    for (const auto& [name, value] : other.overrides) values[name];
  for (auto& [name, seen] : values)
    for (const Arm& other : arms)
      if (other.objective == arm.objective) seen.insert(override_of(other, name));
  std::vector<std::string> differing;
  std::string text;
  for (const auto& [name, seen] : values)
    if (seen.size() > 1) {
      differing.push_back(name);
      if (arm.overrides.contains(name))
        text += fmt::format(", {} {}", name, arm.overrides.at(name));
    }
  if (!text.empty() || differing.empty()) return text;
  return differing.size() == 1 ? fmt::format(", {} as configured", differing[0])
                               : ", as configured";
}

std::string beta_text(const Arm& arm) { return ", \u03b2 " + engine::format_number(arm.beta); }

// Names tell apart only the arms there are: a part is named when it differs between arms of one
// objective (the variant: between any).
void name_arms(std::vector<Arm>& arms) {
  for (Arm& arm : arms) {
    const auto differs = [&](auto member, bool any_objective) {
      return std::any_of(arms.begin(), arms.end(), [&](const Arm& other) {
        return (any_objective || other.objective == arm.objective) && other.*member != arm.*member;
      });
    };
    arm.name = arm.objective;
    if (differs(&Arm::variant, true)) arm.name += ", " + arm.variant;
    if (differs(&Arm::start, false)) arm.name += ", start " + arm.start;
    if (differs(&Arm::leash, false)) arm.name += ", leash " + arm.leash;
    if (differs(&Arm::beta, false) && arm.leash != "none") arm.name += beta_text(arm);
    if (differs(&Arm::overrides, false)) arm.name += overrides_text(arm, arms);
  }
}

// See Arm::charted. They come first, each with its own style.
void choose_charted(std::vector<Arm>& arms) {
  constexpr std::size_t kStyles = 16;
  if (arms.size() <= kStyles) return;
  const auto rest = [](const Arm& a) {
    return std::tie(a.variant, a.start, a.leash, a.beta, a.overrides);
  };
  std::size_t charted = 0;
  for (Arm& arm : arms) {
    arm.charted = rest(arm) == rest(arms.front()) && charted < kStyles;
    charted += arm.charted;
  }
  if (charted < 2)
    for (std::size_t i = 0; i < kStyles; ++i) arms[i].charted = true;
  std::stable_partition(arms.begin(), arms.end(), [](const Arm& arm) { return arm.charted; });
}

}  // namespace

std::string name_of_any_beta(const Arm& arm) {
  std::string name = arm.name;
  const std::string beta = beta_text(arm);
  if (const std::size_t at = name.find(beta); at != std::string::npos)
    name.replace(at, beta.size(), ", \u03b2 by world");
  return name;
}

std::string charted_text(const Report& report) {
  std::set<std::string> objectives;
  std::size_t charted = 0;
  for (const Arm& arm : report.arms)
    if (arm.charted) {
      charted++;
      objectives.insert(arm.objective);
    }
  if (charted == report.arms.size()) return "";
  return fmt::format(
      "Of {} ways to train, charts, the matrix and comparisons of pairs have {}: {}. Tables have "
      "all.",
      report.arms.size(), charted,
      objectives.size() == charted ? "those that differ from the first in the objective alone"
                                   : "the first ones");
}

std::vector<Arm> find_arms(const std::vector<TrialResult>& trials) {
  std::vector<Arm> arms;
  for (const TrialResult& t : trials) {
    const bool known = std::any_of(arms.begin(), arms.end(),
                                   [&](const Arm& arm) { return arm_key(arm) == arm_key(t); });
    if (!known) arms.push_back(arm_of(t));
  }
  name_arms(arms);
  choose_charted(arms);
  return arms;
}

}  // namespace pump::harness
