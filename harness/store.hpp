#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/measures.hpp"
#include "harness/sweep.hpp"
#include "harness/trial_config.hpp"

namespace SQLite {
class Database;
}

namespace pump::harness {

// DIR/results.sqlite: a row a trial, there from the start in the sweep's order, its result filled
// in when it comes. Every change is one transaction: a kill or a full disk leaves the last state.
// Failures are pump::Error.
class Store {
 public:
  // For running the sweep: made when there is none, else the same sweep's.
  Store(const std::filesystem::path& directory, const SweepSpec& sweep, const std::string& command);
  // For reading what is there.
  explicit Store(const std::filesystem::path& directory);
  ~Store();

  void keep(std::size_t position, const TrialResult& result);
  // A trial each: true when it has a result that is not an error.
  std::vector<bool> finished() const;
  SweepResults results() const;

 private:
  void check_is_ours() const;
  void create(const SweepSpec& sweep, const std::string& command);
  void check_same(const SweepSpec& sweep) const;

  std::filesystem::path file_;
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace pump::harness
