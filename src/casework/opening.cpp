// Opening by hand, and messages from outside. See casework.hpp.
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

}  // namespace yuanqu::casework
