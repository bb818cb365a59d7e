#include "harness/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "engine/error.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;

Error failure(const fs::path& file, const char* expected, int error) {
  return Error(
      fmt::format("{}: expected {}, got: {}", file.string(), expected, std::strerror(error)));
}

// An open file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  // False when what was written did not arrive (a quota, a network disk).
  bool close() {
    const int number = number_;
    number_ = -1;
    return ::close(number) == 0;
  }

 private:
  int number_;
};

// 0, or the errno of what went wrong. how: O_TRUNC or O_APPEND.
int write_all(const fs::path& file, std::string_view text, int how) {
  Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | how, 0666));
  if (out.number() < 0) return errno;
  while (!text.empty()) {
    const ssize_t written = ::write(out.number(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return out.close() ? 0 : errno;
}

std::optional<fs::path> configs_under(const fs::path& directory) {
  std::error_code ignored;
  fs::path found = directory / "configs";
  if (fs::is_directory(found / "wishes", ignored)) return found;
  return std::nullopt;
}

fs::path find_configs() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  for (fs::path at = executable.parent_path(); !at.empty(); at = at.parent_path()) {
    if (auto found = configs_under(at)) return *found;
    if (at == at.root_path()) break;
  }
  const fs::path here = fs::current_path(error);
  if (auto found = configs_under(here)) return *found;
  throw Error(fmt::format("configs: expected a folder configs/wishes above {} or in {}, got none",
                          executable.parent_path().string(), here.string()));
}

}  // namespace

std::string read_text(const fs::path& file) {
  Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.number() < 0) throw failure(file, "a readable file", errno);
  std::string text;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = ::read(in.number(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw failure(file, "a readable file", errno);
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

std::vector<std::byte> read_bytes(const fs::path& file) {
  const std::string text = read_text(file);
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

void write_text(const fs::path& file, std::string_view text) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  const bool in_place = fs::exists(status) && !fs::is_regular_file(status);
  const fs::path part = in_place ? file : fs::path(file.string() + ".part");
  if (const int failed = write_all(part, text, O_TRUNC)) {
    if (!in_place) fs::remove(part, error);
    throw failure(file, "to be written", failed);
  }
  if (in_place || std::rename(part.c_str(), file.c_str()) == 0) return;
  const int failed = errno;
  fs::remove(part, error);
  throw failure(file, "to be written", failed);
}

void write_bytes(const fs::path& file, std::span<const std::byte> bytes) {
  write_text(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void append_text(const fs::path& file, std::string_view text) {
  if (const int failed = write_all(file, text, O_APPEND))
    throw failure(file, "to be written", failed);
}

void make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (!error && fs::is_directory(directory, error)) return;
  throw failure(directory, "a folder", error ? error.value() : ENOTDIR);
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "pump_XXXXXX").string();
  if (!::mkdtemp(name.data())) throw failure(name, "a folder to be made", errno);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

const fs::path& configs_directory() {
  static const fs::path found = find_configs();
  return found;
}

fs::path assets_directory() { return configs_directory().parent_path() / "assets"; }

}  // namespace pump::harness
