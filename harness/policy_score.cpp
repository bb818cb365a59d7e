#include "harness/policy_score.hpp"

#include <cmath>

#include <fmt/format.h>

#include "harness/calibration.hpp"
#include "harness/named_policy.hpp"

namespace pump::harness {
namespace {

using engine::Environment;
using engine::EpisodeRecord;
using Json = nlohmann::json;

template <class Value>
Mean mean_of(const std::vector<EpisodeRecord>& episodes, Value&& value) {
  constexpr double kNormal95 = 1.959963984540054;
  const auto n = static_cast<double>(episodes.size());
  double sum = 0, squares = 0;
  for (const EpisodeRecord& record : episodes) sum += value(record);
  const double mean = sum / n;
  for (const EpisodeRecord& record : episodes) squares += std::pow(value(record) - mean, 2);
  const double error = n > 1 ? std::sqrt(squares / (n - 1) / n) : 0;
  return {mean, {mean - kNormal95 * error, mean + kNormal95 * error}};
}

Json mean_json(const Mean& mean) {
  return {{"mean", mean.value}, {"normal_95", {mean.interval.low, mean.interval.high}}};
}

std::string mean_text(const char* name, const Mean& mean) {
  return fmt::format("  {:<14} {:.3f} [{:.3f}, {:.3f}]\n", name, mean.value, mean.interval.low,
                     mean.interval.high);
}

double share(int count, const PolicyScore& score) {
  return static_cast<double>(count) / score.episodes;
}

}  // namespace

PolicyScore score_policy(const Environment& environment, const engine::Wish& wish,
                         const std::string& policy, int episodes, std::uint64_t seed) {
  const engine::EnvironmentInfo& info = environment.info();
  // Before minutes of calibration.
  const auto player = make_player(name_policy(environment, policy), seed);
  const Calibration calibration = calibrate(environment, wish);
  const int rounds = rounds_of(environment, episodes);
  const auto batch = environment.batch(episodes / rounds, seed);
  const std::vector<EpisodeRecord> records = evaluate(*batch, *player, rounds).episodes;
  const auto proxy = [&](const EpisodeRecord& record) {
    return wish.reward(std::span<const double>(record.signals));
  };
  PolicyScore score{.environment = info.name,
                    .wish = wish.name,
                    .policy = policy,
                    .version = info.version,
                    .parameters = environment.parameters().texts(),
                    .episodes = episodes,
                    .seed = seed,
                    .by_label = calibration.by_label,
                    .uhr_interval = {},
                    .proxy_return = mean_of(records, proxy),
                    .true_utility = mean_of(records, [](auto& r) { return r.true_utility; }),
                    .length = mean_of(records, [](auto& r) { return double(r.length); }),
                    .outcome_labels = info.outcomes,
                    .fact_names = info.facts,
                    .outcome_kinds = wish.kinds,
                    .outcomes = std::vector<int>(info.outcomes.size()),
                    .facts = std::vector<int>(info.facts.size())};
  for (const EpisodeRecord& record : records) {
    const auto judged =
        calibration.classify(proxy(record), record.true_utility, record.reset_class,
                             wish.kinds[static_cast<std::size_t>(record.outcome.label)]);
    score.uhr += judged == EpisodeClass::uhr;
    score.intended += judged == EpisodeClass::intended;
    score.outcomes[static_cast<std::size_t>(record.outcome.label)]++;
    for (std::size_t i = 0; i < score.facts.size(); i++)
      score.facts[i] += (record.outcome.facts >> i) & 1;
  }
  score.uhr_interval = clopper_pearson(score.uhr, episodes);
  return score;
}

std::string to_text(const PolicyScore& score) {
  std::string out =
      fmt::format("{}, wish {}, policy {}, {} episodes from seed {}\n", score.environment,
                  score.wish, score.policy, score.episodes, score.seed);
  out += fmt::format("  {:<14} {:.1f} % [{:.1f}, {:.1f}]{}\n", "UHR", 100 * share(score.uhr, score),
                     100 * score.uhr_interval.low, 100 * score.uhr_interval.high,
                     score.by_label ? ", judged by label" : "");
  out += mean_text("proxy return", score.proxy_return);
  out += mean_text("true utility", score.true_utility);
  out += mean_text("length", score.length);
  for (std::size_t i = 0; i < score.outcomes.size(); i++)
    if (score.outcomes[i] > 0)
      out += fmt::format("  {:5.1f} %  {} ({})\n", 100 * share(score.outcomes[i], score),
                         score.outcome_labels[i], engine::to_string(score.outcome_kinds[i]));
  return out + "  In brackets: 95 % intervals.\n";
}

Json to_json(const PolicyScore& score) {
  Json outcomes = Json::object(), facts = Json::object();
  for (std::size_t i = 0; i < score.outcomes.size(); i++)
    outcomes[score.outcome_labels[i]] = share(score.outcomes[i], score);
  for (std::size_t i = 0; i < score.facts.size(); i++)
    facts[score.fact_names[i]] = share(score.facts[i], score);
  return {{"environment", score.environment},
          {"version", score.version},
          {"parameters", score.parameters},
          {"wish", score.wish},
          {"policy", score.policy},
          {"episodes", score.episodes},
          {"seed", score.seed},
          {"uhr",
           {{"count", score.uhr},
            {"share", share(score.uhr, score)},
            {"clopper_pearson_95", {score.uhr_interval.low, score.uhr_interval.high}}}},
          {"judged_by_label", score.by_label},
          {"intended", share(score.intended, score)},
          {"proxy_return", mean_json(score.proxy_return)},
          {"true_utility", mean_json(score.true_utility)},
          {"length", mean_json(score.length)},
          {"outcomes", outcomes},
          {"facts", facts}};
}

}  // namespace pump::harness
