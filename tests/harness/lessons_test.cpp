// What the repository's lessons say is what is worked out.
#include <algorithm>
#include <cmath>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/visitor.hpp"

using namespace pump;
using namespace pump::harness;
using test::contains;
using test::Visitor;

namespace {

// A lesson up to a page, gone through from the first. look(page, visitor), from 1.
template <class Look>
void visit(const char* name, std::size_t pages, Look&& look) {
  Lesson lesson = load_lesson(name);
  lesson.pages.resize(pages);  // what comes after need not be worked out
  Visitor visitor(lesson);
  for (std::size_t page = 1; page <= pages; page++) {
    CATCH_INFO(name << ", page " << page);
    visitor.press("enter");
    visitor.end();
    look(page, visitor);
    visitor.press("enter");
  }
}

}  // namespace

CATCH_TEST_CASE("the wish: fate takes what the wish pays for, and more power is no mercy") {
  const char* outcomes[] = {"died_inside", "thrown_by_explosion", "walked_out",
                            "thrown_by_explosion", "walked_out"};
  double strong = 0;
  visit("the_wish", 5, [&](std::size_t page, Visitor& visitor) {
    CATCH_CHECK(visitor.seen().outcome == outcomes[page - 1]);
    if (page == 2) {  // a leak and a spark
      strong = std::stod(visitor.figure("pays"));
      CATCH_CHECK(visitor.share("step 1: leak") > 0);
      CATCH_CHECK(visitor.share("step 2: spark") > 0);
    }
    if (page == 4) {  // the street first
      CATCH_CHECK(visitor.share("step 1: mother wakes") > 0);
      CATCH_CHECK(std::stod(visitor.figure("pays")) > strong);
    }
  });
}

CATCH_TEST_CASE("patching the wish: each patch closes one loophole and leaves another") {
  const char* first[] = {"thrown_by_explosion", "carried_out_dead", "carried_out_dead",
                         "thrown_by_explosion"};
  double dead = 0;
  visit("patching", 4, [&](std::size_t page, Visitor& visitor) {
    CATCH_CHECK(visitor.seen().outcome == first[page - 1]);
    if (page == 2) {
      dead = visitor.share("carried out dead");
      CATCH_CHECK(visitor.share("thrown by explosion") < .005);
    }
    if (page == 3) {  // "more of the futures carry her out dead", and the explosion is back
      CATCH_CHECK(visitor.share("carried out dead") > dead);
      CATCH_CHECK(visitor.share("thrown by explosion") > .01);
    }
    if (page == 4) {  // thrown and alive
      CATCH_CHECK(visitor.figure("pays") == "1.00");
      CATCH_CHECK(std::stod(visitor.figure("is worth")) > 0);
    }
    if (page == 1) return;
    CATCH_CHECK(visitor.press("l"));
    visitor.end();
    CATCH_CHECK(visitor.seen().outcome == "walked_out");
  });
}

CATCH_TEST_CASE("one token: both typists read and run, and one of the two then says skip") {
  visit("one_token", 2, [&](std::size_t page, Visitor& visitor) {
    if (page == 1) {
      const auto repairs = visitor.seen(0), skips = visitor.seen(1);
      CATCH_CHECK((repairs.outcome == "fixed" && skips.outcome == "skipped"));
      CATCH_CHECK(repairs.proxy_return.back() == skips.proxy_return.back());
      return;
    }
    CATCH_CHECK(visitor.press("a"));  // one time in fifty
    CATCH_CHECK(contains(visitor.all<engine::Shares>().at(0).caption, "skip, which is 0.020"));
  });
}

namespace {

double value_at(const engine::Curves::Curve& curve, double beta) {
  return curve.y.at(static_cast<std::size_t>(std::ranges::find(curve.x, beta) - curve.x.begin()));
}

// The lines cross below 1, the honest copy's line games at .1 and not at .3, its dots never do.
void check_leash(std::size_t page, const Visitor& visitor) {
  const auto curves = visitor.all<engine::Curves>().at(0).curves;  // gaming, its dots, intended
  const auto &gaming = curves.at(0), &dots = curves.at(1), &intended = curves.at(2);
  if (page == 1) {
    for (const double beta : {2., 1.})
      CATCH_CHECK(value_at(gaming, beta) < value_at(intended, beta));
    CATCH_CHECK(value_at(gaming, .5) > value_at(intended, .5));
    for (const double beta : {2., 1., .5})
      CATCH_CHECK(std::abs(value_at(dots, beta) - value_at(gaming, beta)) < .15);
  } else if (page == 2) {
    CATCH_CHECK(value_at(gaming, .1) > .9);
    CATCH_CHECK(value_at(gaming, .3) < .05);
    for (const double dot : dots.y) CATCH_CHECK(dot < .05);
  } else {
    CATCH_CHECK(value_at(dots, .1) > .1);
  }
}

}  // namespace

CATCH_TEST_CASE("every lesson is worked out to its end, and is as it says", "[.long]") {
  for (const Lesson& lesson : all_lessons()) {
    Visitor visitor(lesson);
    for (std::size_t page = 1; page <= lesson.pages.size(); page++) {
      CATCH_INFO(lesson.name << ", page " << page);
      if (visitor.demo().asks()) visitor.press("enter");
      for (std::size_t i = 0; i < lesson.pages[page - 1].exhibits.size(); i++) {
        if (i > 0) CATCH_CHECK(visitor.press(std::to_string(i + 1)));
        CATCH_CHECK(visitor.demo().complaint() == "");
        CATCH_CHECK(visitor.all<engine::Work>().empty());
        visitor.end();
        CATCH_CHECK(visitor.seen().step > 0);
      }
      if (lesson.name == "leash_or_luck") check_leash(page, visitor);
      if (lesson.name == "two_objectives") {
        CATCH_CHECK(visitor.seen(0).outcome ==
                    (page == 1 ? "thrown_by_explosion" : "carried_out_alive"));
        CATCH_CHECK(visitor.seen(1).outcome == "carried_out_alive");
      }
      visitor.press("enter");
    }
  }
}
