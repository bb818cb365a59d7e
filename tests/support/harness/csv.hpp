#pragma once

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace pump::test {

// The rows of a table with a header, cells by column; no quotes in it.
inline std::vector<std::map<std::string, std::string>> read_csv(const std::string& text) {
  const auto cells_of = [](const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream in(line + ',');
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    return cells;
  };
  std::istringstream in(text);
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> header = cells_of(line);
  std::vector<std::map<std::string, std::string>> rows;
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = cells_of(line);
    rows.emplace_back();
    for (std::size_t i = 0; i < header.size(); i++) rows.back()[header[i]] = cells.at(i);
  }
  return rows;
}

}  // namespace pump::test
