#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "engine/environment.hpp"
#include "engine/error.hpp"

// Saved weights and checkpoints: fixed-size values and counted arrays, one after another.
namespace pump::agents {

class ByteWriter {
 public:
  template <class T>
  void value(const T& v) {
    static_assert(std::is_trivially_copyable_v<T>);
    raw(&v, sizeof v);
  }
  template <class T>
  void array(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    value(static_cast<std::uint64_t>(values.size()));
    raw(values.data(), values.size_bytes());
  }
  template <class T>
  void array(const std::vector<T>& values) {
    array(std::span<const T>(values));
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  void raw(const void* data, std::size_t size) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + size);
    if (size > 0) std::memcpy(bytes_.data() + at, data, size);
  }
  std::vector<std::byte> bytes_;
};

// Bytes with a hash behind them, and back: pump::Error naming `file` when they were changed or cut.
inline std::vector<std::byte> sealed(std::vector<std::byte> bytes) {
  const std::uint64_t hash = engine::hash_state(bytes);
  const auto* from = reinterpret_cast<const std::byte*>(&hash);
  bytes.insert(bytes.end(), from, from + sizeof hash);
  return bytes;
}
inline std::span<const std::byte> unsealed(std::span<const std::byte> bytes,
                                           const std::string& file) {
  std::uint64_t hash = 0;
  if (bytes.size() >= sizeof hash) {
    const auto own = bytes.first(bytes.size() - sizeof hash);
    std::memcpy(&hash, own.data() + own.size(), sizeof hash);
    if (hash == engine::hash_state(own)) return own;
  }
  throw Error(
      fmt::format("{}: expected the bytes that were saved, got others (cut or changed)", file));
}

// Reads them back. pump::Error naming `file` when the bytes end too early, or are left over.
class ByteReader {
 public:
  ByteReader(std::span<const std::byte> bytes, std::string file)
      : bytes_(bytes), size_(bytes.size()), file_(std::move(file)) {}

  template <class T>
  T value() {
    T out;
    raw(&out, sizeof out);
    return out;
  }
  template <class T>
  std::vector<T> array() {
    const auto count = value<std::uint64_t>();
    if (count > bytes_.size() / sizeof(T)) truncated(count * sizeof(T));
    std::vector<T> out(count);
    raw(out.data(), count * sizeof(T));
    return out;
  }
  template <class T>
  std::vector<T> array(std::size_t expected, const char* what) {
    std::vector<T> out = array<T>();
    if (out.size() != expected) refuse(fmt::format("{} {}", expected, what), out.size());
    return out;
  }
  std::size_t left() const { return bytes_.size(); }
  void finish() const {
    if (!bytes_.empty())
      throw Error(
          fmt::format("{}: expected {} bytes, got {}", file_, size_ - bytes_.size(), size_));
  }
  template <class T>
  [[noreturn]] void refuse(const std::string& expected, const T& got) const {
    throw Error(fmt::format("{}: expected {}, got {}", file_, expected, got));
  }

 private:
  [[noreturn]] void truncated(std::uint64_t wanted) const {
    throw Error(fmt::format("{}: expected {} more bytes from byte {} on, got {} (truncated?)",
                            file_, wanted, size_ - bytes_.size(), bytes_.size()));
  }
  void raw(void* out, std::size_t size) {
    if (size > bytes_.size()) truncated(size);
    if (size > 0) std::memcpy(out, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
  }
  std::span<const std::byte> bytes_;
  std::size_t size_;
  std::string file_;
};

}  // namespace pump::agents
