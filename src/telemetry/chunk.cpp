#include "telemetry/chunk.hpp"

#include <zlib.h>
#include <zstd.h>

#include <memory>

#include "telemetry/bytes.hpp"
#include "telemetry/chunk_numbers.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::size_t points_max = 65'535;
constexpr std::size_t column_bytes_max = 64;  // of one point without its text
constexpr int zstd_level = 1;

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

template <class Get>
void put_runs(std::string& out, std::span<const Point> points, Get get) {
  for (std::size_t at = 0; at < points.size();) {
    std::size_t end = at + 1;
    while (end < points.size() && get(points[end]) == get(points[at])) ++end;
    put_byte(out, get(points[at]));
    put_varint(out, end - at);
    at = end;
  }
}

template <class Set>
bool take_runs(ByteReader& in, std::vector<Point>& points, Set set) {
  for (std::size_t at = 0; at < points.size();) {
    const unsigned value = in.byte();
    const std::uint64_t count = in.varint();
    if (!in.ok() || count == 0 || count > points.size() - at) return false;
    for (std::uint64_t i = 0; i < count; ++i, ++at) {
      if (!set(points[at], value)) return false;
    }
  }
  return true;
}

tl::unexpected<base::Error> damaged() {
  return fail(ErrorCode::Internal, "历史数据块已损坏：校验不符。请从备份或镜像恢复这一块。",
              "The block of history is damaged: its checksum does not hold. Restore it from a backup or the mirror.");
}

}  // namespace

std::string encode_chunk(std::span<const Point> points) {
  std::string columns;
  columns.reserve(points.size() * 12 + 64);
  std::vector<std::int64_t> series;
  series.reserve(points.size());
  const auto column = [&](auto get) {
    series.clear();
    for (const Point& point : points) series.push_back(get(point));
    put_series(columns, series);
  };
  column([](const Point& point) { return point.source_time_ms; });
  // The server's times follow the source's when both run alike, and their own beat when they do not (a replay).
  const auto spread = [&](bool own) {
    std::uint64_t sum = 0;
    for (std::size_t i = 1; i < points.size(); ++i) {
      const auto at = [&](std::size_t k) { return points[k].server_time_ms - (own ? 0 : points[k].source_time_ms); };
      sum += static_cast<std::uint64_t>(std::bit_width(zigzag(at(i) - at(i - 1))));
    }
    return sum;
  };
  const bool own = spread(true) < spread(false);
  put_byte(columns, own ? 1 : 0);
  column([own](const Point& point) { return point.server_time_ms - (own ? 0 : point.source_time_ms); });
  column([](const Point& point) { return static_cast<std::int64_t>(point.sequence); });
  put_runs(columns, points, [](const Point& point) { return unsigned{point.quality.code}; });
  put_runs(columns, points, [](const Point& point) { return static_cast<unsigned>(point.value.index()); });
  std::vector<double> numbers;
  series.clear();
  std::vector<std::int64_t> naturals;
  for (const Point& point : points) {
    if (const auto* truth = std::get_if<bool>(&point.value)) put_byte(columns, *truth ? 1 : 0);
    if (const auto* integer = std::get_if<std::int64_t>(&point.value)) series.push_back(*integer);
    if (const auto* integer = std::get_if<std::uint64_t>(&point.value))
      naturals.push_back(static_cast<std::int64_t>(*integer));
    if (const auto* number = std::get_if<double>(&point.value)) numbers.push_back(*number);
  }
  if (!series.empty()) put_series(columns, series);
  if (!naturals.empty()) put_series(columns, naturals);
  if (!numbers.empty()) put_numbers(columns, numbers);
  for (const Point& point : points) {
    if (const auto* text = std::get_if<std::string>(&point.value)) put_text(columns, *text);
  }

  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  std::string body;
  put_byte(body, format_version);
  put_varint(body, points.size());
  put_varint(body, columns.size());
  const std::size_t head = body.size();
  body.resize(head + ZSTD_compressBound(columns.size()));
  const std::size_t size = ZSTD_compressCCtx(context.get(), body.data() + head, body.size() - head, columns.data(),
                                             columns.size(), zstd_level);
  body.resize(head + size);  // into room of compressBound it cannot fail
  std::string bytes;
  put_fixed(bytes, checksum(body));
  return bytes + body;
}

base::Result<std::vector<Point>> decode_chunk(std::string_view bytes, TagIndex tag) {
  ByteReader outer(bytes);
  const auto expected = outer.fixed<std::uint32_t>();
  if (!outer.ok() || checksum(bytes.substr(sizeof(expected))) != expected) return damaged();
  if (outer.byte() != format_version) {
    return fail(ErrorCode::Unsupported, "历史数据块由更新的版本写成。请升级程序。",
                "The block of history was written by a newer version. Update the program.");
  }
  const std::uint64_t count = outer.varint();
  const std::uint64_t size = outer.varint();
  if (!outer.ok() || count > points_max || size > count * (column_bytes_max + text_bytes_max) + column_bytes_max)
    return damaged();
  const std::string_view packed = outer.take(outer.left());
  // A frame tells its own size: room is made for no more than that.
  if (ZSTD_getFrameContentSize(packed.data(), packed.size()) != size) return damaged();
  std::string columns(static_cast<std::size_t>(size), '\0');
  const std::size_t got = ZSTD_decompress(columns.data(), columns.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) != 0U || got != columns.size()) return damaged();

  ByteReader in(columns);
  std::vector<Point> points(static_cast<std::size_t>(count));
  std::vector<std::int64_t> series;
  series.reserve(points.size());
  if (!take_series(in, points.size(), series)) return damaged();
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].tag = tag;
    points[i].source_time_ms = series[i];
  }
  const unsigned own = in.byte();
  series.clear();
  if (own > 1 || !take_series(in, points.size(), series)) return damaged();
  for (std::size_t i = 0; i < points.size(); ++i)
    points[i].server_time_ms = static_cast<std::int64_t>(
        static_cast<std::uint64_t>(series[i]) + (own == 1 ? 0 : static_cast<std::uint64_t>(points[i].source_time_ms)));
  series.clear();
  if (!take_series(in, points.size(), series)) return damaged();
  for (std::size_t i = 0; i < points.size(); ++i) points[i].sequence = static_cast<std::uint64_t>(series[i]);
  if (!take_runs(in, points, [](Point& point, unsigned code) {
        point.quality = {static_cast<std::uint8_t>(code)};
        return true;
      }))
    return damaged();
  std::vector<std::uint8_t> types;
  types.reserve(points.size());
  std::size_t integers = 0, naturals = 0, numbers = 0;
  if (!take_runs(in, points, [&](Point&, unsigned type) {
        types.push_back(static_cast<std::uint8_t>(type));
        integers += type == 2 ? 1 : 0;
        naturals += type == 3 ? 1 : 0;
        numbers += type == 4 ? 1 : 0;
        return type <= 5;
      }))
    return damaged();
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (types[i] != 1) continue;
    const unsigned truth = in.byte();
    if (truth > 1) return damaged();
    points[i].value = truth == 1;
  }
  const auto column = [&](std::uint8_t type, std::size_t size_of, auto make) {
    series.clear();
    if (size_of > 0 && !take_series(in, size_of, series)) return false;
    std::size_t next = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (types[i] == type) points[i].value = make(series[next++]);
    }
    return true;
  };
  if (!column(2, integers, [](std::int64_t value) { return value; })) return damaged();
  if (!column(3, naturals, [](std::int64_t value) { return static_cast<std::uint64_t>(value); })) return damaged();
  std::vector<double> decimals;
  decimals.reserve(numbers);
  if (numbers > 0 && !take_numbers(in, numbers, decimals)) return damaged();
  std::size_t next = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (types[i] == 4) points[i].value = decimals[next++];
    if (types[i] == 5) points[i].value = std::string(in.text());
  }
  if (!in.ok() || !in.at_end()) return damaged();
  return points;
}

}  // namespace yuanqu::telemetry
