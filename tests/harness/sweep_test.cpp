#include "harness/sweep.hpp"

#include <csignal>
#include <fstream>

#include <nlohmann/json.hpp>

#include "harness/files.hpp"
#include "harness/progress.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using namespace std::chrono_literals;
using pump::test::Command;
using pump::test::contains;
using pump::test::contents_of;
using pump::test::run_pump;
using pump::test::Scratch;
namespace fs = std::filesystem;

namespace {

const std::string kTiny =
    "title: tiny\n"
    "defaults:\n"
    "  environment: burning_building\n"
    "  wish: distance\n"
    "  steps: 6000\n"
    "  evaluation_episodes: 8\n"
    "  clone: {episodes: 16}\n"
    "  train: {worlds: 8, rollout_steps: 64}\n"
    "blocks:\n"
    "  - vary:\n      objective: [a2c, ppo_kl]\n      seed: 0..1\n"
    "  - set: {objective: ppo_clip, sticky_actions: .2}\n";

std::vector<std::string> sweep_command(const Scratch& scratch, const std::string& out,
                                       const std::string& jobs) {
  return {"sweep", (scratch / "tiny.yaml").string(), "--out", (scratch / out).string(), "-j", jobs};
}

std::string report_of(const Scratch& scratch, const std::string& out) {
  const auto ran = run_pump({"report", (scratch / out).string(), "--json"});
  CATCH_CHECK(ran.status == 0);
  CATCH_CHECK(ran.err == "");
  return ran.out;
}

bool gone(pid_t process) { return ::kill(process, 0) != 0; }

}  // namespace

CATCH_TEST_CASE("a sweep is the same bytes however it is run, killed and run again", "[workers]") {
  const Scratch scratch;
  write_text(scratch / "tiny.yaml", kTiny);
  CATCH_CHECK(run_pump(sweep_command(scratch, "one", "1")).status == 0);
  CATCH_CHECK(run_pump(sweep_command(scratch, "two", "2")).status == 0);
  const std::string trials = contents_of(scratch / "one" / "trials");
  const std::string report = report_of(scratch, "one");
  CATCH_CHECK(!contains(trials, "checkpoint.bin"));
  CATCH_CHECK(contents_of(scratch / "two" / "trials") == trials);
  CATCH_CHECK(report_of(scratch, "two") == report);

  int kills = 0;
  for (auto patience = 700ms; patience < 60s; patience *= 2) {
    Command sweep(sweep_command(scratch, "killed", "2"), scratch.path());
    if (pump::test::within(patience, [&] { return !sweep.running(); })) {
      CATCH_CHECK(sweep.wait() == 0);
      break;
    }
    const auto workers = sweep.children();
    sweep.signal(SIGKILL);
    sweep.wait();
    kills++;
    for (const pid_t worker : workers)
      CATCH_CHECK(pump::test::within(5s, [&] { return gone(worker); }));
  }
  CATCH_CHECK(kills > 0);
  CATCH_CHECK(contents_of(scratch / "killed" / "trials") == trials);
  CATCH_CHECK(report_of(scratch, "killed") == report);
}

CATCH_TEST_CASE("finished trials without their row are taken as they are", "[workers]") {
  const Scratch scratch;
  write_text(scratch / "tiny.yaml", kTiny);
  CATCH_CHECK(run_pump(sweep_command(scratch, "out", "2")).status == 0);
  const std::string trials = contents_of(scratch / "out" / "trials");
  const std::string report = report_of(scratch, "out");
  fs::remove(scratch / "out" / "results.sqlite");
  for (const auto& trial : fs::directory_iterator(scratch / "out" / "trials"))
    write_text(trial.path() / "checkpoint.bin", "left by a kill after the result");
  CATCH_CHECK(run_pump(sweep_command(scratch, "out", "2")).status == 0);
  CATCH_CHECK(contents_of(scratch / "out" / "trials") == trials);
  CATCH_CHECK(report_of(scratch, "out") == report);
}

CATCH_TEST_CASE("an interrupt ends the workers with status 130, and the same command goes on",
                "[workers]") {
  const Scratch scratch;
  write_text(scratch / "tiny.yaml", kTiny);
  for (const int signal : {SIGINT, SIGTERM}) {
    Command sweep(sweep_command(scratch, "out", "1"), scratch.path());
    CATCH_REQUIRE(pump::test::within(20s, [&] { return !sweep.children().empty(); }));
    const auto workers = sweep.children();
    sweep.signal(signal);
    CATCH_CHECK(sweep.wait() == 130);
    for (const pid_t worker : workers) CATCH_CHECK(gone(worker));
  }
  const auto ran = run_pump(sweep_command(scratch, "out", "2"));
  CATCH_CHECK(ran.status == 0);
  CATCH_CHECK(contains(ran.err, "5/5 done"));
}

CATCH_TEST_CASE("a worker that dies is a row where no retries are left; the next call tries again",
                "[workers]") {
  const Scratch scratch;
  write_text(scratch / "tiny.yaml", kTiny);
  auto command = sweep_command(scratch, "out", "1");
  command.insert(command.end(), {"--retries", "0"});
  Command sweep(command, scratch.path());
  CATCH_REQUIRE(pump::test::within(20s, [&] { return !sweep.children().empty(); }));
  ::kill(sweep.children()[0], SIGKILL);
  CATCH_CHECK(sweep.wait() == 1);
  const auto errors = nlohmann::json::parse(report_of(scratch, "out"))["errors"];
  CATCH_REQUIRE(errors.size() == 1);
  CATCH_CHECK(errors[0]["message"] == "worker ended by signal 9 (Killed)");
  CATCH_CHECK(run_pump(sweep_command(scratch, "out", "1")).status == 0);
  CATCH_CHECK(nlohmann::json::parse(report_of(scratch, "out"))["errors"].empty());
}

CATCH_TEST_CASE("a trial that fails is a row, and the others are run", "[workers]") {
  const Scratch scratch;
  // In three steps nobody gets out: the calibration refuses.
  write_text(scratch / "tiny.yaml",
             kTiny + "  - set: {objective: a2c, parameters: {horizon: 3}}\n");
  const auto ran = run_pump(sweep_command(scratch, "out", "2"));
  CATCH_CHECK(ran.status == 1);
  CATCH_CHECK(contains(ran.err, "pump: 1 of 6 trials ended in an error"));
  const SweepResults results = read_results(scratch / "out");
  CATCH_REQUIRE(results.trials.size() == 6);
  CATCH_CHECK(results.planned == 6);
  for (std::size_t i = 0; i < 6; i++)
    CATCH_CHECK((results.trials[i].status == TrialStatus::error) == (i == 5));
}

CATCH_TEST_CASE("the report is printed whenever a block is done", "[workers]") {
  const Scratch scratch;
  write_text(scratch / "tiny.yaml", kTiny);
  auto command = sweep_command(scratch, "out", "1");
  command.push_back("--report");
  const auto ran = run_pump(command);
  CATCH_CHECK(contains(ran.out, "4 of 5 trials\n"));
  CATCH_CHECK(contains(ran.out, "5 of 5 trials\n"));
}

CATCH_TEST_CASE("a folder with something else in it is refused and left as it is", "[workers]") {
  const Scratch scratch;
  write_text(scratch / "tiny.yaml", kTiny);
  CATCH_CHECK(run_pump(sweep_command(scratch, "out", "2")).status == 0);
  const std::string before = contents_of(scratch / "out");
  auto other = sweep_command(scratch, "out", "2");
  other.insert(other.end(), {"--set", "steps=5000"});
  const auto refused = [&](const std::vector<std::string>& command, const std::string& part) {
    const auto ran = run_pump(command);
    CATCH_INFO(ran.err);
    CATCH_CHECK(ran.status == 2);
    CATCH_CHECK(contains(ran.err, part));
    CATCH_CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
  };
  refused(other, "expected a sweep with all 5 trials that are there, got \"tiny\" without 5");
  CATCH_CHECK(contents_of(scratch / "out") == before);

  make_directory(scratch / "text");
  write_text(scratch / "text" / "results.sqlite", "this is no database, however long it is\n");
  refused(sweep_command(scratch, "text", "1"), "expected a sweep's results, got: file is not a");
  refused({"report", (scratch / "text").string()}, "expected a sweep's results, got: file is");
  CATCH_CHECK(read_text(scratch / "text" / "results.sqlite").starts_with("this is no"));

  const std::string database = read_text(scratch / "out" / "results.sqlite");
  make_directory(scratch / "cut");
  write_text(scratch / "cut" / "results.sqlite", database.substr(0, database.size() / 2));
  refused({"report", (scratch / "cut").string()}, "results.sqlite: expected a sweep's results");
  refused({"report", (scratch / "none").string()}, "no such file");
  CATCH_CHECK(!fs::exists(scratch / "none"));
}

CATCH_TEST_CASE("two sweeps do not work in one folder", "[workers]") {
  const Scratch scratch;
  write_text(scratch / "tiny.yaml", kTiny);
  Command first(sweep_command(scratch, "out", "1"), scratch.path());
  CATCH_REQUIRE(pump::test::within(20s, [&] { return !first.children().empty(); }));
  const auto second = run_pump(sweep_command(scratch, "out", "1"));
  CATCH_CHECK(second.status == 2);
  CATCH_CHECK(contains(second.err, "nobody else is working in"));
  CATCH_CHECK(first.wait() == 0);
}

CATCH_TEST_CASE("progress is told in words") {
  SweepProgress progress{.trials = 40, .done = 12, .running = 2};
  CATCH_CHECK(progress_text(progress, 1) == "12/40 done, 2 running");
  progress.errors = 1;
  progress.steps = 310'000;
  progress.remaining_steps = 7'440'000;
  CATCH_CHECK(progress_text(progress, 10) ==
              "12/40 done, 2 running, 1 error, 31k steps/s, 4 min left");
  progress.seconds_left = 100;
  CATCH_CHECK(progress_text(progress, 10).ends_with(", 31k steps/s, 2 min left"));
  TrialProgress trial;
  trial.steps = trial.steps_before = 20'000;
  trial.budget_steps = 500'000;
  CATCH_CHECK(progress_text(trial, 0) == "20k/500k steps");
  trial.steps = 120'000;
  trial.proxy_return = .8251;
  trial.uhr = .41;
  CATCH_CHECK(progress_text(trial, 4) ==
              "120k/500k steps, proxy return 0.825, UHR 41 %, 25k steps/s, 15 s left");
  trial.kl_to_reference = .123;
  CATCH_CHECK(contains(progress_text(trial, 4), ", KL 0.12 nats a decision, 25k"));
  trial.budget_steps.reset();  // as of a yardstick, whose draws are what it does
  CATCH_CHECK(progress_text(trial, 4).starts_with("120k steps, "));
  CATCH_CHECK(progress_text(trial, 4).ends_with(" steps/s"));
}
