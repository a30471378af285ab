// Records of the point log: marker (4 bytes), length of the body (4), CRC-32 of length and body (4), body. A body
// begins with its kind: names of tags, or a batch.

#include <zlib.h>

#include "telemetry/bytes.hpp"
#include "telemetry/point_log.hpp"

namespace yuanqu::telemetry {

namespace {

constexpr std::uint32_t marker = 0x4C505159;  // "YQPL"
constexpr std::size_t head_bytes = 12;
constexpr std::uint32_t record_bytes_max = 1U << 28U;
enum Kind : std::uint8_t { Names = 'N', Batch = 'B' };

std::uint32_t record_checksum(std::string_view length, std::string_view body) {
  auto sum = crc32(0, reinterpret_cast<const Bytef*>(length.data()), static_cast<uInt>(length.size()));
  return static_cast<std::uint32_t>(
      crc32(sum, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
}

std::string record(const std::string& body) {
  std::string bytes;
  bytes.reserve(head_bytes + body.size());
  put_fixed(bytes, marker);
  put_fixed(bytes, static_cast<std::uint32_t>(body.size()));
  put_fixed(bytes, record_checksum(std::string_view(bytes).substr(4, 4), body));
  return bytes + body;
}

void put_value(std::string& out, const Value& value) {
  put_byte(out, static_cast<unsigned>(value.index()));
  if (const auto* truth = std::get_if<bool>(&value)) put_byte(out, *truth ? 1 : 0);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) put_signed(out, *integer);
  if (const auto* integer = std::get_if<std::uint64_t>(&value)) put_varint(out, *integer);
  if (const auto* number = std::get_if<double>(&value)) put_fixed(out, *number);
  if (const auto* text = std::get_if<std::string>(&value)) put_text(out, *text);
}

bool take_value(ByteReader& in, Value& value) {
  switch (in.byte()) {
    case 0: value = std::monostate{}; return in.ok();
    case 1: value = in.byte() != 0; return in.ok();
    case 2: value = in.integer(); return in.ok();
    case 3: value = in.varint(); return in.ok();
    case 4: value = in.fixed<double>(); return in.ok();
    case 5: value = std::string(in.text()); return in.ok();
    default: return false;
  }
}

bool read_names(ByteReader& in, std::vector<std::string>& names) {
  const std::uint64_t count = in.varint();
  if (count > in.left()) return false;
  names.clear();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) names.emplace_back(in.text());
  return in.ok() && in.at_end();
}

bool read_batch(ByteReader& in, std::size_t tags, std::vector<Point>& points) {
  std::uint64_t sequence = in.varint();
  const std::int64_t base = in.integer();
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > in.left()) return false;
  points.reserve(static_cast<std::size_t>(count));
  std::int64_t source = base;
  for (std::uint64_t i = 0; i < count; ++i) {
    Point point;
    const std::uint64_t tag = in.varint();
    source = static_cast<std::int64_t>(static_cast<std::uint64_t>(source) + static_cast<std::uint64_t>(in.integer()));
    point.server_time_ms =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(in.integer()));
    point.quality = {in.byte()};
    if (!take_value(in, point.value) || tag >= tags) return false;
    point.tag = static_cast<TagIndex>(tag);
    point.source_time_ms = source;
    point.sequence = sequence++;
    points.push_back(std::move(point));
  }
  return in.ok() && in.at_end();
}

}  // namespace

std::string encode_names(const std::vector<std::string>& names) {
  std::string body;
  put_byte(body, Names);
  put_varint(body, names.size());
  for (const std::string& name : names) put_text(body, name);
  return record(body);
}

std::string encode_batch(const std::vector<Point>& points) {
  std::string body;
  body.reserve(points.size() * 16 + 32);
  put_byte(body, Batch);
  const std::int64_t base = points.empty() ? 0 : points.front().server_time_ms;
  put_varint(body, points.empty() ? 0 : points.front().sequence);
  put_signed(body, base);
  put_varint(body, points.size());
  std::int64_t source = base;
  for (const Point& point : points) {
    put_varint(body, point.tag);
    put_signed(body, static_cast<std::int64_t>(static_cast<std::uint64_t>(point.source_time_ms) -
                                               static_cast<std::uint64_t>(source)));
    put_signed(body, static_cast<std::int64_t>(static_cast<std::uint64_t>(point.server_time_ms) -
                                               static_cast<std::uint64_t>(base)));
    put_byte(body, point.quality.code);
    put_value(body, point.value);
    source = point.source_time_ms;
  }
  return record(body);
}

void read_segment(const std::string& file, std::string_view bytes, const PointLog::Found& found,
                  LogRecovery& recovery) {
  std::vector<std::string> names;
  std::string_view mark;
  std::uint32_t wanted = marker;
  mark = std::string_view(reinterpret_cast<const char*>(&wanted), sizeof(wanted));
  std::size_t bad_from = std::string_view::npos;  // where bytes began that are no record
  std::size_t at = 0;
  while (at < bytes.size()) {
    ByteReader head(bytes.substr(at));
    const bool marked = head.fixed<std::uint32_t>() == marker;
    const auto length = head.fixed<std::uint32_t>();
    const auto sum = head.fixed<std::uint32_t>();
    bool good = marked && head.ok() && length > 0 && length <= record_bytes_max && length <= head.left();
    std::string_view body;
    if (good) {
      body = head.take(length);
      good = record_checksum(bytes.substr(at + 4, 4), body) == sum;
    }
    if (good) {
      ByteReader in(body);
      const unsigned kind = in.byte();
      std::vector<Point> points;
      good = (kind == Names && read_names(in, names)) || (kind == Batch && read_batch(in, names.size(), points));
      if (good && kind == Batch) {
        std::size_t fresh = 0;
        while (fresh < points.size() && points[fresh].sequence <= recovery.last_sequence) ++fresh;
        points.erase(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(fresh));
        if (!points.empty()) {
          recovery.last_sequence = points.back().sequence;
          recovery.points += points.size();
          found(names, std::move(points));
        }
      }
    }
    if (good) {
      if (bad_from != std::string_view::npos) {
        recovery.damaged.push_back(
            {base::ErrorCode::Internal,
             "测点日志有 " + std::to_string(at - bad_from) + " 字节损坏，其中的点不能恢复。请从来源重发或从镜像补回。",
             std::to_string(at - bad_from) + " bytes of the point log are damaged; points in them cannot be read. "
                                             "Send them again from their source or fill them from the mirror.",
             {.file = file, .offset = bad_from}});
        bad_from = std::string_view::npos;
      }
      at += head_bytes + length;
      continue;
    }
    if (bad_from == std::string_view::npos) bad_from = at;
    const auto next = bytes.find(mark, at + 1);
    at = next == std::string_view::npos ? bytes.size() : next;
  }
  if (bad_from != std::string_view::npos) recovery.torn_bytes += bytes.size() - bad_from;
}

}  // namespace yuanqu::telemetry
