#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "harness/files.hpp"
#include "harness/replay_text.hpp"
#include "harness/report/film.hpp"
#include "harness/report/report.hpp"
#include "harness/trial.hpp"
#include "harness/wishes.hpp"
#include "tests/harness/report_trials.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/harness/scratch.hpp"
#include "tests/support/text.hpp"

// The page in a browser. Where there is none, the cases say that they were skipped.
namespace pump::harness {
namespace {

using test::count;

namespace fs = std::filesystem;

const std::string kHostile =
    "</script><script>document.title='owned'</script><img src=x> \u2028\"'";

bool have_browser() {
  const bool found = std::system("command -v chromium >/dev/null 2>&1") == 0;
  if (!found) std::printf("skipped: no chromium to open the report's page in\n");
  return found;
}

// What a browser makes of a page: its elements after some seconds of its own time, and what it
// said.
struct Seen {
  std::string page, log;
};
Seen open_page(const fs::path& file, const std::string& fragment) {
  const fs::path folder = file.parent_path();
  // As root it has no sandbox. Its profile is the test's own, and it does nothing of its own
  // accord.
  const std::string command =
      "timeout 60 chromium --headless=new --no-sandbox --disable-gpu --no-first-run "
      "--disable-background-networking --disable-component-update --enable-logging=stderr --v=0 "
      "--window-size=1280,1600 --virtual-time-budget=3000 --user-data-dir=" +
      (folder / "profile").string() + " --dump-dom 'file://" + file.string() + fragment + "' >" +
      (folder / "dom").string() + " 2>" + (folder / "log").string();
  CATCH_REQUIRE(std::system(command.c_str()) == 0);
  return {read_text(folder / "dom"), read_text(folder / "log")};
}

// What stands in the element that has this mark.
std::string text_of(const std::string& page, const std::string& mark) {
  const std::size_t at = page.find(mark);
  CATCH_REQUIRE(at != std::string::npos);
  const std::size_t begin = page.find('>', at) + 1;
  return page.substr(begin, page.find('<', begin) - begin);
}

Films films_of(const std::string& policy) {
  const auto environment = make_environment("burning_building", {});
  Film film;
  film.scenes = film_of(*environment, record_policy(*environment, policy, 1),
                        load_wish(environment->info(), "distance"), 80'000);
  Films films;
  films.films.push_back(film);
  films.missing.push_back(kHostile);
  films.sprites = read_text(assets_directory() / "sprites.json");
  films.sheet = read_text(assets_directory() / "sprites_light.png");
  return films;
}

Report hostile_report() {
  std::vector<TrialResult> trials = made_up_sweep(2);
  for (TrialResult& t : trials) {
    t.wish_text = kHostile;
    if (t.wish != "true") t.wish = kHostile;
    t.outcome_labels.back() = kHostile;
    t.overrides["clone.recordings"] = t.seed == 0 ? kHostile : "b";
  }
  return build_report(trials, kHostile, kHostile);
}

CATCH_TEST_CASE("in a browser charts appear, a film plays, and nothing is said", "[process]") {
  if (!have_browser()) return;
  const test::Scratch scratch;
  const Report report = hostile_report();
  const std::string page = to_html(report, films_of("demo:explosion"));
  write_text(scratch / "page.html", page);
  const Seen seen = open_page(scratch / "page.html", "#play");
  CATCH_CHECK(count(seen.log, "CONSOLE") == 0);
  CATCH_CHECK(count(seen.page, "owned</title>") == 0);
  // Every chart of the file is there; with D3 each can be read by keyboard.
  const std::size_t charts = count(page, "<svg viewBox=\"0 0 540 320\"");
  CATCH_CHECK(charts > 10);
  CATCH_CHECK(count(seen.page, "<svg viewBox=\"0 0 540 320\"") == charts);
  if (count(page, "d3js.org") > 0) {
    CATCH_CHECK(count(seen.page, " data-frame=\"") == charts);
    CATCH_CHECK(count(seen.page, "tabindex=\"0\"") == charts + 1);  // and the stage
    CATCH_CHECK(count(seen.page, "class=\"course ") == 2);
  }
  CATCH_CHECK(std::stoi(text_of(seen.page, "data-part=\"step\"")) > 0);
}

// Runs in the page: presses keys, then tries to get out, and writes what came of it on the root.
constexpr const char* kProbe = R"js(
const heard = [];
document.addEventListener('securitypolicyviolation',
  (event) => heard.push(event.effectiveDirective));
const step = () => document.querySelector('[data-part="step"]').textContent;
const press = (key) =>
  document.body.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const told = {};
const outside = () => performance.getEntriesByType('resource').filter(
  (entry) => !entry.name.startsWith('data:') && !entry.name.startsWith('file:')).length;
setTimeout(() => {
  told.requests = outside();
  told.start = step();
  press('ArrowRight');
  press('ArrowRight');
  told.two = step();
  press('ArrowLeft');
  told.one = step();
  press('End');
  told.outcome = document.querySelector('[data-part="outcome"]').textContent;
  press('Home');
  press(' ');
  told.playing = document.querySelector('[data-part="play"]').textContent;
  fetch('http://127.0.0.1:9/').catch(() => {});
  new Image().src = 'http://127.0.0.1:9/a.png';
}, 500);
setTimeout(() => {
  told.played = step();
  told.stopped = heard.join(' ');
  document.documentElement.setAttribute('data-told', JSON.stringify(told));
}, 2500);
)js";

CATCH_TEST_CASE("in a browser keys move a film, and no request leaves the page", "[process]") {
  if (!have_browser()) return;
  const test::Scratch scratch;
  std::string page = to_html(hostile_report(), films_of("demo:intended"));
  const std::size_t nonce = page.find("'nonce-") + 7;
  const std::string probe = "<script type=\"module\" nonce=\"" +
                            page.substr(nonce, page.find('\'', nonce) - nonce) + "\">" + kProbe +
                            "</script>";
  write_text(scratch / "page.html", page + probe);
  std::string told = open_page(scratch / "page.html", "").page;
  told = told.substr(told.find("data-told=\"") + 11);
  told = told.substr(0, told.find('"'));
  const std::string quote = "&quot;";
  for (std::size_t at = told.find(quote); at != std::string::npos; at = told.find(quote, at))
    told.replace(at, quote.size(), 1, '"');
  const nlohmann::json json = nlohmann::json::parse(told);
  CATCH_INFO(told);
  CATCH_CHECK(json["requests"] == 0);
  CATCH_CHECK(json["start"] == "0");
  CATCH_CHECK(json["two"] == "2");
  CATCH_CHECK(json["one"] == "1");
  CATCH_CHECK(json["outcome"] != "not over yet");
  CATCH_CHECK(json["playing"].get<std::string>().find("Pause") != std::string::npos);
  CATCH_CHECK(json["played"] != "0");
  // What the page would not do by itself is refused.
  CATCH_CHECK(json["stopped"].get<std::string>().find("connect-src") != std::string::npos);
  CATCH_CHECK(json["stopped"].get<std::string>().find("img-src") != std::string::npos);
}

}  // namespace
}  // namespace pump::harness
