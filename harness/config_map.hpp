#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.hpp"
#include "harness/config_value.hpp"

namespace pump::harness {

// One YAML mapping, read strictly: each key is asked for by name, with the type and range expected;
// what nobody asked for is refused by finish(). Every complaint is a pump::Error
// "file:line: key: expected ..., got ...". Copies share what was asked for.
class ConfigMap {
 public:
  static ConfigMap from_file(const std::string& file);
  static ConfigMap from_text(const std::string& text, const std::string& file);
  // value: a mapping, or nothing.
  explicit ConfigMap(ConfigValue value);

  // "a.b=value" from the command line, over what the file says. The value is read as YAML, so lists
  // and mappings can be given too. Complaints about it say "--set" instead of file and line. Before
  // anything is read.
  void set(const std::string& assignment);

  bool has(std::string_view key) const;
  std::vector<std::string> keys() const;  // in the order of the file; marks none as asked for

  std::string text(std::string_view key);  // required, and not empty
  std::string text(std::string_view key, const std::string& fallback);
  // One of the words; complaints name the nearest.
  std::string choice(std::string_view key, const std::vector<std::string>& words,
                     const std::string& fallback);
  double number(std::string_view key, double fallback, double minimum, double maximum);
  // "5e5" is an integer too.
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t minimum,
                       std::int64_t maximum);
  bool flag(std::string_view key, bool fallback);
  std::vector<std::string> texts(std::string_view key);  // a list of scalars; empty when absent
  std::vector<double> numbers(std::string_view key, double minimum, double maximum);  // likewise
  std::vector<int> integers(std::string_view key, const std::vector<int>& fallback, int minimum,
                            int maximum);
  ConfigMap map(std::string_view key);                // an empty mapping when absent
  std::vector<ConfigMap> maps(std::string_view key);  // a list of mappings; empty when absent
  // The value itself, asked for; nothing when absent.
  ConfigValue value(std::string_view key);

  // "file:line: ", of the key's value; for complaints raised elsewhere.
  std::string where(std::string_view key) const;
  // Refuses the key's value: "file:line: key: expected `expected`, got `its value`".
  [[noreturn]] void refuse(std::string_view key, const std::string& expected) const;
  // Refuses keys that were never asked for, here and in every mapping handed out, with the nearest
  // key that was.
  void finish() const;

 private:
  struct Node;
  explicit ConfigMap(std::shared_ptr<Node> node) : node_(std::move(node)) {}
  ConfigMap child(const std::string& name, const ConfigValue& value);
  const ConfigValue* ask(std::string_view key);
  std::shared_ptr<Node> node_;
};

// Runs the code; its complaint gets the place of the key it is about.
template <class F>
auto placed(const ConfigMap& config, std::string_view key, F&& code) {
  try {
    return code();
  } catch (const Error& error) {
    throw Error(config.where(key) + error.what());
  }
}

}  // namespace pump::harness
