#include "harness/results_file.hpp"

#include <SQLiteCpp/Backup.h>

#include <chrono>
#include <thread>

#include "harness/folder_lock.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;

constexpr auto kPause = std::chrono::milliseconds(20);
constexpr int kPauses = 500;                   // of a reader: ten seconds
constexpr const char* kNoLocks = "unix-none";  // the way of SQLite that asks for no lock, ever

fs::path journal_of(const fs::path& file) { return file.string() + "-journal"; }

bool is_published(const fs::path& file) {
  const fs::path folder = file.parent_path();
  return fs::exists(folder / "slurm") && !fs::exists(journal_of(file)) && !is_locked(folder);
}

void copy_all(SQLite::Database& from, SQLite::Database& to) {
  SQLite::Backup(to, from).executeStep(-1);
}

}  // namespace

std::unique_ptr<SQLite::Database> open_to_write(const fs::path& file) {
  auto database = std::make_unique<SQLite::Database>(file.string(),
                                                     SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  const auto wait = [](void*, int times) {
    if (interrupted()) return 0;
    if (times == kPauses)
      fmt::print(stderr, "\npump: waiting for another program that reads the results\n");
    std::this_thread::sleep_for(kPause);
    return 1;
  };
  sqlite3_busy_handler(database->getHandle(), wait, nullptr);
  return database;
}

std::unique_ptr<SQLite::Database> open_to_read(const fs::path& file) {
  if (is_published(file))
    return std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READONLY, 0, kNoLocks);
  const auto patience = static_cast<int>(kPauses * kPause.count());
  return std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE, patience);
}

std::unique_ptr<SQLite::Database> open_copy(const fs::path& file) {
  auto copy =
      std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  if (!fs::exists(file)) return copy;
  // To write, so that what a kill left half done can be undone.
  SQLite::Database there(file.string(), SQLite::OPEN_READWRITE, 0, kNoLocks);
  copy_all(there, *copy);
  return copy;
}

void publish(SQLite::Database& database, const fs::path& file) {
  const fs::path part = file.string() + ".part";
  for (const fs::path& old : {part, journal_of(part)}) fs::remove(old);
  {
    SQLite::Database copy(part.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0, kNoLocks);
    copy_all(database, copy);
  }
  fs::rename(part, file);
}

}  // namespace pump::harness
