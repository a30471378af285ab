#include "edge/kept_log.hpp"

#include <charconv>
#include <map>
#include <system_error>

#include "control/texts.hpp"

namespace yuanqu::edge {

namespace {

constexpr std::size_t records_max = 50'000;
constexpr std::size_t records_left = 10'000;

template <class Number>
Number number(const std::string& text) {
  Number value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string KeptLog::to_bytes(const control::Kept& record) {
  return control::join_texts({record.command, std::string(name_of(record.verb)), record.device,
                              std::string(name_of(record.outcome)), record.refusal, record.reason.zh, record.reason.en,
                              std::to_string(record.epoch), std::to_string(record.at_ms)});
}

base::Result<KeptLog> KeptLog::open(const std::filesystem::path& path, std::vector<control::Kept>& kept) {
  KeptLog log;
  auto opened = control::RecordLog::open(path, [&](std::string_view bytes) {
    const auto texts = control::split_texts(bytes);
    if (!texts || texts->size() != 9) return;
    const auto verb = control::verb_of((*texts)[1]);
    const auto outcome = control::outcome_of((*texts)[3]);
    if (!verb || !outcome) return;
    kept.push_back({(*texts)[0],
                    *verb,
                    (*texts)[2],
                    *outcome,
                    (*texts)[4],
                    {(*texts)[5], (*texts)[6]},
                    number<std::uint64_t>((*texts)[7]),
                    number<std::int64_t>((*texts)[8])});
  });
  if (!opened) return tl::unexpected(opened.error());
  log.log_ = std::move(*opened);
  if (kept.size() <= records_max) return log;
  // The greatest epoch of each device stays whatever is dropped.
  std::map<std::string, std::uint64_t> epochs;
  for (const control::Kept& record : kept) epochs[record.device] = std::max(epochs[record.device], record.epoch);
  kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(records_left));
  for (const auto& [device, epoch] : epochs) {
    if (epoch > 0) kept.push_back({{}, control::Verb::Take, device, control::Outcome::Done, {}, {}, epoch, 0});
  }
  const std::filesystem::path fresh = path.string() + ".new";
  std::error_code problem;
  std::filesystem::remove(fresh, problem);
  auto smaller = control::RecordLog::open(fresh, [](std::string_view) {});
  if (!smaller) return tl::unexpected(smaller.error());
  for (const control::Kept& record : kept) {
    if (auto put = (*smaller)->append(to_bytes(record)); !put) return tl::unexpected(put.error());
  }
  std::filesystem::rename(fresh, path, problem);
  if (problem) {
    return base::fail(base::ErrorCode::Unavailable, "无法替换 " + path.string() + "：" + problem.message() + "。",
                      "Cannot replace " + path.string() + ": " + problem.message() + ".");
  }
  log.log_ = std::move(*smaller);
  return log;
}

}  // namespace yuanqu::edge
