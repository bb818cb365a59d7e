// docs/incidents.md against the blocks at the top of the worlds' files.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/style/pages.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace fs = std::filesystem;

using Block = std::map<std::string, std::string>;  // Incident, Source, ...: its text on one line

// The comment that a file begins with; empty where it has no such block.
Block block_of(std::istream& file) {
  Block block;
  std::string key;
  for (std::string line; std::getline(file, line) && line.starts_with("//");) {
    const std::size_t colon = line.find(':');
    const bool opens = line.size() > 3 && line[3] != ' ' && colon != std::string::npos;
    if (opens) key = line.substr(3, colon - 3);
    const std::size_t from = line.find_first_not_of(' ', opens ? colon + 1 : 2);
    if (key.empty() || from == std::string::npos) return {};
    std::string& text = block[key];
    if (!text.empty()) text += ' ';
    text.append(line, from);
  }
  return block;
}

struct World {
  std::string name, path;
  Block block;
};
// In the order of their folders and names; those that check trainers have no incident.
std::vector<World> worlds() {
  std::vector<World> found;
  const fs::path root = PUMP_SOURCE_DIR;
  for (const auto& entry : fs::recursive_directory_iterator(root / "envs")) {
    const std::string path = entry.path().lexically_relative(root).generic_string();
    if (!path.ends_with(".cpp") || path.starts_with("envs/verification/")) continue;
    std::ifstream file(entry.path());
    Block block = block_of(file);
    if (block.contains("Incident"))
      found.push_back({entry.path().stem().string(), path, std::move(block)});
  }
  std::sort(found.begin(), found.end(),
            [](const World& a, const World& b) { return a.path < b.path; });
  return found;
}

std::string text_of(const World& world, const std::string& key) {
  const auto at = world.block.find(key);
  return at == world.block.end() ? "(no " + key + ")" : at->second;
}

void write_table(std::ostream& page, const std::vector<World>& all, bool documented) {
  page << "| world | what " << (documented ? "happened" : "may happen")
       << " | the exploit here | source |\n|---|---|---|---|\n";
  for (const World& world : all) {
    std::string incident = text_of(world, "Incident");
    if (documented == incident.starts_with("None")) continue;
    if (!documented) {  // "None of its own: what ..."
      incident.erase(0, incident.find(": ") + 2);
      incident[0] = static_cast<char>(std::toupper(incident[0]));
    }
    page << "| [" << world.name << "](../" << world.path << ") | " << incident << " | "
         << text_of(world, "Exploit") << " | " << text_of(world, "Source") << " |\n";
  }
}

std::string incidents_page() {
  const std::vector<World> all = worlds();
  std::ostringstream page;
  page << "# Incidents\n\n"
          "The worlds of the catalogue, each with what it reproduces and where that is reported. "
          "Made from the block at the top of\neach world's file; "
          "`build/release/style_tests \"[.store]\"` writes it anew, and a test compares. What "
          "training made of them is in\n[results.md](results.md), how to add one in "
          "[adding.md](adding.md).\n\n"
          "## What happened\n\n";
  write_table(page, all, true);
  page << "\n## Problems set before anybody met them\n\n";
  write_table(page, all, false);
  return page.str();
}

}  // namespace

CATCH_TEST_CASE("a file's block is read key by key, and nothing else for one") {
  std::istringstream file(
      "// Incident:   A boat: it\n//             circled.\n// Source:     https://a.b/c\n\ncode\n");
  const Block block = block_of(file);
  CATCH_CHECK(block == Block{{"Incident", "A boat: it circled."}, {"Source", "https://a.b/c"}});
  std::istringstream other("// What follows is about boats: they float.\n"), none("int a;\n");
  CATCH_CHECK_FALSE(block_of(other).contains("Incident"));
  CATCH_CHECK(block_of(none).empty());
}

CATCH_TEST_CASE("docs/incidents.md says what the worlds' files say") {
  for (const World& world : worlds()) {
    for (const char* key : {"Source", "Intended", "Proxy", "True", "Exploit", "Outcomes",
                            "Fidelity", "Parameters", "Version"})
      if (!world.block.contains(key))
        CATCH_FAIL_CHECK(world.path << ": the block at the top lacks " << key << ":");
    CATCH_CHECK(text_of(world, "Source").find("http") != std::string::npos);
  }
  pump::style::check_page("incidents.md", incidents_page());
}

CATCH_TEST_CASE("docs/incidents.md is written", "[.store]") {
  pump::style::store_page("incidents.md", incidents_page());
}
