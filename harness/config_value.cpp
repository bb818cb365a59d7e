#include "harness/config_value.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "engine/error.hpp"

namespace pump::harness {
namespace {

using Type = ConfigValue::Type;
using Source = std::shared_ptr<const std::string>;

constexpr int kMaxDepth = 32;          // an alias inside what it names would never end
constexpr int kMaxValues = 1'000'000;  // nor may a few aliases of aliases fill the memory

Error complaint(const ConfigValue& at, const std::string& what) {
  return Error(at.where() + ": " + what);
}

class Converter {
 public:
  explicit Converter(Source source) : source_(std::move(source)) {}

  ConfigValue convert(const YAML::Node& node, int depth = 0) {
    ConfigValue value;
    value.source = source_;
    value.line = node.Mark().is_null() ? 0 : node.Mark().line + 1;
    if (depth > kMaxDepth || ++values_ > kMaxValues)
      throw complaint(value, "expected a small document, got one that is too deep or too large");
    if (node.IsScalar()) {
      value.type = Type::scalar;
      value.text = node.Scalar();
    } else if (node.IsSequence()) {
      value.type = Type::list;
      for (const YAML::Node& item : node) value.items.push_back(convert(item, depth + 1));
    } else if (node.IsMap()) {
      value.type = Type::mapping;
      for (const auto& entry : node) add(value, entry.first, convert(entry.second, depth + 1));
    }
    return value;
  }

 private:
  void add(ConfigValue& mapping, const YAML::Node& key, ConfigValue value) {
    ConfigValue at;  // the place alone
    at.source = mapping.source;
    at.line = key.Mark().is_null() ? mapping.line : key.Mark().line + 1;
    if (!key.IsScalar()) throw complaint(at, "expected a word as a key, got a list or a mapping");
    if (mapping.find(key.Scalar()))
      throw complaint(
          at, fmt::format("{}: expected each key once, got it again", one_line(key.Scalar())));
    value.line = at.line;
    mapping.entries.emplace_back(key.Scalar(), std::move(value));
  }

  Source source_;
  int values_ = 0;
};

ConfigValue convert_text(const std::string& text, const Source& source) {
  if (!is_utf8(text)) {
    std::istringstream lines(text);
    int number = 1;
    for (std::string line; std::getline(lines, line) && is_utf8(line);) number++;
    throw Error(fmt::format("{}:{}: expected text in UTF-8, got other bytes", *source, number));
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1)
      throw Error(fmt::format("{}: expected one document, got {}", *source, documents.size()));
    return Converter(source).convert(documents.empty() ? YAML::Node() : documents[0]);
  } catch (const YAML::Exception& error) {
    const std::string where =
        error.mark.is_null() ? *source : fmt::format("{}:{}", *source, error.mark.line + 1);
    throw Error(fmt::format("{}: expected YAML, got: {}", where, error.msg));
  }
}

// Where there is only one, its number says nothing.
void forget_lines(ConfigValue& value) {
  value.line = 0;
  for (ConfigValue& item : value.items) forget_lines(item);
  for (auto& [key, entry] : value.entries) forget_lines(entry);
}

std::vector<std::string> parts_of(const std::string& dotted_key) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t dot; (dot = dotted_key.find('.', start)) != std::string::npos; start = dot + 1)
    parts.push_back(dotted_key.substr(start, dot - start));
  parts.push_back(dotted_key.substr(start));
  return parts;
}

ConfigValue& entry_of(ConfigValue& mapping, const std::string& key) {
  for (auto& [name, value] : mapping.entries)
    if (name == key) return value;
  return mapping.entries.emplace_back(key, ConfigValue{}).second;
}

// Bytes of the UTF-8 letter that begins there; 0: none does. By the Unicode standard's table of
// well-formed byte sequences (3-7).
std::size_t letter_bytes(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return at < text.size() ? 1 : 0;
  const std::size_t bytes = lead >= 0xC2 && lead <= 0xDF   ? 2
                            : lead >= 0xE0 && lead <= 0xEF ? 3
                            : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                           : 0;
  const unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < least || byte(1) > most) return 0;
  for (std::size_t i = 2; i < bytes; i++)
    if (byte(i) >> 6 != 2) return 0;
  return bytes;
}

}  // namespace

const ConfigValue* ConfigValue::find(std::string_view key) const {
  for (const auto& [name, value] : entries)
    if (name == key) return &value;
  return nullptr;
}

std::string ConfigValue::where() const {
  const std::string name = source ? *source : "config";
  return line > 0 ? fmt::format("{}:{}", name, line) : name;
}

std::string ConfigValue::got() const {
  switch (type) {
    case Type::nothing:
      return "nothing";
    case Type::scalar:
      return in_quotes(text);
    case Type::list:
      return fmt::format("a list of {}", items.size());
    case Type::mapping:
      return "a mapping";
  }
  return "nothing";
}

ConfigValue parse_config(const std::string& text, const std::string& source) {
  ConfigValue value = convert_text(text, std::make_shared<const std::string>(source));
  if (value.type != Type::mapping && value.type != Type::nothing)
    throw complaint(value, "expected a mapping of keys to values, got " + value.got());
  return value;
}

ConfigValue parse_value(const std::string& text, const std::string& source) {
  ConfigValue value = convert_text(text, std::make_shared<const std::string>(source));
  forget_lines(value);
  return value;
}

void lay_over(ConfigValue& base, const ConfigValue& over) {
  if (base.type != Type::mapping || over.type != Type::mapping) {
    base = over;
    return;
  }
  for (const auto& [key, value] : over.entries) lay_over(entry_of(base, key), value);
}

void put_value(ConfigValue& base, const std::string& dotted_key, const ConfigValue& value) {
  ConfigValue* at = &base;
  for (const std::string& part : parts_of(dotted_key)) {
    if (at->type != Type::mapping && at->type != Type::nothing)
      throw complaint(value, fmt::format("{}: expected a key inside a mapping, got {} there",
                                         dotted_key, at->got()));
    if (part.empty())
      throw complaint(value, fmt::format("expected a key like a.b, got {}", in_quotes(dotted_key)));
    at->type = Type::mapping;
    if (!at->source) at->source = value.source;
    at = &entry_of(*at, part);
  }
  *at = value;
}

void put_assignment(ConfigValue& base, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error(fmt::format("--set: expected key=value, got {}", in_quotes(assignment)));
  put_value(base, assignment.substr(0, equals),
            parse_value(assignment.substr(equals + 1), "--set"));
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = letter_bytes(text, at);
    if (bytes == 0) return false;
    at += bytes;
  }
  return true;
}

std::string one_line(std::string_view text, std::size_t longest) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = letter_bytes(text, at);
    if (out.size() + std::max<std::size_t>(bytes, 1) > longest) return out + "...";
    const auto first = static_cast<unsigned char>(text[at]);
    if (bytes == 0)
      out += '?';
    else if (first < 0x20 || first == 0x7f)
      out += ' ';
    else
      out += text.substr(at, bytes);
    at += std::max<std::size_t>(bytes, 1);
  }
  return out;
}

std::string in_quotes(std::string_view text) { return '"' + one_line(text) + '"'; }

std::string in_shell_quotes(std::string_view word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace pump::harness
