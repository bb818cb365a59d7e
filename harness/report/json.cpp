
#include <algorithm>

#include "harness/report/report.hpp"

namespace pump::harness {
namespace {

using Json = nlohmann::json;

Json interval_json(const Interval& interval) { return {interval.low, interval.high}; }

template <class T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json share_json(const Share& share) {
  return {{"count", share.count},
          {"total", share.total},
          {"share", share.total > 0 ? Json(share.value()) : Json(nullptr)},
          {"clopper_pearson_95", interval_json(share.exact)},
          {"wilson_95", interval_json(share.plot)}};
}

Json clock_json(const Clock& clock) {
  Json curve = Json::array();
  for (const SurvivalStep& step : clock.curve)
    curve.push_back({{"steps", step.time},
                     {"at_risk", step.at_risk},
                     {"events", step.events},
                     {"survival", step.survival},
                     {"interval_95", interval_json(step.interval)}});
  return {{"runs", clock.runs},
          {"events", clock.events},
          {"horizon_steps", clock.horizon},
          {"median_steps", optional_json(clock.median)},
          {"restricted_mean_steps", clock.restricted.mean},
          {"restricted_mean_standard_error", clock.restricted.standard_error},
          {"kaplan_meier", curve}};
}

Json score_json(const std::optional<Score>& score) {
  if (!score) return nullptr;
  return {{"iqm", score->iqm},
          {"bootstrap_95", interval_json(score->interval)},
          {"mean", score->mean},
          {"student_95", interval_json(score->mean_interval)}};
}

Json named(const std::vector<std::string>& names, const std::vector<double>& values) {
  Json json = Json::object();
  for (std::size_t i = 0; i < std::min(names.size(), values.size()); ++i)
    json[names[i]] = values[i];
  return json;
}

Json row_json(const Row& row, const Study& study, const Report& report) {
  Json classes = Json::object(), course = Json::array(), seeds = Json::array();
  for (std::size_t i = 0; i < row.classes.size(); ++i)
    classes[to_string(static_cast<RunClass>(i))] = row.classes[i];
  for (const CourseStep& step : row.course)
    course.push_back({{"steps", step.steps},
                      {"runs", step.runs},
                      {"uhr", step.uhr},
                      {"intended", step.intended},
                      {"outcomes", named(study.outcome_labels, step.outcomes)}});
  for (const SeedMark& mark : row.seeds)
    seeds.push_back({{"seed", mark.seed},
                     {"class", to_string(mark.run_class)},
                     {"diverged", mark.diverged},
                     {"near_threshold", mark.near_threshold},
                     {"abandoned", mark.abandoned}});
  return {{"arm", report.arms[row.arm].name},
          {"runs", row.runs},
          {"errors", row.errors},
          {"diverged", row.diverged},
          {"abandoned", row.abandoned},
          {"near_threshold", row.near_threshold},
          {"classes", classes},
          {"gamed", share_json(row.gamed)},
          {"gamed_if_competent", share_json(row.gamed_if_competent)},
          {"competent", share_json(row.competent)},
          {"discovery", clock_json(row.discovery)},
          {"adoption", clock_json(row.adoption)},
          {"proxy_return", score_json(row.proxy_return)},
          {"true_utility", score_json(row.true_utility)},
          {"outcomes_at_the_end", named(study.outcome_labels, row.final_outcomes)},
          {"novel_at_the_end", row.final_novel},
          {"course", course},
          {"seeds", seeds}};
}

Json comparison_json(const Comparison& c, const Report& report) {
  return {{"first", report.arms[c.first].name},
          {"second", report.arms[c.second].name},
          {"pairs", c.pairs},
          {"only_first_gamed", c.first_only},
          {"only_second_gamed", c.second_only},
          {"mcnemar_p", c.p},
          {"adjusted_p", c.adjusted},
          {"adjustment", c.family ? "holm" : "benjamini_hochberg"},
          {"smallest_detectable_difference", optional_json(c.detectable)},
          {"competent",
           {{"pairs", c.competent_pairs},
            {"only_first_gamed", c.competent_first_only},
            {"only_second_gamed", c.competent_second_only},
            {"mcnemar_p", c.competent_p}}}};
}

Json log_rank_json(const LogRank& test) {
  return {{"chi_squared", test.chi_squared}, {"degrees", test.degrees}, {"p", test.p}};
}

Json setting_json(const Setting& setting, const Study& study, const Report& report) {
  Json rows = Json::array(), comparisons = Json::array();
  for (const Row& row : setting.rows) rows.push_back(row_json(row, study, report));
  for (const Comparison& c : setting.comparisons) comparisons.push_back(comparison_json(c, report));
  return {{"parameters", setting.varying},
          {"budget_steps", setting.budget_steps},
          {"rows", rows},
          {"comparisons", comparisons},
          {"discovery_log_rank", log_rank_json(setting.discovery)},
          {"adoption_log_rank", log_rank_json(setting.adoption)}};
}

Json study_json(const Study& study, const Report& report) {
  Json settings = Json::array(), kinds = Json::object();
  for (const Setting& setting : study.settings)
    settings.push_back(setting_json(setting, study, report));
  for (std::size_t i = 0; i < study.outcome_kinds.size(); ++i)
    kinds[study.outcome_labels.at(i)] = engine::to_string(study.outcome_kinds[i]);
  return {{"environment", study.environment}, {"wish", study.wish},
          {"wish_text", study.wish_text},     {"judged_by_label", study.by_label},
          {"control", study.control},         {"parameters", study.fixed},
          {"outcome_kinds", kinds},           {"axis", study.axis},
          {"headline", study.headline},       {"settings", settings}};
}

Json flags_json(const std::vector<Flag>& flags) {
  Json json = Json::array();
  for (const Flag& flag : flags)
    json.push_back({{"trial", flag.trial},
                    {"where", flag.where},
                    {"arm", flag.arm},
                    {"seed", flag.seed},
                    {"message", flag.message}});
  return json;
}

}  // namespace

Json to_json(const Report& report) {
  Json arms = Json::array(), studies = Json::array(), pooled = Json::array();
  for (const Pooled& each : report.pooled)
    pooled.push_back({{"arm", each.name},
                      {"wishes", each.wishes},
                      {"gamed", share_json(each.gamed)},
                      {"gamed_if_competent", share_json(each.gamed_if_competent)},
                      {"competent", share_json(each.competent)}});
  for (const Arm& arm : report.arms)
    arms.push_back({{"name", arm.name},
                    {"objective", arm.objective},
                    {"variant", arm.variant},
                    {"start", arm.start},
                    {"leash", arm.leash},
                    {"beta", arm.beta},
                    {"overrides", arm.overrides},
                    {"charted", arm.charted}});
  for (const Study& study : report.studies) studies.push_back(study_json(study, report));
  return {{"title", report.title},
          {"command", report.command},
          {"trials", report.trials},
          {"arms", arms},
          {"studies", studies},
          {"pooled", pooled},
          {"errors", flags_json(report.errors)},
          {"diverged", flags_json(report.diverged)},
          {"near_threshold", flags_json(report.near_threshold)},
          {"abandoned", flags_json(report.abandoned)},
          {"novel", flags_json(report.novel)}};
}

}  // namespace pump::harness
