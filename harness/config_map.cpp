#include "harness/config_map.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/error.hpp"
#include "engine/parameters.hpp"
#include "harness/files.hpp"

namespace pump::harness {

using Type = ConfigValue::Type;
using engine::format_number;

struct ConfigMap::Node {
  ConfigValue value;   // a mapping, or nothing
  std::string prefix;  // "train." inside `train`
  std::vector<std::string> asked;
  std::map<std::string, std::shared_ptr<Node>, std::less<>> children;
};

namespace {

// All of the text as a number, or nothing.
template <class T>
std::optional<T> parse_number(const std::string& text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> parse_integer(const std::string& text) {
  if (const auto integer = parse_number<std::int64_t>(text)) return integer;
  const auto number = parse_number<double>(text);
  constexpr double kExact = 9007199254740992;  // 2^53: above it, not every integer is a double
  if (!number || std::abs(*number) > kExact || *number != std::floor(*number)) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::string near_text(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = engine::nearest_name(name, known);
  return near.empty() ? "" : fmt::format(" (did you mean {}?)", near);
}

}  // namespace

ConfigMap ConfigMap::from_file(const std::string& file) { return from_text(read_text(file), file); }

ConfigMap ConfigMap::from_text(const std::string& text, const std::string& file) {
  return ConfigMap(parse_config(text, file));
}

ConfigMap::ConfigMap(ConfigValue value) : node_(std::make_shared<Node>()) {
  node_->value = std::move(value);
}

void ConfigMap::set(const std::string& assignment) { put_assignment(node_->value, assignment); }

bool ConfigMap::has(std::string_view key) const { return node_->value.find(key) != nullptr; }

std::vector<std::string> ConfigMap::keys() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : node_->value.entries) names.push_back(name);
  return names;
}

// nullptr: absent.
const ConfigValue* ConfigMap::ask(std::string_view key) {
  auto& asked = node_->asked;
  if (std::find(asked.begin(), asked.end(), key) == asked.end()) asked.emplace_back(key);
  return node_->value.find(key);
}

std::string ConfigMap::text(std::string_view key) {
  const ConfigValue* value = ask(key);
  if (!value || value->type != Type::scalar || value->text.empty()) refuse(key, "text");
  return value->text;
}

std::string ConfigMap::text(std::string_view key, const std::string& fallback) {
  return ask(key) ? text(key) : fallback;
}

std::string ConfigMap::choice(std::string_view key, const std::vector<std::string>& words,
                              const std::string& fallback) {
  const ConfigValue* value = ask(key);
  if (!value) return fallback;
  const bool known = value->type == Type::scalar &&
                     std::find(words.begin(), words.end(), value->text) != words.end();
  if (known) return value->text;
  throw Error(fmt::format("{}: {}{}: expected one of {}, got {}{}", value->where(), node_->prefix,
                          key, fmt::join(words, ", "), value->got(),
                          near_text(value->text, words)));
}

double ConfigMap::number(std::string_view key, double fallback, double minimum, double maximum) {
  const ConfigValue* value = ask(key);
  if (!value) return fallback;
  const auto number =
      value->type == Type::scalar ? parse_number<double>(value->text) : std::nullopt;
  if (number && *number >= minimum && *number <= maximum) return *number;  // refuses NaN too
  refuse(key,
         fmt::format("a number from {} to {}", format_number(minimum), format_number(maximum)));
}

std::int64_t ConfigMap::integer(std::string_view key, std::int64_t fallback, std::int64_t minimum,
                                std::int64_t maximum) {
  const ConfigValue* value = ask(key);
  if (!value) return fallback;
  const auto number = value->type == Type::scalar ? parse_integer(value->text) : std::nullopt;
  if (number && *number >= minimum && *number <= maximum) return *number;
  refuse(key, fmt::format("an integer from {} to {}", minimum, maximum));
}

bool ConfigMap::flag(std::string_view key, bool fallback) {
  const ConfigValue* value = ask(key);
  if (!value) return fallback;
  if (value->type == Type::scalar && value->text == "true") return true;
  if (value->type == Type::scalar && value->text == "false") return false;
  refuse(key, "true or false");
}

std::vector<std::string> ConfigMap::texts(std::string_view key) {
  std::vector<std::string> texts;
  const ConfigValue* value = ask(key);
  if (!value || value->type == Type::nothing) return texts;
  if (value->type != Type::list) refuse(key, "a list");
  for (const ConfigValue& item : value->items) {
    if (item.type != Type::scalar)
      throw Error(fmt::format("{}: {}{}: expected a list of words or numbers, got {} in it",
                              item.where(), node_->prefix, key, item.got()));
    texts.push_back(item.text);
  }
  return texts;
}

std::vector<int> ConfigMap::integers(std::string_view key, const std::vector<int>& fallback,
                                     int minimum, int maximum) {
  if (!ask(key)) return fallback;
  std::vector<int> numbers;
  for (const std::string& text : texts(key)) {
    const auto number = parse_integer(text);
    if (!number || *number < minimum || *number > maximum)
      throw Error(fmt::format("{}{}{}: expected integers from {} to {}, got {}", where(key),
                              node_->prefix, key, minimum, maximum, in_quotes(text)));
    numbers.push_back(static_cast<int>(*number));
  }
  return numbers;
}

std::vector<double> ConfigMap::numbers(std::string_view key, double minimum, double maximum) {
  std::vector<double> numbers;
  for (const std::string& text : texts(key)) {
    const auto number = parse_number<double>(text);
    if (!number || !(*number >= minimum && *number <= maximum))
      throw Error(fmt::format("{}{}{}: expected numbers from {} to {}, got {}", where(key),
                              node_->prefix, key, format_number(minimum), format_number(maximum),
                              in_quotes(text)));
    numbers.push_back(*number);
  }
  return numbers;
}

ConfigMap ConfigMap::child(const std::string& name, const ConfigValue& value) {
  std::shared_ptr<Node>& node = node_->children[name];
  if (!node) {
    node = std::make_shared<Node>();
    node->value = value;
    if (!node->value.source) node->value.source = node_->value.source;
    node->prefix = node_->prefix + name + ".";
  }
  return ConfigMap(node);
}

ConfigMap ConfigMap::map(std::string_view key) {
  const ConfigValue* value = ask(key);
  if (value && value->type != Type::mapping && value->type != Type::nothing)
    refuse(key, "a mapping");
  return child(std::string(key), value ? *value : ConfigValue{});
}

std::vector<ConfigMap> ConfigMap::maps(std::string_view key) {
  std::vector<ConfigMap> maps;
  const ConfigValue* value = ask(key);
  if (!value || value->type == Type::nothing) return maps;
  if (value->type != Type::list) refuse(key, "a list of mappings");
  for (const ConfigValue& item : value->items) {
    if (item.type != Type::mapping)
      throw Error(fmt::format("{}: {}{}: expected a list of mappings, got {} in it", item.where(),
                              node_->prefix, key, item.got()));
    maps.push_back(child(fmt::format("{}[{}]", key, maps.size()), item));
  }
  return maps;
}

ConfigValue ConfigMap::value(std::string_view key) {
  const ConfigValue* value = ask(key);
  return value ? *value : ConfigValue{};
}

std::string ConfigMap::where(std::string_view key) const {
  const ConfigValue* value = node_->value.find(key);
  return (value ? value->where() : node_->value.where()) + ": ";
}

void ConfigMap::refuse(std::string_view key, const std::string& expected) const {
  const ConfigValue* value = node_->value.find(key);
  throw Error(fmt::format("{}{}{}: expected {}, got {}", where(key), node_->prefix, key, expected,
                          value ? value->got() : "nothing"));
}

void ConfigMap::finish() const {
  const std::vector<std::string>& asked = node_->asked;
  for (const auto& [name, value] : node_->value.entries) {
    if (std::find(asked.begin(), asked.end(), name) != asked.end()) continue;
    const std::string near = near_text(name, asked);
    const std::string expected = !near.empty()   ? "a known key"
                                 : asked.empty() ? "no key here"
                                                 : fmt::format("one of {}", fmt::join(asked, ", "));
    throw Error(fmt::format("{}: {}{}: expected {}, got {}{}", value.where(), node_->prefix,
                            one_line(name), expected, in_quotes(name), near));
  }
  for (const auto& [name, node] : node_->children) ConfigMap(node).finish();
}

}  // namespace pump::harness
