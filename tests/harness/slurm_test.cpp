// Against a real Slurm of one node, which the test starts and stops: tests/support/slurm/one_node.
#include "harness/slurm.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "harness/files.hpp"
#include "harness/folder_lock.hpp"
#include "harness/store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using namespace pump::test;
namespace fs = std::filesystem;

namespace {

// Some seconds of work a trial, so that there is a middle to be killed in.
const std::string kSweep =
    "title: On a cluster\n"
    "defaults: {environment: unit_test, wish: green, steps: 60000, evaluation_episodes: 16}\n"
    "blocks:\n"
    "  - vary: {objective: [reinforce, ppo_clip], seed: 0..5}\n"
    "  - {set: {objective: ppo_clip, steps: 100, wish: 'true'}}\n";

bool installed(const char* program) {
  return std::system(("command -v " + std::string(program) + " >/dev/null 2>&1").c_str()) == 0;
}

bool there_is_slurm() {
  if (installed("slurmctld") && installed("slurmd") && installed("munged")) return true;
  std::cout << "skipped: slurmctld, slurmd and munge are not installed\n";
  return false;
}

class OneNode {
 public:
  explicit OneNode(const fs::path& folder) : folder_(folder) {
    started_ = run("start");
    ::setenv("SLURM_CONF", (folder_ / "slurm.conf").c_str(), 1);
  }
  OneNode(const OneNode&) = delete;
  OneNode& operator=(const OneNode&) = delete;
  ~OneNode() {
    run("stop");
    ::unsetenv("SLURM_CONF");
  }
  bool started() const { return started_; }

 private:
  bool run(const std::string& action) const {
    return std::system((std::string(PUMP_SOURCE_DIR) + "/tests/support/slurm/one_node " + action +
                        " " + folder_.string())
                           .c_str()) == 0;
  }
  fs::path folder_;
  bool started_ = false;
};

std::vector<std::string> words(const fs::path& file, const fs::path& out) {
  return {"sweep", file.string(), "--out", out.string(),      "--executor",
          "slurm", "--poll",      "0.3",   "--trials-a-task", "3"};
}

// Stand-ins for Slurm's commands, first in PATH: they warn of something, and nothing is ever
// queued.
class StandIns {
 public:
  explicit StandIns(const fs::path& folder) : folder_(folder) {
    make_directory(folder_);
    say("squeue", "echo Invalid job id specified >&2; exit 1\n");
    ::setenv("PATH", (folder_.string() + ":" + path_).c_str(), 1);
  }
  StandIns(const StandIns&) = delete;
  StandIns& operator=(const StandIns&) = delete;
  ~StandIns() { ::setenv("PATH", path_.c_str(), 1); }
  void say(const std::string& name, const std::string& script) const {
    write_text(folder_ / name, "#!/bin/sh\necho \"$0: warning: take care\" >&2\n" + script);
    fs::permissions(folder_ / name, fs::perms::owner_all);
  }
  void run_tasks(const std::string& before = "") const {
    say("sbatch",
        "for word in \"$@\"; do\n"
        "  case $word in --array=0-*) last=${word#--array=0-}; last=${last%%%*};; esac\n"
        "done\n" +
            before +
            "for task in $(seq 0 $last); do SLURM_ARRAY_TASK_ID=$task sh \"$word\"; done\n"
            "echo 7\n");
  }

 private:
  fs::path folder_;
  std::string path_ = std::getenv("PATH");
};

const std::string kSmall =
    "title: small\n"
    "defaults: {environment: bandit, wish: return, steps: 512, evaluation_episodes: 4}\n"
    "blocks: [{set: {objective: a2c}, vary: {seed: 0..3}}]\n";

void check_equal(const fs::path& one, const fs::path& other) {
  const SweepResults a = read_results(one), b = read_results(other);
  CATCH_REQUIRE(a.trials.size() == b.trials.size());
  for (std::size_t i = 0; i < a.trials.size(); i++) {
    CATCH_CHECK(nlohmann::json(a.trials[i]) == nlohmann::json(b.trials[i]));
    const fs::path policy = fs::path("trials") / a.trials[i].id / "policy.bin";
    CATCH_CHECK(read_bytes(one / policy) == read_bytes(other / policy));
  }
}

}  // namespace

CATCH_TEST_CASE("local workers and Slurm give the same, with a task killed in the middle",
                "[.long][slurm]") {
  if (!there_is_slurm()) return;
  const Scratch scratch;
  write_text(scratch / "sweep.yaml", kSweep);
  const fs::path local = scratch / "local", cluster = scratch / "cluster";
  CATCH_REQUIRE(
      run_pump({"sweep", (scratch / "sweep.yaml").string(), "--out", local.string(), "-j", "2"})
          .status == 0);
  const OneNode slurm(scratch / "node");
  CATCH_REQUIRE(slurm.started());
  // Kills the first worker that has begun to answer, by Slurm's own hand.
  std::thread killer([&] {
    const fs::path answers = cluster / "slurm/0/0.answers";
    for (int i = 0; i < 600; i++) {
      std::error_code none;
      if (fs::exists(answers, none) && fs::file_size(answers, none) > 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    const std::string job = read_text(cluster / "slurm/0/job");
    CATCH_CHECK(std::system(("scancel --signal=KILL " + job + "_0").c_str()) == 0);
  });
  const Ran ran = run_pump(words(scratch / "sweep.yaml", cluster));
  killer.join();
  CATCH_INFO(ran.out << ran.err);
  CATCH_CHECK(ran.status == 0);
  CATCH_CHECK(fs::exists(cluster / "slurm/1/job"));  // what the killed one left
  check_equal(local, cluster);
  // Again: nothing is left to do, and nothing is submitted.
  CATCH_CHECK(run_pump(words(scratch / "sweep.yaml", cluster)).status == 0);
  CATCH_CHECK_FALSE(fs::exists(cluster / "slurm/2"));
}

// Between Slurm's taking an array and the coordinator's writing down its number, too.
CATCH_TEST_CASE("a killed coordinator's array is waited for, not submitted again",
                "[.long][slurm]") {
  if (!there_is_slurm()) return;
  const Scratch scratch;
  write_text(scratch / "sweep.yaml", kSweep);
  const fs::path out = scratch / "out";
  const OneNode slurm(scratch / "node");
  CATCH_REQUIRE(slurm.started());
  std::string line = std::string("timeout -s KILL 3 ") + PUMP_BINARY;
  for (const std::string& word : words(scratch / "sweep.yaml", out)) line += " " + word;
  CATCH_CHECK(std::system((line + " 2>/dev/null").c_str()) != 0);
  CATCH_REQUIRE(fs::remove(out / "slurm/0/job"));
  const Ran ran = run_pump(words(scratch / "sweep.yaml", out));
  CATCH_INFO(ran.err);
  CATCH_CHECK(ran.status == 0);
  CATCH_CHECK_FALSE(fs::exists(out / "slurm/1"));
  CATCH_CHECK(read_results(out).trials.size() == 13);
}

CATCH_TEST_CASE("what Slurm's commands warn of is no job's number", "[workers]") {
  const Scratch scratch;
  write_text(scratch / "sweep.yaml", kSmall);
  const StandIns slurm(scratch / "bin");
  slurm.run_tasks();
  const fs::path out = scratch / "out";
  const Ran ran = run_pump(words(scratch / "sweep.yaml", out));
  slurm.say("sbatch", "echo hello\n");
  const Ran junk = run_pump(words(scratch / "sweep.yaml", scratch / "junk"));
  CATCH_INFO(ran.out << ran.err);
  CATCH_CHECK(ran.status == 0);
  CATCH_CHECK(read_text(out / "slurm/0/job") == "7");
  CATCH_CHECK_FALSE(fs::exists(out / "slurm/1"));
  for (const StoredTrial& trial : Store(out).stored(false).trials) {
    CATCH_CHECK(trial.done());
    CATCH_CHECK((trial.effort && trial.effort->seconds > 0));
  }
  const Ran status = run_pump({"sweep", "status", out.string()});
  CATCH_CHECK(status.out.find("4 of 4 done, 0 left; squeue says") != std::string::npos);
  CATCH_CHECK(junk.status == 2);
  CATCH_CHECK(junk.err.find("sbatch: expected a job's number, got \"hello \"") !=
              std::string::npos);
  // Orders of a trial that is in no sweep: the database is new, the folder is not.
  fs::remove(out / "results.sqlite");
  const std::string orders = read_text(out / "slurm/0/0.orders");
  std::string other = orders;
  other.replace(other.find("\"trial\":\"") + 9, 4, "none");
  write_text(out / "slurm/0/0.orders", other);
  const Ran strange = run_pump(words(scratch / "sweep.yaml", out));
  CATCH_CHECK(strange.status == 2);
  CATCH_CHECK(strange.err.find("0.orders: expected orders of this sweep's trials, got one of") !=
              std::string::npos);
}

CATCH_TEST_CASE("tasks that ended in calls before this one are not held against their trials",
                "[workers]") {
  const Scratch scratch;
  write_text(scratch / "sweep.yaml", kSmall);
  const StandIns slurm(scratch / "bin");
  std::vector<std::string> one_try = words(scratch / "sweep.yaml", scratch / "out");
  one_try.insert(one_try.end(), {"--retries", "0"});
  slurm.say("sbatch", "echo 7\n");  // takes the tasks, and runs none
  const Ran in_vain = run_pump(one_try);
  CATCH_CHECK(in_vain.status == 1);
  CATCH_CHECK(in_vain.err.find("1 of its Slurm tasks ended without a result") != std::string::npos);
  slurm.run_tasks(
      "sed -i 's/\"executable\":\"[0-9a-f]*\"/\"executable\":\"0\"/' "
      "\"$(dirname \"$word\")\"/*.orders\n");
  const Ran rebuilt = run_pump(one_try);
  CATCH_CHECK(rebuilt.status == 1);
  CATCH_CHECK(rebuilt.err.find("expected the executable that gave the orders, 0, got ") !=
              std::string::npos);
  slurm.run_tasks();
  const Ran ran = run_pump(one_try);
  CATCH_INFO(ran.err);
  CATCH_CHECK(ran.status == 0);
  CATCH_CHECK(read_results(scratch / "out").trials.size() == 4);
}

CATCH_TEST_CASE("a task that is told to end leaves what it has not begun as it was", "[workers]") {
  const Scratch scratch;
  write_text(scratch / "sweep.yaml",
             "title: long\n"
             "defaults: {environment: bandit, wish: return, steps: 1000000000, objective: a2c}\n"
             "blocks: [{vary: {seed: 0..1}}]\n");
  const StandIns slurm(scratch / "bin");
  slurm.say("sbatch",  // one task of all; SIGTERM ends it when it has begun to answer
            "for word in \"$@\"; do :; done\n"
            "SLURM_ARRAY_TASK_ID=0 sh \"$word\" &\n"
            "until [ -s \"$(dirname \"$word\")/0.answers\" ]; do sleep 0.1; done\n"
            "kill -TERM $!; wait; echo 7\n");
  std::vector<std::string> one_try = words(scratch / "sweep.yaml", scratch / "out");
  one_try.insert(one_try.end(), {"--retries", "0"});
  const Ran ran = run_pump(one_try);
  CATCH_INFO(ran.err);
  CATCH_CHECK(ran.status == 1);
  const std::string answers = read_text(scratch / "out/slurm/0/0.answers");
  CATCH_CHECK(answers.ends_with("{\"ended\":true}\n"));
  CATCH_CHECK(fs::exists(scratch / "out/slurm/1"));  // with the second trial, which had not begun
  CATCH_CHECK_FALSE(fs::exists(scratch / "out/slurm/2"));
  for (const StoredTrial& trial : Store(scratch / "out").stored(false).trials)
    CATCH_CHECK((trial.effort && trial.effort->deaths == 0));
}

CATCH_TEST_CASE("a folder that a local sweep works in is refused, and left as it is", "[process]") {
  const Scratch scratch;
  write_text(scratch / "sweep.yaml", kSmall);
  const StandIns slurm(scratch / "bin");
  slurm.run_tasks();
  CATCH_REQUIRE(run_pump(words(scratch / "sweep.yaml", scratch / "out")).status == 0);
  const std::string before = contents_of(scratch / "out");
  const FolderLock lock(scratch / "out");
  const Ran ran = run_pump(words(scratch / "sweep.yaml", scratch / "out"));
  CATCH_CHECK(ran.status == 2);
  CATCH_CHECK(ran.err.find("nobody else is working in") != std::string::npos);
  CATCH_CHECK((contents_of(scratch / "out") == before));
}

CATCH_TEST_CASE("without Slurm's commands: one clear line, status 2", "[process]") {
  const Scratch scratch;
  write_text(scratch / "sweep.yaml", kSweep);
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", scratch.path().c_str(), 1);
  const Ran ran = run_pump(words(scratch / "sweep.yaml", scratch / "out"));
  ::setenv("PATH", path.c_str(), 1);
  CATCH_INFO(ran.err);
  CATCH_CHECK(ran.status == 2);
  CATCH_CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
  CATCH_CHECK(ran.err.find("sbatch") != std::string::npos);
  const Ran limited =
      run_pump({"sweep", (scratch / "sweep.yaml").string(), "--out", (scratch / "out").string(),
                "--executor", "slurm", "--time-limit", "5"});
  CATCH_CHECK(limited.status == 2);
  CATCH_CHECK(limited.err.find("--sbatch=--time") != std::string::npos);
}
