#pragma once

#include <filesystem>

namespace pump::harness {

// While it lives, no other process gets the lock of the folder, which is made if need be: one sweep
// or trial at a time. Freed by the kernel however this process ends. pump::Error when another has
// it.
class FolderLock {
 public:
  enum class Where { always, if_possible };  // the latter: also where a file system has no locks
  explicit FolderLock(const std::filesystem::path& directory, Where where = Where::always);
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  int folder_;
};

// Whether another process has the lock. Who asks for the lock meanwhile waits, and gets it.
bool is_locked(const std::filesystem::path& directory);
// pump::Error where that is so.
void refuse_if_locked(const std::filesystem::path& directory);

}  // namespace pump::harness
