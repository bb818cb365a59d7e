#include <charconv>
#include <map>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {
namespace {

using Type = ConfigValue::Type;

constexpr std::size_t kMostTrials = 100'000;

// "0..9" as its ten integers; empty when the text is no range.
std::vector<ConfigValue> range_values(const ConfigValue& value) {
  const char *begin = value.text.data(), *end = begin + value.text.size();
  std::int64_t first = 0, last = 0;
  const auto [dots, error] = std::from_chars(begin, end, first);
  if (error != std::errc() || end - dots < 3 || dots[0] != '.' || dots[1] != '.') return {};
  const auto [stop, second] = std::from_chars(dots + 2, end, last);
  if (second != std::errc() || stop != end || last < first) return {};
  const std::uint64_t more = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
  if (more >= kMostTrials) return {};
  std::vector<ConfigValue> values(more + 1, value);
  for (std::size_t i = 0; i <= more; i++)
    values[i].text = std::to_string(first + static_cast<std::int64_t>(i));
  return values;
}

struct Axis {
  std::string key;  // dotted
  std::vector<ConfigValue> values;
  bool together = false;  // each value is a mapping of several keys
};

std::vector<Axis> read_axes(ConfigMap vary) {
  std::vector<Axis> axes;
  for (const std::string& key : vary.keys()) {
    const ConfigValue value = vary.value(key);
    Axis axis{key, value.type == Type::list ? value.items : range_values(value),
              key.starts_with("set_")};
    if (axis.values.empty()) vary.refuse(key, "a list of values, or a range like 0..9");
    for (const ConfigValue& one : axis.values)
      if (axis.together && one.type != Type::mapping)
        vary.refuse(key, "a list of mappings, each of keys that go together");
    axes.push_back(std::move(axis));
  }
  return axes;
}

// Every combination, the first axis outermost.
void expand(const ConfigValue& base, const std::vector<Axis>& axes, std::size_t depth,
            std::vector<ConfigValue>& out) {
  if (depth == axes.size()) {
    if (out.size() >= kMostTrials)
      throw Error(fmt::format("{}: blocks: expected at most {} trials, got more", base.where(),
                              kMostTrials));
    out.push_back(base);
    return;
  }
  for (const ConfigValue& value : axes[depth].values) {
    ConfigValue next = base;
    if (axes[depth].together)
      lay_over(next, value);
    else
      put_value(next, axes[depth].key, value);
    expand(next, axes, depth + 1, out);
  }
}

// A mapping that may be absent.
ConfigValue mapping_of(ConfigMap& config, const char* key) {
  ConfigValue value = config.value(key);
  if (value.type != Type::mapping && value.type != Type::nothing)
    config.refuse(key, "a mapping of a trial's keys");
  return value;
}

struct Block {
  ConfigValue base;  // defaults with the block's `set` over them
  std::vector<Axis> axes;
};

std::vector<Block> read_blocks(ConfigMap& config) {
  ConfigValue defaults = mapping_of(config, "defaults");
  defaults.type = Type::mapping;
  if (!defaults.source) defaults.source = config.value("blocks").source;
  std::vector<Block> blocks;
  for (ConfigMap block : config.maps("blocks")) {
    ConfigValue base = defaults;
    if (const ConfigValue set = mapping_of(block, "set"); set.type == Type::mapping)
      lay_over(base, set);
    blocks.push_back({std::move(base), read_axes(block.map("vary"))});
  }
  if (blocks.empty()) config.refuse("blocks", "a list of at least one block");
  return blocks;
}

// Equal for trials that a report takes for the same run: it does not tell wishes of one name apart,
// nor prices that nobody pays, nor how many episodes a checkpoint plays.
std::string run_of(TrialSpec spec) {
  if (spec.leash == "none") spec.train.kl_coef = 0;
  spec.evaluation_episodes = 1;
  const std::string wish = spec.wish.name;
  spec.wish = {};
  spec.wish.name = wish;
  return trial_id(spec);
}

}  // namespace

SweepSpec read_sweep(const std::string& file, const std::vector<std::string>& overrides) {
  ConfigMap config = ConfigMap::from_file(file);
  SweepSpec sweep = read_sweep(config, overrides);
  config.finish();
  return sweep;
}

SweepSpec read_sweep(ConfigMap& config, const std::vector<std::string>& overrides) {
  SweepSpec sweep;
  sweep.title = config.text("title");
  const std::vector<Block> blocks = read_blocks(config);
  std::map<std::string, std::size_t> block_of, trial_of;
  for (std::size_t b = 0; b < blocks.size(); b++) {
    std::vector<ConfigValue> rows;
    expand(blocks[b].base, blocks[b].axes, 0, rows);
    for (ConfigValue& row : rows) {
      for (const std::string& assignment : overrides) put_assignment(row, assignment);
      sweep.trials.push_back(read_trial(ConfigMap(row)));
      const auto [seen, added] = block_of.emplace(trial_id(sweep.trials.back()), b);
      if (!added)
        throw Error(fmt::format(
            "{}: blocks[{}]: expected each trial once, got one again that is in blocks[{}]",
            *blocks[b].base.source, b, seen->second));
      const std::size_t last = sweep.trials.size() - 1;
      const auto [same, alone] = trial_of.emplace(run_of(sweep.trials[last]), last);
      if (!alone)
        throw Error(fmt::format(
            "{}: blocks[{}]: expected runs that differ in their results, got trials {} and {}, "
            "which differ in a leash's price without a leash, in evaluation_episodes or in the "
            "file of a wish of one name",
            *blocks[b].base.source, b, same->second, last));
      sweep.rows.push_back(std::move(row));
    }
    sweep.block_ends.push_back(sweep.trials.size());
  }
  return sweep;
}

}  // namespace pump::harness
