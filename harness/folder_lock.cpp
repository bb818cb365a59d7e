#include "harness/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/files.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;

int open_folder(const fs::path& directory) {
  return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

[[noreturn]] void refuse(const fs::path& directory) {
  throw Error(fmt::format("{}: expected a folder that nobody else is working in, got one in use",
                          directory.string()));
}

}  // namespace

FolderLock::FolderLock(const fs::path& directory, Where where) {
  make_directory(directory);
  folder_ = open_folder(directory);
  // is_locked() has the lock for a moment: not yet a reason to give up.
  constexpr int kTries = 25;
  int why = folder_ < 0 ? errno : EWOULDBLOCK;
  for (int i = 0; why == EWOULDBLOCK && i < kTries; i++) {
    if (::flock(folder_, LOCK_EX | LOCK_NB) == 0) return;
    why = errno;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const bool has_none = why == ENOLCK || why == ENOTSUP || why == ENOSYS;
  if (folder_ >= 0 && has_none && where == Where::if_possible) return;
  if (folder_ >= 0) ::close(folder_);
  if (why != EWOULDBLOCK)
    throw Error(fmt::format("{}: expected a folder that can be locked, got: {}", directory.string(),
                            std::strerror(why)));
  refuse(directory);
}

FolderLock::~FolderLock() { ::close(folder_); }

bool is_locked(const fs::path& directory) {
  const int folder = open_folder(directory);
  if (folder < 0) return false;
  const bool locked = ::flock(folder, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(folder);
  return locked;
}

void refuse_if_locked(const fs::path& directory) {
  if (is_locked(directory)) refuse(directory);
}

}  // namespace pump::harness
