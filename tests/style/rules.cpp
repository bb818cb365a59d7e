#include "tests/style/rules.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace pump::style {
namespace {

constexpr int kMaxLines = 400;

using Folders = std::set<std::string, std::less<>>;

// folder -> the project folders it may include.
const std::map<std::string, Folders, std::less<>>& layers() {
  static const std::map<std::string, Folders, std::less<>> table = {
      {"engine", {"engine"}},
      {"envs", {"engine", "envs"}},
      {"agents", {"engine", "agents"}},
      {"harness", {"engine", "envs", "agents", "harness"}},
      {"viewer", {"engine", "viewer"}},
      {"app", {"engine", "envs", "agents", "harness", "viewer", "app"}},
  };
  return table;
}

struct Rule {
  Folders folders;
  std::regex pattern;
  std::string wrong, instead;
};

Rule rule(Folders folders, const char* pattern, std::string wrong, std::string instead) {
  return {std::move(folders), std::regex(pattern), std::move(wrong), std::move(instead)};
}

// Matched against code without comments and without the contents of string literals.
const std::vector<Rule>& code_rules() {
  static const Folders worlds = {"engine", "envs"};
  static const std::vector<Rule> rules = {
      rule(worlds, R"(\bstd::\w+_distribution\b)",
           "a standard distribution differs between libraries", "pick, flip or below of a Chance"),
      rule(worlds, R"(\brandom_device\b)", "random_device cannot be replayed",
           "the Chance that was handed in"),
      rule(worlds, R"(\b(std::)?s?rand\s*\()", "rand() is hidden state",
           "the Chance that was handed in"),
      rule(worlds,
           R"(\bstd::chrono\b|\bclock\s*\(|\btime\s*\(\s*(NULL|nullptr|0|&\w+)\s*\)|)"
           R"(\b(clock_)?gettime(ofday)?\s*\()",
           "a world that reads a clock cannot be replayed", "the step counter in the State"),
      rule(worlds, R"(\bunordered_(multi)?(map|set)\b)", "unordered containers have no fixed order",
           "std::map, a sorted std::vector or a Grid"),
      rule({"tests"}, R"(\bCatch::Detail\b)", "a part of Catch2 2 that Catch2 3 lacks", "Catch::"),
  };
  return rules;
}

// Matched against the path between the quotes or brackets of an #include.
const std::vector<Rule>& include_rules() {
  static const std::vector<Rule> rules = {
      rule({"engine", "envs", "agents", "harness"}, "^SFML/", "SFML outside viewer/ and app/",
           "engine/scene.hpp: fill a Scene and let the viewer draw it"),
      rule({"engine", "envs", "viewer"}, R"(^(torch|ATen|c10)/)",
           "torch outside agents/ and harness/",
           "engine/training_view.hpp, or move the code to agents/"),
      rule({"envs", "agents", "harness", "viewer", "app"}, R"(^box2d/)", "Box2D outside engine/",
           "engine/physics.hpp"),
  };
  return rules;
}

std::string folder_of(std::string_view path) { return std::string(path.substr(0, path.find('/'))); }

bool is_header(std::string_view path) { return path.ends_with(".hpp"); }

enum class Mode { code, line_comment, block_comment, string, character };

// The same text with comments and the contents of literals blanked; line breaks stay.
std::string code_only(std::string_view text) {
  std::string out(text);
  Mode mode = Mode::code;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i], next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\n') {
      if (mode == Mode::line_comment) mode = Mode::code;
      continue;
    }
    if (mode == Mode::code) {
      const bool separator =
          c == '\'' && i > 0 && std::isalnum(static_cast<unsigned char>(text[i - 1]));
      if (c == '/' && next == '/') mode = Mode::line_comment;
      if (c == '/' && next == '*') mode = Mode::block_comment;
      if (mode != Mode::code) {
        out[i] = out[i + 1] = ' ';
        ++i;
      } else if (c == 'R' && next == '"') {  // a raw string ends at its own delimiter
        const std::size_t open = text.find('(', i);
        if (open == std::string_view::npos) return out;
        std::string close = ")";
        close.append(text.substr(i + 2, open - i - 2));
        close.push_back('"');
        const std::size_t end = std::min(text.find(close, open), text.size());
        for (; i < end; ++i) {
          if (text[i] != '\n') out[i] = ' ';
        }
        i = std::min(end + close.size(), text.size()) - 1;
      } else if (c == '"') {
        mode = Mode::string;
      } else if (c == '\'' && !separator) {
        mode = Mode::character;
      }
      continue;
    }
    out[i] = ' ';
    const bool escaped = c == '\\' && (mode == Mode::string || mode == Mode::character);
    const bool closed = (mode == Mode::string && c == '"') ||
                        (mode == Mode::character && c == '\'') ||
                        (mode == Mode::block_comment && c == '*' && next == '/');
    if (escaped || (closed && mode == Mode::block_comment)) {
      if (i + 1 < text.size() && next != '\n') out[i + 1] = ' ';
      ++i;
    }
    if (closed) mode = Mode::code;
  }
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class Report {
 public:
  explicit Report(std::string_view path) : path_(path) {}

  void add(std::size_t line, const std::string& wrong, const std::string& instead) {
    found_.push_back(path_ + ":" + std::to_string(line) + ": " + wrong + "; instead: " + instead);
  }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  std::string path_;
  std::vector<std::string> found_;
};

void check_layer(const std::string& folder, const std::string& included, std::size_t line,
                 Report& report) {
  const auto allowed = layers().find(folder);
  const std::string target = folder_of(included);
  if (allowed == layers().end() || !layers().contains(target)) return;
  if (allowed->second.contains(target)) return;
  std::string choice;
  for (const std::string& name : allowed->second) choice += (choice.empty() ? "" : ", ") + name;
  report.add(line, folder + " may not include " + target, "only " + choice);
}

void check_include(std::string_view path, const std::string& included, std::size_t line,
                   Report& report) {
  const std::string folder = folder_of(path);
  check_layer(folder, included, line, report);
  for (const Rule& each : include_rules()) {
    if (each.folders.contains(folder) && std::regex_search(included, each.pattern)) {
      report.add(line, each.wrong, each.instead);
    }
  }
  if (folder == "engine" && is_header(path) && included.starts_with("box2d/")) {
    report.add(line, "Box2D in a header", "engine/physics.hpp, and Box2D in its .cpp");
  }
}

void check_file(std::string_view path, const std::vector<std::string>& lines, Report& report) {
  if (lines.size() > kMaxLines) {
    report.add(lines.size(), "more than " + std::to_string(kMaxLines) + " lines",
               "two files, each with one subject");
  }
  const bool once = std::find(lines.begin(), lines.end(), "#pragma once") != lines.end();
  if (is_header(path) && !once) report.add(1, "a header without a guard", "#pragma once");
}

}  // namespace

std::vector<std::string> check(std::string_view path, std::string_view text) {
  static const std::regex include(R"(^\s*#\s*include\s*["<]([^">]+)[">])");
  Report report(path);
  const std::vector<std::string> lines = lines_of(std::string(text));
  const std::vector<std::string> code = lines_of(code_only(text));
  const std::string folder = folder_of(path);
  check_file(path, lines, report);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    const bool commented = code[i].find('#') == std::string::npos;
    if (!commented && std::regex_search(lines[i], match, include)) {
      check_include(path, match[1].str(), i + 1, report);
    }
    for (const Rule& each : code_rules()) {
      if (each.folders.contains(folder) && std::regex_search(code[i], each.pattern)) {
        report.add(i + 1, each.wrong, each.instead);
      }
    }
  }
  return report.take();
}

}  // namespace pump::style
