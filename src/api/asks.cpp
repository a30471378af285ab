// Asking for what is missing: every firm concerned in its inbox when firms may tell it themselves, else a form for the
// source to fill in, in the shape an import reads.

#include <algorithm>

#include "api/insight_json.hpp"
#include "api/outcome_json.hpp"
#include "api/resources.hpp"
#include "notice/notices.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::api {
namespace {

using population::Decision;
using population::UnknownShare;
using register_::Field;
using register_::Kind;

struct Asked {
  const Decision* decision = nullptr;
  UnknownShare share;
};

// `shown`: the list itself is told, so it holds only whose outcome this viewer may see; asking tells the firms, not the
// viewer.
base::Result<Asked> share_of(Call& call, std::string_view kind, std::string_view field, bool shown) {
  Asked asked;
  asked.decision = call.house.population.programs().decisions().find(call.parameter("decision"));
  if (asked.decision == nullptr || !may_see_outcomes(call, *asked.decision)) {
    return base::fail(base::ErrorCode::NotFound, "没有这个判定，或您的岗位不能查看它的结论。",
                      "There is no such decision, or your post may not see its outcomes.", {.field = "decision"});
  }
  population::Unknowns unknowns = population::unknowns_of(
      call.house.population, *asked.decision,
      [&](register_::RecordId, std::int64_t file) { return !shown || may_see_outcome(call, *asked.decision, file); });
  const auto found = std::find_if(unknowns.shares.begin(), unknowns.shares.end(), [&](const UnknownShare& one) {
    return one.kind->name == kind && (one.field == nullptr ? field.empty() : one.field->name == field);
  });
  if (found == unknowns.shares.end()) {
    return base::fail(base::ErrorCode::NotFound, "没有记录缺这一项：可能刚刚补上了，请刷新。",
                      "No record lacks this; it may just have been told. Reload the page.",
                      {.field = std::string(field)});
  }
  asked.share = std::move(*found);
  return asked;
}

// Somebody may write it into the own file only: then the firm itself can tell it.
bool firms_may_tell(const Call& call, const Kind& kind, const Field* field) {
  const auto permissions = call.house.records.permissions();
  const auto allows = [&](const register_::PermissionRule& rule, const Field& of) {
    const bool writes = rule.own_only && (rule.may & static_cast<std::uint8_t>(register_::May::Write)) != 0;
    const bool about =
        (rule.kinds.empty() || std::find(rule.kinds.begin(), rule.kinds.end(), kind.number) != rule.kinds.end()) &&
        (rule.classes & (1u << static_cast<unsigned>(of.field_class))) != 0;
    return writes && about &&
           std::any_of(rule.sources.begin(), rule.sources.end(),
                       [&](register_::SourceNumber source) { return of.trust_of(source) >= 0; });
  };
  for (const register_::Post& post : permissions->posts()) {
    for (const register_::PermissionRule& rule : post.rules) {
      if (field != nullptr ? allows(rule, *field)
                           : std::any_of(kind.fields.begin(), kind.fields.end(),
                                         [&](const Field& one) { return allows(rule, one); }))
        return true;
    }
  }
  return false;
}

base::Result<Response> post_ask(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto kind = body->string_at("kind");
  auto field = body->string_at("field");
  if (!kind) return tl::unexpected(kind.error());
  if (!field) return tl::unexpected(field.error());
  auto asked = share_of(call, *kind, *field, false);
  if (!asked) return tl::unexpected(asked.error());
  const UnknownShare& share = asked->share;
  const Decision& decision = *asked->decision;
  if (!firms_may_tell(call, *share.kind, share.field)) {
    return base::fail(
        base::ErrorCode::Conflict, "这一项企业不能自己填报，请下载名单交给来源单位填写后导入。",
        "Firms cannot tell this themselves; download the form, have the source fill it in, and import it.",
        {.field = *field});
  }
  const pack::Label& name = share.field == nullptr ? share.kind->labels : share.field->labels;
  const base::Date today = call.today();
  std::size_t fresh = 0, already = 0;
  auto committed = call.house.journal.commit(
      [&](journal::Transaction& transaction) -> base::Result<void> {
        for (const register_::RecordId subject : share.subjects) {
          const auto state = call.house.population.state(subject);
          if (!state) continue;
          // Once in a month for the same thing: asking twice is not asking harder.
          const std::string key = "ask " + decision.name + " " + *kind + "." + *field + " " + std::to_string(subject) +
                                  " " + today.to_string().substr(0, 7);
          auto last = transaction.database().integer("SELECT max(id) FROM notice");
          if (!last) return tl::unexpected(last.error());
          notice::Draft draft{.key = key, .recipient = notice::Recipient::file(state->file), .type = "ask"};
          draft.title = {"请补充：" + name.zh, "Please tell us: " + name.en};
          draft.body = {"缺少“" + name.zh + "”，“" + decision.labels.zh +
                            "”无法得出结论。请在“我的档案”里填写；已有凭据的可以一并上传。",
                        "“" + name.en + "” is missing, so “" + decision.labels.en +
                            "” cannot be answered. Fill it in under “My file”."};
          draft.href = "/my/file";
          draft.file = state->file;
          draft.day = today;
          auto sent = call.house.notices.send(transaction, draft);
          if (!sent) return tl::unexpected(sent.error());
          ++(*sent > last->value_or(0) ? fresh : already);
        }
        return {};
      },
      {});
  if (!committed) return tl::unexpected(committed.error());
  JsonWriter json;
  json.object().member("asked", fresh).member("already", already).end_object();
  return Response::json(json.take(), 201);
}

const Field* code_or_title_field(const Kind& kind) {
  for (const auto& key : kind.keys) {
    const Field* field = key.size() == 1 ? kind.field(key.front()) : nullptr;
    if (field != nullptr && field->type == register_::FieldType::String) return field;
  }
  return kind.field(kind.title);
}

std::string text_at(const Call& call, register_::RecordId record, const Kind& kind, const Field& field) {
  const auto state = call.house.population.state(record);
  return state && call.viewer.may_export(kind, field, state->file)
             ? register_::read_plain(*state, field, call.today()).value().to_text()
             : std::string();
}

base::Result<Response> get_form(Call& call) {
  auto asked = share_of(call, call.query("kind"), call.query("field"), true);
  if (!asked) return tl::unexpected(asked.error());
  const UnknownShare& share = asked->share;
  const Kind& kind = *share.kind;
  const Kind& subject_kind = *asked->decision->kind;
  const bool zh = call.chinese();
  const Field* code = code_or_title_field(subject_kind);
  if (code == nullptr || call.viewer.may_export(subject_kind, *code) != register_::Reach::All) {
    return base::fail(base::ErrorCode::Forbidden, "您的岗位不能导出“" + subject_kind.labels.zh + "”。",
                      "Your post may not export " + subject_kind.labels.en + ".");
  }
  const auto header = [&](const Field& field) {
    return (zh ? field.labels.zh : field.labels.en) + (field.unit.empty() ? "" : "（" + field.unit + "）");
  };
  std::vector<tabular::Column> columns;
  std::vector<const Field*> keys;
  for (const register_::FieldNumber number : kind.keys.front()) keys.push_back(kind.field(number));
  for (const Field* key : keys) columns.push_back({.header = header(*key), .width = 24});
  std::vector<const Field*> wanted;
  if (share.field != nullptr) {
    wanted.push_back(share.field);
  } else {
    for (const auto& [of, field] : call.house.population.programs().find(asked->decision->name)->fields()) {
      if (of == &kind && std::find(keys.begin(), keys.end(), field) == keys.end()) wanted.push_back(field);
    }
  }
  for (const Field* field : wanted)
    columns.push_back(
        {.header = header(*field), .note = zh ? field->definition.zh : field->definition.en, .width = 20});
  Response response;
  response.compressible = false;
  response.content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  response.file = call.house.data_folder / "exports" / ("ask-" + call.request.trace_id + ".xlsx");
  response.delete_file = true;
  const pack::Label& name = share.field == nullptr ? kind.labels : share.field->labels;
  response.with("Content-Disposition",
                "attachment; filename*=UTF-8''" + percent_encoded((zh ? "补充-" + name.zh : "missing-" + name.en) +
                                                                  "-" + call.today().to_string() + ".xlsx"));
  auto writer = tabular::create_writer(response.file, tabular::Format::Xlsx, columns);
  if (!writer) return tl::unexpected(writer.error());
  for (const UnknownShare::Lack& lack : share.lacks) {
    std::vector<tabular::Cell> cells;
    for (const Field* key : keys) {
      const std::string text = &kind == &subject_kind ? text_at(call, lack.subject, kind, *key)
                               : key->type == register_::FieldType::Reference
                                   ? text_at(call, lack.subject, subject_kind, *code)
                               : lack.record != 0 ? text_at(call, lack.record, kind, *key)
                                                  : lack.about;
      cells.push_back(text.empty() ? tabular::Cell{} : tabular::Cell{.kind = tabular::CellKind::Text, .text = text});
    }
    cells.resize(columns.size());
    if (auto written = (*writer)->write(cells); !written) return tl::unexpected(written.error());
  }
  if (auto finished = (*writer)->finish(); !finished) return tl::unexpected(finished.error());
  return response;
}

}  // namespace

void add_asks(Router& router) {
  router.add(Method::Post, "/decisions/{decision}/unknowns/ask", Ability::Write, post_ask);
  router.add(Method::Get, "/decisions/{decision}/unknowns.xlsx", Ability::SignedIn, get_form);
}

}  // namespace yuanqu::api
