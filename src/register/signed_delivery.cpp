#include "register/signed_delivery.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "base/signature.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;

namespace {
constexpr std::int64_t ahead_max_ms = 15LL * 60 * 1000;
}

std::string statement_of(const SignedDelivery& delivery) {
  return base::statement({"yuanqu delivery 1", delivery.source, delivery.period, std::to_string(delivery.issued_ms),
                          base::to_hex(base::sha256(delivery.file))});
}

Viewer signatory(const Schedule& schedule) {
  // The one rule lives as long as the viewer does: it is what the viewer holds in place of the packs' permissions.
  auto post = std::make_shared<Post>();
  post->name = schedule.code;
  PermissionRule rule;
  rule.kinds = {schedule.kind->number};
  rule.classes = static_cast<std::uint8_t>(~0U);
  rule.own_only = true;
  // Reading, too: a correction finds the record it corrects by its key. Nothing is answered to the sender but counts.
  rule.may = static_cast<std::uint8_t>(May::Read) | static_cast<std::uint8_t>(May::Write);
  rule.sources = {schedule.source->number};
  post->rules.push_back(std::move(rule));
  const Post* held = post.get();
  return Viewer(0, schedule.name, {held}, {schedule.respondent},
                std::shared_ptr<const Permissions>(std::move(post), static_cast<const Permissions*>(nullptr)));
}

base::Result<Admitted> admit(Register& records, const SignedDelivery& delivery, std::int64_t now_ms) {
  const base::Date today = records.today().value_or(base::Date{});
  auto schedules = read_schedules(records, today);
  if (!schedules) return tl::unexpected(schedules.error());
  const auto found = std::find_if(schedules->begin(), schedules->end(),
                                  [&](const Schedule& one) { return one.code == delivery.source; });
  if (found == schedules->end() || found->closed || found->respondent == 0 || found->key.empty() ||
      !base::signature_holds(found->key, statement_of(delivery), delivery.signature)) {
    return fail(
        ErrorCode::Forbidden, "签名不对，或没有这个签名报送的来源。请核对来源编号，并请数据管理岗核对报送公钥。",
        "The signature does not hold, or no source takes signed deliveries under this code. Check the code, and "
        "have the data steward check the key.",
        {.field = "signature"});
  }
  const auto period = base::Date::parse(delivery.period);
  if (!period)
    return fail(ErrorCode::Invalid, "所属期应为期内任意一天，如 2026-10-01。",
                "The period is named by any of its days, like 2026-10-01.", {.field = "period"});
  Admitted admitted{*found, *period, std::nullopt};
  auto before = read_deliveries(records, today, found->record);
  if (!before) return tl::unexpected(before.error());
  const auto same = std::find_if(before->begin(), before->end(), [&](const DeliveryRecord& one) {
    return !one.signature.empty() && one.issued_ms == delivery.issued_ms && one.signature == delivery.signature;
  });
  if (same != before->end()) {
    admitted.known = *same;
    return admitted;
  }
  if (std::any_of(before->begin(), before->end(),
                  [&](const DeliveryRecord& one) { return one.issued_ms >= delivery.issued_ms; }))
    return fail(ErrorCode::Conflict, "已收到更晚签发的报送，这一件不再收。",
                "A delivery issued later is already here; this one is not taken any more.", {.field = "issued"});
  if (delivery.issued_ms > now_ms + ahead_max_ms)
    return fail(ErrorCode::Invalid, "签发时刻比本系统的钟早到未来，请校准报送方的时钟。",
                "It was issued in the future of the zone's clock; set the sender's clock.", {.field = "issued"});
  return admitted;
}

}  // namespace yuanqu::register_
