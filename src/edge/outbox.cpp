#include "edge/outbox.hpp"

#include <charconv>

#include "control/texts.hpp"

namespace yuanqu::edge {

namespace {

std::string to_bytes(const std::vector<telemetry::EdgeValue>& points) {
  std::vector<std::string> texts;
  for (const telemetry::EdgeValue& point : points) {
    const auto type = point.value.index() == 0
                          ? std::string()
                          : std::string(name_of(static_cast<telemetry::ValueType>(point.value.index())));
    texts.insert(texts.end(), {point.metric, type, telemetry::to_text(point.value), std::to_string(point.time_ms),
                               std::to_string(point.quality.code)});
  }
  return control::join_texts(texts);
}

void read_points(std::string_view bytes, std::deque<telemetry::EdgeValue>& points) {
  const auto texts = control::split_texts(bytes);
  if (!texts || texts->size() % 5 != 0) return;
  for (std::size_t i = 0; i < texts->size(); i += 5) {
    telemetry::EdgeValue point;
    point.metric = (*texts)[i];
    if (const auto type = telemetry::value_type_of((*texts)[i + 1])) {
      auto value = telemetry::parse_value((*texts)[i + 2], *type);
      if (!value) continue;
      point.value = std::move(*value);
    }
    const std::string& time = (*texts)[i + 3];
    std::from_chars(time.data(), time.data() + time.size(), point.time_ms);
    int quality = 0;
    const std::string& code = (*texts)[i + 4];
    std::from_chars(code.data(), code.data() + code.size(), quality);
    point.quality.code = static_cast<std::uint8_t>(quality);
    point.is_historical = true;
    points.push_back(std::move(point));
  }
}

}  // namespace

base::Result<std::unique_ptr<Outbox>> Outbox::open(const std::filesystem::path& path) {
  std::unique_ptr<Outbox> outbox(new Outbox);
  outbox->path_ = path;
  auto log = control::RecordLog::open(path, [&](std::string_view bytes) { read_points(bytes, outbox->waiting_); });
  if (!log) return tl::unexpected(log.error());
  outbox->log_ = std::move(*log);
  return outbox;
}

void Outbox::published(const std::vector<telemetry::EdgeValue>& points, std::int64_t mono_ms) {
  lately_.emplace_back(mono_ms, points);
  while (!lately_.empty() && lately_.front().first < mono_ms - uncertain_ms) lately_.pop_front();
}

base::Result<void> Outbox::connection_lost(std::int64_t mono_ms) {
  std::vector<telemetry::EdgeValue> uncertain;
  for (auto& [at, points] : lately_) {
    if (at >= mono_ms - uncertain_ms) uncertain.insert(uncertain.end(), points.begin(), points.end());
  }
  lately_.clear();
  return put(uncertain);
}

base::Result<void> Outbox::put(const std::vector<telemetry::EdgeValue>& points) {
  if (points.empty()) return {};
  if (waiting_.size() + points.size() > points_max || log_->failed()) {
    refused_ += points.size();
    return {};
  }
  if (auto kept = log_->append(to_bytes(points)); !kept) {
    refused_ += points.size();
    return kept;
  }
  for (telemetry::EdgeValue point : points) {
    point.is_historical = true;
    waiting_.push_back(std::move(point));
  }
  return {};
}

std::vector<telemetry::EdgeValue> Outbox::next(std::size_t most) const {
  return {waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(most, waiting_.size()))};
}

base::Result<void> Outbox::forget(std::size_t count) {
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(count, waiting_.size())));
  if (!waiting_.empty()) return {};
  log_.reset();
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
  auto log = control::RecordLog::open(path_, [](std::string_view) {});
  if (!log) return tl::unexpected(log.error());
  log_ = std::move(*log);
  return {};
}

}  // namespace yuanqu::edge
