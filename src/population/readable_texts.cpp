#include "population/readable_texts.hpp"

#include <algorithm>

#include "population/kind_type.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;
using register_::Reach;

namespace {

constexpr int levels_max = 2;
constexpr const char* outcomes_name = "outcomes";

feel::TypePointer outcomes_type(const Programs& programs, const Kind& kind) {
  std::vector<feel::Member> members;
  for (const DecisionProgram& program : programs.all()) {
    if (program.decision->kind->number == kind.number) members.push_back({program.decision->name, nullptr});
  }
  return feel::Type::context_of(std::move(members));
}

}  // namespace

void gather_names(const feel::Syntax& syntax, std::set<std::string>& names) {
  if (syntax.form == feel::SyntaxForm::Name || syntax.form == feel::SyntaxForm::Path)
    names.insert(feel::canonical_name(syntax.text));
  for (const auto& part : syntax.parts) {
    if (part != nullptr) gather_names(*part, names);
  }
}

feel::TypePointer ReadableTexts::scope_type(const Catalogue& catalogue, const Programs& programs, const Kind& kind) {
  std::vector<feel::Member> members = type_of_kind(catalogue, kind, levels_max)->members;
  members.push_back({outcomes_name, outcomes_type(programs, kind)});
  return feel::Type::context_of(std::move(members));
}

ReadableTexts::ReadableTexts(const Catalogue& catalogue, const Programs& programs, const register_::Viewer& viewer,
                             const Kind& kind)
    : catalogue_(catalogue), programs_(programs), viewer_(viewer), kind_(kind) {
  const feel::TypePointer type = type_of_kind(catalogue, kind, levels_max);
  for (const feel::Member& member : type->members) {
    members_.emplace_back(member.name, scope_.declare(member.name, member.type));
  }
  outcomes_ = scope_.declare(outcomes_name, outcomes_type(programs, kind));
  today_ = scope_.declare("Today", feel::Type::simple(feel::Type::Form::Date));
  own_only_ = viewer.reach(kind) == Reach::Own;
  by_columns_ = viewer.reach(kind) == Reach::All;
}

Result<std::size_t> ReadableTexts::add(const std::string& text, const std::string& place) {
  auto compiled = feel::compile(text, scope_);
  if (!compiled) {
    base::Error error = compiled.error();
    if (!place.empty()) error.place.field = place;
    return tl::unexpected(std::move(error));
  }
  gather_names(compiled->syntax(), mentioned_);
  expressions_.push_back(std::move(*compiled));
  return expressions_.size() - 1;
}

Result<void> ReadableTexts::demand(const Kind& kind, const Field& field) {
  const Reach reach = viewer_.reach(kind, field);
  if (reach == Reach::None) {
    return fail(ErrorCode::Forbidden, "您不能按“" + field.labels.zh + "”筛选、排序或汇总：它不向您的岗位开放。",
                "You may not filter, sort or sum by " + field.labels.en + ": your post may not read it.",
                {.field = field.name});
  }
  own_only_ = own_only_ || reach == Reach::Own;
  by_columns_ = by_columns_ && reach == Reach::All &&
                (!field.personal_of_individuals || viewer_.reach(kind, register_::FieldClass::Personal) == Reach::All);
  fields_.emplace_back(&kind, &field);
  return {};
}

Result<void> ReadableTexts::demand_outcomes() {
  if (mentioned_.count(outcomes_name) == 0) return {};
  for (const DecisionProgram& program : programs_.all()) {
    if (program.decision->kind->number != kind_.number ||
        mentioned_.count(feel::canonical_name(program.decision->name)) == 0)
      continue;
    const Reach reach = viewer_.reach(kind_, program.field_class());
    if (reach == Reach::None) {
      return fail(ErrorCode::Forbidden,
                  "您不能按“" + program.decision->labels.zh + "”筛选、排序或汇总：它依据的数据不向您的岗位开放。",
                  "You may not filter, sort or sum by " + program.decision->labels.en +
                      ": your post may not read what it rests on.",
                  {.field = program.decision->name});
    }
    own_only_ = own_only_ || reach == Reach::Own;
    by_columns_ = false;
    decisions_.push_back(&program);
  }
  return {};
}

// The members of the kind that are mentioned, each demanded. A reference used for itself is read as its title.
Result<feel::TypePointer> ReadableTexts::readable_type(const Kind& kind, int levels) {
  std::vector<feel::Member> members;
  const auto named = [&](const std::string& name) { return mentioned_.count(feel::canonical_name(name)) != 0; };
  for (const Field& field : kind.fields) {
    if (!named(field.feel)) continue;
    if (auto allowed = demand(kind, field); !allowed) return tl::unexpected(allowed.error());
    if (field.type == register_::FieldType::Reference && levels == 0) by_columns_ = false;
    if (field.type != register_::FieldType::Reference || levels == 0) {
      members.push_back({field.feel, type_of_field(field)});
      continue;
    }
    const Kind& target = *catalogue_.kind(field.to_kind);
    auto nested = readable_type(target, levels - 1);
    if (!nested) return nested;
    if ((*nested)->members.empty()) {
      by_columns_ = false;
      if (const Field* title = target.field(target.title)) {
        if (auto allowed = demand(target, *title); !allowed) return tl::unexpected(allowed.error());
      }
      members.push_back({field.feel, feel::Type::simple(feel::Type::Form::String)});
    } else {
      members.push_back({field.feel, *nested});
    }
  }
  for (const auto& [child, by] : catalogue_.referring_to(kind)) {
    if (levels == 0 || child->belongs_to != by->number || !named(child->feel_plural) ||
        kind.field_by_feel(child->feel_plural) != nullptr)
      continue;
    const Reach reach = viewer_.reach(*child);
    if (reach == Reach::None) {
      return fail(ErrorCode::Forbidden, "您不能查看“" + child->labels.zh + "”，也不能据此筛选。",
                  "You may not see records of the kind " + child->labels.en + ", nor filter by them.",
                  {.field = child->name});
    }
    own_only_ = own_only_ || reach == Reach::Own;
    by_columns_ = by_columns_ && reach == Reach::All;
    auto nested = readable_type(*child, levels - 1);
    if (!nested) return nested;
    std::vector<feel::Member> inner = (*nested)->members;
    if (inner.empty()) inner.push_back({"id", feel::Type::simple(feel::Type::Form::Number)});
    members.push_back({child->feel_plural, feel::Type::list_of(feel::Type::context_of(std::move(inner)))});
  }
  return feel::Type::context_of(std::move(members));
}

Result<void> ReadableTexts::compile() {
  if (auto allowed = demand_outcomes(); !allowed) return allowed;
  auto type = readable_type(kind_, levels_max);
  if (!type) return tl::unexpected(type.error());
  type_ = *type;
  if (!(*type)->members.empty()) {
    auto projection = Projection::make(catalogue_, kind_, *type);
    if (!projection) return tl::unexpected(projection.error());
    projection_ = std::move(*projection);
    for (const feel::Member& member : (*type)->members) {
      const auto found =
          std::find_if(members_.begin(), members_.end(), [&](const auto& one) { return one.first == member.name; });
      slots_.push_back(found->second);
    }
  }
  evaluation_ = std::make_unique<feel::Evaluation>();
  frame_ = std::make_unique<feel::Frame>(*evaluation_, scope_.frame_size());
  return {};
}

void ReadableTexts::read(const Population::Image& image, const RecordState& record, base::Date day) {
  evaluation_->reset();
  feel::Frame& frame = *frame_;
  if (projection_) {
    Built built;
    if (!viewer_.is_system()) built.viewer = &viewer_;
    const feel::Value values = projection_->build(image.facts, record, day, built);
    const auto& entries = values.context().entries;
    for (std::size_t i = 0; i < entries.size(); ++i) frame[slots_[i]] = entries[i].value;
    read_ = values;
  }
  if (!decisions_.empty()) {
    std::vector<feel::Entry> entries;
    for (const DecisionProgram* program : decisions_) {
      const auto outcome =
          program->visible_to(viewer_, record.file) ? image.outcome(*program->decision, record.id) : std::nullopt;
      entries.push_back(
          {feel::String(program->decision->name), outcome && outcome->applies ? outcome->value : feel::Value()});
    }
    read_outcomes_ = feel::Value::context(std::move(entries));
    frame[outcomes_] = read_outcomes_;
  }
  frame[today_] = feel::Value(day);
}

feel::Value ReadableTexts::record() const {
  std::vector<feel::Entry> entries;
  if (read_.is(feel::Kind::Context)) entries = read_.context().entries;
  if (!decisions_.empty()) entries.push_back({feel::String(outcomes_name), read_outcomes_});
  return feel::Value::context(std::move(entries));
}

feel::Value ReadableTexts::value(std::size_t index) { return expressions_[index].evaluate(*evaluation_, *frame_); }

}  // namespace yuanqu::population
