// Simulations: the tables of a decision as an officer may change them, what the change would do to everybody, and the
// drafts that keep both side by side.

#include "api/simulation_draft.hpp"

#include "api/outcome_json.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"
#include "population/model_library.hpp"

namespace yuanqu::api {
namespace {

using population::Decision;
using population::Simulation;

constexpr std::size_t moved_shown = 5'000;
constexpr std::size_t texts_max = 2'000;

const std::string* literal_text(const dmn::ExpressionPointer& expression) {
  if (expression == nullptr) return nullptr;
  const auto* literal = std::get_if<dmn::LiteralExpression>(&expression->body);
  return literal == nullptr ? nullptr : &literal->text;
}

std::string_view name_of(dmn::HitPolicy policy) {
  switch (policy) {
    case dmn::HitPolicy::Unique: return "UNIQUE";
    case dmn::HitPolicy::Any: return "ANY";
    case dmn::HitPolicy::Priority: return "PRIORITY";
    case dmn::HitPolicy::First: return "FIRST";
    case dmn::HitPolicy::RuleOrder: return "RULE ORDER";
    case dmn::HitPolicy::OutputOrder: return "OUTPUT ORDER";
    case dmn::HitPolicy::Collect: return "COLLECT";
  }
  return "UNIQUE";
}

void write_cell(JsonWriter& json, const std::string& element, const std::string& text) {
  json.object().member("element", element).member("text", text).end_object();
}

void write_table(JsonWriter& json, const dmn::Decision& decision, const dmn::Expression& expression,
                 const dmn::DecisionTable& table) {
  json.object()
      .member("decision", decision.name)
      .member("element", expression.id)
      .member("hit_policy", name_of(table.hit_policy));
  json.member_or_null("question", decision.question)
      .member_or_null("description", decision.description)
      .key("inputs")
      .array();
  for (const dmn::InputClause& input : table.inputs) {
    const std::string* text = literal_text(input.expression);
    json.object()
        .member("label", input.label.empty() && text != nullptr ? *text : input.label)
        .member("expression", text == nullptr ? std::string{} : *text)
        .end_object();
  }
  json.end_array().key("outputs").array();
  for (const dmn::OutputClause& output : table.outputs)
    json.object().member("label", output.label.empty() ? output.name : output.label).end_object();
  json.end_array().key("rules").array();
  for (const dmn::DecisionRule& rule : table.rules) {
    json.object().key("cells").array();
    for (const dmn::UnaryTests& cell : rule.inputs) write_cell(json, cell.id, cell.text);
    json.end_array().key("outputs").array();
    for (const auto& output : rule.outputs) {
      const std::string* text = literal_text(output);
      write_cell(json, output == nullptr ? std::string{} : output->id, text == nullptr ? std::string{} : *text);
    }
    json.end_array()
        .member_or_null("note", rule.annotations.empty() ? std::string{} : rule.annotations.front())
        .end_object();
  }
  json.end_array().end_object();
}

// Parameters the models name, in force today.
void write_parameters(JsonWriter& json, Call& call, const std::string& texts) {
  json.key("parameters").array();
  const base::Date today = call.house.population.today();
  for (const population::ParameterRow& row : call.house.population.programs().decisions().parameters()) {
    if (today < row.valid_from || (row.valid_to && *row.valid_to < today)) continue;
    if (texts.find("Parameters." + row.parameter) == std::string::npos) continue;
    json.object()
        .member("parameter", row.parameter)
        .member("value", feel::to_literal(row.value))
        .member("basis", row.basis);
    json.member("valid_from", row.valid_from).member("valid_to", row.valid_to).end_object();
  }
  json.end_array();
}

base::Result<Response> get_tables(Call& call) {
  auto decision = decision_of(call);
  if (!decision) return tl::unexpected(decision.error());
  const base::Date today = call.house.population.today();
  const population::DecisionVersion* version = (*decision)->version(today);
  if (version == nullptr && !(*decision)->versions.empty()) version = &(*decision)->versions.back();
  JsonWriter json;
  json.object().key("decision");
  write_decision(json, **decision);
  json.member_or_null("model", version == nullptr ? std::string{} : version->model)
      .member_or_null("aim", (*decision)->aim)
      .key("tables")
      .array();
  std::string texts;
  const population::DecisionProgram* program = call.house.population.programs().find((*decision)->name);
  for (const population::VersionProgram& one : program->versions) {
    if (one.version != version) continue;
    const auto& main = one.models->models().front();
    for (const dmn::Decision& element : main->decisions) {
      if (element.expression == nullptr) continue;
      if (const std::string* text = literal_text(element.expression)) texts += *text + "\n";
      if (const auto* table = std::get_if<dmn::DecisionTable>(&element.expression->body)) {
        write_table(json, element, *element.expression, *table);
        for (const dmn::InputClause& input : table->inputs) {
          if (const std::string* text = literal_text(input.expression)) texts += *text + "\n";
        }
        for (const dmn::DecisionRule& rule : table->rules) {
          for (const dmn::UnaryTests& cell : rule.inputs) texts += cell.text + "\n";
        }
      } else if (const auto* context = std::get_if<dmn::ContextExpression>(&element.expression->body)) {
        for (const dmn::ContextEntry& entry : context->entries) {
          if (const std::string* text = literal_text(entry.value)) texts += *text + "\n";
        }
      }
    }
  }
  json.end_array();
  write_parameters(json, call, texts);
  json.end_object();
  return Response::json(json.take());
}

base::Result<std::vector<std::string>> few_texts_at(const Json& body, std::string_view key) {
  std::vector<std::string> texts;
  const Json* list = body.find(key);
  if (list == nullptr || list->is_null()) return texts;
  for (const Json& item : list->items()) {
    if (!item.is(Json::Type::String) || texts.size() >= 20) {
      return base::fail(base::ErrorCode::Invalid, std::string(key) + " 应为 FEEL 文本的列表，最多 20 个。",
                        std::string(key) + " must be a list of at most 20 FEEL texts.", {.field = std::string(key)});
    }
    texts.push_back(item.text());
  }
  return texts;
}

}  // namespace

base::Result<population::Proposal> read_proposal(const Decision& decision, const Json& body) {
  population::Proposal proposal{.decision = &decision, .models = {}, .parameters = {}};
  const auto refuse = [](const char* field) {
    return base::fail(
        base::ErrorCode::Invalid,
        std::string("请检查 ") + field + "：单元格要有 element 和 text，参数要有 parameter 和 value。",
        std::string("Check ") + field + ": a cell has element and text, a parameter has parameter and value.",
        {.field = field});
  };
  if (const Json* models = body.find("models"); models != nullptr && !models->is_null()) {
    if (!models->is(Json::Type::Array) || models->items().size() > 20) return refuse("models");
    for (const Json& item : models->items()) {
      population::ModelChange change;
      auto model = item.string_at("model");
      auto xml = item.string_at("xml");
      if (!model || !xml || model->empty()) return refuse("models");
      change.model = *model;
      change.xml = *xml;
      if (const Json* texts = item.find("texts"); texts != nullptr && texts->is(Json::Type::Array)) {
        for (const Json& text : texts->items()) {
          auto element = text.string_at("element");
          auto value = text.string_at("text");
          if (!element || !value || element->empty() || change.texts.size() >= texts_max) return refuse("texts");
          change.texts.push_back({*element, *value});
        }
      }
      proposal.models.push_back(std::move(change));
    }
  }
  if (const Json* parameters = body.find("parameters"); parameters != nullptr && !parameters->is_null()) {
    if (!parameters->is(Json::Type::Array)) return refuse("parameters");
    for (const Json& item : parameters->items()) {
      auto name = item.string_at("parameter");
      auto value = item.string_at("value");
      if (!name || !value || name->empty()) return refuse("parameters");
      proposal.parameters.push_back({*name, *value});
    }
  }
  if (proposal.models.empty() && proposal.parameters.empty()) {
    return base::fail(base::ErrorCode::Invalid, "还没有改动：请改一个单元格或一个参数再试算。",
                      "Nothing is changed: change a cell or a parameter first.", {.field = "models"});
  }
  return proposal;
}

namespace {

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

// Whether individuals' outcomes are in what this viewer simulates.
bool sees_individuals(const Call& call, const Decision& decision) {
  return call.viewer.reach(*decision.kind, register_::FieldClass::Personal) == register_::Reach::All;
}

void write_simulation(JsonWriter& json, Call& call, const Decision& decision, const Simulation& simulation,
                      const population::SimulationQuery& query) {
  Titles titles(call);
  std::size_t counts[4] = {};
  json.object()
      .member("decision", decision.name)
      .labels("labels", decision.labels.zh, decision.labels.en)
      .member("day", simulation.day)
      .member("all", simulation.all);
  json.member_or_null("aim", query.aim.empty() ? decision.aim : query.aim).member("numeric", simulation.numeric);
  json.member("individuals", sees_individuals(call, decision))
      .member("before_total", simulation.before_total)
      .member("after_total", simulation.after_total);
  write_texts(json, "group_by", query.group_by);
  write_texts(json, "sums", query.sums);
  json.key("groups").array();
  for (const population::SimulationGroup& group : simulation.groups) {
    json.object().key("keys").array();
    for (const feel::Value& key : group.keys) write_feel(json, key);
    json.end_array();
    for (std::size_t m = 0; m < 4; ++m) {
      const population::SimulationCell& cell = group.cells[m];
      counts[m] += cell.records;
      json.key(population::name_of(static_cast<population::Movement>(m)))
          .object()
          .member("records", cell.records)
          .key("sums")
          .array();
      for (const base::Decimal& sum : cell.sums) json.value(sum);
      json.end_array().key("lacking").array();
      for (const std::size_t lacking : cell.lacking) json.value(lacking);
      json.end_array().end_object();
    }
    json.end_object();
  }
  json.end_array().key("counts").object();
  for (std::size_t m = 0; m < 4; ++m) json.member(population::name_of(static_cast<population::Movement>(m)), counts[m]);
  json.end_object().key("moved").array();
  for (std::size_t i = 0; i < simulation.moved.size() && i < moved_shown; ++i) {
    const population::Moved& moved = simulation.moved[i];
    const auto side = [&](const char* value, const char* labels, bool applies, const feel::Value& what) {
      json.key(value);
      write_feel(json, what);
      const pack::Label label = applies ? label_of_value(decision, what) : pack::Label{"不适用", "Does not apply"};
      json.labels(labels, label.zh, label.en);
    };
    json.object().key("record");
    write_reference(json, moved.subject, titles);
    json.member("movement", population::name_of(moved.movement)).member("group", moved.group);
    side("before", "before_labels", moved.before_applies, moved.before);
    side("after", "after_labels", moved.after_applies, moved.after);
    json.end_object();
  }
  json.end_array().member("moved_total", simulation.moved.size()).end_object();
}

void write_draft_head(JsonWriter& json, Call& call, const population::Draft& draft) {
  json.member("id", Id{draft.id})
      .member("decision", draft.decision)
      .member("title", draft.title)
      .member("day", draft.day)
      .key("created_at")
      .instant(draft.created_ms);
  auto author = call.house.accounts.find(draft.author);
  json.member("author", author && *author ? (*author)->shown_name : std::string{}).member("facts", draft.facts);
}

base::Result<Response> post_simulation(Call& call) {
  auto decision = decision_of(call);
  if (!decision) return tl::unexpected(decision.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto proposal = read_proposal(**decision, *body);
  if (!proposal) return tl::unexpected(proposal.error());
  population::SimulationQuery query;
  auto group_by = few_texts_at(*body, "group_by");
  auto sums = few_texts_at(*body, "sums");
  auto aim = body->string_at("aim");
  auto title = body->string_at("title");
  if (!group_by) return tl::unexpected(group_by.error());
  if (!sums) return tl::unexpected(sums.error());
  if (!aim) return tl::unexpected(aim.error());
  if (!title) return tl::unexpected(title.error());
  query.group_by = std::move(*group_by);
  query.sums = std::move(*sums);
  query.aim = *aim;
  auto proposed = population::propose(call.house.packs, call.house.population, *proposal);
  if (!proposed) return tl::unexpected(proposed.error());
  auto simulation = population::simulate(call.house.population, call.viewer, *proposal, *proposed, query);
  if (!simulation) return tl::unexpected(simulation.error());
  JsonWriter result;
  write_simulation(result, call, **decision, *simulation, query);
  population::Drafts drafts(call.house.journal);
  population::Draft draft{.id = 0,
                          .decision = (*decision)->name,
                          .title = *title,
                          .author = call.account ? call.account->id : 0,
                          .created_ms = call.house.clock.now_ms(),
                          .day = simulation->day,
                          .facts = std::to_string(call.house.population.position()) + " " + call.house.packs.hash(),
                          .change = body->to_text(),
                          .result = result.take()};
  auto id = drafts.put(draft);
  if (!id) return tl::unexpected(id.error());
  draft.id = *id;
  JsonWriter json;
  json.object();
  write_draft_head(json, call, draft);
  json.key("change").raw(draft.change).key("result").raw(draft.result).end_object();
  return Response::json(json.take(), 201);
}

}  // namespace

bool may_see_drafts(Call& call, const std::string& name) {
  const Decision* decision = call.house.population.programs().decisions().find(name);
  return decision != nullptr && may_see_outcomes(call, *decision);
}

namespace {

base::Result<Response> get_simulations(Call& call) {
  population::Drafts drafts(call.house.journal);
  auto found = drafts.list(std::string(call.query("decision")), 200);
  if (!found) return tl::unexpected(found.error());
  JsonWriter json;
  json.object().key("items").array();
  for (const population::Draft& draft : *found) {
    if (!may_see_drafts(call, draft.decision)) continue;
    json.object();
    write_draft_head(json, call, draft);
    json.end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

}  // namespace

// Stored sums may speak of fields the author could read and this viewer may not: a draft opens for those who could have
// made it.
base::Result<population::Draft> draft_of(Call& call) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  population::Drafts drafts(call.house.journal);
  auto found = drafts.find(*id);
  if (!found) return tl::unexpected(found.error());
  const auto refuse = [] {
    return base::fail(base::ErrorCode::NotFound, "没有这份试算，或您的岗位不能查看。",
                      "There is no such simulation, or your post may not see it.", {.field = "id"});
  };
  if (!*found || !may_see_drafts(call, (*found)->decision)) return refuse();
  if (!call.account || call.account->id != (*found)->author) {
    const Decision* decision = call.house.population.programs().decisions().find((*found)->decision);
    auto change = Json::parse((*found)->change);
    if (!change) return tl::unexpected(change.error());
    population::ReadableTexts texts(call.house.population.catalogue(), call.house.population.programs(), call.viewer,
                                    *decision->kind);
    for (const char* key : {"group_by", "sums"}) {
      auto written = few_texts_at(*change, key);
      for (const std::string& text : written ? *written : std::vector<std::string>{}) {
        if (!texts.add(text)) return refuse();
      }
    }
    if (!texts.compile()) return refuse();
    auto result = Json::parse((*found)->result);
    if (!result) return tl::unexpected(result.error());
    const Json* individuals = result->find("individuals");
    if ((individuals == nullptr || individuals->boolean()) && !sees_individuals(call, *decision)) return refuse();
  }
  return std::move(**found);
}

namespace {

base::Result<Response> get_simulation(Call& call) {
  auto draft = draft_of(call);
  if (!draft) return tl::unexpected(draft.error());
  JsonWriter json;
  json.object();
  write_draft_head(json, call, *draft);
  json.key("change").raw(draft->change).key("result").raw(draft->result).end_object();
  return Response::json(json.take());
}

// The changed model as a file for a modeller: the first one the draft changes, or the one named.
base::Result<Response> get_model(Call& call) {
  auto draft = draft_of(call);
  if (!draft) return tl::unexpected(draft.error());
  const Decision* decision = call.house.population.programs().decisions().find(draft->decision);
  auto change = Json::parse(draft->change);
  if (!change) return tl::unexpected(change.error());
  auto proposal = read_proposal(*decision, *change);
  if (!proposal) return tl::unexpected(proposal.error());
  auto proposed = population::propose(call.house.packs, call.house.population, *proposal);
  if (!proposed) return tl::unexpected(proposed.error());
  if (proposed->models.empty()) {
    return base::fail(base::ErrorCode::NotFound, "这份试算只改了参数，没有改动模型文件。",
                      "This simulation changes parameters only, no model file.", {.field = "id"});
  }
  Response response;
  response.content_type = "application/xml; charset=utf-8";
  response.body = proposed->models.front().second;
  const std::string& place = proposed->models.front().first;
  response.with("Content-Disposition",
                "attachment; filename*=UTF-8''" + percent_encoded(place.substr(place.rfind('/') + 1)));
  return response;
}

}  // namespace

void add_simulations(Router& router) {
  router.add(Method::Get, "/decisions/{decision}/tables", Ability::SignedIn, get_tables);
  router.add(Method::Post, "/decisions/{decision}/simulations", Ability::Write, post_simulation);
  router.add(Method::Get, "/simulations", Ability::SignedIn, get_simulations);
  router.add(Method::Get, "/simulations/{id}", Ability::SignedIn, get_simulation);
  router.add(Method::Get, "/simulations/{id}.dmn", Ability::SignedIn, get_model);
}

}  // namespace yuanqu::api
