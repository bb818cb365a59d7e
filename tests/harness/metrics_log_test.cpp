#include "harness/metrics_log.hpp"

#include <cmath>
#include <filesystem>
#include <sstream>

#include "agents/trainer.hpp"
#include "harness/files.hpp"
#include "harness/trial_config.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/csv.hpp"
#include "tests/support/harness/events.hpp"
#include "tests/support/harness/scratch.hpp"
#include "tests/support/harness/small_train.hpp"

using namespace pump::harness;
using pump::test::contains;
using pump::test::read_csv;
using pump::test::read_events;
using pump::test::Scratch;
namespace fs = std::filesystem;

namespace {

std::string csv(const fs::path& folder) { return read_text(folder / "metrics.csv"); }
std::string events(const fs::path& folder) {
  return read_text(folder / "events.out.tfevents.0.pump");
}

TrialSpec tiny(const std::string& objective) {
  return read_trial(ConfigMap::from_text(
      "environment: burning_building\nwish: distance\nsteps: 2000\nevaluation_episodes: 8\n"
      "clone: {episodes: 16}\ntrain: " +
          pump::test::small_train(objective) + "\nobjective: " + objective + "\n",
      "t.yaml"));
}

}  // namespace

CATCH_TEST_CASE("both files hold every value, under fixed columns") {
  const Scratch scratch;
  MetricsLog log(scratch.path());
  log.open();
  log.add(100, {{"proxy_return", 1.25}, {"entropy", .5}});
  log.add(250, {{"proxy_return", std::nan("")}});
  const auto rows = read_csv(csv(scratch.path()));
  CATCH_REQUIRE(rows.size() == 2);
  CATCH_CHECK(rows[0].at("steps") == "100");
  CATCH_CHECK(rows[0].at("proxy_return") == "1.25");
  CATCH_CHECK(rows[0].at("value_loss") == "");  // not measured
  CATCH_CHECK(rows[1].at("proxy_return") == "nan");
  CATCH_CHECK(rows[0].size() == metric_columns().size() + 1);
  const auto read = read_events(events(scratch.path()));
  CATCH_REQUIRE(read.size() == 3);
  CATCH_CHECK(read[1].step == 100);
  CATCH_CHECK(read[1].wall_time == 100);  // a step takes a second
  CATCH_CHECK(read[1].scalars == std::map<std::string, float>{{"evaluation/proxy_return", 1.25f},
                                                              {"training/entropy", .5f}});
  CATCH_CHECK(std::isnan(read[2].scalars.at("evaluation/proxy_return")));
}

CATCH_TEST_CASE("a log goes on from what it saved, whatever a kill left behind it") {
  const Scratch scratch;
  for (const char* folder : {"whole", "parts"}) make_directory(scratch / folder);
  MetricsLog whole(scratch / "whole"), before(scratch / "parts"), after(scratch / "parts");
  whole.open();
  before.open();
  for (MetricsLog* log : {&whole, &before}) log->add(1, {{"entropy", 2}});
  pump::agents::ByteWriter out;
  before.save(out);
  before.add(2, {{"entropy", 9}});  // after the checkpoint: lost
  const std::vector<std::byte> saved = out.take();
  pump::agents::ByteReader in(saved, "checkpoint");
  after.load(in);
  after.open();
  for (MetricsLog* log : {&whole, &after}) log->add(2, {{"entropy", 3}});
  CATCH_CHECK(csv(scratch / "whole") == csv(scratch / "parts"));
  CATCH_CHECK(events(scratch / "whole") == events(scratch / "parts"));
}

CATCH_TEST_CASE("the document of metrics has a row for every column, in order") {
  std::string expected;
  for (const MetricColumn& column : metric_columns())
    expected += std::string("`") + column.name + "` " + column.group + "\n";
  std::istringstream document(read_text(fs::path(PUMP_SOURCE_DIR) / "docs/metrics.md"));
  std::string found;
  for (std::string line; std::getline(document, line);) {
    if (!line.starts_with("| `")) continue;
    const std::size_t name = line.find('|', 1), group = line.find('|', name + 1);
    found += line.substr(2, name - 3) + line.substr(name + 1, group - name - 2) + "\n";
  }
  CATCH_CHECK(found == expected);
}

CATCH_TEST_CASE("every objective's metrics have their columns") {
  const Scratch scratch;
  for (const std::string& objective : pump::agents::objective_names()) {
    CATCH_INFO(objective);
    const TrialResult result = run_trial(tiny(objective), scratch / objective);
    const auto rows = read_csv(csv(scratch / objective));
    CATCH_REQUIRE(rows.size() == result.checkpoints.size());
    CATCH_CHECK(rows.size() == read_events(events(scratch / objective)).size() - 1);
    for (std::size_t i = 0; i < rows.size(); i++) {
      CATCH_CHECK(std::stoull(rows[i].at("steps")) == result.checkpoints[i].steps);
      CATCH_CHECK(std::stod(rows[i].at("proxy_return")) == result.checkpoints[i].proxy_return);
      CATCH_CHECK(rows[i].at("policy_loss") != "");
    }
  }
}
