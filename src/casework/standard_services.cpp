#include "casework/standard_services.hpp"

#include <charconv>

#include "register/feel_value.hpp"

namespace yuanqu::casework {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Transaction;

std::string text_or(const feel::Value& value, const std::string& otherwise) {
  return value.is(feel::Kind::String) ? std::string(value.text()) : otherwise;
}

std::int64_t id_or(const feel::Value& value, std::int64_t otherwise) {
  if (!value.is(feel::Kind::Number)) return otherwise;
  return value.number().to_int64().value_or(otherwise);
}

base::Date day_or(const feel::Value& value, base::Date otherwise) {
  return value.is(feel::Kind::Date) ? value.date() : otherwise;
}

tl::unexpected<base::Error> wrong(const Call& call, std::string zh, std::string en) {
  return fail(ErrorCode::Invalid, std::move(zh), std::move(en), {.rule = call.node.id});
}

// {feel name: value} as writes to fields of the kind.
Result<std::vector<register_::FieldWrite>> writes_of(const Call& call, const register_::Kind& kind,
                                                     const feel::Value& values) {
  if (!values.is(feel::Kind::Context)) {
    return wrong(call, "values 要是以字段 FEEL 名为键的一组值。",
                 "values must be a context by the FEEL names of fields.");
  }
  std::vector<register_::FieldWrite> writes;
  for (const feel::Entry& entry : values.context().entries) {
    const std::string name(entry.key.view());
    const register_::Field* field = kind.field_by_feel(name);
    if (field == nullptr) field = kind.field(name);
    if (field == nullptr) {
      return wrong(call, "“" + kind.labels.zh + "”没有字段“" + name + "”，请核对流程。",
                   kind.feel_name + " has no field \"" + name + "\"; check the procedure.");
    }
    register_::FieldWrite write;
    write.field = field->number;
    if (!entry.value.is_null()) {
      // A reference is given as the id of its record.
      auto value = field->type == register_::FieldType::Reference && entry.value.is(feel::Kind::Number)
                       ? std::optional(register_::Value::reference(id_or(entry.value, 0)))
                       : register_::from_feel(*field, entry.value);
      if (!value) {
        return wrong(call, "字段“" + name + "”放不下算出的值，请核对表达式。",
                     "The value worked out for \"" + name + "\" does not fit the field; check the expression.");
      }
      write.value = std::move(*value);
    }
    writes.push_back(std::move(write));
  }
  return writes;
}

// A value that a more trusted source hides would be written and change nothing: the step says so instead of seeming
// done.
Result<void> check_visible(const Call& call, const register_::Kind& kind, const register_::RecordState& state,
                           const register_::Write& write) {
  for (const register_::FieldWrite& one : write.values) {
    const register_::Field* field = kind.field(one.field);
    const register_::Reading now = register_::read_plain(state, *field, write.effective_from);
    if (now.fact == nullptr || now.fact->source == write.source || now.fact->value == one.value) continue;
    if (field->trust_of(now.fact->source) < field->trust_of(write.source)) {
      return wrong(call,
                   "“" + field->labels.zh + "”已有更可信来源的值，按所写来源记入不会生效；请在流程里换来源（source）。",
                   "\"" + field->labels.en +
                       "\" has a value from a more trusted source, so this one would not count; name another source in "
                       "the procedure.");
    }
  }
  return {};
}

Result<Performed> write_record(Transaction& transaction, const Call& call, const StandardServices& parts, bool create) {
  const register_::Catalogue& catalogue = parts.records.catalogue();
  register_::Write write;
  std::optional<register_::RecordState> before;
  if (create) {
    write.kind = catalogue.kind(text_or(call.input("kind"), ""));
  } else {
    write.record = id_or(call.input("record"), call.subject.record);
    auto state = parts.records.state(transaction.database(), write.record);
    if (!state) return tl::unexpected(state.error());
    before = std::move(*state);
    if (before) write.kind = catalogue.kind(before->kind);
  }
  if (write.kind == nullptr) {
    return wrong(call, "要改的记录或其类型不存在，请核对流程。",
                 "The record or its kind does not exist; check the procedure.");
  }
  auto values = writes_of(call, *write.kind, call.input("values"));
  if (!values) return tl::unexpected(values.error());
  write.values = std::move(*values);
  const std::string source = text_or(call.input("source"), parts.source);
  const register_::Source* known = catalogue.source(source);
  if (known == nullptr) return wrong(call, "没有来源“" + source + "”。", "There is no source \"" + source + "\".");
  write.source = known->number;
  write.effective_from = day_or(call.input("effective from"), call.day);
  write.reason = text_or(call.input("reason"), call.current.number + " " + call.node.labels.zh);
  if (before) {
    if (auto visible = check_visible(call, *write.kind, *before, write); !visible)
      return tl::unexpected(visible.error());
  }
  auto written = parts.records.write(transaction, register_::Viewer::system(), write);
  if (!written) return tl::unexpected(written.error());
  Performed performed;
  performed.result = feel::Value::context({{feel::String("record"), feel::Value(written->record)},
                                           {feel::String("changed"), feel::Value(written->changed)}});
  return performed;
}

Service issue_paper(const StandardServices& parts) {
  Service service;
  service.prepare = [parts](const Call& call) -> Result<std::shared_ptr<void>> {
    paper::Request request;
    request.template_id = text_or(call.input("template"), "");
    request.origin = call.key;
    request.file = call.subject.file;
    request.subject = id_or(call.input("record"), call.subject.record);
    request.case_id = call.current.id;
    request.day = call.day;
    request.replaces = !call.input("replaces").is_false();
    request.names = call.names;
    auto prepared = parts.papers.prepare(std::move(request));
    if (!prepared) return tl::unexpected(prepared.error());
    return std::shared_ptr<void>(std::make_shared<paper::Prepared>(std::move(*prepared)));
  };
  service.perform = [parts](Transaction& transaction, const Call&, void* prepared) -> Result<Performed> {
    auto issued = parts.papers.issue(transaction, *static_cast<const paper::Prepared*>(prepared));
    if (!issued) return tl::unexpected(issued.error());
    Performed performed;
    performed.result = feel::Value::context({{feel::String("id"), feel::Value(issued->id)},
                                             {feel::String("number"), feel::Value(issued->number)},
                                             {feel::String("title"), feel::Value(issued->labels.zh)}});
    performed.zh = "出具" + issued->labels.zh + "（" + issued->number + "）";
    performed.en = "Issued: " + issued->labels.en + " (" + issued->number + ")";
    performed.paper = issued->id;
    return performed;
  };
  return service;
}

// The licences issued for a record are suspended, revoked or made valid again; replaced ones stay as they are.
Service set_paper_status(const StandardServices& parts) {
  Service service;
  service.perform = [parts](Transaction& transaction, const Call& call, void*) -> Result<Performed> {
    const std::string wanted = text_or(call.input("status"), "");
    std::optional<paper::Status> status;
    for (const paper::Status one : {paper::Status::Valid, paper::Status::Suspended, paper::Status::Revoked}) {
      if (paper::name_of(one) == wanted) status = one;
    }
    if (!status)
      return wrong(call, "status 写成 valid、suspended 或 revoked。", "status is valid, suspended or revoked.");
    auto changed = parts.papers.set_status_of(transaction, id_or(call.input("record"), call.subject.record), *status);
    if (!changed) return tl::unexpected(changed.error());
    Performed performed;
    performed.result = feel::Value::context({{feel::String("papers"), feel::Value(*changed)}});
    performed.zh = std::to_string(*changed) + " 份证照改为" + paper::labels_of(*status).zh;
    performed.en = std::to_string(*changed) + " licences now " + paper::labels_of(*status).en;
    return performed;
  };
  return service;
}

Result<notice::Recipient> recipient_of(const Call& call) {
  const std::string to = text_or(call.input("to"), "file");
  if (to == "file") return notice::Recipient::file(call.subject.file);
  if (to.starts_with("role:")) return notice::Recipient::of_post(to.substr(5));
  if (to.starts_with("account:")) {
    std::int64_t account = 0;
    std::from_chars(to.data() + 8, to.data() + to.size(), account);
    if (account > 0) return notice::Recipient::account(account);
  }
  return wrong(call, "消息发给谁写成 file、role:岗位 或 account:编号。",
               "Address a message to file, role:POST or account:NUMBER.");
}

Service send_message(const StandardServices& parts) {
  Service service;
  service.prepare = [parts](const Call& call) -> Result<std::shared_ptr<void>> {
    const std::string id = text_or(call.input("template"), "");
    const paper::MessageTemplate* message = parts.papers.templates().message(id);
    if (message == nullptr) {
      return wrong(call, "没有消息模板“" + id + "”，请在业务包的 papers 里补上。",
                   "There is no message template \"" + id + "\"; add it to the pack's papers.");
    }
    auto recipient = recipient_of(call);
    if (!recipient) return tl::unexpected(recipient.error());
    notice::Draft draft;
    draft.key = call.key;
    draft.recipient = std::move(*recipient);
    draft.type = id;
    draft.case_id = call.current.id;
    draft.duty = id_or(call.input("duty"), call.current.duty);
    draft.file = call.subject.file;
    draft.day = call.day;
    draft.paper = id_or(call.input("paper"), 0);
    feel::ContextScope names = call.names;
    if (draft.paper != 0) {
      auto found = parts.papers.find(draft.paper);
      if (!found) return tl::unexpected(found.error());
      names.set(
          {"Paper",
           feel::Value::context({{feel::String("id"), feel::Value(found->id)},
                                 {feel::String("number"), feel::Value(found->number)},
                                 {feel::String("title"), feel::Value(found->labels.zh)},
                                 {feel::String("issued on"), feel::Value(found->issued_on)},
                                 {feel::String("verify at"), feel::Value(parts.papers.verify_address(found->number))}}),
           nullptr});
    }
    for (auto [texts, language, words] : {std::tuple{&message->title, paper::Language::Chinese, &draft.title.zh},
                                          std::tuple{&message->title, paper::Language::English, &draft.title.en},
                                          std::tuple{&message->body, paper::Language::Chinese, &draft.body.zh},
                                          std::tuple{&message->body, paper::Language::English, &draft.body.en}}) {
      auto printed = texts->print(names, language);
      if (!printed) return tl::unexpected(printed.error());
      *words = std::move(*printed);
    }
    auto href = message->href.print(names, paper::Language::English);
    if (!href) return tl::unexpected(href.error());
    draft.href = std::move(*href);
    return std::shared_ptr<void>(std::make_shared<notice::Draft>(std::move(draft)));
  };
  service.perform = [parts](Transaction& transaction, const Call&, void* prepared) -> Result<Performed> {
    const auto& draft = *static_cast<const notice::Draft*>(prepared);
    auto sent = parts.notices.send(transaction, draft);
    if (!sent) return tl::unexpected(sent.error());
    Performed performed;
    performed.result = feel::Value::context({{feel::String("id"), feel::Value(*sent)}});
    performed.zh = "发消息：" + draft.title.zh;
    performed.en = "Message sent: " + draft.title.en;
    return performed;
  };
  return service;
}

}  // namespace

void add_standard_services(Casework& cases, const StandardServices& parts) {
  for (bool create : {false, true}) {
    Service service;
    service.perform = [parts, create](Transaction& transaction, const Call& call, void*) {
      return write_record(transaction, call, parts, create);
    };
    cases.add_service(create ? "create_record" : "change_record", std::move(service));
  }
  cases.add_service("issue_paper", issue_paper(parts));
  cases.add_service("set_paper_status", set_paper_status(parts));
  cases.add_service("send_message", send_message(parts));
}

}  // namespace yuanqu::casework
