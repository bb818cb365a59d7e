#include "harness/report/files.hpp"

#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "engine/parameters.hpp"
#include "harness/report/charts.hpp"
#include "harness/report/curves.hpp"
#include "harness/report/matrix.hpp"
#include "harness/report/overview.hpp"

namespace pump::harness {
namespace {

// ---- Markdown ----------------------------------------------------------------------------------

// What Markdown, or the HTML in it, would take for its own stands for itself.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
      continue;
    }
    if (std::string_view("\\`*_{}[]()<>#+!|~&").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string dominant_text(const Row& row, const Study& study) {
  if (!row.dominant) return "\u2013";
  const KindSign kind = sign_of(study.outcome_kinds[*row.dominant]);
  return fmt::format("{} {}, {:.0f} % ({})", kind.sign,
                     plain(plain_words(study.outcome_labels[*row.dominant])),
                     100 * row.final_outcomes[*row.dominant], kind.words);
}

std::string mean_text(const std::optional<Score>& score) {
  if (!score) return "\u2013";
  return fmt::format("{:.2f} \\[{:.2f}, {:.2f}\\]", score->iqm, score->interval.low,
                     score->interval.high);
}

std::string markdown_share(const Share& share) {
  return share.total == 0
             ? "\u2013"
             : fmt::format("{} = {:.0f} % \\[{:.0f}, {:.0f}\\]", count_text(share),
                           100 * share.value(), 100 * share.exact.low, 100 * share.exact.high);
}

std::string markdown_table(const Setting& setting, const Study& study, const Report& report) {
  std::string out =
      "| objective | P(gamed) | P(gamed \\| competent) | competent | discovery | adoption | proxy "
      "return | true utility | most episodes end |\n|---|---|---|---|---|---|---|---|---|\n";
  const auto median = [](const Clock& clock) {
    return clock.median ? steps_text(*clock.median) : std::string("\u2013");
  };
  for (const Row& row : setting.rows)
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                       plain(report.arms[row.arm].name), markdown_share(row.gamed),
                       markdown_share(row.gamed_if_competent), count_text(row.competent),
                       median(row.discovery), median(row.adoption), mean_text(row.proxy_return),
                       mean_text(row.true_utility), dominant_text(row, study));
  return out;
}

// ---- CSV ---------------------------------------------------------------------------------------

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

using Cells = std::vector<std::pair<std::string, std::string>>;  // column, text

std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

void add_share(Cells& cells, const std::string& name, const Share& share) {
  cells.emplace_back(name, std::to_string(share.count));
  cells.emplace_back(name + "_of", std::to_string(share.total));
  cells.emplace_back(name + "_share", share.total > 0 ? number(share.value()) : "");
  cells.emplace_back(name + "_exact_low", number(share.exact.low));
  cells.emplace_back(name + "_exact_high", number(share.exact.high));
  cells.emplace_back(name + "_wilson_low", number(share.plot.low));
  cells.emplace_back(name + "_wilson_high", number(share.plot.high));
}

void add_clock(Cells& cells, const std::string& name, const Clock& clock) {
  cells.emplace_back(name + "_events", std::to_string(clock.events));
  cells.emplace_back(name + "_median_steps", clock.median ? number(*clock.median) : "");
  const bool any = clock.runs > 0;
  cells.emplace_back(name + "_restricted_mean_steps", any ? number(clock.restricted.mean) : "");
  cells.emplace_back(name + "_restricted_mean_error",
                     any ? number(clock.restricted.standard_error) : "");
}

void add_score(Cells& cells, const std::string& name, const std::optional<Score>& score) {
  const double none = std::nan("");
  const Score s = score.value_or(Score{none, {none, none}, none, {none, none}});
  cells.emplace_back(name + "_iqm", number(s.iqm));
  cells.emplace_back(name + "_bootstrap_low", number(s.interval.low));
  cells.emplace_back(name + "_bootstrap_high", number(s.interval.high));
  cells.emplace_back(name + "_mean", number(s.mean));
  cells.emplace_back(name + "_student_low", number(s.mean_interval.low));
  cells.emplace_back(name + "_student_high", number(s.mean_interval.high));
}

std::string joined(const std::map<std::string, std::string>& values) {
  std::string text;
  for (const auto& [name, value] : values)
    text += (text.empty() ? "" : "; ") + name + " = " + value;
  return text;
}

Cells csv_cells(const Row& row, const Setting& setting, const Study& study, const Report& report) {
  const Arm& arm = report.arms[row.arm];
  Cells cells = {{"environment", study.environment},
                 {"wish", study.wish},
                 {"control", study.control ? "1" : "0"},
                 {"setting", setting.label},
                 {"parameters", joined(study.fixed)},
                 {"budget_steps", std::to_string(setting.budget_steps)},
                 {"arm", arm.name},
                 {"objective", arm.objective},
                 {"variant", arm.variant},
                 {"start", arm.start},
                 {"leash", arm.leash},
                 {"beta", number(arm.beta)},
                 {"overrides", joined(arm.overrides)},
                 {"runs", std::to_string(row.runs)}};
  for (std::size_t i = 0; i < row.classes.size(); ++i)
    cells.emplace_back(std::string("class_") + to_string(static_cast<RunClass>(i)),
                       std::to_string(row.classes[i]));
  for (const auto& [name, count] : {std::pair{"errors", row.errors},
                                    {"diverged", row.diverged},
                                    {"abandoned", row.abandoned},
                                    {"near_threshold", row.near_threshold}})
    cells.emplace_back(name, std::to_string(count));
  add_share(cells, "gamed", row.gamed);
  add_share(cells, "gamed_if_competent", row.gamed_if_competent);
  add_share(cells, "competent", row.competent);
  add_clock(cells, "discovery", row.discovery);
  add_clock(cells, "adoption", row.adoption);
  add_score(cells, "proxy_return", row.proxy_return);
  add_score(cells, "true_utility", row.true_utility);
  cells.emplace_back("novel_share", number(row.final_novel));
  cells.emplace_back("dominant_outcome", row.dominant ? study.outcome_labels[*row.dominant] : "");
  cells.emplace_back("dominant_kind",
                     row.dominant ? engine::to_string(study.outcome_kinds[*row.dominant]) : "");
  cells.emplace_back("dominant_share",
                     row.dominant ? number(row.final_outcomes[*row.dominant]) : "");
  std::map<std::string, std::string> outcomes;
  for (std::size_t i = 0; i < row.final_outcomes.size(); ++i)
    outcomes[study.outcome_labels[i]] = number(row.final_outcomes[i]);
  cells.emplace_back("outcomes", joined(outcomes));
  return cells;
}

// ---- SVG ---------------------------------------------------------------------------------------

// The page's colours for white paper, without CSS variables: not every reader of SVG knows them.
std::string chart_style() {
  std::string css =
      "text { font: 15px 'DejaVu Sans', 'Noto Sans', Helvetica, Arial, sans-serif; fill: #1b1d21; }"
      ".tick, .label { fill: #565b64; } .tick { font-size: 14px; } .end { font-weight: bold; }"
      ".grid { stroke: #dedbd4; } .axis { stroke: #565b64; stroke-width: 1.3; }"
      ".line, .exact { fill: none; stroke-width: 3; stroke-linejoin: round; } .thin { "
      "stroke-width: 2; }"
      ".exact { stroke: #1b1d21; stroke-width: 2; stroke-dasharray: 7 5; } .band { opacity: .13; }"
      ".whisker { stroke-width: 2.4; opacity: .6; } .mark { stroke: #ffffff; stroke-width: 1.5; }"
      ".area { stroke: #ffffff; stroke-width: .8; }";
  constexpr std::array kColours = {"#0072b2", "#e69f00", "#cc79a7", "#56b4e9"};
  constexpr std::array kDashes = {"none", "10 5", "3 4", "12 4 3 4"};
  for (std::size_t i = 0; i < kColours.size() * kDashes.size(); ++i)
    css += fmt::format(
        ".a{0} .mark, .band.a{0}, .end.a{0} {{ fill: {1}; }} .line.a{0}, .a{0} .whisker {{ stroke: "
        "{1}; }} .line.a{0} {{ stroke-dasharray: {2}; }}",
        i, kColours[i % 4], kDashes[i / 4]);
  struct Paint {
    const char* style;
    int red, green, blue;
  };
  constexpr Paint kKinds[] = {{"k-intended", 0, 158, 115},
                              {"k-gaming", 213, 94, 0},
                              {"k-harm", 36, 38, 43},
                              {"k-failure", 180, 184, 191},
                              {"k-other", 240, 228, 66}};
  constexpr std::array kStrength = {1., .72, .5, .32};
  for (const Paint& kind : kKinds)
    for (std::size_t shade = 0; shade < kStrength.size(); ++shade) {
      const auto part = [&](int value) {
        return static_cast<int>(std::lround(255 + (value - 255) * kStrength[shade]));
      };
      css += fmt::format(".{}.s{} {{ fill: #{:02x}{:02x}{:02x}; }}", kind.style, shade,
                         part(kind.red), part(kind.green), part(kind.blue));
    }
  return css;
}

// A chart of the page as a file of its own; it has the page's "viewBox" of "0 0 WIDTH HEIGHT".
std::string stand_alone(const std::string& svg) {
  const std::size_t open = svg.find("<svg ") + 5, body = svg.find('>') + 1;
  int width = 0, height = 0;
  std::sscanf(svg.c_str() + svg.find("viewBox"), "viewBox=\"0 0 %d %d\"", &width, &height);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" {2}<style>{3}</style>"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>{4}",
      width, height, svg.substr(open, body - open), chart_style(), svg.substr(body));
}

// A text as a part of a file's name.
std::string file_part(const std::string& text) {
  std::string out;
  for (const char c : text)
    out += std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ? c : '-';
  return out.substr(0, 60);
}

}  // namespace

std::string to_markdown(const Report& report) {
  std::string out = fmt::format(
      "# {}\n\n{} runs. Intervals are 95 % over runs: exact (Clopper-Pearson) of shares, bootstrap "
      "of interquartile means.\n",
      plain(report.title), report.runs());
  for (const Study& study : report.studies) {
    out += fmt::format("\n## {}: wish {}{}\n", plain(plain_words(study.environment)),
                       plain(study.wish), study.control ? " (control)" : "");
    if (!study.wish_text.empty()) out += fmt::format("\n> {}\n", plain(study.wish_text));
    for (const Setting& setting : study.settings) {
      if (!setting.label.empty()) out += fmt::format("\n### {}\n", plain(setting.label));
      out += fmt::format("\n{}", markdown_table(setting, study, report));
    }
  }
  if (!report.pooled.empty()) {
    out += fmt::format(
        "\n## All wishes but the controls\n\nEach in its first setting, run for run.\n\n| "
        "objective "
        "| wishes | P(gamed) | P(gamed \\| competent) | competent |\n|---|---|---|---|---|\n");
    for (const Pooled& pooled : report.pooled)
      out += fmt::format("| {} | {} | {} | {} | {} |\n", plain(pooled.name), pooled.wishes,
                         markdown_share(pooled.gamed), markdown_share(pooled.gamed_if_competent),
                         count_text(pooled.competent));
  }
  return out + "\nMade by: " + plain(report.command) + "\n";
}

std::string to_csv(const Report& report) {
  std::string out;
  for (const Study& study : report.studies)
    for (const Setting& setting : study.settings)
      for (const Row& row : setting.rows) {
        std::vector<std::string> names, texts;
        for (const auto& [name, text] : csv_cells(row, setting, study, report)) {
          names.push_back(name);
          texts.push_back(quoted(text));
        }
        if (out.empty()) out = fmt::format("{}\r\n", fmt::join(names, ","));
        out += fmt::format("{}\r\n", fmt::join(texts, ","));
      }
  return out;
}

std::map<std::string, std::string> to_svg_files(const Report& report) {
  std::map<std::string, std::string> files;
  const auto add_overview = [&](const char* name, bool if_competent) {
    const std::string svg = overview_chart(report, if_competent);
    if (!svg.empty()) files[name] = stand_alone(svg);
  };
  add_overview("00.gamed.svg", false);
  add_overview("00.gamed_if_competent.svg", true);
  int number = 0;
  for (const Study& study : report.studies) {
    // The number: two wishes may look alike as parts of a name.
    const std::string stem =
        fmt::format("{:02}.{}.{}.", ++number, file_part(study.environment), file_part(study.wish));
    const auto add = [&](const std::string& name, const std::string& svg) {
      if (!svg.empty()) files[stem + name + ".svg"] = stand_alone(svg);
    };
    const Setting& setting = study.settings[study.headline];
    if (study.curve.size() > 1) {
      add("gamed", axis_chart(study, report, false));
      add("gamed_if_competent", axis_chart(study, report, true));
    }
    add("beta_runs", beta_chart(study, report, BetaChart::runs));
    add("beta_runs_if_competent", beta_chart(study, report, BetaChart::runs_if_competent));
    add("beta_episodes", beta_chart(study, report, BetaChart::episodes));
    add("frontier", beta_chart(study, report, BetaChart::nats));
    add("scores", scores_chart(study, report));
    add("discovery", clock_chart(setting, report, false));
    add("adoption", clock_chart(setting, report, true));
    for (const Row& row : setting.rows)
      if (report.arms[row.arm].charted)
        add(fmt::format("outcomes_{}.{}", row.arm + 1, report.arms[row.arm].objective),
            course_chart(row, study, report));
  }
  return files;
}

}  // namespace pump::harness
