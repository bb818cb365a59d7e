#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pump::style {

// Each broken rule as "path:line: what is wrong; what to write instead". `path` is relative to the
// repository root, with forward slashes; its first folder decides which rules apply.
std::vector<std::string> check(std::string_view path, std::string_view text);

}  // namespace pump::style
