#pragma once

#include <string>

#include "harness/report/report.hpp"

namespace pump::harness {

// A kind of outcome, told without colour.
struct KindSign {
  const char* sign;   // one letter
  const char* words;  // "gaming"
  const char* style;  // CSS class
};
KindSign sign_of(engine::Kind kind);

// How most episodes of each wish and objective end, a table an environment, and the stage on which
// the films play. Used by page.cpp only.
std::string matrix_section(const Report& report, const Films& films);
// What the player's script reads, as JSON that may stand in a script element.
std::string films_json(const Report& report, const Films& films);

// JSON text that holds no '<', '>' or '&' and no letter beyond ASCII: it ends no element, no line.
std::string inline_json(const nlohmann::json& json);

}  // namespace pump::harness
