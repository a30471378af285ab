// Opening by hand, messages from outside, and moving to another version. See casework.hpp.
#include <algorithm>

#include "casework/casework.hpp"
#include "casework/form.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Transaction;

namespace {

bool is_open_to(const bpmn::Process& process, const register_::Viewer& viewer) {
  return std::any_of(process.opened_by.begin(), process.opened_by.end(),
                     [&](const std::string& post) { return viewer.holds_post(post); });
}

}  // namespace

std::vector<std::shared_ptr<const Procedure>> Casework::openable(const register_::Viewer& viewer,
                                                                 const register_::Kind* kind) const {
  std::vector<std::shared_ptr<const Procedure>> found;
  for (const auto& [id, procedure] : procedures_->all()) {
    const std::string& subject = procedure->process.subject_kind;
    if (!is_open_to(procedure->process, viewer)) continue;
    if (subject == "*" || (kind != nullptr && subject == kind->name)) found.push_back(procedure);
  }
  return found;
}

Result<std::string> Casework::start_form(const Procedure& procedure) const {
  const std::string& form = procedure.process.nodes[procedure.process.start].form;
  if (form.empty()) return std::string();
  return procedures_->file(procedure, form);
}

Result<std::int64_t> Casework::open_by_hand(const register_::Viewer& viewer, const OpenRequest& given,
                                            std::string_view values, std::vector<base::Error>* faults) {
  OpenRequest request = given;
  auto procedure = procedures_->find(request.procedure);
  if (procedure == nullptr || !is_open_to(procedure->process, viewer)) {
    return fail(ErrorCode::Forbidden, "您的岗位不能开办“" + request.procedure + "”。",
                "Your post may not open \"" + request.procedure + "\".", {.field = "procedure"});
  }
  if (request.subject != 0) {
    auto subject = records_.state(request.subject);
    if (!subject) return tl::unexpected(subject.error());
    const register_::Kind* kind = *subject ? records_.catalogue().kind((*subject)->kind) : nullptr;
    if (kind == nullptr || !viewer.may_know(*kind, (*subject)->file)) {
      return fail(ErrorCode::NotFound, "没有这条记录。", "There is no such record.", {.field = "subject"});
    }
    if (procedure->process.subject_kind != "*" && procedure->process.subject_kind != kind->name) {
      return fail(ErrorCode::Invalid, "这个流程不办这一类记录。", "This procedure is not about records of this kind.",
                  {.field = "subject"});
    }
  }
  auto schema = start_form(*procedure);
  if (!schema) return tl::unexpected(schema.error());
  Result<feel::Value> answers = feel::Value::context({});
  if (!schema->empty()) {
    auto form = Form::read(*schema, procedure->place);
    if (!form) return tl::unexpected(form.error());
    answers = form->accept(values.empty() ? "{}" : values, faults);
  } else if (!values.empty()) {
    answers = value_of_json(values);
  }
  if (!answers) return tl::unexpected(answers.error());
  if (!answers->is(feel::Kind::Context)) {
    return fail(ErrorCode::Invalid, "提交的内容要是一个 JSON 对象。", "What is sent must be a JSON object.");
  }
  std::vector<feel::Entry> entries = answers->context().entries;
  if (request.variables.is(feel::Kind::Context)) {
    for (const feel::Entry& entry : request.variables.context().entries) entries.push_back(entry);
  }
  request.variables = feel::Value::context(std::move(entries));
  request.actor = viewer.account();
  request.actor_name = viewer.name();
  return open(request);
}

Result<std::int64_t> Casework::send_message(const register_::Viewer& viewer, std::int64_t case_id,
                                            const std::string& name, std::string_view content) {
  auto current = visible(viewer, case_id);
  if (!current) return tl::unexpected(current.error());
  if (!is_staff(viewer) || !acts(viewer)) {
    return fail(ErrorCode::Forbidden, "只有办理人员可以登记收到的回复。",
                "Only those who handle cases may enter what came.");
  }
  Result<feel::Value> value = feel::Value::context({});
  if (!content.empty()) value = value_of_json(content);
  if (!value) return tl::unexpected(value.error());
  std::int64_t received = 0;
  journal::BatchInfo info;
  info.actor = viewer.account();
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto told = tell(transaction, bpmn::EventKind::Message, name, 0, case_id, *value);
        if (!told) return tl::unexpected(told.error());
        received = *told;
        if (received == 0) {
          return fail(ErrorCode::Conflict, "这件办件现在不在等“" + name + "”。",
                      "This case is not waiting for \"" + name + "\" now.", {.field = "name"});
        }
        return note(transaction, case_id, {.type = "told", .zh = "收到：" + name, .en = "Received: " + name}, viewer);
      },
      info);
  if (!committed) return tl::unexpected(committed.error());
  return received;
}

Result<Migration> Casework::migration_of(const register_::Viewer& viewer, std::int64_t case_id,
                                         const bpmn::Renamed& renamed) {
  auto current = visible(viewer, case_id);
  if (!current) return tl::unexpected(current.error());
  auto installed = procedures_->find(current->procedure);
  if (installed == nullptr) {
    return fail(ErrorCode::NotFound, "已装的业务包里没有这个流程了。",
                "No installed pack has this procedure any more.");
  }
  auto situation = situation_of(case_id);
  if (!situation) return tl::unexpected(situation.error());
  const bpmn::Process& before = situation->procedure->process;
  const bpmn::Process& after = installed->process;
  Migration migration{before.version, after.version, situation->procedure->hash, installed->hash, {}, {}};
  auto moved = bpmn::migrate(before, after, situation->state, renamed);
  if (!moved) {
    migration.obstacle = moved.error();
  } else {
    for (std::size_t index = 0; index < situation->state.tokens.size(); ++index) {
      const bpmn::Token& token = situation->state.tokens[index];
      if (!bpmn::is_announced(before, token)) continue;
      const bpmn::Node& from = *before.find(token.node);
      const bpmn::Node& to = *after.find(moved->tokens[index].node);
      migration.places.push_back({from.id, {from.labels.zh, from.labels.en}, {to.labels.zh, to.labels.en}});
    }
  }
  return migration;
}

Result<Case> Casework::migrate(const register_::Viewer& viewer, std::int64_t case_id, const std::string& to_hash,
                               const bpmn::Renamed& renamed) {
  if (!is_staff(viewer) || !acts(viewer)) {
    return fail(ErrorCode::Forbidden, "只有办理人员可以换流程版本。",
                "Only those who handle cases may change the version.");
  }
  auto migration = migration_of(viewer, case_id, renamed);
  if (!migration) return tl::unexpected(migration.error());
  if (migration->obstacle) return tl::unexpected(*migration->obstacle);
  if (migration->to_hash != to_hash) {
    return fail(ErrorCode::Conflict, "流程又有了新版本，请重新预览。",
                "There is a newer version still; look at it first.", {.field = "to"});
  }
  auto situation = situation_of(case_id);
  if (!situation) return tl::unexpected(situation.error());
  if (situation->current.closed_on) {
    return fail(ErrorCode::Conflict, "办件已经办结。", "The case is closed.");
  }
  auto installed = procedures_->find(situation->current.procedure);
  auto moved = bpmn::migrate(situation->procedure->process, installed->process, situation->state, renamed);
  if (!moved) return tl::unexpected(moved.error());
  journal::BatchInfo info;
  info.actor = viewer.account();
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        journal::Database& database = transaction.database();
        auto keep =
            database.prepare("INSERT OR IGNORE INTO casework_procedure(hash, place, pack, xml) VALUES(?,?,?,?)");
        if (!keep) return tl::unexpected(keep.error());
        if (auto kept = keep->bind_all(installed->hash, installed->place, installed->pack, installed->xml).run(); !kept)
          return kept;
        auto update = database.prepare(
            "UPDATE casework_case SET tokens = ?, procedure_version = ?, procedure_hash = ?, label_zh = ?, label_en = "
            "?, "
            "version = version + 1 WHERE id = ? AND version = ?");
        if (!update) return tl::unexpected(update.error());
        auto done = update
                        ->bind_all(bpmn::write(*moved), installed->process.version, installed->hash,
                                   installed->process.labels.zh, installed->process.labels.en, case_id,
                                   situation->current.version)
                        .run();
        if (!done) return done;
        if (database.changes() != 1)
          return fail(ErrorCode::Conflict, "这件办件刚被推进过，请重新预览。", "The case has just moved; look again.");
        for (const bpmn::Token& token : moved->tokens) {
          const bpmn::Node* node = installed->process.find(token.node);
          if (node == nullptr || node->kind != bpmn::NodeKind::UserTask) continue;
          auto task = database.prepare(
              "UPDATE casework_task SET element = ?, label_zh = ?, label_en = ?, form = ? WHERE case_id = ? AND token "
              "= ? "
              "AND state < 3");
          if (!task) return tl::unexpected(task.error());
          auto renamed_task = task->bind_all(node->id, node->labels.zh, node->labels.en, node->form, case_id,
                                             static_cast<std::int64_t>(token.number))
                                  .run();
          if (!renamed_task) return renamed_task;
        }
        return note(transaction, case_id,
                    {.type = "migrated",
                     .zh = "流程版本由 " + migration->from_version + " 换到 " + migration->to_version,
                     .en = "Moved from version " + migration->from_version + " to " + migration->to_version},
                    viewer);
      },
      info);
  if (!committed) return tl::unexpected(committed.error());
  return visible(viewer, case_id);
}

}  // namespace yuanqu::casework
