#include "harness/store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>

#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/config_map.hpp"
#include "harness/files.hpp"
#include "harness/results_file.hpp"
#include "harness/store_tables.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;
using SQLite::Statement;

int number_of(SQLite::Database& database, const char* query) {
  return database.execAndGet(query).getInt();
}

// Made and then abandoned before its first transaction: as good as none.
bool is_blank(SQLite::Database& database) {
  return number_of(database, "PRAGMA application_id") == 0 &&
         number_of(database, "SELECT count(*) FROM sqlite_master") == 0;
}

// The columns version ... blas, from `first` on; none where they are null.
std::optional<BuildInfo> read_build(Statement& row, int first) {
  if (row.getColumn(first).isNull()) return std::nullopt;
  const auto text = [&](int column) { return row.getColumn(first + column).getString(); };
  return BuildInfo{text(0), text(1), text(2), text(3), text(4), text(5)};
}

StoredSweep planned(const SweepSpec& sweep, const std::string& command) {
  StoredSweep stored{sweep.title, command, {}};
  std::int64_t block = 0;
  for (std::size_t i = 0; i < sweep.trials.size(); i++) {
    while (static_cast<std::size_t>(block) < sweep.block_ends.size() &&
           sweep.block_ends[static_cast<std::size_t>(block)] <= i)
      block++;
    StoredTrial trial;
    trial.id = trial_id(sweep.trials[i]);
    trial.block = block;
    trial.config = write_trial(sweep.trials[i]);
    stored.trials.push_back(std::move(trial));
  }
  return stored;
}

// For people: "burning_building, a2c, seed 3".
std::string words_of(const StoredTrial& trial) {
  ConfigMap config = ConfigMap::from_text(trial.config, trial.id);
  return fmt::format("{}, {}, seed {}", config.value("environment").text,
                     config.value("objective").text, config.value("seed").text);
}

// What decides where a trial stands and what is said of the sweep.
std::vector<std::pair<std::string, std::int64_t>> order_of(const StoredSweep& sweep) {
  std::vector<std::pair<std::string, std::int64_t>> order;
  for (const StoredTrial& trial : sweep.trials) order.emplace_back(trial.id, trial.block);
  return order;
}

}  // namespace

Store::Store(const fs::path& directory, const SweepSpec& sweep, const std::string& command,
             bool mix_builds, Locking locking)
    : file_(directory / "results.sqlite"), locking_(locking) {
  make_directory(directory);
  database_ = guarded(file_, kReadable, [&] {
    return locking == Locking::none ? open_copy(file_) : open_to_write(file_);
  });
  const bool blank = guarded(file_, kReadable, [&] { return is_blank(*database_); });
  if (blank) {
    guarded(file_, kWritable, [&] { create(planned(sweep, command)); });
  } else {
    check_current();
    if (!mix_builds) check_build();
    adopt(sweep, command);
  }
  guarded(file_, kWritable, [&] {
    SQLite::Transaction transaction(*database_);
    build_row(this_build());
    database_->exec("DELETE FROM running");  // of a process that is no more
    transaction.commit();
  });
  publish();
}

Store::Store(const fs::path& directory, const StoredSweep& sweep)
    : file_(directory / "results.sqlite") {
  make_directory(directory);
  database_ = guarded(file_, kReadable, [&] { return open_to_write(file_); });
  if (!guarded(file_, kReadable, [&] { return is_blank(*database_); }))
    throw Error(fmt::format("{}: expected no such file, got one", file_.string()));
  guarded(file_, kWritable, [&] { create(sweep); });
}

Store::Store(const fs::path& directory) : file_(directory / "results.sqlite") {
  if (!fs::exists(file_))
    throw Error(fmt::format("{}: expected {}, got: no such file", file_.string(), kReadable));
  database_ = guarded(file_, kReadable, [&] { return open_to_read(file_); });
  if (guarded(file_, kReadable, [&] { return is_blank(*database_); }))
    throw Error(fmt::format("{}: expected {}, got an empty file", file_.string(), kReadable));
  version();
}

Store::~Store() = default;

void Store::publish() const {
  if (locking_ == Locking::none)
    guarded(file_, kWritable, [&] { harness::publish(*database_, file_); });
}

int Store::version() const {
  const auto [application, version] = guarded(file_, kReadable, [&] {
    return std::pair(number_of(*database_, "PRAGMA application_id"),
                     number_of(*database_, "PRAGMA user_version"));
  });
  if (application != kStoreApplication)
    throw Error(fmt::format("{}: expected {}, got another database", file_.string(), kReadable));
  if (version < 1 || version > kStoreVersion)
    throw Error(fmt::format("{}: expected {} of version 1 to {}, got version {}", file_.string(),
                            kReadable, kStoreVersion, version));
  return version;
}

void Store::check_current() const {
  if (const int found = version(); found != kStoreVersion)
    throw Error(
        fmt::format("{}: expected {} of version {}, got version {}, which only reports read "
                    "(without the file, pump sweep takes finished trials from their folders)",
                    file_.string(), kReadable, kStoreVersion, found));
}

void Store::check_build() const {
  guarded(file_, kReadable, [&] {
    Statement rows(*database_,
                   "SELECT version, type, executable, libtorch, box2d, blas FROM builds");
    while (rows.executeStep()) {
      const BuildInfo other = *read_build(rows, 0);
      if (other != this_build())
        throw Error(fmt::format(
            "{}: expected results of this build ({}), got those of another: {} (--mix-builds goes "
            "on all the same)",
            file_.string(), to_text(this_build()), to_text(other)));
    }
  });
}

void Store::create(const StoredSweep& sweep) {
  SQLite::Transaction transaction(*database_);
  database_->exec(fmt::format("PRAGMA application_id = {}", kStoreApplication));
  database_->exec(fmt::format("PRAGMA user_version = {}", kStoreVersion));
  database_->exec(kStoreTables);
  Statement about(*database_, "INSERT INTO sweep VALUES (?, ?)");
  SQLite::bind(about, sweep.title, sweep.command);
  about.exec();
  Statement row(*database_, "INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?, ?)");
  Statement effort(*database_, "INSERT INTO effort VALUES (?, ?, ?)");
  for (std::size_t i = 0; i < sweep.trials.size(); i++) {
    const StoredTrial& trial = sweep.trials[i];
    row.reset();
    row.clearBindings();
    SQLite::bind(row, static_cast<std::int64_t>(i), trial.id, trial.block, trial.status);
    if (trial.build) row.bind(5, build_row(*trial.build));
    row.bind(6, trial.config);
    if (!trial.result.empty()) row.bind(7, trial.result);
    row.exec();
    if (!trial.effort) continue;
    effort.reset();
    SQLite::bind(effort, trial.id, trial.effort->seconds, trial.effort->deaths);
    effort.exec();
  }
  transaction.commit();
}

std::int64_t Store::build_row(const BuildInfo& build) const {
  Statement add(*database_,
                "INSERT OR IGNORE INTO builds (version, type, executable, libtorch, box2d, blas) "
                "VALUES (?, ?, ?, ?, ?, ?)");
  Statement find(*database_,
                 "SELECT id FROM builds WHERE version = ? AND type = ? AND executable = ? AND "
                 "libtorch = ? AND box2d = ? AND blas = ?");
  for (Statement* each : {&add, &find})
    SQLite::bind(*each, build.version, build.type, build.executable, build.libtorch, build.box2d,
                 build.blas);
  add.exec();
  find.executeStep();
  return find.getColumn(0).getInt64();
}

void Store::adopt(const SweepSpec& sweep, const std::string& command) {
  const StoredSweep there = stored(false), wanted = planned(sweep, command);
  std::set<std::string> ids;
  for (const StoredTrial& trial : wanted.trials) ids.insert(trial.id);
  std::vector<const StoredTrial*> missing;
  for (const StoredTrial& trial : there.trials)
    if (!ids.contains(trial.id)) missing.push_back(&trial);
  if (!missing.empty())
    throw Error(fmt::format(
        "{}: expected a sweep with all {} trials that are there, got {} without {} of them, the "
        "first {} ({}) (give another --out)",
        file_.string(), there.trials.size(), in_quotes(sweep.title), missing.size(),
        missing.front()->id, words_of(*missing.front())));
  if (order_of(there) == order_of(wanted) && there.title == wanted.title) return;
  guarded(file_, kWritable, [&] {
    SQLite::Transaction transaction(*database_);
    Statement about(*database_, "UPDATE sweep SET title = ?, command = ?");
    SQLite::bind(about, wanted.title, wanted.command);
    about.exec();
    database_->exec("UPDATE trials SET position = -1 - position");
    Statement move(*database_, "UPDATE trials SET position = ?, block = ? WHERE id = ?");
    Statement add(*database_,
                  "INSERT INTO trials (position, block, id, status, config) "
                  "VALUES (?, ?, ?, 'planned', ?)");
    for (std::size_t i = 0; i < wanted.trials.size(); i++) {
      const StoredTrial& trial = wanted.trials[i];
      for (Statement* each : {&move, &add}) {
        each->reset();
        SQLite::bind(*each, static_cast<std::int64_t>(i), trial.block, trial.id);
      }
      if (move.exec() > 0) continue;
      add.bind(4, trial.config);
      add.exec();
    }
    transaction.commit();
  });
}

void Store::begin(std::size_t position, std::int64_t worker, const BuildInfo* build) {
  guarded(file_, kWritable, [&] {
    SQLite::Transaction transaction(*database_);
    if (build) {
      Statement row(*database_, "UPDATE trials SET build = ? WHERE position = ?");
      SQLite::bind(row, build_row(*build), static_cast<std::int64_t>(position));
      row.exec();
    }
    Statement running(*database_,
                      "INSERT OR REPLACE INTO running "
                      "SELECT id, ? FROM trials WHERE position = ?");
    SQLite::bind(running, worker, static_cast<std::int64_t>(position));
    running.exec();
    transaction.commit();
  });
}

void Store::keep(std::size_t position, const TrialResult& result,
                 const std::optional<Effort>& effort) {
  guarded(file_, kWritable, [&] {
    SQLite::Transaction transaction(*database_);
    Statement row(*database_, "UPDATE trials SET status = ?, result = ? WHERE position = ?");
    SQLite::bind(row, to_string(result.status), nlohmann::json(result).dump(),
                 static_cast<std::int64_t>(position));
    row.exec();
    spend(position, effort);
    transaction.commit();
  });
}

void Store::give_up(std::size_t position, const Effort& effort) {
  guarded(file_, kWritable, [&] {
    SQLite::Transaction transaction(*database_);
    spend(position, effort);
    transaction.commit();
  });
}

// No worker has the trial any more.
void Store::spend(std::size_t position, const std::optional<Effort>& effort) {
  Statement running(*database_,
                    "DELETE FROM running WHERE trial = (SELECT id FROM trials WHERE position = ?)");
  running.bind(1, static_cast<std::int64_t>(position));
  running.exec();
  if (!effort) return;
  Statement spent(*database_,
                  "INSERT INTO effort SELECT id, ?, ? FROM trials WHERE position = ? "
                  "ON CONFLICT (trial) DO UPDATE SET "
                  "seconds = seconds + excluded.seconds, deaths = deaths + excluded.deaths");
  SQLite::bind(spent, effort->seconds, effort->deaths, static_cast<std::int64_t>(position));
  spent.exec();
}

std::vector<bool> Store::finished() const {
  return guarded(file_, kReadable, [&] {
    std::vector<bool> finished;
    Statement rows(*database_, "SELECT status IN ('ok', 'diverged') FROM trials ORDER BY position");
    while (rows.executeStep()) finished.push_back(rows.getColumn(0).getInt() != 0);
    return finished;
  });
}

StoredSweep Store::stored(bool with_results) const {
  check_current();
  return guarded(file_, kReadable, [&] {
    SQLite::Transaction one_moment(*database_);
    StoredSweep sweep;
    Statement about(*database_, "SELECT title, command FROM sweep");
    if (about.executeStep()) {
      sweep.title = about.getColumn(0).getString();
      sweep.command = about.getColumn(1).getString();
    }
    Statement rows(
        *database_,
        "SELECT trials.id, block, status, config, CASE WHEN ? THEN result END, "
        "CASE status WHEN 'error' THEN json_extract(result, '$.message') END, worker, seconds, "
        "deaths, builds.version, type, executable, libtorch, box2d, blas FROM trials "
        "LEFT JOIN builds ON builds.id = build LEFT JOIN effort ON effort.trial = trials.id "
        "LEFT JOIN running ON running.trial = trials.id ORDER BY position");
    rows.bind(1, static_cast<int>(with_results));
    while (rows.executeStep()) {
      const auto text = [&](int column) { return rows.getColumn(column).getString(); };
      StoredTrial trial;
      trial.id = text(0);
      trial.block = rows.getColumn(1).getInt64();
      trial.status = text(2);
      trial.config = text(3);
      trial.result = text(4);
      trial.message = text(5);
      if (!rows.getColumn(6).isNull()) trial.worker = rows.getColumn(6).getInt64();
      if (!rows.getColumn(7).isNull())
        trial.effort = Effort{rows.getColumn(7).getDouble(), rows.getColumn(8).getInt()};
      trial.build = read_build(rows, 9);
      sweep.trials.push_back(std::move(trial));
    }
    return sweep;
  });
}

SweepResults Store::results() const {
  const bool knows_builds = version() == kStoreVersion;
  SweepResults results;
  std::vector<std::pair<std::string, std::string>> texts;  // id and result
  guarded(file_, kReadable, [&] {
    SQLite::Transaction one_moment(*database_);
    Statement about(*database_, "SELECT title, command FROM sweep");
    if (about.executeStep()) {
      results.title = about.getColumn(0).getString();
      results.command = about.getColumn(1).getString();
    }
    Statement rows(*database_, "SELECT id, result, config FROM trials ORDER BY position");
    while (rows.executeStep()) {
      results.planned++;
      if (rows.getColumn(1).isNull()) continue;
      texts.emplace_back(rows.getColumn(0).getString(), rows.getColumn(1).getString());
      results.configs.push_back(rows.getColumn(2).getString());
    }
    if (knows_builds)
      results.builds = number_of(*database_,
                                 "SELECT count(DISTINCT ifnull(build, 0)) FROM trials "
                                 "WHERE status IN ('ok', 'diverged')");
  });
  // Reading them takes longer than fetching them, and whoever writes waits for the latter alone.
  for (auto& [id, text] : texts) {
    results.trials.push_back(parse_trial(text, fmt::format("{}: trial {}", file_.string(), id)));
    text = {};
  }
  return results;
}

SweepResults read_results(const fs::path& directory) { return Store(directory).results(); }

}  // namespace pump::harness
