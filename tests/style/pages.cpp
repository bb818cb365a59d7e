#include "tests/style/pages.hpp"

#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"

namespace pump::style {
namespace {

std::filesystem::path file_of(const std::string& name) {
  return std::filesystem::path(PUMP_SOURCE_DIR) / "docs" / name;
}

}  // namespace

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void check_page(const std::string& name, const std::string& made) {
  CATCH_INFO("To renew docs/" << name << ": build/release/style_tests \"[.store]\"");
  CATCH_CHECK((text_of(file_of(name)) == made));
}

void store_page(const std::string& name, const std::string& made) {
  std::ofstream(file_of(name)) << made;
}

}  // namespace pump::style
