#include "control/audit.hpp"

#include "base/hash.hpp"
#include "base/json_text.hpp"
#include "control/texts.hpp"

namespace yuanqu::control {

using base::ErrorCode;
using base::fail;

namespace {

const std::string first_previous(64, '0');

Fields audit_fields(const AuditRecord& record) {
  Fields fields{{"number", std::to_string(record.number)},
                {"at_ms", std::to_string(record.at_ms)},
                {"previous", record.previous},
                {"what", record.what}};
  fields.insert(fields.end(), record.details.begin(), record.details.end());
  return fields;
}

// Follows the chain from record to record.
class Chain {
 public:
  bool follow(std::string_view bytes, AuditRecord& record) {
    const auto split = split_texts(bytes);
    if (!split) return false;
    const std::vector<std::string>& texts = *split;
    if (texts.size() < 8 || texts.size() % 2 != 0 || texts[0] != "number" || texts[1] != std::to_string(number_ + 1) ||
        texts[4] != "previous" || texts[5] != head_) {
      return false;
    }
    record.number = ++number_;
    record.at_ms = std::strtoll(texts[3].c_str(), nullptr, 10);
    record.previous = texts[5];
    record.what = texts[7];
    record.details.clear();
    for (std::size_t i = 8; i < texts.size(); i += 2) record.details.emplace_back(texts[i], texts[i + 1]);
    head_ = base::to_hex(base::sha256(bytes));
    record.hash = head_;
    return true;
  }
  std::uint64_t number() const { return number_; }
  const std::string& head() const { return head_; }

 private:
  std::uint64_t number_ = 0;
  std::string head_ = first_previous;
};

tl::unexpected<base::Error> broken(const std::filesystem::path& path, std::uint64_t number) {
  const std::string which = std::to_string(number);
  return fail(ErrorCode::Invalid,
              "审计文件 " + path.string() + " 的链在第 " + which + " 条断开：记录被改动或缺失。请取出备份比对。",
              "The chain of the audit " + path.string() + " breaks at record " + which +
                  ": something was changed or removed. Compare it with a backup.",
              {.file = path.string(), .row = number});
}

}  // namespace

base::Result<std::unique_ptr<Audit>> Audit::open(const std::filesystem::path& path, const base::Clock& clock) {
  std::unique_ptr<Audit> audit(new Audit(clock));
  Chain chain;
  bool whole = true;
  AuditRecord record;
  auto log = RecordLog::open(path, [&](std::string_view bytes) { whole = whole && chain.follow(bytes, record); });
  if (!log) return tl::unexpected(log.error());
  if (!whole) return broken(path, chain.number() + 1);
  audit->log_ = std::move(*log);
  audit->count_ = chain.number();
  audit->head_ = chain.head();
  return audit;
}

base::Result<void> Audit::append(std::string_view what, const Details& details) {
  AuditRecord record{count_ + 1, clock_.now_ms(), std::string(what), details, head_, {}};
  const std::string bytes = canonical_bytes(audit_fields(record));
  if (auto appended = log_->append(bytes); !appended) return appended;
  ++count_;
  head_ = base::to_hex(base::sha256(bytes));
  return {};
}

base::Result<void> Audit::read(const std::filesystem::path& path, const std::function<void(const AuditRecord&)>& use) {
  Chain chain;
  bool whole = true;
  AuditRecord record;
  auto done = RecordLog::read(path, [&](std::string_view bytes) {
    whole = whole && chain.follow(bytes, record);
    if (whole) use(record);
  });
  if (!done) return done;
  if (!whole) return broken(path, chain.number() + 1);
  return {};
}

std::string Audit::to_json(const AuditRecord& record) {
  std::string out =
      "{\"number\":" + std::to_string(record.number) + ",\"at_ms\":" + std::to_string(record.at_ms) + ",\"what\":";
  base::append_json_string(out, record.what);
  out += ",\"details\":[";
  for (std::size_t i = 0; i < record.details.size(); ++i) {
    out += i == 0 ? "[" : ",[";
    base::append_json_string(out, record.details[i].first);
    out += ',';
    base::append_json_string(out, record.details[i].second);
    out += ']';
  }
  out += "],\"previous\":";
  base::append_json_string(out, record.previous);
  out += ",\"hash\":";
  base::append_json_string(out, record.hash);
  return out + "}";
}

}  // namespace yuanqu::control
