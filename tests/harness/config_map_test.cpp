#include "harness/config_map.hpp"

#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"

using pump::harness::ConfigMap;
using pump::harness::in_shell_quotes;
using pump::harness::is_utf8;
using pump::harness::one_line;
using pump::test::complaint;

namespace {

ConfigMap parse(const std::string& text) { return ConfigMap::from_text(text, "a.yaml"); }

}  // namespace

CATCH_TEST_CASE("a mapping is read by name, type and range") {
  ConfigMap map = parse(
      "name: ab\nrate: 7e-4\nsteps: 5e5\non: true\nlist: [1, two]\ninner: {x: 3}\n"
      "rows:\n  - a: 1\n  - a: 2\nnothing:\n");
  CATCH_CHECK(map.text("name") == "ab");
  CATCH_CHECK(map.text("absent", "b") == "b");
  CATCH_CHECK(map.choice("name", {"ab", "cd"}, "cd") == "ab");
  CATCH_CHECK(map.number("rate", 1, 0, 1) == 7e-4);
  CATCH_CHECK(map.number("absent", .5, 0, 1) == .5);
  CATCH_CHECK(map.integer("steps", 0, 0, 1'000'000) == 500'000);
  CATCH_CHECK(map.flag("on", false));
  CATCH_CHECK(map.texts("list") == std::vector<std::string>{"1", "two"});
  CATCH_CHECK(map.map("inner").integer("x", 0, 0, 9) == 3);
  const auto rows = map.maps("rows");
  CATCH_REQUIRE(rows.size() == 2);
  for (ConfigMap row : rows) row.integer("a", 0, 0, 9);
  CATCH_CHECK(map.map("nothing").keys().empty());
  CATCH_CHECK(map.keys().front() == "name");
  map.finish();
}

CATCH_TEST_CASE("a complaint names file, line, key, what was expected and what came") {
  ConfigMap map = parse(
      "a: 1\ninner:\n  rate: fast\n  count: 2.5\n  many: 11\n  on: yes\nlist: {}\nword: be\n");
  ConfigMap inner = map.map("inner");
  CATCH_CHECK(complaint([&] { inner.number("rate", 0, 0, 1); }) ==
              "a.yaml:3: inner.rate: expected a number from 0 to 1, got \"fast\"");
  CATCH_CHECK(complaint([&] { inner.integer("count", 0, 0, 9); }) ==
              "a.yaml:4: inner.count: expected an integer from 0 to 9, got \"2.5\"");
  CATCH_CHECK(complaint([&] { inner.integer("many", 0, 0, 9); }) ==
              "a.yaml:5: inner.many: expected an integer from 0 to 9, got \"11\"");
  CATCH_CHECK(complaint([&] { inner.flag("on", false); }) ==
              "a.yaml:6: inner.on: expected true or false, got \"yes\"");
  CATCH_CHECK(complaint([&] { map.texts("list"); }) ==
              "a.yaml:7: list: expected a list, got a mapping");
  CATCH_CHECK(complaint([&] { map.text("b"); }) == "a.yaml:1: b: expected text, got nothing");
  CATCH_CHECK(complaint([&] {
                map.choice("word", {"bee", "wasp"}, "bee");
              }) == "a.yaml:8: word: expected one of bee, wasp, got \"be\" (did you mean bee?)");
  for (const std::string text : {"nan", "inf", "-1", "0x1", "1e999", "[1]"})
    CATCH_CHECK(!complaint([&] { parse("x: " + text).number("x", 0, 0, 1); }).empty());
}

CATCH_TEST_CASE("a key that nobody asked for is refused with the nearest one") {
  ConfigMap map = parse("inner:\n  clip_coeff: .2\nother: 1\n");
  map.integer("other", 0, 0, 9);
  ConfigMap inner = map.map("inner");
  inner.number("clip_coef", .2, 0, 1);
  CATCH_CHECK(complaint([&] { map.finish(); }) ==
              "a.yaml:2: inner.clip_coeff: expected a known key, got \"clip_coeff\" (did you mean "
              "clip_coef?)");
  ConfigMap far = parse("xyzzy: 1\n");
  far.integer("steps", 0, 0, 9);
  CATCH_CHECK(complaint([&] { far.finish(); }) ==
              "a.yaml:1: xyzzy: expected one of steps, got \"xyzzy\"");
}

CATCH_TEST_CASE("what is not a YAML mapping is refused with its line") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a: 1\na: 2\n", "a.yaml:2: a: expected each key once"},
      {"a: [1\n", "a.yaml:"},
      {"- 1\n- 2\n", "a.yaml:1: expected a mapping of keys to values, got a list of 2"},
      {"word\n", "a.yaml:1: expected a mapping of keys to values, got \"word\""},
      {"a: 1\n---\nb: 2\n", "a.yaml: expected one document, got 2"},
      {"a: &x [*x]\n", "a.yaml:1: expected a small document"},
      {"? [1]\n: 2\n", "a.yaml:1: expected a word as a key"},
      {"a: 1\nb: caf\xe9\n", "a.yaml:2: expected text in UTF-8, got other bytes"},
      {"a: *nobody\n", "a.yaml:1: expected YAML, got"},
  };
  for (const auto& [text, start] : cases) {
    const std::string got = complaint([&] { parse(text); });
    CATCH_INFO(got);
    CATCH_CHECK(got.starts_with(start));
    CATCH_CHECK(got.find('\n') == std::string::npos);
  }
  CATCH_CHECK(parse("").keys().empty());
}

CATCH_TEST_CASE("an assignment goes over the file and answers for itself") {
  ConfigMap map = parse("a: 1\ninner: {x: 1}\n");
  map.set("a=2");
  map.set("inner.y=[3, 4]");
  map.set("new.deep.key=5");
  CATCH_CHECK(map.integer("a", 0, 0, 9) == 2);
  CATCH_CHECK(map.map("inner").texts("y").size() == 2);
  CATCH_CHECK(map.map("inner").integer("x", 0, 0, 9) == 1);
  CATCH_CHECK(map.map("new").map("deep").integer("key", 0, 0, 9) == 5);
  map.finish();

  ConfigMap wrong = parse("a: 1\n");
  wrong.set("a=many");
  CATCH_CHECK(complaint([&] { wrong.integer("a", 0, 0, 9); }) ==
              "--set: a: expected an integer from 0 to 9, got \"many\"");
  CATCH_CHECK(complaint([&] { parse("").set("a"); }) == "--set: expected key=value, got \"a\"");
  CATCH_CHECK(complaint([&] { parse("a: 1\n").set("a.b=2"); }) ==
              "--set: a.b: expected a key inside a mapping, got \"1\" there");
  CATCH_CHECK(complaint([&] { parse("").set("a..b=2"); }) ==
              "--set: expected a key like a.b, got \"a..b\"");
}

CATCH_TEST_CASE("texts from anywhere end up on one line, in UTF-8, and cut between letters") {
  CATCH_CHECK(one_line("a\nb\x7f"
                       "c") == "a b c");
  CATCH_CHECK(one_line("caf\xc3\xa9") == "caf\xc3\xa9");
  CATCH_CHECK(one_line("caf\xc3\xa9", 5) == "caf\xc3\xa9");
  CATCH_CHECK(one_line("caf\xc3\xa9", 4) == "caf...");
  CATCH_CHECK(one_line("\xe9t\xe9") == "?t?");
  CATCH_CHECK(is_utf8("\xe2\x86\x92 \xf0\x9f\x9a\x80"));
  // Too long a form, half a surrogate pair, beyond the last letter, cut off.
  for (const char* bad : {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xf5\x80\x80\x80", "\xe2\x86", "\x80"})
    CATCH_CHECK_FALSE(is_utf8(bad));
  CATCH_CHECK(in_shell_quotes("it's") == "'it'\\''s'");
}
