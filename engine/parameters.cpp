#include "engine/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/ensure.hpp"
#include "engine/error.hpp"

namespace pump::engine {

namespace {

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); i++) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); j++) {
      const int substituted = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

std::vector<std::string> names_of(std::span<const ParameterSpec> specs) {
  std::vector<std::string> names;
  for (const ParameterSpec& spec : specs) names.push_back(spec.name);
  return names;
}

double parse(const ParameterSpec& spec, std::string_view text) {
  const auto refuse = [&](const std::string& expected) -> Error {
    return Error(fmt::format("parameter {}: expected {}, got \"{}\"", spec.name, expected, text));
  };
  if (!spec.choices.empty()) {
    const auto found = std::find(spec.choices.begin(), spec.choices.end(), text);
    if (found == spec.choices.end())
      throw refuse(fmt::format("one of {}", fmt::join(spec.choices, ", ")));
    return static_cast<double>(found - spec.choices.begin());
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number =
      error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
  const bool fits = number && value >= spec.minimum && value <= spec.maximum;
  if (!fits || (spec.integer && value != std::floor(value)))
    throw refuse(fmt::format("{} from {} to {}", spec.integer ? "an integer" : "a number",
                             format_number(spec.minimum), format_number(spec.maximum)));
  return value;
}

}  // namespace

Parameters::Parameters(std::span<const ParameterSpec> specs) : specs_(specs.begin(), specs.end()) {
  for (const ParameterSpec& spec : specs_) values_.push_back(spec.default_value);
}

std::size_t Parameters::find(std::string_view name) const {
  for (std::size_t i = 0; i < specs_.size(); i++)
    if (specs_[i].name == name) return i;
  ENSURE(false, "no parameter {}", name);
}

void Parameters::set(std::string_view name, std::string_view value) {
  const std::vector<std::string> names = names_of(specs_);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    const std::string near = nearest_name(name, names);
    throw Error(fmt::format("parameter {}: expected one of {}, got \"{}\"{}", name,
                            fmt::join(names, ", "), name,
                            near.empty() ? "" : fmt::format(" (did you mean {}?)", near)));
  }
  const std::size_t i = find(name);
  values_[i] = parse(specs_[i], value);
}

double Parameters::number(std::string_view name) const { return values_[find(name)]; }

const std::string& Parameters::choice(std::string_view name) const {
  const std::size_t i = find(name);
  ENSURE(!specs_[i].choices.empty(), "{} is a number", name);
  return specs_[i].choices[static_cast<std::size_t>(values_[i])];
}

std::map<std::string, std::string> Parameters::texts() const {
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < specs_.size(); i++)
    out[specs_[i].name] = specs_[i].choices.empty()
                              ? format_number(values_[i])
                              : specs_[i].choices[static_cast<std::size_t>(values_[i])];
  return out;
}

std::string format_number(double value) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  ENSURE(error == std::errc());
  return {buffer, end};
}

std::string nearest_name(std::string_view name, std::span<const std::string> known) {
  std::string best;
  int best_distance = static_cast<int>(name.size() / 2) + 1;
  for (const std::string& candidate : known) {
    const int distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace pump::engine
