// A hand-over: posts, tasks and duties of one account go to another in one transaction, with a record of it.

#include "app/zone.hpp"
#include "register/relation_book.hpp"

namespace yuanqu::app {

using base::ErrorCode;
using base::Result;

namespace {

Result<register_::Account> account_named(register_::Accounts& accounts, const std::string& name, const char* field) {
  auto found = accounts.find(std::string_view(name));
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->disabled) {
    return base::fail(ErrorCode::NotFound, "没有账号“" + name + "”，或已停用。",
                      "There is no account \"" + name + "\", or it is disabled.", {.field = field});
  }
  return **found;
}

}  // namespace

Result<api::HandedOver> Zone::hand_over(const register_::Viewer& viewer, const api::HandOver& request) {
  const register_::Kind* holding = catalogue_->playing("holding");
  const register_::Kind* record = catalogue_->playing("hand_over");
  if (holding == nullptr || record == nullptr)
    return base::fail(ErrorCode::Unsupported, "业务包没有任岗与交接记录。",
                      "No pack has records of holdings and hand-overs.");
  const register_::Field* held = holding->member("account");
  const register_::SourceNumber source = held->sources.front();
  if (!viewer.may_write(*holding, *held, 0, source))
    return base::fail(ErrorCode::Forbidden, "您的岗位不能办理交接，请找系统管理员。",
                      "Your post may not hand posts over; ask an administrator.");
  auto from = account_named(*accounts_, request.from, "from");
  if (!from) return tl::unexpected(from.error());
  auto to = account_named(*accounts_, request.to, "to");
  if (!to) return tl::unexpected(to.error());
  if (from->id == to->id)
    return base::fail(ErrorCode::Invalid, "移交人与接收人是同一个账号。", "Both are the same account.",
                      {.field = "to"});
  if (request.number.empty() || request.department == 0)
    return base::fail(ErrorCode::Invalid, "请填写交接编号和部门。",
                      "Give the number and the department of the hand-over.", {.field = "number"});
  const base::Date day = records_->today().value_or(base::Date{});
  auto relations = register_::RelationBook::open(*records_);
  if (!relations) return tl::unexpected(relations.error());
  const auto holdings = (*relations)->holdings_of(from->name, day);

  api::HandedOver done;
  const auto work = [&](journal::Transaction& transaction) -> Result<void> {
    done = {};
    const auto put =
        [&](const register_::Kind& kind, register_::RecordId id,
            std::vector<std::pair<std::string_view, register_::Value>> values) -> Result<register_::RecordId> {
      register_::Write write;
      write.kind = &kind;
      write.record = id;
      write.source = source;
      write.effective_from = day;
      write.reason = "交接 " + request.number;
      for (auto& [member, value] : values) {
        if (const register_::Field* field = kind.member(member))
          write.values.push_back({field->number, std::move(value)});
      }
      auto written = records_->write(transaction, viewer, write);
      if (!written) return tl::unexpected(written.error());
      return written->record;
    };
    for (const auto& one : holdings) {
      const base::Date last = base::Date::from_days(day.days() - 1);
      if (auto ended = put(*holding, one.record, {{"to", register_::Value::date(last)}}); !ended)
        return tl::unexpected(ended.error());
      auto begun = put(*holding, 0,
                       {{"department", register_::Value::reference(one.file)},
                        {"position", register_::Value::reference(one.post)},
                        {"account", register_::Value::string(to->name)},
                        {"from", register_::Value::date(day)}});
      if (!begun) return tl::unexpected(begun.error());
      ++done.posts;
    }
    auto moved = accounts_->hand_over(transaction, *from, *to);
    if (!moved) return tl::unexpected(moved.error());
    done.posts += *moved;
    auto tasks = casework_->hand_over(transaction, viewer, *from, *to, "交接 " + request.number);
    if (!tasks) return tl::unexpected(tasks.error());
    auto duties = duties_->hand_over(transaction, from->id, to->id);
    if (!duties) return tl::unexpected(duties.error());
    done.tasks = *tasks;
    done.duties = *duties;
    auto noted = put(*record, 0,
                     {{"department", register_::Value::reference(request.department)},
                      {"number", register_::Value::string(request.number)},
                      {"from", register_::Value::string(from->name)},
                      {"to", register_::Value::string(to->name)},
                      {"day", register_::Value::date(day)},
                      {"posts", register_::Value::number(done.posts, 0)},
                      {"tasks", register_::Value::number(done.tasks, 0)},
                      {"duties", register_::Value::number(done.duties, 0)}});
    if (!noted) return tl::unexpected(noted.error());
    done.record = *noted;
    return {};
  };
  auto committed = journal_->commit(work, {.actor = viewer.account()});
  if (!committed) return tl::unexpected(committed.error());
  return done;
}

}  // namespace yuanqu::app
