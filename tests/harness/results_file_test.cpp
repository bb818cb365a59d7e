#include "harness/results_file.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include <nlohmann/json.hpp>

#include "harness/files.hpp"
#include "harness/store.hpp"
#include "harness/sweep.hpp"
#include "harness/trial.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using namespace std::chrono_literals;
using pump::test::contains;
using pump::test::Ran;
using pump::test::run_pump;
using pump::test::Scratch;
namespace fs = std::filesystem;

namespace {

const std::string kSweep =
    "title: small\n"
    "defaults: {environment: bandit, wish: return, steps: 512, evaluation_episodes: 4, train: "
    "{worlds: 4, rollout_steps: 8, network: {hidden: [8]}}}\n"
    "blocks: [{set: {objective: a2c}, vary: {seed: 0..39}}]\n";

SweepSpec sweep_in(const Scratch& scratch) {
  write_text(scratch / "sweep.yaml", kSweep);
  return read_sweep((scratch / "sweep.yaml").string(), {});
}

}  // namespace

CATCH_TEST_CASE("without locks, readers see what was last published, whole") {
  const Scratch scratch;
  const SweepSpec sweep = sweep_in(scratch);
  const fs::path out = scratch / "out";
  make_directory(out / "slurm");
  Store writer(out, sweep, "pump sweep", false, Locking::none);
  CATCH_CHECK(Store(out).results().planned == 40);
  writer.keep(0, describe(sweep.trials[0]));
  CATCH_CHECK(Store(out).results().trials.empty());
  writer.publish();
  CATCH_CHECK(Store(out).results().trials.size() == 1);

  // Whoever reads all the time disturbs nobody, and never sees fewer than before.
  std::atomic<bool> over = false, shrank = false, failed = false;
  std::atomic<int> looks = 0;
  std::thread reader([&] {
    try {
      for (std::size_t before = 0; !over; looks++) {
        const std::size_t now = Store(out).results().trials.size();
        shrank = shrank || now < before;
        before = now;
      }
    } catch (const pump::Error&) {
      failed = true;
    }
  });
  for (std::size_t i = 1; i < 40; i++) {
    for (const int seen = looks; looks == seen && !failed;) std::this_thread::yield();
    writer.keep(i, describe(sweep.trials[i]));
    writer.publish();
  }
  over = true;
  reader.join();
  CATCH_CHECK_FALSE(failed);
  CATCH_CHECK_FALSE(shrank);
  CATCH_CHECK(Store(out).results().trials.size() == 40);
  for (const fs::directory_entry& entry : fs::directory_iterator(out))
    CATCH_CHECK(
        (entry.path().filename() == "slurm" || entry.path().filename() == "results.sqlite"));
  // The next coordinator begins with what was published.
  CATCH_CHECK(std::ranges::count(Store(out, sweep, "pump sweep", false, Locking::none).finished(),
                                 true) == 40);
}

// Longer than the ten seconds that a reader waits.
CATCH_TEST_CASE("a program that goes on reading is waited for", "[.long]") {
  const Scratch scratch;
  const SweepSpec sweep = sweep_in(scratch);
  const fs::path out = scratch / "out";
  Store writer(out, sweep, "pump sweep");
  SQLite::Database other((out / "results.sqlite").string(), SQLite::OPEN_READONLY);
  auto rows = std::make_unique<SQLite::Statement>(other, "SELECT id FROM trials");
  CATCH_REQUIRE(rows->executeStep());
  std::thread patient([&] {
    std::this_thread::sleep_for(12s);
    rows = nullptr;
  });
  writer.keep(0, describe(sweep.trials[0]));
  patient.join();
  CATCH_CHECK(Store(out).results().trials.size() == 1);
}

CATCH_TEST_CASE("how long a trial took is told by whoever ran it alone", "[workers]") {
  const Scratch scratch;
  const auto run = [&] {
    const Ran ran = run_pump({"sweep", (scratch / "sweep.yaml").string(), "--out",
                              (scratch / "out").string(), "-j", "2", "--set", "seed=3"});
    CATCH_INFO(ran.err);
    CATCH_CHECK(ran.status == 0);
    return Store(scratch / "out").stored(false).trials.at(0);
  };
  write_text(scratch / "sweep.yaml",
             kSweep.substr(0, kSweep.find("blocks:")) + "blocks: [{set: {objective: a2c}}]\n");
  const auto first = run();
  CATCH_REQUIRE(first.effort);
  CATCH_CHECK(first.effort->seconds > 0);
  fs::remove(scratch / "out/results.sqlite");
  const auto taken = run();  // from its folder
  CATCH_CHECK(taken.done());
  CATCH_CHECK_FALSE(taken.effort);
}

CATCH_TEST_CASE("a folder's name that is no text is refused before anything is made", "[process]") {
  const Scratch scratch;
  write_text(scratch / "sweep.yaml", kSweep);
  const std::string out = (scratch / "out").string() + "\xe9";
  const Ran ran = run_pump({"sweep", (scratch / "sweep.yaml").string(), "--out", out});
  CATCH_CHECK(ran.status == 2);
  CATCH_CHECK(contains(ran.err, "--out: expected a name in UTF-8, got \""));
  CATCH_CHECK_FALSE(fs::exists(out));
}

CATCH_TEST_CASE("the command that is kept can be given again as it stands", "[process]") {
  const Scratch scratch;
  const fs::path file = scratch / "it's small.yaml";
  write_text(file,
             kSweep.substr(0, kSweep.find("blocks:")) + "blocks: [{set: {objective: a2c}}]\n");
  const std::string out = (scratch / "out").string();
  CATCH_REQUIRE(run_pump({"sweep", file.string(), "--out", out, "--set", "wish='return'"}).status ==
                0);
  std::string quoted = file.string();
  quoted.replace(quoted.find('\''), 1, "'\\''");
  CATCH_CHECK(read_results(out).command ==
              "pump sweep '" + quoted + "' --set 'wish='\\''return'\\'''");
}
