#pragma once

#include <filesystem>
#include <memory>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "engine/error.hpp"
#include "harness/config_value.hpp"
#include "harness/interrupt.hpp"

// The database behind a Store: how its file is opened and, without locks, published.
namespace pump::harness {

constexpr const char* kReadable = "a sweep's results";
constexpr const char* kWritable = "to be written";

// SQLite's complaints and the file system's, with the file's name. Interrupted where that was while
// others were waited for.
template <class F>
auto guarded(const std::filesystem::path& file, const char* expected, F&& code) {
  try {
    return code();
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() == SQLITE_BUSY && interrupted()) throw Interrupted();
    throw Error(fmt::format("{}: expected {}, got: {}", file.string(), expected,
                            one_line(error.what(), 200)));
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(
        fmt::format("{}: expected {}, got: {}", file.string(), expected, error.code().message()));
  }
}

// To read and to write, with locks; made when there is none. Waits for others as long as they take,
// or until interrupted.
std::unique_ptr<SQLite::Database> open_to_write(const std::filesystem::path& file);
// To read; what a kill left half done is undone first. Waits for others for ten seconds. Where the
// file is one that publish() makes (its folder has a folder `slurm`, and no sweep is at work there
// with locks), without any.
std::unique_ptr<SQLite::Database> open_to_read(const std::filesystem::path& file);
// In memory, with what the file has, if there is one. Nobody else knows of it: no locks.
std::unique_ptr<SQLite::Database> open_copy(const std::filesystem::path& file);
// All of it to the file, which is replaced as a whole: whoever reads it sees one state or the next.
void publish(SQLite::Database& database, const std::filesystem::path& file);

}  // namespace pump::harness
