// Files people attach to a case or to one of its steps. See casework.hpp.
#include "casework/acts.hpp"
#include "casework/rows.hpp"
#include "journal/attachments.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Transaction;

namespace {

constexpr std::string_view owner = "case";  // of what the book of attachments names

}  // namespace

Result<void> Casework::attach(const register_::Viewer& viewer, std::int64_t case_id, std::int64_t task_id,
                              const Material& file) {
  auto current = visible(viewer, case_id);
  if (!current) return tl::unexpected(current.error());
  const bool own = current->file != 0 && viewer.owns(current->file);
  if (!own && !acts(viewer)) return not_yours();
  if (current->closed_on) {
    return fail(ErrorCode::Conflict, "办件已经办结，不能再附材料。", "The case is closed and takes no more files.");
  }
  std::string element;
  if (task_id != 0) {
    auto item = task(viewer, task_id);
    if (!item) return tl::unexpected(item.error());
    if (item->of.id != case_id)
      return fail(ErrorCode::NotFound, "这个任务不属于这件办件。", "The task is of another case.");
    element = item->task.element;
  }
  if (file.name.empty() || file.name.size() > 300) {
    return fail(ErrorCode::Invalid, "附件要有不超过 300 字节的名称。", "A file has a name of at most 300 bytes.",
                {.field = "name"});
  }
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        journal::Database& database = transaction.database();
        auto known = journal::Attachments::find(database, file.hash);
        if (!known) return tl::unexpected(known.error());
        auto brought = journal::Attachments::brought_by(database, file.hash, viewer.account());
        if (!brought) return tl::unexpected(brought.error());
        // Nobody reaches another's file by its hash.
        if (!*known || !*brought) {
          return fail(ErrorCode::Invalid, "附件没有上传，或已超过一天，请重新上传。",
                      "The file was not uploaded, or over a day ago; upload it again.", {.field = "hash"});
        }
        auto named = journal::Attachments::name(transaction, file.hash, owner, case_id);
        if (!named) return named;
        auto add = database.prepare(
            "INSERT INTO casework_material(case_id, number, task, hash, size, format, name, actor_name, day) "
            "SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM casework_material WHERE case_id "
            "= ?1");
        if (!add) return tl::unexpected(add.error());
        auto done =
            add->bind_all(case_id, task_id, file.hash, static_cast<std::int64_t>((*known)->size), (*known)->format,
                          file.name, viewer.name(), records_.today().value_or(base::Date()).days())
                .run();
        if (!done) return done;
        return note(
            transaction, case_id,
            {.type = "attached", .element = element, .zh = "附材料：" + file.name, .en = "File attached: " + file.name},
            viewer);
      },
      batch_of(viewer));
  if (!committed) return tl::unexpected(committed.error());
  return {};
}

Result<Material> Casework::material(const register_::Viewer& viewer, std::int64_t case_id, std::int64_t number) {
  auto current = visible(viewer, case_id);
  if (!current) return tl::unexpected(current.error());
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto all = rows::materials_of(snapshot->database(), case_id);
  if (!all) return tl::unexpected(all.error());
  for (Material& one : *all) {
    if (one.number == number) return std::move(one);
  }
  return fail(ErrorCode::NotFound, "办件里没有这份材料。", "The case has no such file.");
}

}  // namespace yuanqu::casework
