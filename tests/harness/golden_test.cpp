#include "harness/golden.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using namespace pump::test;
namespace fs = std::filesystem;

namespace {

fs::path directory() { return fs::path(PUMP_SOURCE_DIR) / "tests/golden"; }

// Where two texts first differ, as people look for it.
std::string first_difference(const std::string& kept, const std::string& played) {
  const auto [a, b] = std::mismatch(kept.begin(), kept.end(), played.begin(), played.end());
  if (a == kept.end() && b == played.end()) return "";
  const auto line = std::count(kept.begin(), a, '\n') + 1;
  return "line " + std::to_string(line) + "; `pump golden` rewrites it, the diff is the review";
}

std::string changed(std::string text, const std::string& part, const std::string& by) {
  const std::size_t at = text.find(part);
  CATCH_REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

const std::string& some_text() {
  static const std::string text = read_text(directory() / "burning_building-cottage-explosion.txt");
  return text;
}

}  // namespace

CATCH_TEST_CASE("the golden playthroughs are there and as they were") {
  std::set<fs::path> wanted;
  for (const GoldenFile& golden : golden_files()) {
    const fs::path file = directory() / golden.file;
    CATCH_INFO(file.string());
    wanted.insert(golden.file);
    CATCH_REQUIRE(fs::exists(file));
    CATCH_CHECK(first_difference(read_text(file), golden.text) == "");
  }
  for (const auto& entry : fs::directory_iterator(directory())) {
    CATCH_INFO(entry.path().string());
    CATCH_CHECK(wanted.contains(entry.path().filename()));
  }
}

CATCH_TEST_CASE("the actions of a playthrough are its only input") {
  for (const auto& entry : fs::directory_iterator(directory())) {
    const std::string text = read_text(entry.path());
    CATCH_INFO(entry.path().string());
    CATCH_CHECK(first_difference(text, replay_golden(text, "file")) == "");
  }
  const std::string& text = some_text();
  CATCH_CHECK(replay_golden(changed(text, "hash: ", "hash: f"), "file") == text);
  CATCH_CHECK(replay_golden(changed(text, "outcome: ", "outcome: not "), "file") == text);
}

CATCH_TEST_CASE("another action, seed or parameter is another playthrough") {
  const std::string& text = some_text();
  const auto differs = [&](const std::string& part, const std::string& by) {
    const std::string other = changed(text, part, by);
    return replay_golden(other, "file") != other;
  };
  CATCH_CHECK(differs("action: turn_valve", "action: wait"));
  CATCH_CHECK(differs("seed: 1\n", "seed: 2\n"));
  CATCH_CHECK(differs("valve_turns=3", "valve_turns=4"));
}

CATCH_TEST_CASE("a playthrough that is opened is held against its own hashes and version") {
  const Scratch scratch;
  const auto open = [&](const std::string& text) {
    write_text(scratch / "a.txt", text);
    return open_golden((scratch / "a.txt").string());
  };
  const OpenReplay same = open(some_text());
  CATCH_CHECK_FALSE(pump::engine::verify(*same.environment, same.replay));
  const OpenReplay other = open(changed(some_text(), "seed: 1", "seed: 2"));
  CATCH_CHECK(pump::engine::verify(*other.environment, other.replay));
  CATCH_CHECK(contains(complaint([&] { open(changed(some_text(), "version: 1", "version: 0")); }),
                       "a.txt: version: expected 1 of burning_building, got \"0\""));
  CATCH_CHECK(contains(complaint([&] { open(changed(some_text(), "hash: ", "hash: x")); }),
                       "a.txt: hash: expected 16 hexadecimal digits"));
}

CATCH_TEST_CASE("a playthrough that cannot be played is refused") {
  const auto refusal = [](const std::string& part, const std::string& by) {
    return complaint([&] { replay_golden(changed(some_text(), part, by), "file.txt"); });
  };
  CATCH_CHECK(contains(refusal("action: right", "action: rigth"), "file.txt: action 1: expected"));
  CATCH_CHECK(contains(refusal("environment: ", "place: "), "file.txt:1: environment"));
  CATCH_CHECK(contains(refusal("seed: 1", "seed: one"), "seed: expected a whole number"));
  CATCH_CHECK(contains(refusal("environment: burning", "environment: brning"), "file.txt: "));
  CATCH_CHECK(contains(refusal("valve_turns=3", "valve_turns=99"), "valve_turns"));
}
