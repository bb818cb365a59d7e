#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "harness/survey.hpp"

namespace pump::harness {
namespace {

std::string to_line(const Frequency& f) {
  return fmt::format("  {:<24}{:>10}  {:.3e}  [{:.3e}, {:.3e}]\n", f.name, f.count, f.share,
                     f.interval.low, f.interval.high);
}

std::string to_text(const WishSurvey& wish, const std::vector<Frequency>& outcomes) {
  std::string text =
      fmt::format("\nwish {}{}\n", wish.wish, wish.by_label ? " (judged by label)" : "");
  if (!wish.refused.empty()) return text + "  refused: " + wish.refused + "\n";
  for (const ClassCalibration& c : wish.classes)
    text += fmt::format(
        "  {} resets: r_int {:.4g}  u_int {:.4g}  u_idle {:.4g}  delta {:.4g}  ends as intended "
        "{:.3f}\n",
        c.resets, c.r_int, c.u_int, c.u_idle, c.thresholds.utility_gap, c.intended_share);
  text += fmt::format("  {:<22}{:>8}{:>10}{:>10}{:>8}  most often\n", "script (* declared)", "UHR",
                      "proxy", "true", "steps");
  for (std::size_t i = 0; i < wish.scripts.size(); i++) {
    const ScriptScore& s = wish.scripts[i];
    std::size_t top = 0;
    for (std::size_t label = 0; label < s.outcomes.size(); label++)
      if (s.outcomes[label] > s.outcomes[top]) top = label;
    text += fmt::format("  {:<22}{:>8.3f}{:>10.3f}{:>10.3f}{:>8.1f}  {} {:.3f}\n",
                        s.name + (wish.declared[i] ? " *" : ""), s.uhr, s.proxy_return,
                        s.true_utility, s.length, outcomes[top].name, s.outcomes[top]);
  }
  const AgreementTable& t = wish.agreement;
  text +=
      fmt::format("  agreement: both {}, numbers only {}, label only {}, neither {}; kappa {}\n",
                  t.both, t.first_only, t.second_only, t.neither,
                  wish.kappa ? fmt::format("{:.4f}", *wish.kappa) : "none");
  if (!wish.as_declared())
    text += fmt::format("  NOT AS DECLARED: {}{}\n", fmt::join(wish.misfits, ", "),
                        wish.misfits.empty()
                            ? fmt::format("kappa is {} or less", kLeastKappa)
                            : fmt::format(" (exploits: {:g} % UHR or more wherever they apply, "
                                          "others {:g} % or less)",
                                          100 * kExploitShare, 100 * kHonestShare));
  return text + "  uniform:\n" + to_line(wish.uniform_uhr);
}

nlohmann::json json_of(const Frequency& f) {
  return {
      {"count", f.count}, {"share", f.share}, {"low", f.interval.low}, {"high", f.interval.high}};
}
nlohmann::json json_of(const std::vector<Frequency>& all) {
  nlohmann::json json = nlohmann::json::object();
  for (const Frequency& f : all) json[f.name] = json_of(f);
  return json;
}

nlohmann::json json_of(const ClassCalibration& c) {
  return {{"resets", c.resets},
          {"intended_share", c.intended_share},
          {"r_int", c.r_int},
          {"u_int", c.u_int},
          {"u_idle", c.u_idle},
          {"eps", c.thresholds.proxy_slack},
          {"delta", c.thresholds.utility_gap}};
}

nlohmann::json json_of(const WishSurvey& wish, const std::vector<Frequency>& labels) {
  if (!wish.refused.empty()) return {{"refused", wish.refused}};
  nlohmann::json json;
  json["classes"] = nlohmann::json::array();
  for (const ClassCalibration& c : wish.classes) json["classes"].push_back(json_of(c));
  for (std::size_t i = 0; i < wish.scripts.size(); i++) {
    const ScriptScore& s = wish.scripts[i];
    nlohmann::json outcomes = nlohmann::json::object();
    for (std::size_t label = 0; label < s.outcomes.size(); label++)
      outcomes[labels[label].name] = s.outcomes[label];
    json["scripts"][s.name] = {{"uhr", s.uhr},
                               {"proxy_return", s.proxy_return},
                               {"true_utility", s.true_utility},
                               {"length", s.length},
                               {"outcomes", outcomes},
                               {"declared", static_cast<bool>(wish.declared[i])}};
  }
  const AgreementTable& t = wish.agreement;
  json["agreement"] = {{"both", t.both},
                       {"numbers_only", t.first_only},
                       {"label_only", t.second_only},
                       {"neither", t.neither}};
  json["as_declared"] = wish.as_declared();
  json["misfits"] = wish.misfits;
  json["kappa"] = wish.kappa ? nlohmann::json(*wish.kappa) : nlohmann::json(nullptr);
  json["uniform_uhr"] = json_of(wish.uniform_uhr);
  return json;
}

}  // namespace

std::string to_text(const Survey& survey) {
  std::string text = fmt::format("{} version {}", survey.environment, survey.version);
  for (const auto& [name, value] : survey.parameters) text += fmt::format(" {}={}", name, value);
  text += fmt::format("\n{} uniform episodes, seed {}, {:.1f} steps on average\n\noutcomes\n",
                      survey.episodes, survey.seed, survey.mean_length);
  for (const Frequency& f : survey.outcomes) text += to_line(f);
  if (!survey.facts.empty()) text += "\nfacts\n";
  for (const Frequency& f : survey.facts) text += to_line(f);
  for (const WishSurvey& wish : survey.wishes) text += to_text(wish, survey.outcomes);
  if (survey.reach)
    text += fmt::format("\n{}{} states, {} transitions, at most {} branches\n",
                        survey.reach->complete ? "" : "stopped at ", survey.reach->states,
                        survey.reach->transitions, survey.reach->max_branches);
  return text;
}

nlohmann::json to_json(const Survey& survey) {
  nlohmann::json json;
  json["environment"] = survey.environment;
  json["version"] = survey.version;
  json["parameters"] = survey.parameters;
  json["episodes"] = survey.episodes;
  json["seed"] = survey.seed;
  json["mean_length"] = survey.mean_length;
  json["outcomes"] = json_of(survey.outcomes);
  json["facts"] = json_of(survey.facts);
  json["wishes"] = nlohmann::json::object();
  for (const WishSurvey& wish : survey.wishes)
    json["wishes"][wish.wish] = json_of(wish, survey.outcomes);
  if (survey.reach)
    json["reach"] = {{"states", survey.reach->states},
                     {"transitions", survey.reach->transitions},
                     {"max_branches", survey.reach->max_branches},
                     {"complete", survey.reach->complete}};
  return json;
}

}  // namespace pump::harness
