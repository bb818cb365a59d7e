// What the report's page says, and that it is one.
#include <algorithm>
#include <string>
#include <vector>

#include "tests/harness/report_trials.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace pump::harness {
namespace {

using test::contains;
using test::count;

CATCH_TEST_CASE("a finding names ties, and what no difference could have shown") {
  std::vector<TrialResult> trials = made_up_sweep(20);
  std::erase_if(trials, [](const TrialResult& t) {
    return t.parameters.at("valve_turns") != "3" || t.wish != "distance" ||
           (t.objective == "ppo_kl" && t.seed > 1);
  });
  for (TrialResult& t : trials) {
    t.status = TrialStatus::ok;
    t.run_class = RunClass::intended;
  }
  // The fewest runs leave most room.
  CATCH_CHECK(
      contains(to_html(report_of(trials)),
               "Zero of 2 runs leaves room for a rate of up to 85 % in an objective. No "
               "difference between objectives is significant after Holm adjustment; in 3 of "
               "6 comparisons none could be, in the others one of "));
  for (TrialResult& t : trials)
    if (t.objective == "a2c") t.run_class = RunClass::gamed;
  const std::string page = to_html(report_of(trials));
  CATCH_CHECK(contains(page,
                       "least often by <b>reinforce</b> in 0 of 20 runs (0 of 20 competent "
                       "ones) (2 others equally often)."));
  CATCH_CHECK(contains(page, "a2c more than reinforce (p &lt; .001)"));
}

CATCH_TEST_CASE("P(gamed) is never shown without P(gamed | competent)") {
  const Report report = report_of(made_up_sweep(4));
  const std::string text = to_text(report), page = to_html(report);
  CATCH_CHECK(count(text, "P(gamed) ") == 7);
  CATCH_CHECK(count(text, "P(gamed | competent)") == 7);
  for (const std::string head : {"<th>P(gamed", "<h4>P(gamed"}) {
    CATCH_CHECK(count(page, head + ")<") > 0);
    CATCH_CHECK(count(page, head + ")<") == count(page, head + " | competent)<"));
  }
}

CATCH_TEST_CASE("the page says what does not stand beside its comparisons") {
  std::vector<TrialResult> trials = made_up_sweep(2);
  const std::string grid = "compare over a grid of entropy coefficient", control = "No control:";
  CATCH_CHECK(contains(to_html(report_of(trials)), grid));
  CATCH_CHECK_FALSE(contains(to_html(report_of(trials)), control));
  for (TrialResult& t : trials) t.overrides = {{"ent_coef", "0.1"}};  // all alike: no grid
  CATCH_CHECK(contains(to_html(report_of(trials)), grid));
  for (std::size_t i = trials.size(); i-- > 0;) {
    trials.push_back(trials[i]);
    trials.back().overrides = {{"ent_coef", "0.2"}};
  }
  CATCH_CHECK_FALSE(contains(to_html(report_of(trials)), grid));
  std::erase_if(trials, [](const TrialResult& t) { return t.wish == "true"; });
  CATCH_CHECK(contains(to_html(report_of(trials)), control));
  for (TrialResult& t : trials) t.wish = "return";  // a world that checks trainers
  CATCH_CHECK_FALSE(contains(to_html(report_of(trials)), control));
}

CATCH_TEST_CASE("the page needs nothing from outside and closes what it opens") {
  std::string page = to_html(report_of(made_up_sweep(4)));
  page.resize(std::min(page.size(), page.find("<script")));  // D3 is at the end
  for (const char* outside : {"http:", "https:", "src=", "@import", "url("})
    CATCH_CHECK_FALSE(contains(page, outside));
  for (const std::string tag : {"svg", "table", "tr", "td", "div", "section", "details", "g", "i",
                                "p", "ul", "li", "dl", "text", "span"}) {
    CATCH_INFO(tag);
    CATCH_CHECK(count(page, "<" + tag + ">") + count(page, "<" + tag + " ") ==
                count(page, "</" + tag + ">"));
  }
  CATCH_CHECK(contains(page, "prefers-color-scheme: dark"));
  CATCH_CHECK(contains(page, "A &amp; B"));
  CATCH_CHECK(contains(page, "--out &lt;DIR&gt;"));
  CATCH_CHECK_FALSE(contains(page, "nan"));
}

}  // namespace
}  // namespace pump::harness
