#include "harness/wishes.hpp"

#include <algorithm>

#include "engine/batch.hpp"
#include "harness/evaluate.hpp"
#include "harness/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/engine/lane.hpp"
#include "tests/support/envs/places.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using namespace pump::test;
using pump::engine::EnvironmentInfo;
using pump::engine::Kind;
using pump::engine::Wish;

namespace {

constexpr const char* kPublished = "return";  // the wish of a verification environment

const EnvironmentInfo& building_info() { return pump::envs::find("burning_building").info(); }

std::string file_of(const EnvironmentInfo& info, const std::string& wish) {
  return (configs_directory() / "wishes" / info.name / (wish + ".yaml")).string();
}

const std::string kLaneWish =
    "text: go\nweights:\n  gained: 2\nkinds:\n  arrived: intended\n  other: other\n";

// What loading a wish on the lane complains about.
std::string refusal(std::string text, const std::string& part, const std::string& by) {
  const Scratch scratch;
  text.replace(text.find(part), part.size(), by);
  const std::string file = (scratch / "wish.yaml").string();
  write_text(file, text);
  const std::string found = complaint([&] { load_wish(Lane::info(), file); });
  CATCH_CHECK(found.starts_with(found.empty() ? "" : file + ":"));
  return found;
}

}  // namespace

CATCH_TEST_CASE("a wish is weights by signal, kinds by outcome and known exploits") {
  const EnvironmentInfo& info = building_info();
  const Wish wish = load_wish(info, "no_explosion");
  CATCH_CHECK(wish.environment == "burning_building");
  CATCH_CHECK(wish.name == "no_explosion");
  CATCH_CHECK_FALSE(wish.text.empty());
  CATCH_REQUIRE(wish.weights.size() == info.signals.size());
  for (std::size_t i = 0; i < wish.weights.size(); i++) {
    const std::string& name = info.signals[i].name;
    CATCH_CHECK(wish.weights[i] == (name == "distance_gained" ? 1 : name == "exploded" ? -20 : 0));
  }
  CATCH_CHECK(wish.kinds.front() == Kind::harm);
  CATCH_CHECK(wish.kinds.back() == Kind::other);
  CATCH_CHECK(wish.exploits ==
              std::vector<int>{*pump::engine::find_demonstration(info, "too_late")});
}

CATCH_TEST_CASE("a wish is found by its name or by its file") {
  const EnvironmentInfo& info = building_info();
  const Wish by_name = load_wish(info, "distance"),
             by_file = load_wish(info, file_of(info, "distance"));
  CATCH_CHECK(by_name.weights == by_file.weights);
  CATCH_CHECK(by_name.name == by_file.name);
  CATCH_CHECK(contains(complaint([&] { load_wish(info, "distanse"); }), "did you mean distance?"));
  CATCH_CHECK(contains(complaint([&] { load_wish(info, "no/such.yaml"); }), "no/such.yaml"));
}

CATCH_TEST_CASE("a wish that is not one is refused with file, line and what was expected") {
  CATCH_CHECK(refusal(kLaneWish, "gained: 2", "gained: 2") == "");
  CATCH_CHECK(contains(refusal(kLaneWish, "gained: 2", "gaind: 2"), "gained"));
  CATCH_CHECK(contains(refusal(kLaneWish, "gained: 2", "gained: much"), "got"));
  CATCH_CHECK(contains(refusal(kLaneWish, "gained: 2", "gained: 0"), "at least one weight"));
  CATCH_CHECK(contains(refusal(kLaneWish, "  other: other\n", ""), "also other"));
  CATCH_CHECK(contains(refusal(kLaneWish, "arrived: intended", "arrived: intendet"), "intended"));
  CATCH_CHECK(contains(refusal(kLaneWish, "arrived: intended", "arrived: gaming"),
                       "an outcome that is intended"));
  CATCH_CHECK(contains(refusal(kLaneWish, "other: other", "other: other\n  late: harm"), "late"));
  CATCH_CHECK(contains(refusal(kLaneWish, "text: go\n", ""), "text"));
  CATCH_CHECK(contains(refusal(kLaneWish, "text: go", "text: go\nextra: 1"), "extra"));
  CATCH_CHECK(contains(refusal(kLaneWish, "text: go", "text: go\nexploits: [intended]"),
                       "names of exploits"));
}

CATCH_TEST_CASE("an exploit is declared once, by a name that is known") {
  const Scratch scratch;
  const EnvironmentInfo& info = building_info();
  const std::string text = read_text(file_of(info, "no_explosion"));
  const auto with = [&](const std::string& list) {
    std::string changed = text;
    changed.replace(changed.find("[too_late]"), 10, list);
    write_text(scratch / "wish.yaml", changed);
    return complaint([&] { load_wish(info, (scratch / "wish.yaml").string()); });
  };
  CATCH_CHECK(with("[window, too_late]") == "");
  CATCH_CHECK(contains(with("[windov]"), "perhaps window"));
  CATCH_CHECK(contains(with("[window, window]"), "window once"));
}

CATCH_TEST_CASE("every environment has wishes, and the control among them") {
  for (const auto& entry : pump::envs::catalogue()) {
    const EnvironmentInfo& info = entry.info();
    if (info.verification) continue;
    const std::vector<std::string> names = wish_names(info.name);
    CATCH_CHECK(std::is_sorted(names.begin(), names.end()));
    CATCH_CHECK(std::find(names.begin(), names.end(), kControlWish) != names.end());
    CATCH_CHECK(names.size() >= 2);
    for (const std::string& name : names) {
      CATCH_INFO(info.name << " " << name);
      CATCH_CHECK(load_wish(info, name).name == name);
      // What a wish is for: the loophole it closes and the one it leaves.
      const std::string file = read_text(file_of(info, name));
      CATCH_CHECK(file.starts_with("# "));
      CATCH_CHECK(contains(file, "Closes "));
      CATCH_CHECK((contains(file, "eaves open") || contains(file, "Opens ") ||
                   contains(file, "leaves\n# open")));
    }
  }
  CATCH_CHECK(wish_names("no_such_environment").empty());
}

CATCH_TEST_CASE("a verification environment is wished for as published") {
  for (const auto& entry : pump::envs::catalogue()) {
    const EnvironmentInfo& info = entry.info();
    if (!info.verification) continue;
    CATCH_INFO(info.name);
    for (const std::string& name : wish_names(info.name))
      CATCH_CHECK(load_wish(info, name).name == name);
    CATCH_CHECK_FALSE(load_wish(info, kPublished).text.empty());
  }
  const Wish choice = load_wish(pump::envs::find("three_way").info(), kPublished);
  CATCH_CHECK(choice.weights == std::vector<double>{1, 1.2});  // honest, gaming
}

CATCH_TEST_CASE("the control, or else the published reward, pays the true utility") {
  for (const Place& place : places()) {
    const EnvironmentInfo& info = place.environment->info();
    const std::vector<std::string> names = wish_names(info.name);
    const bool controlled = std::find(names.begin(), names.end(), kControlWish) != names.end();
    CATCH_CHECK((controlled || info.verification));
    const Wish wish = load_wish(info, controlled ? kControlWish : kPublished);
    std::vector<std::unique_ptr<Player>> players;
    players.push_back(uniform_player(1));
    for (int i = 0; i < static_cast<int>(info.demonstrations.size()); i++) {
      players.push_back(demonstration_player(i));
      players.push_back(noisy_demonstration_player(i, .2, 1));
    }
    for (const auto& player : players) {
      const auto batch = place.environment->batch(40, 2);
      for (const auto& record : evaluate(*batch, *player).episodes) {
        const double proxy = wish.reward(std::span<const double>(record.signals));
        CATCH_INFO(place.name << " world " << record.world);
        CATCH_CHECK(proxy == Catch::Approx(record.true_utility).margin(1e-9));
      }
    }
  }
}

CATCH_TEST_CASE("every wish of a catalogue world says what it closes and what it leaves open") {
  for (const auto& entry : pump::envs::catalogue()) {
    const EnvironmentInfo& info = entry.info();
    if (info.verification) continue;
    for (const std::string& name : wish_names(info.name)) {
      CATCH_INFO(info.name << " " << name);
      const std::string remark = wish_remark(info, name);
      CATCH_CHECK(remark.find("Closes ") != std::string::npos);
      CATCH_CHECK(remark.find('#') == std::string::npos);
      CATCH_CHECK(remark.find('\n') == std::string::npos);
      CATCH_CHECK(remark.find("text:") == std::string::npos);
    }
  }
}
