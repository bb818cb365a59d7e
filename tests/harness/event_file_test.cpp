#include "harness/event_file.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"
#include "tests/support/harness/events.hpp"

using namespace pump::harness;
using pump::test::read_events;
using Scalars = std::vector<std::pair<std::string, double>>;

CATCH_TEST_CASE("CRC-32C is the one that iSCSI specifies") {
  CATCH_CHECK(crc32c("") == 0);
  CATCH_CHECK(crc32c("123456789") == 0xE3069283);  // the usual check value of the polynomial
  // RFC 3720, appendix B.4.
  CATCH_CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
  CATCH_CHECK(crc32c(std::string(32, '\xFF')) == 0x62A8AB43);
  std::string rising;
  for (char c = 0; c < 32; c++) rising += c;
  CATCH_CHECK(crc32c(rising) == 0x46DD794E);
  CATCH_CHECK(crc32c(rising) == pump::test::slow_crc32c(rising));
}

CATCH_TEST_CASE("the header's record is worked out by hand") {
  const std::string header = event_file_header();
  // wall_time 0 (9 bytes), then field 3 with 13 characters.
  const std::string data = std::string("\x09\0\0\0\0\0\0\0\0\x1A\x0D", 11) + "brain.Event:2";
  CATCH_REQUIRE(header.size() == 8 + 4 + data.size() + 4);
  CATCH_CHECK(header.substr(0, 8) == std::string("\x18\0\0\0\0\0\0\0", 8));
  CATCH_CHECK(header.substr(12, data.size()) == data);
}

CATCH_TEST_CASE("scalars written are scalars read, with their CRCs") {
  const Scalars first = {{"evaluation/proxy_return", 1.5}, {"training/policy_loss", -2e-7}};
  const Scalars odd = {{"training/value_loss", std::numeric_limits<double>::infinity()},
                       {std::string(300, 'x'), std::nan("")}};
  const std::string file = event_file_header() + scalars_record(0, 0, first) +
                           scalars_record(3'000'000'000, 2.5, odd) + scalars_record(7, 1, {});
  const auto events = read_events(file);
  CATCH_REQUIRE(events.size() == 4);
  CATCH_CHECK(events[0].file_version == "brain.Event:2");
  CATCH_CHECK(events[0].wall_time == 0);
  CATCH_CHECK(events[1].scalars.at("evaluation/proxy_return") == 1.5f);
  CATCH_CHECK(events[1].scalars.at("training/policy_loss") == -2e-7f);
  CATCH_CHECK(events[2].step == 3'000'000'000);
  CATCH_CHECK(events[2].wall_time == 2.5);
  CATCH_CHECK(std::isinf(events[2].scalars.at("training/value_loss")));
  CATCH_CHECK(std::isnan(events[2].scalars.at(std::string(300, 'x'))));
  CATCH_CHECK(events[3].scalars.empty());
}

CATCH_TEST_CASE("a changed bit anywhere in a record is seen by its CRCs") {
  const std::string file = scalars_record(5, 1, Scalars{{"a/b", 3}});
  CATCH_CHECK_NOTHROW(read_events(file));
  for (std::size_t i = 0; i < file.size(); i++) {
    std::string changed = file;
    changed[i] = static_cast<char>(changed[i] ^ 4);
    CATCH_CHECK_THROWS(read_events(changed));
  }
}
