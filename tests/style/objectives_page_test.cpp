// docs/objectives.md against the comments at the top of the objectives' files.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/style/pages.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace fs = std::filesystem;

// What a file begins with: a citation; formulas, and their symbols in a table; what it changes and
// where it differs.
struct Head {
  std::string citation;
  std::vector<std::string> formulas;                         // lines, as they stand
  std::vector<std::pair<std::string, std::string>> symbols;  // and the variables; the titles first
  std::string changes, differs;
};

void add_words(std::string& text, const std::string& line) {
  const std::size_t from = line.find_first_not_of(' ');
  if (from == std::string::npos) return;
  if (!text.empty()) text += ' ';
  text.append(line, from);
}

// Up to the last bar but one is the symbol: it may hold bars itself.
std::pair<std::string, std::string> cells_of(std::string row) {
  const auto trimmed = [](std::string cell) {
    cell.erase(0, cell.find_first_not_of(' '));
    cell.erase(cell.find_last_not_of(' ') + 1);
    for (std::size_t at = 0; (at = cell.find('|', at)) != std::string::npos; at += 2)
      cell.insert(at, 1, '\\');
    return cell;
  };
  row.erase(0, row.find('|') + 1);
  row.erase(row.rfind('|'));
  const std::size_t bar = row.rfind('|');
  return {trimmed(row.substr(0, bar)), trimmed(row.substr(bar + 1))};
}

Head head_of(std::istream& file) {
  Head head;
  std::string* text = &head.citation;  // that a line of words goes on with
  for (std::string line; std::getline(file, line) && line.starts_with("//");) {
    line.erase(0, std::min<std::size_t>(3, line.size()));
    if (line.starts_with("  | ")) {
      head.symbols.push_back(cells_of(line));
    } else if (line.starts_with("Changes: ")) {
      add_words(*(text = &head.changes), line.substr(9));
    } else if (line.starts_with("Differs: ")) {
      add_words(*(text = &head.differs), line.substr(9));
    } else if (text == &head.citation && line.starts_with("  ")) {
      head.formulas.push_back(line.substr(2));
    } else {
      add_words(*text, line);
    }
  }
  return head;
}

// Of the objects in it: what stands in quotes behind each `name = `, or else the file's own name.
std::vector<std::string> names_in(const fs::path& file) {
  const std::string code = pump::style::text_of(file), mark = "name = \"";
  std::vector<std::string> names;
  for (std::size_t at = 0; (at = code.find(mark, at)) != std::string::npos;) {
    at += mark.size();
    names.push_back(code.substr(at, code.find('"', at) - at));
  }
  if (names.empty()) names.push_back(file.stem().string());
  return names;
}

// Those with a head, in the order of their names.
std::vector<fs::path> files_in(const char* folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(PUMP_SOURCE_DIR) / folder)) {
    std::ifstream in(entry.path());
    if (entry.path().extension() == ".cpp" && !head_of(in).changes.empty())
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void write_section(std::ostream& page, const fs::path& file) {
  std::ifstream in(file);
  const Head head = head_of(in);
  std::string names;
  for (const std::string& name : names_in(file))
    names.append(names.empty() ? "`" : ", `").append(name).append("`");
  page << "\n### " << names << "\n\n[" << file.filename().string() << "](../"
       << file.lexically_relative(PUMP_SOURCE_DIR).generic_string() << "). " << head.citation
       << "\n\n```\n";
  for (const std::string& line : head.formulas) page << line << "\n";
  page << "```\n\n";
  for (std::size_t i = 0; i < head.symbols.size(); i++) {
    page << "| " << head.symbols[i].first << " | " << head.symbols[i].second << " |\n";
    if (i == 0) page << "|---|---|\n";
  }
  page << "\n**Changes:** " << head.changes << "\n\n**Differs:** " << head.differs << "\n";
}

std::string objectives_page() {
  std::ostringstream page;
  page
      << "# Objectives\n\n"
         "What turns a batch into a new policy, in the order of history: each with its source, its "
         "formula, what it changes against the one\nbefore it, and where it differs from its "
         "paper. Made from the comment at the top of each file; "
         "`build/release/style_tests \"[.store]\"` writes\nthis page anew, and a test compares. "
         "Every value that an objective is told has its source in "
         "`configs/objectives/NAME/`, as published in\n`paper.yaml`, and for fair comparison in "
         "`common.yaml`. How to add one: [adding.md](adding.md).\n\n"
         "## The ladder\n";
  for (const fs::path& file : files_in("agents/objectives")) write_section(page, file);
  page << "\n## Yardsticks\n\nThey train nothing: what choosing among a reference's episodes "
          "gives. `start` is the reference (`uniform`, `prior` or `clone`), and there is\nno "
          "`leash`; `train.draws` episodes are drawn, of which `best_of_n` keeps the best, and "
          "`quantilizer` any of the top `train.top_share`.\n";
  for (const fs::path& file : files_in("agents/yardsticks")) write_section(page, file);
  return page.str();
}

}  // namespace

CATCH_TEST_CASE("an objective's head is read part by part") {
  std::istringstream file(
      "// A rule. Somebody 1999,\n// eq. 2.\n//\n//   L = −E[ x ]\n//\n//   | symbol | variable |\n"
      "//   | π(a | s) | probs    |\n//\n// Changes: all\n//          of it.\n// Differs: no.\n"
      "#include <map>\n");
  const Head head = head_of(file);
  CATCH_CHECK(head.citation == "A rule. Somebody 1999, eq. 2.");
  CATCH_CHECK(head.formulas == std::vector<std::string>{"L = −E[ x ]"});
  CATCH_REQUIRE(head.symbols.size() == 2);
  CATCH_CHECK(head.symbols[1].first == "π(a \\| s)");
  CATCH_CHECK(head.symbols[1].second == "probs");
  CATCH_CHECK(head.changes == "all of it.");
  CATCH_CHECK(head.differs == "no.");
}

CATCH_TEST_CASE("docs/objectives.md says what the objectives' files say") {
  for (const char* folder : {"agents/objectives", "agents/yardsticks"})
    for (const auto& entry : fs::directory_iterator(fs::path(PUMP_SOURCE_DIR) / folder)) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".cpp") || name == "objectives.cpp" || name == "yardstick.cpp") continue;
      std::ifstream in(entry.path());
      const Head head = head_of(in);
      CATCH_INFO(name);
      CATCH_CHECK_FALSE((head.citation.empty() || head.formulas.empty()));
      CATCH_CHECK_FALSE((head.changes.empty() || head.differs.empty()));
      CATCH_CHECK(head.symbols.size() > 1);
    }
  pump::style::check_page("objectives.md", objectives_page());
}

CATCH_TEST_CASE("docs/objectives.md is written", "[.store]") {
  pump::style::store_page("objectives.md", objectives_page());
}
