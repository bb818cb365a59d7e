#include "tests/support/harness/events.hpp"

#include <cstring>

namespace pump::test {
namespace {

[[noreturn]] void fail(const char* what) { throw std::runtime_error(what); }

std::string_view take(std::string_view& from, std::size_t size) {
  if (from.size() < size) fail("the file ends too early");
  const std::string_view out = from.substr(0, size);
  from.remove_prefix(size);
  return out;
}

template <class T>
T take_fixed(std::string_view& from) {
  T value;  // as the bytes lie: these tests run on little-endian machines
  std::memcpy(&value, take(from, sizeof value).data(), sizeof value);
  return value;
}

std::uint64_t take_varint(std::string_view& from) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<std::uint8_t>(take(from, 1)[0]);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  fail("a varint without end");
}

void check(std::string_view bytes, std::uint32_t stored) {
  // Undoes the mask: minus the constant, rotated left by 15.
  const std::uint32_t rotated = stored - 0xA282EAD8u;
  if (((rotated << 15) | (rotated >> 17)) != slow_crc32c(bytes)) fail("a wrong CRC");
}

void read_value(std::string_view bytes, Event& event) {
  std::string tag;
  float value = 0;
  while (!bytes.empty()) switch (take_varint(bytes)) {
      case 1 << 3 | 2:
        tag = take(bytes, take_varint(bytes));
        break;
      case 2 << 3 | 5:
        value = take_fixed<float>(bytes);
        break;
      default:
        fail("a field of Summary.Value that is not expected");
    }
  if (!event.scalars.emplace(tag, value).second) fail("a tag twice");
}

Event read_event(std::string_view bytes) {
  Event event;
  while (!bytes.empty()) switch (take_varint(bytes)) {
      case 1 << 3 | 1:
        event.wall_time = take_fixed<double>(bytes);
        break;
      case 2 << 3 | 0:
        event.step = static_cast<std::int64_t>(take_varint(bytes));
        break;
      case 3 << 3 | 2:
        event.file_version = take(bytes, take_varint(bytes));
        break;
      case 5 << 3 | 2:
        for (auto summary = take(bytes, take_varint(bytes)); !summary.empty();) {
          if (take_varint(summary) != (1 << 3 | 2)) fail("a field of Summary that is no value");
          read_value(take(summary, take_varint(summary)), event);
        }
        break;
      default:
        fail("a field of Event that is not expected");
    }
  return event;
}

}  // namespace

std::uint32_t slow_crc32c(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes)
    for (int bit = 0; bit < 8; bit++) {
      const bool one = ((crc ^ (static_cast<std::uint8_t>(byte) >> bit)) & 1) != 0;
      crc = (crc >> 1) ^ (one ? 0x82F63B78u : 0);
    }
  return ~crc;
}

std::vector<Event> read_events(std::string_view file) {
  std::vector<Event> events;
  while (!file.empty()) {
    const std::string_view length = take(file, 8);
    check(length, take_fixed<std::uint32_t>(file));
    std::uint64_t size = 0;
    std::memcpy(&size, length.data(), sizeof size);
    const std::string_view data = take(file, size);
    check(data, take_fixed<std::uint32_t>(file));
    events.push_back(read_event(data));
  }
  return events;
}

}  // namespace pump::test
