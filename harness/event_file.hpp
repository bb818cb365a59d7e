#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

// TensorBoard's event files, so that a trial can be watched with a tool people have: records of
// TensorFlow's TFRecord format, each an Event in protocol-buffer encoding
// (tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto and
// framework/summary.proto). Little-endian throughout.
namespace pump::harness {

// CRC-32C (Castagnoli polynomial, as in iSCSI: RFC 3720, section 12.1).
std::uint32_t crc32c(std::string_view bytes);
// As TFRecord stores it, so that the CRC of data that contains its own CRC is no special value.
std::uint32_t masked_crc32c(std::string_view bytes);

// What every file starts with.
std::string event_file_header();

// One record: scalars of one step, by their tags. wall_time: seconds; the axis that TensorBoard
// calls "relative" and "wall". A clock has no place in a trial's files, which are the same bytes
// whenever it runs: callers give something that they can repeat.
std::string scalars_record(std::int64_t step, double wall_time,
                           std::span<const std::pair<std::string, double>> scalars);

}  // namespace pump::harness
