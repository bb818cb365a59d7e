#include "harness/listing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/error.hpp"
#include "envs/catalogue.hpp"
#include "harness/config_value.hpp"
#include "harness/evaluate.hpp"
#include "harness/trial.hpp"
#include "harness/wishes.hpp"

namespace pump::harness {
namespace {

using engine::EnvironmentInfo;
using engine::ParameterSpec;
using Json = nlohmann::json;

std::vector<const EnvironmentInfo*> chosen(const std::string& environment) {
  if (!environment.empty()) return {&envs::find(environment).info()};
  std::vector<const EnvironmentInfo*> all;
  for (const engine::CatalogueEntry& entry : envs::catalogue()) all.push_back(&entry.info());
  return all;
}

const char* word(engine::SignalKind kind) {
  return kind == engine::SignalKind::flow ? "flow" : "final";
}

const char* word(engine::DemonstrationRole role) {
  switch (role) {
    case engine::DemonstrationRole::intended:
      return "intended";
    case engine::DemonstrationRole::idle:
      return "idle";
    case engine::DemonstrationRole::exploit:
      return "exploit";
  }
  return "exploit";
}

std::string default_text(const ParameterSpec& spec) {
  return spec.choices.empty() ? engine::format_number(spec.default_value)
                              : spec.choices[static_cast<std::size_t>(spec.default_value)];
}

std::string range_text(const ParameterSpec& spec) {
  if (!spec.choices.empty()) return fmt::format("{}", fmt::join(spec.choices, " | "));
  return fmt::format("{}{} to {}", spec.integer ? "integer, " : "",
                     engine::format_number(spec.minimum), engine::format_number(spec.maximum));
}

std::string section(const char* title, const std::string& lines) {
  return lines.empty() ? "" : fmt::format("  {}\n{}", title, lines);
}

// What sets an environment apart from the usual one, where something is paid that was not meant,
// and what can be asked of it: start, leash and reference `prior`.
std::string marks_of(const EnvironmentInfo& info) {
  std::string marks;
  if (info.verification) marks += ", verification";
  if (info.robustness) marks += ", robustness problem: what is meant is what is paid";
  if (info.judged_by_label) marks += ", judged by label";
  const auto environment = make_environment(info.name, {});
  if (declares_prior(*environment)) marks += ", declares a prior";
  if (environment->remembers()) marks += ", remembers its episodes";
  return marks;
}

std::string environment_text(const EnvironmentInfo& info) {
  std::string wishes, parameters, signals, demonstrations;
  for (const std::string& name : wish_names(info.name))
    wishes += fmt::format("    {:<20} \"{}\"\n", name, load_wish(info, name).text);
  for (const ParameterSpec& spec : info.parameters)
    parameters += fmt::format("    {:<20} {} ({}): {}\n", spec.name, default_text(spec),
                              range_text(spec), spec.description);
  for (const engine::SignalSpec& signal : info.signals)
    signals +=
        fmt::format("    {:<20} {}, {}\n", signal.name, word(signal.kind), signal.description);
  for (const engine::DemonstrationSpec& demonstration : info.demonstrations)
    demonstrations += fmt::format("    {:<20} {}: {}\n", demonstration.name,
                                  word(demonstration.role), demonstration.description);
  const std::string facts =
      info.facts.empty() ? "" : fmt::format("    {}\n", fmt::join(info.facts, ", "));
  return fmt::format("{} (version {}{})\n  {}\n  Source: {}\n", info.name, info.version,
                     marks_of(info), info.summary, info.source) +
         section("Wishes", wishes) + section("Parameters", parameters) +
         section("Signals", signals) + section("Demonstrations", demonstrations) +
         section("Actions", fmt::format("    {}\n", fmt::join(info.actions, ", "))) +
         section("Outcomes", fmt::format("    {}\n", fmt::join(info.outcomes, ", "))) +
         section("Facts", facts) +
         section("Reset classes", fmt::format("    {}\n", fmt::join(info.reset_classes, ", ")));
}

Json parameter_json(const ParameterSpec& spec) {
  Json json = {{"name", spec.name},
               {"description", spec.description},
               {"default", default_text(spec)},
               {"integer", spec.integer}};
  if (spec.choices.empty()) {
    json["minimum"] = spec.minimum;
    json["maximum"] = spec.maximum;
  } else {
    json["choices"] = spec.choices;
  }
  return json;
}

Json environment_json(const EnvironmentInfo& info) {
  Json wishes = Json::array(), parameters = Json::array(), signals = Json::array(),
       demonstrations = Json::array();
  for (const std::string& name : wish_names(info.name))
    wishes.push_back({{"name", name}, {"text", load_wish(info, name).text}});
  for (const ParameterSpec& spec : info.parameters) parameters.push_back(parameter_json(spec));
  for (const engine::SignalSpec& signal : info.signals)
    signals.push_back(
        {{"name", signal.name}, {"kind", word(signal.kind)}, {"description", signal.description}});
  for (const engine::DemonstrationSpec& demonstration : info.demonstrations)
    demonstrations.push_back({{"name", demonstration.name},
                              {"role", word(demonstration.role)},
                              {"description", demonstration.description}});
  const auto environment = make_environment(info.name, {});
  return {{"name", info.name},
          {"prior", declares_prior(*environment)},
          {"remembers", environment->remembers()},
          {"version", info.version},
          {"verification", info.verification},
          {"robustness", info.robustness},
          {"judged_by_label", info.judged_by_label},
          {"summary", info.summary},
          {"source", info.source},
          {"wishes", wishes},
          {"parameters", parameters},
          {"signals", signals},
          {"demonstrations", demonstrations},
          {"actions", info.actions},
          {"outcomes", info.outcomes},
          {"facts", info.facts},
          {"reset_classes", info.reset_classes}};
}

}  // namespace

std::string list_text(const std::string& environment) {
  std::string out;
  for (const EnvironmentInfo* info : chosen(environment)) {
    if (!out.empty()) out += '\n';
    out += environment_text(*info);
  }
  return out;
}

Json list_json(const std::string& environment) {
  Json environments = Json::array();
  for (const EnvironmentInfo* info : chosen(environment))
    environments.push_back(environment_json(*info));
  return {{"environments", environments}};
}

engine::Parameters read_assignments(const EnvironmentInfo& info,
                                    const std::vector<std::string>& assignments) {
  engine::Parameters parameters(info.parameters);
  for (const std::string& assignment : assignments) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Error(fmt::format("--set: expected parameter=value, got {}", in_quotes(assignment)));
    try {
      parameters.set(assignment.substr(0, equals), assignment.substr(equals + 1));
    } catch (const Error& error) {
      throw Error(fmt::format("--set: {}", error.what()));
    }
  }
  return parameters;
}

}  // namespace pump::harness
