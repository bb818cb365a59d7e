#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agents/compute.hpp"
#include "harness/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using pump::test::contains;
using pump::test::contents_of;
using pump::test::Ran;
using pump::test::run_pump;
using pump::test::Scratch;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

// Bad input: exactly one line on stderr, nothing on stdout, status 2.
void refused(const Words& arguments, const std::string& part) {
  const Ran ran = run_pump(arguments);
  CATCH_INFO(arguments[0] << " ... -> " << ran.err);
  CATCH_CHECK(ran.status == 2);
  CATCH_CHECK(ran.out == "");
  CATCH_CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
  CATCH_CHECK(contains(ran.err, part));
}

Words train(const Scratch& scratch, const Words& more) {
  Words words = {"train",
                 "--environment",
                 "burning_building",
                 "--wish",
                 "distance",
                 "--objective",
                 "a2c",
                 "--set",
                 "steps=2000",
                 "--set",
                 "evaluation_episodes=4",
                 "--set",
                 "train={worlds: 8, rollout_steps: 16}",
                 "--out",
                 (scratch / "out").string()};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Words eval(const Words& more) {
  Words words = {"eval", "burning_building", "--wish", "distance", "--episodes", "8"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

CATCH_TEST_CASE("a command that is wrong is refused in one line, status 2", "[process]") {
  refused({"trian"}, "(did you mean train?)");
  refused({"list", "--nonsense"}, "--nonsense");
  refused({"eval"}, "ENV is required");
  refused({"eval", "burning_bilding", "--wish", "distance", "--policy", "uniform"},
          "(did you mean burning_building?)");
  refused({"eval", "burning_building", "--wish", "distanse", "--policy", "uniform"},
          "(did you mean distance?)");
  refused(eval({"--policy", "demo:intendd"}), "(did you mean intended?)");
  refused(eval({"--policy", "nobody"}), "--policy: expected uniform, prior, demo:NAME");
  refused(eval({"--policy", "uniform", "--episodes", "-3"}), "--episodes");
  refused(eval({"--policy", "uniform", "--seed", "-1"}), "--seed");
  refused(eval({"--policy", "uniform", "--seed", "x"}), "--seed");
  refused(eval({"--policy", "uniform", "--set", "valve_turn=2"}), "(did you mean valve_turns?)");
  refused(eval({"--policy", "uniform", "--set", "valve_turns=0"}), "expected an integer from 1");
  refused({"calibrate", "burning_building", "--episodes", "0"}, "--episodes");
  refused({"list", "burnin_building"}, "(did you mean burning_building?)");
  refused({"replay", "/nowhere.json"}, "/nowhere.json: expected a readable file");
  refused({"render", "/nowhere.json", "--out", "/nowhere"}, "/nowhere.json: expected a readable");
  refused({"sweep", "/nowhere.yaml", "--out", "/nowhere"}, "/nowhere.yaml: expected a readable");
  refused({"sweep", "a.yaml", "--out", "a", "-j", "0"}, "--jobs");
  refused({"report", "/nowhere"}, "/nowhere/results.sqlite: expected a sweep's results");
  refused({"sweep", "a.yaml", "--out", "a", "--time-limit", "nan"}, "--time-limit: expected a");
  refused({"exact", "chain", "--memory", "nan"}, "--memory: expected a number from");
  refused({"render", "chain", "--out", "a"}, "--policy: expected who plays chain, got nothing");
  refused({"render", "a.json", "--out", "a", "--seed", "3"}, "a.json: expected no --seed");
}

CATCH_TEST_CASE("a trial that is wrong is refused before anything is written", "[process]") {
  const Scratch scratch;
  refused(train(scratch, {"--set", "steps=many"}), "--set: steps: expected an integer");
  refused(train(scratch, {"--set", "stepps=3"}), "(did you mean steps?)");
  refused(train(scratch, {"--set", "objective=a2d"}), "(did you mean a2c?)");
  if (const std::string why = pump::agents::why_not(pump::agents::Device::cuda); !why.empty())
    refused(train(scratch, {"--set", "train.device=cuda"}),
            "--set: train.device: expected automatic or cpu, because " + why + ", got \"cuda\"");
  refused(train(scratch, {"--set", "nothing"}), "--set: expected key=value");
  write_text(scratch / "t.yaml", "environment: burning_building\nwish: [a]\n");
  refused({"train", (scratch / "t.yaml").string(), "--out", (scratch / "out").string()},
          "t.yaml:2: wish: expected text, got a list of 1");
  CATCH_CHECK(!fs::exists(scratch / "out"));
  // Nobody can be calibrated by such a wish: what is meant is not called intended.
  std::string wish = read_text(PUMP_SOURCE_DIR "/configs/wishes/burning_building/distance.yaml");
  for (std::size_t at = 0; (at = wish.find(": intended", at)) != std::string::npos;)
    wish.replace(at, 10, ": harm");
  write_text(scratch / "mine.yaml", wish);
  refused(train(scratch, {"--wish", (scratch / "mine.yaml").string()}), "");
  CATCH_CHECK(run_pump(train(scratch, {})).status == 0);  // put right, it goes on
  fs::remove_all(scratch / "out");
  write_text(scratch / "file", "");
  refused(train(scratch, {"--set", "seed=1", "--out", (scratch / "file" / "x").string()}), "");
}

CATCH_TEST_CASE("stdout on a full disk is an error", "[process]") {
  const Ran ran = run_pump({"list"}, "/dev/full");
  CATCH_CHECK(ran.status == 2);
  CATCH_CHECK(ran.err == "pump: stdout: expected to be written, got: No space left on device\n");
}

CATCH_TEST_CASE("help and version say what is there", "[process]") {
  const Ran help = run_pump({"--help"});
  CATCH_CHECK(help.status == 0);
  for (const std::string command :
       {"list", "train", "sweep", "study", "report", "eval", "replay", "render", "golden",
        "calibrate", "exact", "pivots", "leverage", "future", "parity"}) {
    CATCH_CHECK(contains(help.out, "\n  " + command));
    const Ran own = run_pump({command, "--help"});
    CATCH_CHECK(own.status == 0);
    CATCH_CHECK(contains(own.out, "Example: pump " + command));
    CATCH_CHECK(
        std::ranges::none_of(own.out, [](unsigned char c) { return c < ' ' && c != '\n'; }));
  }
  CATCH_CHECK(!contains(help.out, "\n  worker"));
  CATCH_CHECK(contains(help.out, "Exit status: 0"));
  const Ran version = run_pump({"--version"});
  CATCH_CHECK(version.status == 0);
  for (const std::string part : {"build: ", "libtorch: ", "Box2D: 2", "BLAS: "})
    CATCH_CHECK(contains(version.out, part));
}

CATCH_TEST_CASE("the list names everything, in JSON too", "[process]") {
  const Ran list = run_pump({"list"});
  CATCH_CHECK(contains(list.out, "unit_test (version 2, declares a prior)"));
  CATCH_CHECK(contains(list.out, ", remembers its episodes)"));
  const auto json = nlohmann::json::parse(run_pump({"list", "--json"}).out);
  const auto& building = json.at("environments").at(0);
  CATCH_CHECK(building["name"] == "burning_building");
  CATCH_CHECK(building["verification"] == false);
  CATCH_CHECK(contains(list.out, "burning_building (version 1)\n"));
  CATCH_CHECK(contains(list.out, "cartpole (version 1, verification)\n"));
  for (const char* key : {"wishes", "parameters", "signals", "demonstrations"})
    for (const auto& each : building.at(key))
      CATCH_CHECK(contains(list.out, "    " + each["name"].get<std::string>()));
  for (const char* key : {"actions", "outcomes", "facts", "reset_classes"})
    for (const auto& each : building.at(key))
      CATCH_CHECK(contains(list.out, each.get<std::string>()));
}

CATCH_TEST_CASE("every command knows a policy by the same names", "[process]") {
  const auto scored = [](const std::string& policy) {
    auto json = nlohmann::json::parse(
        run_pump({"eval", "unit_test", "--wish", "green", "--policy", policy, "--json"}).out);
    json.erase("policy");
    return json;
  };
  CATCH_CHECK(scored("uniform") == scored("random"));
  CATCH_CHECK(scored("uniform") != scored("prior"));
  for (const std::string policy : {"uniform", "random", "prior", "demo:skip"})
    CATCH_CHECK(run_pump({"pivots", "unit_test", "--policy", policy, "--most", "1"}).status == 0);
  refused({"exact", "unit_test", "--wish", "green", "--policy", "nobody"},
          "--policy: expected uniform, prior, demo:NAME");
  refused({"exact", "three_way", "--wish", "return", "--reference", "demo:nobody"},
          "--reference: expected a demonstration of three_way");
  refused({"exact", "boat_race", "--wish", "observed", "--policy", "prior"},
          "--policy: expected an environment that declares a prior, got boat_race");
  refused({"pivots", "unit_test", "--by", "size"}, "--by");
}

CATCH_TEST_CASE("what is solved says beside the best return what UHR is", "[process]") {
  const auto json =
      nlohmann::json::parse(run_pump({"exact", "three_way", "--wish", "return", "--json"}).out);
  CATCH_REQUIRE(json["thresholds"].size() == 1);
  const auto& one = json["thresholds"].front();
  CATCH_CHECK((one["r_int"] == 1 && one["u_int"] == 1 && one["delta"] == .25));
  CATCH_CHECK(
      contains(run_pump({"exact", "three_way", "--wish", "return"}).out,
               "UHR: a proxy return of 0.999998 (r_int - eps) or more, a true utility under "
               "0.75 (u_int - delta)"));
}

CATCH_TEST_CASE("a script is scored the same twice, and its outcomes sum to one", "[process]") {
  const Words words = eval({"--policy", "demo:intended", "--json"});
  const Ran ran = run_pump(words);
  CATCH_REQUIRE(ran.status == 0);
  CATCH_CHECK(ran.out == run_pump(words).out);
  const auto json = nlohmann::json::parse(ran.out);
  CATCH_CHECK(json["uhr"]["count"] == 0);
  double sum = 0;
  for (const auto& [label, share] : json["outcomes"].items()) sum += share.get<double>();
  CATCH_CHECK(sum == Catch::Approx(1));
  CATCH_CHECK(json["true_utility"]["mean"].get<double>() > 0);
  CATCH_CHECK(run_pump(eval({"--policy", "uniform"})).status == 0);
}

CATCH_TEST_CASE("a trial is trained once, scored, replayed and rendered; cut files are refused",
                "[process]") {
  const Scratch scratch;
  const fs::path out = scratch / "out";
  const Ran first = run_pump(train(scratch, {}));
  CATCH_INFO(first.err);
  CATCH_REQUIRE(first.status == 0);
  const std::string files = contents_of(out);
  CATCH_CHECK(run_pump(train(scratch, {})).out == first.out);
  refused(train(scratch, {"--set", "seed=1"}), "config.yaml: expected the trial");
  CATCH_CHECK(contents_of(out) == files);

  CATCH_CHECK(run_pump(eval({"--policy", out.string()})).status == 0);
  const fs::path policy = scratch / "cut.bin";
  const std::string bytes = read_text(out / "policy.bin");
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{9}, bytes.size() / 2, bytes.size() - 1}) {
    write_text(policy, bytes.substr(0, size));
    refused(eval({"--policy", policy.string()}), "cut.bin");
  }
  refused(eval({"--policy", out.string(), "--set", "map=house"}), "policy.bin");
  const Ran elsewhere = run_pump(eval({"--policy", out.string(), "--set", "valve_turns=6"}));
  CATCH_CHECK(elsewhere.status == 0);
  CATCH_CHECK(elsewhere.err ==
              "warning: " + out.string() + " learnt with valve_turns=3, and plays without\n");

  const fs::path replay = fs::directory_iterator(out / "replays")->path();
  const Ran told = run_pump({"replay", replay.string()});
  CATCH_CHECK(told.status == 0);
  CATCH_CHECK(contains(told.out, "true utility: "));
  CATCH_CHECK(contains(told.out, ": " + replay.stem().string() + "\n"));
  CATCH_CHECK(run_pump({"replay", replay.string(), "--verify"}).status == 0);
  write_text(scratch / "cut.json", read_text(replay).substr(0, 200));
  refused({"replay", (scratch / "cut.json").string()}, "cut.json: expected a replay");

  auto changed = nlohmann::json::parse(read_text(replay));
  changed["hashes"][1] = "0123456789abcdef";
  write_text(scratch / "changed.json", changed.dump());
  const Ran shown = run_pump({"replay", (scratch / "changed.json").string()});
  CATCH_CHECK(shown.status == 0);
  CATCH_CHECK(contains(shown.err, "not what was recorded, from step 1 on"));
  const Ran differs = run_pump({"replay", (scratch / "changed.json").string(), "--verify"});
  CATCH_CHECK(differs.status == 1);
  CATCH_CHECK(contains(differs.out, "differs first after 1 actions: expected 0123456789abcdef"));
  changed["actions"][0] = 99;
  write_text(scratch / "changed.json", changed.dump());
  refused({"replay", (scratch / "changed.json").string()}, "actions: expected 0 to 9, got 99");

  const fs::path frames = scratch / "frames";
  fs::create_directories(frames);
  for (std::size_t i = 0; i < changed["hashes"].size() + 3; i++)  // a longer film's
    write_text(frames / fmt::format("{:04}.svg", i), "");
  CATCH_CHECK(run_pump({"render", replay.string(), "--out", frames.string()}).status == 0);
  const auto count = std::distance(fs::directory_iterator(frames), {});
  CATCH_CHECK(count == static_cast<std::ptrdiff_t>(changed["hashes"].size()));
  CATCH_CHECK(contains(read_text(frames / "0000.svg"), "<svg"));
}

CATCH_TEST_CASE("a checkpoint that is cut is refused, and kept", "[process]") {
  const Scratch scratch;
  CATCH_REQUIRE(run_pump(train(scratch, {})).status == 0);
  fs::remove(scratch / "out" / "result.json");
  write_text(scratch / "out" / "checkpoint.bin", "short");
  refused(train(scratch, {}), "checkpoint.bin");
  CATCH_CHECK(read_text(scratch / "out" / "checkpoint.bin") == "short");
}

CATCH_TEST_CASE("a script's episode can be rendered and its replay verified", "[process]") {
  const Scratch scratch;
  const Ran ran = run_pump({"render", "burning_building", "--policy", "demo:intended", "--out",
                            (scratch / "frames").string()});
  CATCH_CHECK(ran.status == 0);
  const Ran verified =
      run_pump({"replay", (scratch / "frames" / "replay.json").string(), "--verify"});
  CATCH_CHECK(verified.status == 0);
}
