#include "harness/event_file.hpp"

#include <array>
#include <bit>
#include <type_traits>

namespace pump::harness {
namespace {

constexpr std::uint32_t kReversedPolynomial = 0x82F63B78;

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; i++) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) ? kReversedPolynomial : 0);
    table[i] = crc;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kCrcTable = make_crc_table();

template <class T>
void put_fixed(std::string& out, T value) {
  static_assert(std::is_unsigned_v<T>);
  for (std::size_t i = 0; i < sizeof value; i++) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

// Seven bits a byte, the lowest first; the top bit says that more follow.
void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(0x80 | (value & 0x7F));
  out += static_cast<char>(value);
}

enum class Wire : std::uint32_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };
void put_key(std::string& out, std::uint32_t field, Wire wire) {
  put_varint(out, field << 3 | static_cast<std::uint32_t>(wire));
}
void put_double(std::string& out, std::uint32_t field, double value) {
  put_key(out, field, Wire::fixed64);
  put_fixed(out, std::bit_cast<std::uint64_t>(value));
}
void put_float(std::string& out, std::uint32_t field, float value) {
  put_key(out, field, Wire::fixed32);
  put_fixed(out, std::bit_cast<std::uint32_t>(value));
}
void put_bytes(std::string& out, std::uint32_t field, std::string_view bytes) {
  put_key(out, field, Wire::bytes);
  put_varint(out, bytes.size());
  out += bytes;
}

// Length, its CRC, the data, its CRC.
std::string record(const std::string& data) {
  std::string length, out;
  put_fixed(length, static_cast<std::uint64_t>(data.size()));
  out = length;
  put_fixed(out, masked_crc32c(length));
  out += data;
  put_fixed(out, masked_crc32c(data));
  return out;
}

// Field numbers of event.proto and summary.proto.
namespace event {
constexpr std::uint32_t kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5;
}
namespace summary {
constexpr std::uint32_t kValue = 1, kTag = 1, kSimpleValue = 2;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const char c : bytes)
    crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xFF];
  return ~crc;
}

std::uint32_t masked_crc32c(std::string_view bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xA282EAD8;
}

std::string event_file_header() {
  std::string data;
  put_double(data, event::kWallTime, 0);
  put_bytes(data, event::kFileVersion, "brain.Event:2");  // the only version there is
  return record(data);
}

std::string scalars_record(std::int64_t step, double wall_time,
                           std::span<const std::pair<std::string, double>> scalars) {
  std::string all, data;
  for (const auto& [tag, number] : scalars) {
    std::string value;
    put_bytes(value, summary::kTag, tag);
    put_float(value, summary::kSimpleValue, static_cast<float>(number));
    put_bytes(all, summary::kValue, value);
  }
  put_double(data, event::kWallTime, wall_time);
  put_key(data, event::kStep, Wire::varint);
  put_varint(data, static_cast<std::uint64_t>(step));
  put_bytes(data, event::kSummary, all);
  return record(data);
}

}  // namespace pump::harness
