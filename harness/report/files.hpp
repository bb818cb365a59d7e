#pragma once

#include <map>
#include <string>

#include "harness/report/report.hpp"

// A report for other programs and papers.
namespace pump::harness {

// A heading a study and a table a setting; its text is escaped for Markdown.
std::string to_markdown(const Report& report);
// RFC 4180, a row an (environment, wish, setting, arm), with every number of Row but its curves.
std::string to_csv(const Report& report);
// The page's charts, stand-alone and for white paper, by their file's name.
std::map<std::string, std::string> to_svg_files(const Report& report);

}  // namespace pump::harness
