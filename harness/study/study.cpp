#include "harness/study/study.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/error.hpp"
#include "harness/files.hpp"
#include "harness/wishes.hpp"

namespace pump::harness {
namespace {

using Type = ConfigValue::Type;
using Flat = std::map<std::string, std::string>;

// "a", or "[a, b]".
std::string text_of(const ConfigValue& value) {
  if (value.type != Type::list) return value.text;
  std::vector<std::string> items;
  for (const ConfigValue& item : value.items) items.push_back(text_of(item));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

void flatten(const ConfigValue& value, const std::string& prefix, Flat& out) {
  if (value.type != Type::mapping) {
    out[prefix] = text_of(value);
    return;
  }
  for (const auto& [key, child] : value.entries)
    flatten(child, prefix.empty() ? key : prefix + "." + key, out);
}

Selection read_selection(ConfigMap& config, const char* key) {
  const ConfigValue value = config.value(key);
  if (value.type != Type::mapping && value.type != Type::nothing)
    config.refuse(key, "a mapping of a trial's keys to values");
  Selection selection;
  if (value.type == Type::mapping) flatten(value, "", selection);
  return selection;
}

// One contrast, or one for each value of its for_each.
std::vector<Contrast> read_contrast(ConfigMap config) {
  Contrast contrast{config.text("name"), read_selection(config, "first"),
                    read_selection(config, "second"), read_selection(config, "at"),
                    config.texts("ignored")};
  if (contrast.first.empty() || contrast.first == contrast.second)
    config.refuse("first", "a selection that is not the second's");
  std::vector<Contrast> contrasts = {contrast};
  const ConfigValue each = config.value("for_each");
  if (each.type != Type::mapping && each.type != Type::nothing)
    config.refuse("for_each", "a mapping of a trial's keys to lists of values");
  for (const auto& [key, values] : each.entries) {
    std::vector<Contrast> next;
    if (values.type != Type::list || values.items.empty())
      config.refuse("for_each", "a list of values for each key");
    for (const Contrast& base : contrasts)
      for (const ConfigValue& value : values.items) {
        next.push_back(base);
        next.back().name += ", " + text_of(value);
        next.back().at[key] = text_of(value);
      }
    contrasts = std::move(next);
  }
  return contrasts;
}

std::vector<Factor> read_factors(ConfigMap& config) {
  std::vector<Factor> factors;
  for (ConfigMap map : config.maps("factors")) {
    Factor factor{map.text("name"), map.text("text"), {}};
    for (const ConfigMap& contrast : map.maps("contrasts"))
      for (Contrast& one : read_contrast(contrast)) factor.contrasts.push_back(std::move(one));
    if (factor.contrasts.empty()) map.refuse("contrasts", "at least one");
    factors.push_back(std::move(factor));
  }
  if (factors.empty()) config.refuse("factors", "at least one");
  return factors;
}

bool matches(const Flat& row, const Selection& selection) {
  return std::ranges::all_of(selection, [&](const auto& wanted) {
    const auto found = row.find(wanted.first);
    return found != row.end() && found->second == wanted.second;
  });
}

// The file as one sweep: of the quick study where that is wanted, and the grid as its last block.
ConfigValue as_sweep(ConfigValue file, bool quick) {
  if (quick) {
    const ConfigValue* smaller = file.find("quick");
    if (!smaller || smaller->type != Type::mapping)
      throw Error(fmt::format("{}: quick: expected a mapping of defaults and blocks, got none",
                              file.where()));
    ConfigMap over(*smaller);
    for (const char* key : {"defaults", "blocks", "grid"}) {
      const ConfigValue value = over.value(key);
      if (value.type != Type::nothing) put_value(file, key, value);
    }
    over.finish();
  }
  const ConfigValue* grid = file.find("grid");
  if (!grid) return file;
  ConfigValue blocks = file.find("blocks") ? *file.find("blocks") : ConfigValue{};
  if (blocks.type == Type::list) {
    blocks.items.push_back(*grid);
    put_value(file, "blocks", blocks);
  }
  return file;
}

}  // namespace

std::map<std::string, std::string> flat(const ConfigValue& row) {
  Flat out;
  flatten(row, "", out);
  return out;
}

StudySpec read_study(const std::string& file, bool quick,
                     const std::vector<std::string>& overrides) {
  const ConfigValue own = as_sweep(parse_config(read_text(file), file), quick);
  ConfigMap config(own);
  StudySpec study;
  study.question = config.text("question");
  study.factors = read_factors(config);
  const bool has_grid = config.value("grid").type == Type::mapping;
  config.value("quick");
  study.sweep = read_sweep(config, overrides);
  config.finish();
  const auto& ends = study.sweep.block_ends;
  study.grid_begins = !has_grid ? ends.back() : ends.size() > 1 ? ends[ends.size() - 2] : 0;
  for (Factor& factor : study.factors)
    std::erase_if(factor.contrasts, [&](const Contrast& contrast) {
      return placed(config, "factors", [&] {
        if (!pairs_of(study, contrast).empty()) return false;
        if (quick) return true;
        throw Error(
            fmt::format("factors: {}: expected contrasts that pair trials, got \"{}\", which pairs "
                        "none (a selection sees only what the file spells out)",
                        factor.name, contrast.name));
      });
    });
  if (std::ranges::all_of(study.factors, [](const Factor& f) { return f.contrasts.empty(); }))
    config.refuse("quick", "blocks of which some contrast pairs trials");
  return study;
}

std::vector<std::pair<std::size_t, std::size_t>> pairs_of(const StudySpec& study,
                                                          const Contrast& contrast) {
  std::set<std::string> differ(contrast.ignored.begin(), contrast.ignored.end());
  for (const auto& [key, value] : contrast.first) differ.insert(key);
  for (const auto& [key, value] : contrast.second) differ.insert(key);
  std::map<Flat, std::pair<std::vector<std::size_t>, std::vector<std::size_t>>> cells;
  for (std::size_t i = 0; i < study.grid_begins; i++) {
    if (study.sweep.trials[i].wish.name == kControlWish) continue;
    const Flat row = flat(study.sweep.rows[i]);
    if (!matches(row, contrast.at)) continue;
    Flat rest = row;
    std::erase_if(rest, [&](const auto& entry) { return differ.contains(entry.first); });
    if (matches(row, contrast.first)) cells[rest].first.push_back(i);
    if (matches(row, contrast.second)) cells[rest].second.push_back(i);
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const auto& [rest, both] : cells) {
    if (both.first.empty() || both.second.empty()) continue;
    if (both.first[0] == both.second[0])
      throw Error(fmt::format(
          "contrast \"{}\": expected selections of different trials, got one that both select",
          contrast.name));
    if (both.first.size() + both.second.size() > 2)
      throw Error(fmt::format(
          "contrast \"{}\": expected selections that leave one trial of each kind in a pair, got "
          "more: name what else differs in `at` or `for_each`",
          contrast.name));
    pairs.emplace_back(both.first[0], both.second[0]);
  }
  std::ranges::sort(pairs);
  return pairs;
}

}  // namespace pump::harness
