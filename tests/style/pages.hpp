#pragma once

#include <filesystem>
#include <string>

// Pages of docs/ that are made from comments in the sources. A test compares each with its file;
// style_tests "[.store]" writes them anew.
namespace pump::style {

// All of a file.
std::string text_of(const std::filesystem::path& file);

void check_page(const std::string& name, const std::string& made);
void store_page(const std::string& name, const std::string& made);

}  // namespace pump::style
