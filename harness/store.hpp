#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/build_info.hpp"
#include "harness/measures.hpp"
#include "harness/sweep.hpp"
#include "harness/trial_config.hpp"

namespace SQLite {
class Database;
}

namespace pump::harness {

// What was spent on a trial; no part of its result.
struct Effort {
  double seconds = 0;  // of workers, as far as known
  int deaths = 0;      // of workers
};

// A row of the file.
struct StoredTrial {
  std::string id;
  std::int64_t block = 0;  // of the sweep, from 0
  std::string status = "planned";
  std::string config;                  // YAML
  std::string result;                  // JSON; empty: none
  std::string message;                 // of the result
  std::optional<BuildInfo> build;      // that it was run by; none: not begun, or not known
  std::optional<Effort> effort;        // none: not known
  std::optional<std::int64_t> worker;  // the process that it was last given to and not back from
  bool done() const { return status == "ok" || status == "diverged"; }
};
struct StoredSweep {
  std::string title, command;
  std::vector<StoredTrial> trials;
};

// DIR/results.sqlite, as docs/results_schema.md has it: a row a trial, there from the start in the
// sweep's order, its result filled in when it comes. Every change is one transaction: a kill or a
// full disk leaves the last state. Failures are pump::Error.
// Without locks the changes are of a copy in memory, until it is published.
enum class Locking : std::uint8_t { files, none };
class Store {
 public:
  // For running the sweep: made when there is none. Else that of the same sweep or of one that has
  // grown: the trials that are there keep what they have, and stand where the sweep has them.
  // Refused, and left as it is, when a trial of the file is not in the sweep, or when another build
  // worked on it and mix_builds is false.
  // locking: none where the file system has no locks, and somebody else sees to it that nobody else
  // works there.
  Store(const std::filesystem::path& directory, const SweepSpec& sweep, const std::string& command,
        bool mix_builds = false, Locking locking = Locking::files);
  // Of what is known already; refused when there is one.
  Store(const std::filesystem::path& directory, const StoredSweep& sweep);
  // For reading what is there.
  explicit Store(const std::filesystem::path& directory);
  ~Store();

  // A worker is about to run the trial. build: by whom it is run, null to leave it as it is.
  void begin(std::size_t position, std::int64_t worker, const BuildInfo* build);
  // The trial's worker did not come to an end with it. effort: since it was begun.
  void give_up(std::size_t position, const Effort& effort);
  // effort: since it was begun or given up; none: not known.
  void keep(std::size_t position, const TrialResult& result,
            const std::optional<Effort>& effort = {});
  // What has changed, to whoever reads; where there are locks, they see it as it is.
  void publish() const;
  // A trial each: true when it has a result that is not an error.
  std::vector<bool> finished() const;
  SweepResults results() const;
  // Everything; without the results themselves where they are not asked for, which are long.
  StoredSweep stored(bool with_results) const;

 private:
  int version() const;  // of the tables; refused when it is no version that can be read
  void check_current() const;
  void create(const StoredSweep& sweep);
  void adopt(const SweepSpec& sweep, const std::string& command);
  void check_build() const;
  void spend(std::size_t position, const std::optional<Effort>& effort);
  std::int64_t build_row(const BuildInfo& build) const;  // made if need be

  std::filesystem::path file_;
  Locking locking_ = Locking::files;
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace pump::harness
