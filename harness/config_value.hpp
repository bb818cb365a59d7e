#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pump::harness {

// A YAML document as plain data that remembers where each part came from; a ConfigMap reads it, a
// sweep lays one over another.
struct ConfigValue {
  enum class Type { nothing, scalar, list, mapping };
  using Entry = std::pair<std::string, ConfigValue>;

  Type type = Type::nothing;
  std::string text;                // of a scalar
  std::vector<ConfigValue> items;  // of a list
  std::vector<Entry> entries;      // of a mapping, in the order of the file
  // What a complaint starts with: a file and the line in it (from 1), or "--set" and 0.
  std::shared_ptr<const std::string> source;
  int line = 0;

  // Of a mapping; nullptr when absent.
  const ConfigValue* find(std::string_view key) const;
  std::string where() const;  // "file:line", or the source alone
  std::string got() const;    // the value on one line, cut where it is long, for complaints
};

// One document, whose top is a mapping (or nothing). pump::Error "file:line: ..." for what is not
// YAML, a key given twice, aliases that contain themselves.
ConfigValue parse_config(const std::string& text, const std::string& source);
// One value of any type, from the command line.
ConfigValue parse_value(const std::string& text, const std::string& source);

// Lays `over` over `base`: mappings are joined key by key, anything else is replaced.
void lay_over(ConfigValue& base, const ConfigValue& over);
// Puts a value at a dotted key, making mappings on the way. pump::Error when a part of the key is
// something else.
void put_value(ConfigValue& base, const std::string& dotted_key, const ConfigValue& value);
// put_value of "a.b=value" under the source "--set".
void put_assignment(ConfigValue& base, const std::string& assignment);

bool is_utf8(std::string_view text);
// A text on one line and in UTF-8, cut where it is long (bytes); the same in double quotes.
std::string one_line(std::string_view text, std::size_t longest = 80);
std::string in_quotes(std::string_view text);
// A word of a shell's command, whatever is in it.
std::string in_shell_quotes(std::string_view word);

}  // namespace pump::harness
