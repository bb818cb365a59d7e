#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Files, whole or not at all. Every failure is a pump::Error that names the file.
namespace pump::harness {

std::string read_text(const std::filesystem::path& file);
std::vector<std::byte> read_bytes(const std::filesystem::path& file);
// Written beside the file (as FILE.part) and renamed over it, so that a reader (or a full disk, or
// a kill) never sees half of it. What is there and is no regular file (a pipe, a device) is written
// to in place.
void write_text(const std::filesystem::path& file, std::string_view text);
void write_bytes(const std::filesystem::path& file, std::span<const std::byte> bytes);
// Behind what the file has; made when there is none. For files that others read as they grow.
void append_text(const std::filesystem::path& file, std::string_view text);
// With its parents; nothing when it is there.
void make_directory(const std::filesystem::path& directory);

// A folder of its own below the system's temporary one, gone with this.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The repository's configs/: beside the executable or above it (in its build tree's source), or
// below the current directory. pump::Error when there is none.
const std::filesystem::path& configs_directory();
// assets/ beside it.
std::filesystem::path assets_directory();

}  // namespace pump::harness
