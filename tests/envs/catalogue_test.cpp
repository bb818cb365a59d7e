#include "envs/catalogue.hpp"

#include <algorithm>
#include <set>

#include "engine/episode_record.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/envs/places.hpp"

using namespace pump::engine;
using namespace pump::test;

namespace {

template <class Named>
std::vector<std::string> names(const std::vector<Named>& things) {
  std::vector<std::string> out;
  for (const Named& thing : things) out.push_back(thing.name);
  return out;
}

void distinct_words(const std::vector<std::string>& words) {
  const std::set<std::string> set(words.begin(), words.end());
  CATCH_CHECK(set.size() == words.size());
  for (const std::string& word : words) {
    CATCH_INFO(word);
    CATCH_CHECK_FALSE(word.empty());
    CATCH_CHECK(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
                std::string::npos);
  }
}

int with_role(const EnvironmentInfo& info, DemonstrationRole role) {
  return static_cast<int>(
      std::count_if(info.demonstrations.begin(), info.demonstrations.end(),
                    [&](const DemonstrationSpec& spec) { return spec.role == role; }));
}

}  // namespace

CATCH_TEST_CASE("every environment says what it is, in words that can be typed") {
  for (const CatalogueEntry& entry : pump::envs::catalogue()) {
    const EnvironmentInfo& info = entry.info();
    CATCH_INFO(info.name);
    distinct_words({info.name});
    distinct_words(info.actions);
    distinct_words(info.outcomes);
    distinct_words(info.facts);
    distinct_words(info.reset_classes);
    distinct_words(names(info.signals));
    distinct_words(names(info.demonstrations));
    distinct_words(names(info.parameters));
    CATCH_CHECK(pump::test::contains(info.source, "https://"));
    CATCH_CHECK((info.actions.size() >= 2 && info.actions.size() < kSkip));
    CATCH_CHECK((!info.signals.empty() && info.signals.size() <= kMaxSignals));
    CATCH_CHECK(info.facts.size() <= 32);
    CATCH_CHECK(!info.reset_classes.empty());
    CATCH_CHECK(info.outcomes.back() == "other");
    CATCH_CHECK(with_role(info, DemonstrationRole::intended) == 1);
    CATCH_CHECK(with_role(info, DemonstrationRole::idle) == 1);
    if (!info.verification && !info.robustness)
      CATCH_CHECK(with_role(info, DemonstrationRole::exploit) >= 1);
  }
}

CATCH_TEST_CASE("every default is a value that its parameter takes") {
  for (const CatalogueEntry& entry : pump::envs::catalogue()) {
    const Parameters defaults(entry.info().parameters);
    Parameters again = defaults;
    for (const auto& [name, value] : defaults.texts()) {
      CATCH_INFO(entry.info().name << " " << name << "=" << value);
      CATCH_CHECK(complaint([&] { again.set(name, value); }) == "");
    }
    CATCH_CHECK(again.texts() == defaults.texts());
  }
}

CATCH_TEST_CASE("an environment is found by its name, and a misspelt one nearly") {
  for (const CatalogueEntry& entry : pump::envs::catalogue())
    CATCH_CHECK(&pump::envs::find(entry.info().name) == &entry);
  CATCH_CHECK(pump::test::contains(complaint([] { pump::envs::find("burning_bilding"); }),
                                   "did you mean burning_building?"));
}
