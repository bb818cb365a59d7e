#include <csignal>

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "harness/files.hpp"
#include "harness/store.hpp"
#include "harness/time_left.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using namespace std::chrono_literals;
using Catch::Approx;
using pump::test::Command;
using pump::test::contains;
using pump::test::contents_of;
using pump::test::Ran;
using pump::test::run_pump;
using pump::test::Scratch;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

using Words = std::vector<std::string>;

const std::string kDefaults =
    "title: small\n"
    "defaults:\n"
    "  environment: bandit\n"
    "  wish: return\n"
    "  steps: 512\n"
    "  evaluation_episodes: 4\n"
    "  train: {worlds: 4, rollout_steps: 8, network: {hidden: [8]}}\n"
    "blocks:\n";
const std::string kFirst = "  - vary: {objective: [a2c], seed: 0..1}\n";
const std::string kSecond = "  - vary: {objective: [ppo_clip], seed: 0..2}\n";

// Of some minutes, if nobody stops it.
const std::string kLong = "  - set: {objective: a2c, seed: 7, steps: 20000000}\n";

class Folder {
 public:
  std::string operator()(const std::string& name) const { return (scratch / name).string(); }

  Words sweep(const std::string& blocks, const std::string& out, const Words& more = {}) const {
    write_text(scratch / "sweep.yaml", kDefaults + blocks);
    Words words = {"sweep", (*this)("sweep.yaml"), "--out", (*this)(out), "-j", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  void run(const std::string& blocks, const std::string& out, const Words& more = {}) const {
    const Ran ran = run_pump(sweep(blocks, out, more));
    CATCH_INFO(ran.err);
    CATCH_CHECK(ran.status == 0);
  }
  Json status(const std::string& out) const {
    const Ran ran = run_pump({"sweep", "status", (*this)(out), "--json"});
    CATCH_INFO(ran.err);
    CATCH_REQUIRE(ran.status == 0);
    return Json::parse(ran.out);
  }
  void change(const std::string& out, const std::string& statement) const {
    SQLite::Database(database(out).string(), SQLite::OPEN_READWRITE).exec(statement);
  }
  fs::path database(const std::string& out) const { return scratch / out / "results.sqlite"; }

  Scratch scratch;
};

void refused(const Words& command, const std::string& part) {
  const Ran ran = run_pump(command);
  CATCH_INFO(ran.err);
  CATCH_CHECK(ran.status == 2);
  CATCH_CHECK(ran.out == "");
  CATCH_CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
  CATCH_CHECK(contains(ran.err, part));
}

// Of every trial, in order: where it stands and what came of it.
Words rows_of(const Folder& folder, const std::string& out) {
  Words rows;
  for (const StoredTrial& trial : Store(folder.scratch / out).stored(true).trials)
    rows.push_back(fmt::format("{} {} {} {}", trial.block, trial.id, trial.status, trial.result));
  return rows;
}

Json report_of(const Folder& folder, const std::string& out) {
  Json report = Json::parse(run_pump({"report", folder(out), "--json"}).out);
  report.erase("command");
  return report;
}

}  // namespace

CATCH_TEST_CASE("a trial takes what its like took, or as many seconds a step as all") {
  const Folder in;
  write_text(in("sweep.yaml"), kDefaults + kFirst + kSecond + kLong);
  const SweepSpec sweep = read_sweep(in("sweep.yaml"), {});
  CATCH_REQUIRE(sweep.trials.size() == 6);  // a2c, seeds 0 and 1; ppo_clip, 0 to 2; a long a2c
  TimeLeft time(sweep);
  CATCH_CHECK(!time.seconds_of(0));
  CATCH_CHECK(!time.seconds_left(std::vector<bool>(6), {}, 2));
  time.took(0, 3);
  CATCH_CHECK(*time.seconds_of(1) == Approx(3));
  CATCH_CHECK(*time.seconds_of(4) == Approx(3));                      // of as many steps
  CATCH_CHECK(*time.seconds_of(5) == Approx(3. / 512 * 20'000'000));  // not its like: longer
  time.took(2, 7);
  time.took(3, 8);
  CATCH_CHECK(*time.seconds_of(1) == Approx(3));
  CATCH_CHECK(*time.seconds_of(4) == Approx(7.5));
  CATCH_CHECK(*time.seconds_of(5) == Approx(18. / 1536 * 20'000'000));
  std::vector<bool> done = {true, false, true, true, false, true};
  CATCH_CHECK(*time.seconds_left(done, {}, 2) == Approx((3 + 7.5) / 2));
  const TimeLeft::UnderWay one{4, 2};
  CATCH_CHECK(*time.seconds_left(done, {&one, 1}, 2) == Approx(5.5));  // the longest, not 8.5 / 2
  CATCH_CHECK(*time.seconds_left(done, {&one, 1}, 1) == Approx(8.5));
  const TimeLeft::UnderWay late{4, 90};
  CATCH_CHECK(*time.seconds_left(done, {&late, 1}, 1) == Approx(3));
}

CATCH_TEST_CASE("a trial over the time limit is a row, and goes on from its checkpoint",
                "[workers]") {
  const Folder folder;
  const std::string blocks = "  - set: {objective: a2c, steps: 400000}\n" + kFirst;
  folder.run(blocks, "whole");
  int stopped = 0, kept = 0;
  for (int limit = 1, status = 1; status == 1; limit *= 2) {
    const Ran ran = run_pump(folder.sweep(blocks, "out", {"--time-limit", std::to_string(limit)}));
    status = ran.status;
    CATCH_INFO(ran.err);
    CATCH_REQUIRE((status == 0 || (status == 1 && limit < 1000)));
    if (status == 0) break;
    stopped++;
    const Json now = folder.status("out");
    CATCH_CHECK(now["errors"] == now["left"]);
    CATCH_CHECK(
        now["error_messages"].contains(fmt::format("stopped: over the time limit of {} s", limit)));
    const std::string id = Store(folder.scratch / "out").stored(false).trials.front().id;
    kept += fs::exists(folder.scratch / "out" / "trials" / id / "checkpoint.bin");
  }
  CATCH_CHECK(kept > 0);
  CATCH_CHECK(stopped > 0);
  CATCH_CHECK((contents_of(folder("out") + "/trials") == contents_of(folder("whole") + "/trials")));
  CATCH_CHECK(rows_of(folder, "out") == rows_of(folder, "whole"));
}

CATCH_TEST_CASE("a trial whose worker died is given to another, and is an error after too many",
                "[workers]") {
  const Folder folder;
  const std::string blocks = "  - set: {objective: a2c, steps: 400000}\n";
  folder.run(blocks, "whole");
  for (const int retries : {3, 1}) {
    const std::string out = fmt::format("retries_{}", retries);
    Command sweep(folder.sweep(blocks, out, {"--retries", std::to_string(retries)}),
                  folder.scratch.path());
    pid_t killed = 0;
    for (int deaths = 0; deaths < 2; deaths++) {
      CATCH_REQUIRE(pump::test::within(30s, [&] {
        const auto workers = sweep.children();
        return !workers.empty() && workers.front() != killed;
      }));
      killed = sweep.children().front();
      ::kill(killed, SIGKILL);
    }
    CATCH_CHECK(sweep.wait() == (retries == 3 ? 0 : 1));
    const std::string told = read_text(folder.scratch / "stderr");
    CATCH_CHECK(
        contains(told, fmt::format("worker ended by signal 9 (Killed); retry 1 of {}\n", retries)));
    const Json now = folder.status(out);
    CATCH_CHECK(now["worker_deaths"] == 2);
    CATCH_CHECK(now["errors"] == (retries == 3 ? 0 : 1));
  }
  CATCH_CHECK(rows_of(folder, "retries_3") == rows_of(folder, "whole"));
  CATCH_CHECK(
      folder.status("retries_1")["error_messages"].contains("worker ended by signal 9 (Killed)"));
}

CATCH_TEST_CASE("status says how far a sweep is, by block, also while it runs", "[workers]") {
  const Folder folder;
  Command sweep(folder.sweep(kFirst + kLong, "out"), folder.scratch.path());
  CATCH_REQUIRE(pump::test::within(30s, [&] { return !sweep.children().empty(); }));
  Json now;
  CATCH_CHECK(pump::test::within(60s, [&] { return (now = folder.status("out"))["done"] == 2; }));
  CATCH_CHECK(now["at_work"] == true);
  CATCH_CHECK(now["planned"] == 3);
  CATCH_CHECK(now["running"] == 1);
  CATCH_CHECK(now["left"] == 1);
  CATCH_CHECK(now["blocks"][0]["done"] == 2);
  CATCH_CHECK(now["blocks"][1]["running"] == 1);
  CATCH_CHECK(now["seconds"]["trials"] == 2);
  CATCH_CHECK(now["seconds"]["total"] > 0);
  CATCH_CHECK(now["mixed_builds"] == false);
  CATCH_CHECK(sweep.running());
  sweep.signal(SIGKILL);
  sweep.wait();
  now = folder.status("out");
  CATCH_CHECK(now["at_work"] == false);
  CATCH_CHECK(now["running"] == 0);
  const Ran text = run_pump({"sweep", "status", folder("out")});
  CATCH_CHECK(contains(text.out, "small\n2 of 3 done, 1 left; nobody is at work\n"));
  CATCH_CHECK(contains(text.out, "  block 0: 2 of 2 done, 0 left\n"));
  CATCH_CHECK(contains(text.out, "\nbuild of 2: "));
}

CATCH_TEST_CASE("a sweep that has grown keeps what is finished; one that lost a trial is refused",
                "[workers]") {
  const Folder folder;
  folder.run(kSecond, "out");
  const std::string id = Store(folder.scratch / "out").stored(false).trials.front().id;
  const fs::path result = folder.scratch / "out" / "trials" / id / "result.json";
  const auto written = fs::last_write_time(result);
  folder.run(kFirst + "  - vary: {objective: [ppo_clip], seed: 0..4}\n", "out");
  CATCH_CHECK(fs::last_write_time(result) == written);
  folder.run(kFirst + "  - vary: {objective: [ppo_clip], seed: 0..4}\n", "at_once");
  CATCH_CHECK(rows_of(folder, "out") == rows_of(folder, "at_once"));
  CATCH_CHECK(
      (contents_of(folder("out") + "/trials") == contents_of(folder("at_once") + "/trials")));
  const std::string before = contents_of(folder.scratch / "out");
  refused(folder.sweep(kFirst + kSecond, "out"), "without 2 of them, the first ");
  refused(folder.sweep(kFirst + kSecond, "out"), "(bandit, ppo_clip, seed 3) (give another --out)");
  CATCH_CHECK((contents_of(folder.scratch / "out") == before));
}

CATCH_TEST_CASE("two sweeps merge into what one of both would be", "[workers]") {
  const Folder folder;
  const std::string half = "  - vary: {objective: [ppo_clip], seed: 0..1}\n";
  folder.run(kFirst, "a");
  folder.run(kSecond, "b");
  folder.run(half, "half_b");
  folder.run(kFirst + kSecond, "whole");
  const Words merge = {"sweep", "merge", folder("a"), folder("b"), "--out", folder("out")};
  const Ran ran = run_pump(merge);
  CATCH_INFO(ran.err);
  CATCH_REQUIRE(ran.status == 0);
  CATCH_CHECK(ran.out == folder("out") + ": 5 trials, 5 of them done\n");
  CATCH_CHECK(rows_of(folder, "out") == rows_of(folder, "whole"));
  CATCH_CHECK(report_of(folder, "out") == report_of(folder, "whole"));
  CATCH_CHECK((contents_of(folder("out") + "/trials") == contents_of(folder("whole") + "/trials")));
  refused(merge, "expected a folder without results");
  folder.run(kFirst + kSecond, "out");  // nothing is left to do

  // Trials that are in both.
  CATCH_CHECK(run_pump({"sweep", "merge", folder("whole"), folder("half_b"), folder("a"), "--out",
                        folder("again")})
                  .status == 0);
  CATCH_CHECK(rows_of(folder, "again") == rows_of(folder, "whole"));
  folder.change("half_b", "UPDATE trials SET result = replace(result, 'ppo', 'PPO')");
  const std::string id = Store(folder.scratch / "half_b").stored(false).trials.front().id;
  refused({"sweep", "merge", folder("b"), folder("half_b"), "--out", folder("no")},
          fmt::format("trial {}: expected the result that it has in {}", id, folder("b")));
  CATCH_CHECK(!fs::exists(folder.scratch / "no"));
  refused({"sweep", "merge", folder("a"), folder("none"), "--out", folder("no")}, "no such file");
  fs::remove(folder.scratch / "half_b" / "results.sqlite");  // finished trials are there still
  const std::string there = contents_of(folder.scratch / "half_b");
  refused({"sweep", "merge", folder("a"), "--out", folder("half_b")},
          "trials: expected a folder without trials, got one with some");
  CATCH_CHECK((contents_of(folder.scratch / "half_b") == there));
  // But for those of a merge that was stopped.
  write_text(folder.scratch / "half_b" / "merge_under_way", "");
  CATCH_CHECK(run_pump({"sweep", "merge", folder("a"), "--out", folder("half_b")}).status == 0);
  CATCH_CHECK(!fs::exists(folder.scratch / "half_b" / "merge_under_way"));
  CATCH_CHECK(!fs::exists(folder.scratch / "none"));
}

CATCH_TEST_CASE("an unfinished trial merges as it is, and a folder in use does not", "[workers]") {
  const Folder folder;
  folder.run(kFirst, "a");
  CATCH_CHECK(run_pump(folder.sweep(kLong, "b", {"--time-limit", "1"})).status == 1);
  const std::string id = Store(folder.scratch / "b").stored(false).trials.front().id;
  CATCH_CHECK(
      run_pump({"sweep", "merge", folder("a"), folder("b"), "--out", folder("out")}).status == 0);
  CATCH_CHECK(folder.status("out")["errors"] == 1);
  const fs::path part = fs::path("trials") / id / "metrics.csv";
  CATCH_CHECK(fs::exists(folder.scratch / "out" / part.parent_path() / "checkpoint.bin"));
  CATCH_CHECK(!fs::equivalent(folder.scratch / "out" / part, folder.scratch / "b" / part));

  Command sweep(folder.sweep(kLong, "b"), folder.scratch.path());
  CATCH_REQUIRE(pump::test::within(30s, [&] { return !sweep.children().empty(); }));
  refused({"sweep", "merge", folder("a"), folder("b"), "--out", folder("no")},
          "nobody else is working in");
}

CATCH_TEST_CASE("results of another build are not mixed in unless told to", "[workers]") {
  const Folder folder;
  folder.run(kFirst, "out");
  CATCH_CHECK(run_pump(folder.sweep(kFirst + kLong, "out", {"--time-limit", "1"})).status == 1);
  CATCH_CHECK(run_pump(folder.sweep(kFirst, "same")).status == 0);
  folder.change("out", "UPDATE builds SET executable = 'another'");
  const std::string before = contents_of(folder.scratch / "out");
  refused(folder.sweep(kFirst + kLong + kSecond, "out"), "got those of another: ");
  CATCH_CHECK((contents_of(folder.scratch / "out") == before));
  refused({"sweep", "merge", folder("same"), folder("out"), "--out", folder("both")},
          "expected a result of the build ");

  CATCH_CHECK(
      run_pump(folder.sweep(kFirst + kLong + kSecond, "out", {"--mix-builds", "--time-limit", "2"}))
          .status == 1);
  const Json now = folder.status("out");
  CATCH_CHECK(now["mixed_builds"] == true);
  CATCH_CHECK(now["builds"].size() == 2);
  const StoredSweep sweep = Store(folder.scratch / "out").stored(false);
  for (std::size_t i = 0; i < sweep.trials.size(); i++)  // the unfinished one was begun anew
    CATCH_CHECK((sweep.trials[i].build->executable == "another") == (i < 2));
  CATCH_CHECK(contains(run_pump({"report", folder("out")}).out, "(results of 2 builds mixed)"));
  CATCH_CHECK(contains(run_pump({"sweep", "status", folder("out")}).out, "builds are mixed"));
  CATCH_CHECK(run_pump({"sweep", "merge", folder("same"), folder("out"), "--out", folder("both"),
                        "--mix-builds"})
                  .status == 0);
}

CATCH_TEST_CASE("the tables are as documented, and the documented queries work", "[workers]") {
  const Folder folder;
  folder.run(kFirst + kSecond, "out");
  const std::string page = read_text(fs::path(PUMP_SOURCE_DIR) / "docs/results_schema.md");
  SQLite::Database database(folder.database("out").string());
  CATCH_CHECK(contains(page, database.execAndGet("PRAGMA application_id").getString()));
  CATCH_CHECK(contains(
      page, "these tables, " + database.execAndGet("PRAGMA user_version").getString() + "."));
  SQLite::Statement columns(database,
                            "SELECT m.name, c.name FROM sqlite_master AS m, "
                            "pragma_table_info(m.name) AS c WHERE m.type IN ('table', 'view')");
  int count = 0;
  for (; columns.executeStep(); count++) {
    CATCH_CHECK(contains(page, fmt::format("\n## `{}`: ", columns.getColumn(0).getString())));
    CATCH_CHECK(contains(page, fmt::format("`{}`", columns.getColumn(1).getString())));
  }
  CATCH_CHECK(count > 30);
  int queries = 0;
  const std::string fence = "```sql\n";
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    SQLite::Statement rows(database, page.substr(at, page.find("```", at) - at));
    CATCH_CHECK(rows.executeStep());
    queries++;
  }
  CATCH_CHECK(queries == 3);
  CATCH_CHECK(database.execAndGet("SELECT count(*) FROM runs WHERE objective = 'a2c'").getInt() ==
              2);
}

CATCH_TEST_CASE("tables of another version are refused in one line; reports read the first's",
                "[workers]") {
  const Folder folder;
  folder.run(kFirst, "out");
  const Json report = report_of(folder, "out");
  folder.change("out",
                "DROP VIEW runs; DROP TABLE running; DROP TABLE effort; "
                "ALTER TABLE trials DROP COLUMN block; ALTER TABLE trials DROP COLUMN build; "
                "DROP TABLE builds; PRAGMA user_version = 1");
  CATCH_CHECK(report_of(folder, "out") == report);
  refused(folder.sweep(kFirst, "out"), "of version 2, got version 1, which only reports read");
  refused({"sweep", "status", folder("out")}, "got version 1");
  folder.change("out", "PRAGMA user_version = 3");
  refused(folder.sweep(kFirst, "out"), "of version 1 to 2, got version 3");
  refused({"report", folder("out")}, "of version 1 to 2, got version 3");
}

CATCH_TEST_CASE("status and merge are words, and files of that name can be had", "[process]") {
  refused({"sweep"}, "FILE is required");
  refused({"sweep", "a.yaml"}, "--out is required");
  refused({"sweep", "status"}, "DIR is required");
  refused({"sweep", "merge", "a"}, "--out is required");
  refused({"sweep", "status", "/nowhere"}, "/nowhere/results.sqlite: expected a sweep's results");
  refused({"sweep", "./status", "--out", "/nowhere"}, "./status: expected a readable file");
  refused({"sweep", "a.yaml", "--out", "status"}, "a.yaml: expected a readable file");
  refused({"sweep", "a.yaml", "--out", "a", "--time-limit", "0"}, "--time-limit");
  refused({"sweep", "a.yaml", "--out", "a", "--retries", "-1"}, "--retries");
  for (const std::string word : {"status", "merge"})
    CATCH_CHECK(
        contains(run_pump({"sweep", word, "--help"}).out, "Example: pump sweep " + word + " "));
}
