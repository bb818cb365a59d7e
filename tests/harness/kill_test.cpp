#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <random>

#include <SQLiteCpp/SQLiteCpp.h>

#include <fmt/format.h>

#include "harness/files.hpp"
#include "harness/store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using namespace std::chrono_literals;
using pump::test::Command;
using pump::test::contents_of;
using pump::test::run_pump;
using pump::test::Scratch;
namespace fs = std::filesystem;

namespace {

// Four pulls an episode, a few hundred steps: what is tried is the sweep, not the training.
std::string tiny_sweep(int seeds) {
  return fmt::format(
      "title: killed\n"
      "defaults:\n"
      "  environment: bandit\n"
      "  wish: return\n"
      "  steps: 512\n"
      "  evaluation_episodes: 4\n"
      "  train: {{worlds: 4, rollout_steps: 8, network: {{hidden: [8]}}}}\n"
      "blocks:\n"
      "  - vary: {{objective: [a2c, ppo_clip], seed: 0..{}}}\n",
      seeds - 1);
}

// The tables that hold what came out, in full.
std::string dump(const fs::path& directory) {
  SQLite::Database database((directory / "results.sqlite").string());
  std::string out;
  for (const std::string table : {"sweep", "builds", "trials"}) {
    SQLite::Statement rows(database, "SELECT * FROM " + table + " ORDER BY 1");
    while (rows.executeStep()) {
      out += table;
      for (int i = 0; i < rows.getColumnCount(); i++)
        out += fmt::format("|{}", rows.getColumn(i).getString());
      out += '\n';
    }
  }
  return out;
}

struct Kills {
  int coordinators = 0, workers = 0;
};

// Kills a sweep again and again, then lets it end.
class Killer {
 public:
  // stride: trials from one kill to the next, at most.
  Killer(const Scratch& scratch, std::vector<std::string> command, const fs::path& out,
         unsigned stride)
      : scratch_(scratch), command_(std::move(command)), out_(out), stride_(stride) {}

  void kill(const Kills& kills) {
    for (int c = 0; c < kills.coordinators; c++) {
      const int before = kills.workers * c / kills.coordinators,
                after = kills.workers * (c + 1) / kills.coordinators;
      Command sweep(command_, scratch_.path());
      CATCH_REQUIRE(pump::test::within(60s, [&] { return !sweep.children().empty(); }));
      for (int w = before; w < after; w++) kill_a_worker(sweep);
      wait_for_progress();
      CATCH_REQUIRE(sweep.running());
      sweep.signal(SIGKILL);
      sweep.wait();
      note_finished();
    }
  }

  // Trials that were finished at a kill, and of those, how many were written again since.
  int finished() const { return static_cast<int>(results_.size()); }
  int written_again() const {
    return static_cast<int>(std::count_if(
        results_.begin(), results_.end(),
        [this](const auto& result) { return stamp_of(result.first) != result.second; }));
  }

 private:
  int done() const {
    const std::vector<bool> finished = Store(out_).finished();
    return static_cast<int>(std::count(finished.begin(), finished.end(), true));
  }

  // Some trials later, and some moment later: on slow machines too, kills are spread over the
  // sweep.
  void wait_for_progress() {
    const int due = done() + static_cast<int>(random_() % stride_);
    CATCH_REQUIRE(pump::test::within(60s, [&] { return done() >= due; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 60));
  }

  void kill_a_worker(Command& sweep) {
    wait_for_progress();
    std::vector<pid_t> workers;
    CATCH_REQUIRE(pump::test::within(30s, [&] {
      workers = sweep.children();
      return !workers.empty();
    }));
    ::kill(workers[random_() % workers.size()], SIGKILL);
  }

  std::pair<ino_t, long> stamp_of(const std::string& id) const {
    struct stat found {};
    ::stat((out_ / "trials" / id / "result.json").c_str(), &found);
    return {found.st_ino, found.st_mtim.tv_sec * 1'000'000'000L + found.st_mtim.tv_nsec};
  }

  void note_finished() {
    for (const StoredTrial& trial : Store(out_).stored(false).trials)
      if (trial.done()) results_.emplace(trial.id, stamp_of(trial.id));
  }

  const Scratch& scratch_;
  std::vector<std::string> command_;
  fs::path out_;
  unsigned stride_;
  std::mt19937 random_{20'261};
  std::map<std::string, std::pair<ino_t, long>> results_;  // by trial
};

void check_killed_sweep(int seeds, const Kills& kills, unsigned stride) {
  const Scratch scratch;
  write_text(scratch / "tiny.yaml", tiny_sweep(seeds));
  const auto command = [&](const std::string& out) {
    return std::vector<std::string>{
        "sweep", (scratch / "tiny.yaml").string(), "--out", (scratch / out).string(), "-j", "2"};
  };
  CATCH_REQUIRE(run_pump(command("whole")).status == 0);
  Killer killer(scratch, command("killed"), scratch / "killed", stride);
  killer.kill(kills);
  const auto last = run_pump(command("killed"));
  CATCH_INFO(last.err);
  CATCH_CHECK(last.status == 0);

  const StoredSweep sweep = Store(scratch / "killed").stored(false);
  std::map<std::string, int> times;
  int done = 0, deaths = 0;
  for (const StoredTrial& trial : sweep.trials) {
    times[trial.id]++;
    done += trial.done();
    deaths += trial.effort ? trial.effort->deaths : 0;
  }
  CATCH_CHECK(done == 2 * seeds);
  CATCH_CHECK(times.size() == static_cast<std::size_t>(2 * seeds));
  CATCH_CHECK(deaths > 0);
  CATCH_CHECK(killer.finished() > 0);
  CATCH_CHECK(killer.written_again() == 0);
  CATCH_CHECK((dump(scratch / "killed") == dump(scratch / "whole")));
  CATCH_CHECK(
      (contents_of(scratch / "killed" / "trials") == contents_of(scratch / "whole" / "trials")));
}

}  // namespace

CATCH_TEST_CASE(
    "a sweep whose coordinator and workers are killed loses no trial and runs none "
    "twice",
    "[workers]") {
  check_killed_sweep(20, {2, 5}, 3);
}

CATCH_TEST_CASE("1,000 trials, 10 coordinators and 100 workers killed: the same results",
                "[.long]") {
  check_killed_sweep(500, {10, 100}, 6);
}
