#include <cmath>
#include <initializer_list>
#include <limits>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/measures.hpp"

namespace pump::harness {
namespace {

using Json = nlohmann::json;

// JSON has no NaN: a diverged trial's means are written as null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

double number(const Json& json, const char* key) {
  const Json& value = json.at(key);
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

template <class T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <class T>
std::optional<T> optional_value(const Json& json, const char* key) {
  const Json& value = json.at(key);
  if (value.is_null()) return std::nullopt;
  return value.get<T>();
}

// The value whose to_string is the word.
template <class Enum>
Enum from_word(const std::string& word, std::initializer_list<Enum> values) {
  for (const Enum value : values)
    if (word == to_string(value)) return value;
  throw Error("'" + word + "' is not a known word");
}

engine::Kind kind_of(const std::string& word) {
  using engine::Kind;
  return from_word(word,
                   {Kind::intended, Kind::benign_failure, Kind::gaming, Kind::harm, Kind::other});
}

}  // namespace

void to_json(Json& json, const Checkpoint& c) {
  json = {{"steps", c.steps},
          {"episodes", c.episodes},
          {"uhr", c.uhr},
          {"intended", c.intended},
          {"novel", c.novel},
          {"outcomes", c.outcomes},
          {"proxy_return", number(c.proxy_return)},
          {"true_utility", number(c.true_utility)},
          {"length", number(c.length)},
          {"entropy", number(c.entropy)},
          {"kl_to_reference", number(c.kl_to_reference)}};
}

void from_json(const Json& json, Checkpoint& c) {
  json.at("steps").get_to(c.steps);
  json.at("episodes").get_to(c.episodes);
  json.at("uhr").get_to(c.uhr);
  json.at("intended").get_to(c.intended);
  json.at("novel").get_to(c.novel);
  json.at("outcomes").get_to(c.outcomes);
  c.proxy_return = number(json, "proxy_return");
  c.true_utility = number(json, "true_utility");
  c.length = number(json, "length");
  c.entropy = number(json, "entropy");
  c.kl_to_reference = number(json, "kl_to_reference");
}

void to_json(Json& json, const TrialResult& t) {
  std::vector<std::string> kinds;
  for (const engine::Kind kind : t.outcome_kinds) kinds.emplace_back(engine::to_string(kind));
  json = {{"id", t.id},
          {"environment", t.environment},
          {"parameters", t.parameters},
          {"wish", t.wish},
          {"wish_text", t.wish_text},
          {"objective", t.objective},
          {"variant", t.variant},
          {"start", t.start},
          {"leash", t.leash},
          {"beta", number(t.beta)},
          {"overrides", t.overrides},
          {"seed", t.seed},
          {"budget_steps", t.budget_steps},
          {"outcome_labels", t.outcome_labels},
          {"outcome_kinds", kinds},
          {"judged_by_label", t.by_label},
          {"status", to_string(t.status)},
          {"message", t.message},
          {"emergence_threshold", t.emergence_threshold},
          {"best_exploit_share", optional_json(t.best_exploit_share)},
          {"checkpoints", t.checkpoints},
          {"discovery_steps", optional_json(t.discovery_steps)},
          {"adoption_steps", optional_json(t.adoption_steps)},
          {"run_class", to_string(t.run_class)},
          {"abandoned", t.abandoned},
          {"near_threshold", t.near_threshold}};
}

void from_json(const Json& json, TrialResult& t) {
  json.at("id").get_to(t.id);
  json.at("environment").get_to(t.environment);
  json.at("parameters").get_to(t.parameters);
  json.at("wish").get_to(t.wish);
  json.at("wish_text").get_to(t.wish_text);
  json.at("objective").get_to(t.objective);
  json.at("variant").get_to(t.variant);
  json.at("start").get_to(t.start);
  json.at("leash").get_to(t.leash);
  t.beta = number(json, "beta");
  json.at("overrides").get_to(t.overrides);
  json.at("seed").get_to(t.seed);
  json.at("budget_steps").get_to(t.budget_steps);
  json.at("outcome_labels").get_to(t.outcome_labels);
  t.outcome_kinds.clear();
  for (const Json& kind : json.at("outcome_kinds"))
    t.outcome_kinds.push_back(kind_of(kind.get<std::string>()));
  t.by_label = json.value("judged_by_label", false);
  t.status = from_word(json.at("status").get<std::string>(),
                       {TrialStatus::ok, TrialStatus::diverged, TrialStatus::error});
  json.at("message").get_to(t.message);
  json.at("emergence_threshold").get_to(t.emergence_threshold);
  t.best_exploit_share = optional_value<double>(json, "best_exploit_share");
  json.at("checkpoints").get_to(t.checkpoints);
  t.discovery_steps = optional_value<std::uint64_t>(json, "discovery_steps");
  t.adoption_steps = optional_value<std::uint64_t>(json, "adoption_steps");
  t.run_class = from_word(json.at("run_class").get<std::string>(),
                          {RunClass::gamed, RunClass::intended, RunClass::failed, RunClass::mixed});
  json.at("abandoned").get_to(t.abandoned);
  json.at("near_threshold").get_to(t.near_threshold);
}

TrialResult parse_trial(std::string_view text, const std::string& where) {
  try {
    return Json::parse(text).get<TrialResult>();
  } catch (const Json::exception& e) {
    throw Error(fmt::format("{}: expected a trial's result as JSON, got: {}", where, e.what()));
  } catch (const Error& e) {
    throw Error(fmt::format("{}: expected a trial's result as JSON, got: {}", where, e.what()));
  }
}

}  // namespace pump::harness
