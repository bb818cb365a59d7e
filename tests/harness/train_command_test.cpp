#include <csignal>
#include <filesystem>

#include "harness/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/csv.hpp"
#include "tests/support/harness/scratch.hpp"
#include "tests/support/harness/small_train.hpp"

using namespace pump::harness;
using namespace std::chrono_literals;
using pump::test::Command;
using pump::test::contains;
using pump::test::contents_of;
using pump::test::read_csv;
using pump::test::run_pump;
using pump::test::Scratch;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> train(const fs::path& out, const std::string& objective) {
  std::vector<std::string> words = {"train",   "--environment", "burning_building",
                                    "--wish",  "distance",      "--objective",
                                    objective, "--out",         out.string()};
  const std::string settings =
      "train=" + pump::test::small_train(objective, "kl_target: 3, kl_coef: 0.1");
  for (const std::string& assignment :
       {std::string("steps=60000"), std::string("evaluation_episodes=16"),
        std::string("clone={episodes: 32}"), settings, std::string("sticky_actions=.1")})
    words.insert(words.end(), {"--set", assignment});
  return words;
}

std::size_t checkpoints(const fs::path& out) {
  return fs::exists(out / "metrics.csv") ? read_csv(read_text(out / "metrics.csv")).size() : 0;
}

}  // namespace

CATCH_TEST_CASE("an interrupt leaves a checkpoint and status 130; the same command ends the same",
                "[process]") {
  const Scratch scratch;
  for (const std::string objective : {"ppo_kl", "reinforce"}) {
    CATCH_INFO(objective);
    CATCH_CHECK(run_pump(train(scratch / objective / "whole", objective)).status == 0);
    const fs::path parts = scratch / objective / "parts";
    std::size_t seen = 2;
    for (const int signal : {SIGINT, SIGTERM}) {
      Command command(train(parts, objective), scratch.path());
      CATCH_REQUIRE(pump::test::within(60s, [&] { return checkpoints(parts) >= seen; }));
      command.signal(signal);
      CATCH_CHECK(command.wait() == 130);
      CATCH_CHECK(fs::exists(parts / "checkpoint.bin"));
      CATCH_CHECK_FALSE(fs::exists(parts / "result.json"));
      CATCH_CHECK(contains(read_text(scratch / "stderr"), "the same command goes on"));
      CATCH_CHECK(read_text(scratch / "stdout") == "");
      seen = checkpoints(parts) + 2;
      CATCH_REQUIRE(seen < 30);  // else the signals came too late to mean anything
    }
    CATCH_CHECK(run_pump(train(parts, objective)).status == 0);
    CATCH_CHECK((contents_of(parts) == contents_of(scratch / objective / "whole")));
  }
}

CATCH_TEST_CASE("two processes do not train in one folder", "[process]") {
  const Scratch scratch;
  const fs::path out = scratch / "out";
  std::vector<std::string> words = train(out, "ppo_kl");
  words.insert(words.end(), {"--set", "steps=100000000"});
  Command command(words, scratch.path());
  CATCH_REQUIRE(pump::test::within(60s, [&] { return fs::exists(out / "config.yaml"); }));
  const auto second = run_pump(words);
  CATCH_CHECK(second.status == 2);
  CATCH_CHECK(contains(second.err, "out: expected a folder that nobody else is working in"));
  command.signal(SIGINT);
  CATCH_CHECK(command.wait() == 130);
}

CATCH_TEST_CASE("a leash that costs nothing is warned about", "[process]") {
  const Scratch scratch;
  const auto leashed = [&](const std::string& price) {
    return run_pump({"train", "--environment", "bandit", "--wish", "return", "--objective", "a2c",
                     "--set", "leash=uniform", "--set", "steps=64", "--set",
                     "train.kl_coef=" + price, "--out", (scratch / price).string()})
        .err;
  };
  CATCH_CHECK(contains(leashed("0"), "warning: in 1 of 1 trials the leash costs nothing"));
  CATCH_CHECK_FALSE(contains(leashed("0.1"), "leash"));
}

CATCH_TEST_CASE("progress is plain lines where stderr is no terminal", "[process]") {
  const Scratch scratch;
  const auto ran = run_pump(train(scratch / "out", "ppo_kl"));
  CATCH_CHECK(ran.status == 0);
  CATCH_CHECK(contains(ran.err, "/60k steps"));
  CATCH_CHECK_FALSE(contains(ran.err, "\r"));
  CATCH_CHECK_FALSE(contains(ran.err, "\033"));
  // Done is done: nothing is trained, and nothing told of it.
  CATCH_CHECK(run_pump(train(scratch / "out", "ppo_kl")).err == "");
}
