#include "harness/demo/lesson.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agents/trainer.hpp"
#include "agents/yardsticks/yardstick.hpp"
#include "engine/error.hpp"
#include "engine/parameters.hpp"
#include "harness/config_map.hpp"
#include "harness/files.hpp"
#include "harness/named_policy.hpp"
#include "harness/trial_config.hpp"
#include "harness/wishes.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;
using engine::Environment;
using engine::EnvironmentInfo;

constexpr std::size_t kMostPanels = 4, kMostAnswers = 5, kMostExhibits = 5;
constexpr double kMostBeta = 100;

fs::path directory() { return configs_directory() / "lessons"; }

// ---- A wish ------------------------------------------------------------------------------------

void add_wish(const EnvironmentInfo& info, const std::string& name, WishChoice& choice) {
  choice.wishes.push_back(load_wish(info, name));
  choice.remarks.push_back(wish_remark(info, name));
}

// The keys `wish`, or `wishes`, and `weights`.
WishChoice read_choice(const EnvironmentInfo& info, ConfigMap& config) {
  WishChoice choice;
  if (config.has("wishes")) {
    if (config.has("wish")) config.refuse("wish", "nothing beside wishes");
    for (const std::string& name : config.texts("wishes"))
      placed(config, "wishes", [&] { add_wish(info, name, choice); });
    if (choice.wishes.empty()) config.refuse("wishes", "at least one");
  } else if (config.value("wish").type == ConfigValue::Type::mapping) {
    ConfigMap wish = config.map("wish");
    choice.wishes.push_back(read_wish(info, wish.text("name"), wish));
    choice.remarks.emplace_back();
  } else {
    const std::string name = config.text("wish");
    placed(config, "wish", [&] { add_wish(info, name, choice); });
  }
  choice.weights = config.flag("weights", false);
  return choice;
}

// The first wish, as the file names it: a name or a path.
ConfigValue first_wish(const ConfigValue& own) {
  const ConfigValue* wishes = own.find("wishes");
  return wishes ? wishes->items.front() : *own.find("wish");
}

// ---- What is seen ------------------------------------------------------------------------------

// A file is sought beside the lesson's.
WatchRequest read_recorded(ConfigMap& panel, const ConfigValue& own) {
  WatchRequest request;
  request.source = (fs::path(*own.source).parent_path() / panel.text("file")).string();
  request.wish = panel.text("wish", "");
  placed(panel, "file", [&] { open_session(request); });
  return request;
}

WatchSpec read_watch(std::vector<ConfigMap> panels, const ConfigValue& own) {
  WatchSpec spec;
  for (ConfigMap& panel : panels) {
    if (panel.has("file")) {
      spec.panels.push_back(read_recorded(panel, own));
      spec.panels.back().title = panel.text("title", "");
      panel.finish();
      continue;
    }
    const auto environment = read_environment(panel);
    WatchRequest request{
        environment->info().name, panel.text("policy"), panel.text("wish", ""), {}};
    request.title = panel.text("title", "");
    for (const auto& [name, value] : environment->parameters().texts())
      request.assignments.push_back(fmt::format("{}={}", name, value));
    request.seed = static_cast<std::uint64_t>(panel.integer("seed", 0, 0, 1'000'000'000));
    placed(panel, "policy", [&] { name_policy(*environment, request.policy, "policy"); });
    if (!request.wish.empty())
      placed(panel, "wish", [&] { load_wish(environment->info(), request.wish); });
    panel.finish();
    spec.panels.push_back(std::move(request));
  }
  return spec;
}

// One scalar as plain data, to make a trial's mapping of.
ConfigValue scalar(const std::string& text, const ConfigValue& at) {
  ConfigValue value = at;
  value.type = ConfigValue::Type::scalar;
  value.text = text;
  value.items.clear();
  value.entries.clear();
  return value;
}

// The trial that a `trained` mapping and the exhibit around it describe. own: the whole exhibit.
TrialSpec trial_of(const ConfigValue& own, const ConfigValue& trained, double beta) {
  ConfigValue trial = own;  // where it came from
  trial.entries.clear();
  for (const char* key : {"environment", "parameters", "clone"})
    if (const ConfigValue* value = own.find(key)) trial.entries.emplace_back(key, *value);
  trial.entries.emplace_back("wish", first_wish(own));
  const ConfigValue* reference = own.find("reference");
  for (const char* key : {"start", "leash"})
    trial.entries.emplace_back(key, reference ? *reference : scalar("uniform", own));
  trial.entries.emplace_back("objective", scalar("ppo_kl", own));
  for (const auto& [key, value] : trained.entries) {
    const bool around = key == "environment" || key == "parameters" || key == "wish" ||
                        key == "start" || key == "leash" || (key == "clone" && own.find("clone"));
    if (around) ConfigMap(trained).refuse(key, "nothing here: it is the exhibit's");
    if (key != "betas") put_value(trial, key, value);
  }
  put_value(trial, "train.kl_coef", scalar(engine::format_number(beta), own));
  return read_trial(ConfigMap(trial));
}

void read_trained(ConfigMap& config, const ConfigValue& own, SolveSpec& spec) {
  if (!config.has("trained")) {
    if (spec.reference == "clone") spec.clone = trial_of(own, ConfigValue{}, 1);
    return;
  }
  if (spec.leash.size() < 3)
    config.refuse("trained", "a leash of at least 3 betas beside it, to be laid over");
  if (spec.reference.starts_with("demo:"))
    config.refuse("trained", "nothing beside a script, which no trial can be leashed to");
  const ConfigValue trained = config.value("trained");
  if (trained.type != ConfigValue::Type::mapping) config.refuse("trained", "a mapping");
  ConfigMap map(trained);
  const std::vector<double> betas = map.numbers("betas", 1e-6, kMostBeta);
  if (betas.empty()) config.refuse("trained", "at least one of its betas");
  const auto [least, most] = std::ranges::minmax(spec.leash);
  for (const double beta : betas)
    if (beta < least || beta > most)
      map.refuse("betas", fmt::format("each from {:g} to {:g}, as the leash's are", least, most));
  for (const double beta : betas) spec.trained.push_back(trial_of(own, trained, beta));
  if (!agents::charges_trajectory_kl(spec.trained.front().train))
    config.refuse("trained", "an objective whose leash charges for choices, ppo_kl for instance");
  if (spec.reference == "clone") spec.clone = spec.trained.front();
}

void read_reference(ConfigMap& config, const Environment& environment, SolveSpec& spec) {
  spec.reference = config.text("reference", spec.reference);
  if (spec.reference != "clone")
    placed(config, "reference", [&] { name_policy(environment, spec.reference, "reference"); });
  else if (!config.has("clone"))
    config.refuse("reference", "a mapping `clone` beside it, that says of what");
  spec.noise = config.number("noise", 0, 0, 1);
  if (spec.noise > 0 && !spec.reference.starts_with("demo:"))
    config.refuse("noise", "nothing beside a reference that is no demo:NAME");
  config.value("clone");  // read_trained hands it on
}

SolveSpec read_solve(ConfigMap config, const ConfigValue& own) {
  SolveSpec spec;
  const auto environment = read_environment(config);
  if (environment->remembers())
    config.refuse("environment", "one that forgets its episodes, so that it can be solved");
  spec.environment = environment->info().name;
  spec.parameters = environment->parameters().texts();
  spec.wish = read_choice(environment->info(), config);
  read_reference(config, *environment, spec);
  spec.tilt = config.flag("device", false) ? Tilt::device : Tilt::policy;
  spec.leash = config.numbers("leash", 0, kMostBeta);
  if (std::adjacent_find(spec.leash.begin(), spec.leash.end(), std::greater_equal<>()) !=
      spec.leash.end())
    config.refuse("leash", "betas that ascend");
  spec.beta = config.number("beta", spec.leash.empty() ? 1 : spec.leash.back(), 0, kMostBeta);
  if (!spec.leash.empty() &&
      std::find(spec.leash.begin(), spec.leash.end(), spec.beta) == spec.leash.end())
    config.refuse("beta", fmt::format("one of the leash's, {}", fmt::join(spec.leash, ", ")));
  spec.pivots = static_cast<int>(config.integer("pivots", 0, 0, 6));
  spec.spending = config.flag("spending", false);
  spec.loophole = config.flag("loophole", false);
  read_trained(config, own, spec);
  config.finish();
  return spec;
}

TrainSpec read_train_spec(ConfigMap config, const ConfigValue& own) {
  TrainSpec spec;
  const auto environment = read_environment(config);
  if (environment->remembers())
    config.refuse("environment", "a world that forgets its episodes, for one of them is shown");
  spec.wish = read_choice(environment->info(), config);
  const std::vector<ConfigValue> trials = config.value("trials").items;
  if (trials.empty() || trials.size() > kMostPanels)
    config.refuse("trials", fmt::format("a list of 1 to {} trials", kMostPanels));
  for (const ConfigValue& given : trials) {
    if (given.type != ConfigValue::Type::mapping) config.refuse("trials", "a list of mappings");
    ConfigValue trial = given;
    std::erase_if(trial.entries, [](const auto& entry) { return entry.first == "name"; });
    for (const char* key : {"environment", "parameters"}) {
      if (trial.find(key)) ConfigMap(given).refuse(key, "nothing here: it is the exhibit's");
      if (const ConfigValue* value = own.find(key)) trial.entries.emplace_back(key, *value);
    }
    if (trial.find("wish")) ConfigMap(given).refuse("wish", "nothing here: it is the exhibit's");
    trial.entries.emplace_back("wish", first_wish(own));
    spec.trials.push_back(read_trial(ConfigMap(trial)));
    if (agents::is_yardstick(spec.trials.back().train.objective))
      ConfigMap(given).refuse("objective", "one that trains");
    ConfigMap named(given);
    spec.names.push_back(named.text("name", spec.trials.back().train.objective));
  }
  config.finish();
  return spec;
}

// The one of `watch`, `solve` and `train` that there is.
Exhibited read_exhibit(ConfigMap& config, const ConfigValue& own) {
  Exhibited exhibit;
  const std::vector<std::string> kinds = {"watch", "solve", "train"};
  const auto there = std::count_if(kinds.begin(), kinds.end(),
                                   [&](const std::string& kind) { return config.has(kind); });
  if (there != 1)
    throw Error(fmt::format("{}: expected one of {}, got {}", own.where(), fmt::join(kinds, ", "),
                            there == 0 ? "none" : "several"));
  if (config.has("watch")) {
    WatchSpec watch = read_watch(config.maps("watch"), own);
    if (watch.panels.empty() || watch.panels.size() > kMostPanels)
      config.refuse("watch", fmt::format("1 to {} panels", kMostPanels));
    exhibit.what = std::move(watch);
  } else if (config.has("solve")) {
    exhibit.what = read_solve(config.map("solve"), *own.find("solve"));
  } else {
    exhibit.what = read_train_spec(config.map("train"), *own.find("train"));
  }
  return exhibit;
}

// ---- Pages -------------------------------------------------------------------------------------

void read_question(ConfigMap& config, Page& page) {
  page.question = config.text("question", "");
  page.answers = config.texts("answers");
  if (page.question.empty() != page.answers.empty())
    config.refuse(page.question.empty() ? "answers" : "question", "a question with answers");
  if (page.answers.size() > kMostAnswers)
    config.refuse("answers", fmt::format("at most {}", kMostAnswers));
  page.right = static_cast<int>(
      config.integer("right", 0, 0, static_cast<std::int64_t>(page.answers.size())));
  page.reveal = config.text("reveal", "");
}

Page read_page(ConfigMap config, const ConfigValue& own) {
  Page page;
  page.title = config.text("title");
  page.text = config.text("text");
  read_question(config, page);
  if (!config.has("exhibits")) {
    page.exhibits.push_back(read_exhibit(config, own));
  } else {
    std::vector<ConfigMap> exhibits = config.maps("exhibits");
    if (exhibits.empty() || exhibits.size() > kMostExhibits)
      config.refuse("exhibits", fmt::format("1 to {}", kMostExhibits));
    for (std::size_t i = 0; i < exhibits.size(); i++) {
      const std::string name = exhibits[i].text("name");
      page.exhibits.push_back(read_exhibit(exhibits[i], own.find("exhibits")->items[i]));
      page.exhibits.back().name = name;
    }
  }
  return page;
}

Lesson read_lesson(const fs::path& file) {
  const ConfigValue own = parse_config(read_text(file), file.string());
  ConfigMap config(own);
  Lesson lesson;
  lesson.name = file.stem().string();
  lesson.title = config.text("title");
  lesson.about = config.text("about");
  lesson.order = static_cast<int>(config.integer("order", 0, 0, 1000));
  lesson.minutes = static_cast<int>(config.integer("minutes", 0, 0, 1000));
  std::vector<ConfigMap> pages = config.maps("pages");
  if (pages.empty()) config.refuse("pages", "at least one");
  for (std::size_t i = 0; i < pages.size(); i++)
    lesson.pages.push_back(read_page(pages[i], own.find("pages")->items[i]));
  config.finish();
  return lesson;
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  if (!fs::is_directory(directory()))
    throw Error(fmt::format("{}: expected a folder of lessons, got none", directory().string()));
  for (const auto& entry : fs::directory_iterator(directory()))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Lesson load_lesson(const std::string& name_or_file) {
  const bool is_file =
      name_or_file.find('/') != std::string::npos || name_or_file.ends_with(".yaml");
  if (is_file) return read_lesson(name_or_file);
  const std::vector<std::string> known = names();
  if (std::find(known.begin(), known.end(), name_or_file) != known.end())
    return read_lesson(directory() / (name_or_file + ".yaml"));
  const std::string near = engine::nearest_name(name_or_file, known);
  throw Error(fmt::format("lesson: expected a file or one of {}, got {}{}", fmt::join(known, ", "),
                          in_quotes(name_or_file),
                          near.empty() ? "" : fmt::format(" (did you mean {}?)", near)));
}

std::vector<Lesson> all_lessons() {
  std::vector<Lesson> lessons;
  for (const std::string& name : names()) lessons.push_back(load_lesson(name));
  std::stable_sort(lessons.begin(), lessons.end(), [](const Lesson& a, const Lesson& b) {
    return (a.order == 0 ? 1001 : a.order) < (b.order == 0 ? 1001 : b.order);
  });
  return lessons;
}

}  // namespace pump::harness
