#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pump::engine {

// A knob of an environment. Numbers only, or one of a few words.
struct ParameterSpec {
  std::string name;
  std::string description;          // with unit
  double default_value = 0;         // for a choice: index into choices
  double minimum = 0, maximum = 0;  // inclusive
  bool integer = false;
  std::vector<std::string> choices = {};  // not empty: the value is one of these words
};

// Values for all of an environment's parameters, in the order declared.
class Parameters {
 public:
  Parameters() = default;
  // Every parameter at its default.
  explicit Parameters(std::span<const ParameterSpec> specs);
  // Sets one from text ("3", ".5", "house"). pump::Error: an unknown name (with the nearest known
  // one), a value of the wrong type or out of range.
  void set(std::string_view name, std::string_view value);
  double number(std::string_view name) const;
  int integer(std::string_view name) const { return static_cast<int>(number(name)); }
  const std::string& choice(std::string_view name) const;
  // Name -> value as text; set() takes each back to the same value.
  std::map<std::string, std::string> texts() const;
  const std::vector<ParameterSpec>& specs() const { return specs_; }

 private:
  std::size_t find(std::string_view name) const;
  std::vector<ParameterSpec> specs_;
  std::vector<double> values_;
};

// The shortest text that reads back as the same double.
std::string format_number(double value);
// The known name nearest to `name` by edit distance; "" when none is near (over half its length
// away).
std::string nearest_name(std::string_view name, std::span<const std::string> known);

}  // namespace pump::engine
