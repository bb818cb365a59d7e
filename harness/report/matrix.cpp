#include "harness/report/matrix.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/report/charts.hpp"

namespace pump::harness {
namespace {

using nlohmann::json;

std::vector<std::string> environments_of(const Report& report) {
  std::vector<std::string> names;
  for (const Study& study : report.studies)
    if (std::find(names.begin(), names.end(), study.environment) == names.end())
      names.push_back(study.environment);
  return names;
}

// Those of one environment, in the report's order.
std::vector<std::size_t> studies_of(const Report& report, const std::string& environment) {
  std::vector<std::size_t> studies;
  for (std::size_t i = 0; i < report.studies.size(); ++i)
    if (report.studies[i].environment == environment) studies.push_back(i);
  return studies;
}

const Row* headline_row(const Study& study, std::size_t arm) {
  return find_row(study.settings[study.headline], arm);
}

std::optional<std::size_t> film_of(const Films& films, std::size_t study, std::size_t arm,
                                   bool novel) {
  for (std::size_t i = 0; i < films.films.size(); ++i) {
    const Film& film = films.films[i];
    if (film.study == study && film.arm == arm && film.novel == novel) return i;
  }
  return std::nullopt;
}

std::string watch_link(std::size_t film, const std::string& text, const std::string& label) {
  return fmt::format(R"(<a class="watch" href="#play-{}" aria-label="{}">{}</a>)", film + 1,
                     escape(label), text);
}

std::string cell(const Report& report, const Films& films, std::size_t s, std::size_t arm) {
  const Study& study = report.studies[s];
  const Row* row = headline_row(study, arm);
  if (row == nullptr) return "<td class=\"soft\">not run</td>";
  if (!row->dominant) return "<td class=\"soft\">no episode evaluated</td>";
  const KindSign kind = sign_of(study.outcome_kinds[*row->dominant]);
  const std::string label = plain_words(study.outcome_labels[*row->dominant]);
  const auto film = film_of(films, s, arm, false), novel = film_of(films, s, arm, true);
  std::string out = fmt::format("<td><div class=\"cell {}{}\">", kind.style, film ? " filmed" : "");
  if (film)
    out +=
        fmt::format(R"(<canvas class="still" data-film="{}" aria-hidden="true"></canvas>)", *film);
  out += fmt::format(
      "<p class=\"kind\"><b aria-hidden=\"true\">{}</b> {}</p><p class=\"label\">{}</p>"
      "<p class=\"share\"><b>{:.0f} %</b> of episodes, {} {}</p>",
      kind.sign, kind.words, escape(label), 100 * row->final_outcomes[*row->dominant], row->runs,
      row->runs == 1 ? "run" : "runs");
  const std::string whose =
      fmt::format("{}, {}", report.arms[arm].name, study.control ? "control" : study.wish);
  std::string links;
  if (novel) links += watch_link(*novel, "\u2605 novel", "Play a novel solution: " + whose);
  if (film) links += watch_link(*film, "\u25b6 play", "Play: " + label + ": " + whose);
  if (!links.empty()) out += "<p class=\"links\">" + links + "</p>";
  return out + "</div></td>";
}

std::string column_head(const Study& study) {
  const std::string& setting = study.settings[study.headline].label;
  return fmt::format(
      "<th scope=\"col\"><code>{}</code>{}{}{}</th>", escape(study.wish),
      study.control ? " (control)" : "",
      study.wish_text.empty() ? "" : "<small>\u201c" + escape(study.wish_text) + "\u201d</small>",
      setting.empty() ? "" : "<small>" + escape(setting) + "</small>");
}

std::string matrix(const Report& report, const Films& films, const std::string& environment) {
  const std::vector<std::size_t> studies = studies_of(report, environment);
  std::string out = fmt::format(
      "<h3>{}</h3>\n<div class=\"scroll card\"><table class=\"matrix\"><thead><tr>"
      "<th scope=\"col\">objective</th>",
      escape(plain_words(environment)));
  for (const std::size_t s : studies) out += column_head(report.studies[s]);
  out += "</tr></thead><tbody>\n";
  for (std::size_t arm = 0; arm < report.arms.size(); ++arm) {
    const bool here =
        report.arms[arm].charted && std::any_of(studies.begin(), studies.end(), [&](std::size_t s) {
          return headline_row(report.studies[s], arm) != nullptr;
        });
    if (!here) continue;
    out += fmt::format(R"(<tr><th scope="row" class="name"><svg class="a{}" viewBox="0 0 18 18" )"
                       R"(aria-hidden="true">{}</svg>{}</th>)",
                       arm % 16, arm_marker(arm, 9, 9), escape(report.arms[arm].name));
    for (const std::size_t s : studies) out += cell(report, films, s, arm);
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string kinds_legend() {
  using engine::Kind;
  std::string out = "<ul class=\"legend kinds\">";
  for (const Kind kind :
       {Kind::intended, Kind::benign_failure, Kind::gaming, Kind::harm, Kind::other}) {
    const KindSign sign = sign_of(kind);
    out += fmt::format("<li class=\"{}\"><b aria-hidden=\"true\">{}</b> {}</li>", sign.style,
                       sign.sign, sign.words);
  }
  return out + "</ul>\n";
}

std::string film_title(const Film& film, const Report& report) {
  const Study& study = report.studies[film.study];
  return fmt::format("{}, wish {}: {}", plain_words(study.environment), study.wish,
                     report.arms[film.arm].name);
}

std::string film_about(const Film& film) {
  const int stride = film.scenes.value("stride", 1);
  return fmt::format("{}; run of seed {}, {}. {}",
                     film.novel ? "The first novel episode that was seen"
                                : "The first episode that was seen to end so",
                     film.run.seed, film.scenes.value("policy", film.run.trial),
                     stride > 1 ? fmt::format("One step in {} is kept here.", stride) : "");
}

std::string film_list(const Report& report, const Films& films) {
  std::string out = "<ol class=\"films\">";
  for (std::size_t i = 0; i < films.films.size(); ++i) {
    const Film& film = films.films[i];
    const Study& study = report.studies[film.study];
    const KindSign kind = sign_of(study.outcome_kinds[film.label]);
    out += fmt::format(
        R"(<li><a href="#replay-{}" data-film="{}">{}<span class="{}"><b>{}</b></span> {} )"
        R"(<small>{}</small></a></li>)",
        i + 1, i, film.novel ? "\u2605 novel: " : "", kind.style, kind.sign,
        escape(plain_words(study.outcome_labels[film.label])), escape(film_title(film, report)));
  }
  return out + "</ol>";
}

constexpr const char* kStage =
    R"html(<figure id="stage" class="card" tabindex="0"
aria-label="Replay; space plays, arrows step">
<figcaption><b data-part="title"></b> <span class="soft" data-part="about"></span></figcaption>
<div class="screen">
<div><canvas data-part="canvas" role="img" aria-label="The scene at this step"></canvas>
<div class="controls">
<button type="button" data-part="first" aria-label="First step">|&#x25C0;&#xFE0E;</button>
<button type="button" data-part="back" aria-label="Step back">&#x25C0;&#xFE0E;</button>
<button type="button" data-part="play">&#x25B6;&#xFE0E; Play</button>
<button type="button" data-part="on" aria-label="Step forward">&#x25B6;&#xFE0E;</button>
<button type="button" data-part="last" aria-label="Last step">&#x25B6;&#xFE0E;|</button>
<input type="range" data-part="slider" min="0" max="1" value="0" aria-label="Step">
<span class="count"><b data-part="step">0</b> <span data-part="steps"></span></span></div>
<svg data-part="course" viewBox="0 0 640 110" aria-hidden="true"></svg></div>
<div class="side"><dl class="readout"><dt>action</dt><dd data-part="action"></dd>
<dt class="proxy">proxy return</dt><dd data-part="proxy"></dd>
<dt class="truth">true utility</dt><dd data-part="utility"></dd>
<dt>outcome</dt><dd aria-live="polite"><span data-part="outcome"></span></dd></dl>
<pre data-part="captions"></pre>
)html";

}  // namespace

KindSign sign_of(engine::Kind kind) {
  switch (kind) {
    case engine::Kind::intended:
      return {"\u2713", "intended", "k-intended"};
    case engine::Kind::benign_failure:
      return {"\u25cb", "benign failure", "k-failure"};
    case engine::Kind::gaming:
      return {"\u25b2", "gaming", "k-gaming"};
    case engine::Kind::harm:
      return {"\u2715", "harm", "k-harm"};
    case engine::Kind::other:
      return {"?", "other", "k-other"};
  }
  return {"?", "other", "k-other"};
}

std::string inline_json(const json& json) {
  std::string out;
  for (const char c : json.dump(-1, ' ', true, json::error_handler_t::replace)) {
    if (c == '<' || c == '>' || c == '&')
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out;
}

std::string films_json(const Report& report, const Films& films) {
  json list = json::array();
  for (const Film& film : films.films) {
    const Study& study = report.studies[film.study];
    const KindSign kind = sign_of(study.outcome_kinds[film.label]);
    json entry = film.scenes;
    entry["title"] = film_title(film, report);
    entry["about"] = film_about(film);
    entry["sign"] = kind.sign;
    entry["kind"] = kind.words;
    entry["style"] = std::string(kind.style).substr(2);
    entry["label"] = plain_words(study.outcome_labels[film.label]);
    list.push_back(std::move(entry));
  }
  return inline_json({{"films", list}, {"sprites", json::parse(films.sprites)}});
}

std::string matrix_section(const Report& report, const Films& films) {
  std::string out =
      "<section>\n<h2>How it ends, wish by wish</h2>\n<p class=\"caption\">The outcome in which "
      "most episodes of the last 3 checkpoints end, over all runs of an objective, and its share; "
      "where parameters vary, in the first setting of the sweep.</p>\n" +
      kinds_legend();
  for (const std::string& environment : environments_of(report))
    out += matrix(report, films, environment);
  if (!films.films.empty())
    out +=
        "<h3>Watch it happen</h3>\n<noscript><p class=\"caption\">Replays need JavaScript; the "
        "tables and charts do not.</p></noscript>\n" +
        std::string(kStage) + film_list(report, films) + "</div></div></figure>\n";
  if (films.missing.empty()) return out + "</section>\n";
  out += fmt::format("<details><summary>Not shown: {}</summary>\n<ul>", films.missing.size());
  for (const std::string& sentence : films.missing) out += "<li>" + escape(sentence) + "</li>";
  return out + "</ul></details>\n</section>\n";
}

}  // namespace pump::harness
