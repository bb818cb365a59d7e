#include "harness/store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/config_value.hpp"
#include "harness/files.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;

constexpr int kApplication = 0x50554d50;  // "PUMP": tells our databases from others
constexpr int kVersion = 1;               // of the tables
constexpr int kPatience = 10'000;         // ms to wait for a reader or writer to be done

// SQLite's complaints, with the file's name.
template <class F>
auto guarded(const fs::path& file, const char* expected, F&& code) {
  try {
    return code();
  } catch (const SQLite::Exception& error) {
    throw Error(fmt::format("{}: expected {}, got: {}", file.string(), expected,
                            one_line(error.what(), 200)));
  }
}

constexpr const char* kReadable = "a sweep's results";
constexpr const char* kWritable = "to be written";

int number_of(SQLite::Database& database, const char* query) {
  return database.execAndGet(query).getInt();
}

// Made and then abandoned before its first transaction: as good as none.
bool is_blank(SQLite::Database& database) {
  return number_of(database, "PRAGMA application_id") == 0 &&
         number_of(database, "SELECT count(*) FROM sqlite_master") == 0;
}

}  // namespace

Store::Store(const fs::path& directory, const SweepSpec& sweep, const std::string& command)
    : file_(directory / "results.sqlite") {
  make_directory(directory);
  database_ = guarded(file_, kReadable, [&] {
    return std::make_unique<SQLite::Database>(
        file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kPatience);
  });
  const bool blank = guarded(file_, kReadable, [&] { return is_blank(*database_); });
  if (blank) {
    guarded(file_, kWritable, [&] { create(sweep, command); });
  } else {
    check_is_ours();
    check_same(sweep);
  }
}

Store::Store(const fs::path& directory) : file_(directory / "results.sqlite") {
  if (!fs::exists(file_))
    throw Error(fmt::format("{}: expected {}, got: no such file", file_.string(), kReadable));
  // Read and write, so that what a kill left half done can be undone first.
  database_ = guarded(file_, kReadable, [&] {
    return std::make_unique<SQLite::Database>(file_.string(), SQLite::OPEN_READWRITE, kPatience);
  });
  check_is_ours();
}

Store::~Store() = default;

void Store::check_is_ours() const {
  const auto [application, version] = guarded(file_, kReadable, [&] {
    return std::pair(number_of(*database_, "PRAGMA application_id"),
                     number_of(*database_, "PRAGMA user_version"));
  });
  if (application != kApplication)
    throw Error(fmt::format("{}: expected {}, got another database", file_.string(), kReadable));
  if (version != kVersion)
    throw Error(fmt::format("{}: expected {} of version {}, got version {}", file_.string(),
                            kReadable, kVersion, version));
}

void Store::create(const SweepSpec& sweep, const std::string& command) {
  SQLite::Transaction transaction(*database_);
  database_->exec(fmt::format("PRAGMA application_id = {}", kApplication));
  database_->exec(fmt::format("PRAGMA user_version = {}", kVersion));
  database_->exec("CREATE TABLE sweep (title TEXT NOT NULL, command TEXT NOT NULL)");
  // status: planned, ok, diverged or error. config: YAML. result: JSON.
  database_->exec(
      "CREATE TABLE trials (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
      "status TEXT NOT NULL DEFAULT 'planned', config TEXT NOT NULL, result TEXT)");
  SQLite::Statement about(*database_, "INSERT INTO sweep VALUES (?, ?)");
  about.bind(1, sweep.title);
  about.bind(2, command);
  about.exec();
  SQLite::Statement row(*database_, "INSERT INTO trials (position, id, config) VALUES (?, ?, ?)");
  for (std::size_t i = 0; i < sweep.trials.size(); i++) {
    row.bind(1, static_cast<std::int64_t>(i));
    row.bind(2, trial_id(sweep.trials[i]));
    row.bind(3, write_trial(sweep.trials[i]));
    row.exec();
    row.reset();
  }
  transaction.commit();
}

void Store::check_same(const SweepSpec& sweep) const {
  const std::string title = guarded(file_, kReadable, [&] {
    return database_->execAndGet("SELECT title FROM sweep").getString();
  });
  std::vector<std::string> ids;
  guarded(file_, kReadable, [&] {
    SQLite::Statement rows(*database_, "SELECT id FROM trials ORDER BY position");
    while (rows.executeStep()) ids.push_back(rows.getColumn(0).getString());
  });
  bool same = ids.size() == sweep.trials.size();
  for (std::size_t i = 0; same && i < ids.size(); i++) same = ids[i] == trial_id(sweep.trials[i]);
  if (!same)
    throw Error(fmt::format(
        "{}: expected the sweep {} of {} trials, got another: {} of {} (give "
        "another --out)",
        file_.string(), in_quotes(sweep.title), sweep.trials.size(), in_quotes(title), ids.size()));
}

void Store::keep(std::size_t position, const TrialResult& result) {
  guarded(file_, kWritable, [&] {
    SQLite::Statement row(*database_,
                          "UPDATE trials SET status = ?, result = ? WHERE position = ?");
    row.bind(1, to_string(result.status));
    row.bind(2, nlohmann::json(result).dump());
    row.bind(3, static_cast<std::int64_t>(position));
    row.exec();
  });
}

std::vector<bool> Store::finished() const {
  return guarded(file_, kReadable, [&] {
    std::vector<bool> finished;
    SQLite::Statement rows(*database_,
                           "SELECT status IN ('ok', 'diverged') FROM trials ORDER BY position");
    while (rows.executeStep()) finished.push_back(rows.getColumn(0).getInt() != 0);
    return finished;
  });
}

SweepResults Store::results() const {
  return guarded(file_, kReadable, [&] {
    SweepResults results;
    SQLite::Statement about(*database_, "SELECT title, command FROM sweep");
    if (about.executeStep()) {
      results.title = about.getColumn(0).getString();
      results.command = about.getColumn(1).getString();
    }
    SQLite::Statement rows(*database_, "SELECT id, result, config FROM trials ORDER BY position");
    while (rows.executeStep()) {
      results.planned++;
      if (rows.getColumn(1).isNull()) continue;
      const std::string where =
          fmt::format("{}: trial {}", file_.string(), rows.getColumn(0).getString());
      results.trials.push_back(parse_trial(rows.getColumn(1).getString(), where));
      results.configs.push_back(rows.getColumn(2).getString());
    }
    return results;
  });
}

SweepResults read_results(const fs::path& directory) { return Store(directory).results(); }

}  // namespace pump::harness
