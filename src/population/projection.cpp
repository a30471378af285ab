#include "population/projection.hpp"

#include <algorithm>

#include "register/feel_value.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using register_::FieldType;

namespace {
constexpr int depth_max = 6;

bool has_members(const feel::TypePointer& type) {
  return type != nullptr && type->form == feel::Type::Form::Context && !type->members.empty();
}
}  // namespace

base::Result<Projection> Projection::make(const Catalogue& catalogue, const Kind& kind, const feel::TypePointer& type,
                                          std::shared_ptr<const register_::Use> use) {
  Projection projection;
  projection.use_ = use == nullptr ? std::make_shared<const register_::Use>() : std::move(use);
  auto root = projection.add_node(catalogue, kind, type, Node{}, 0);
  if (!root) return tl::unexpected(root.error());
  return projection;
}

base::Result<std::size_t> Projection::add_node(const Catalogue& catalogue, const Kind& kind,
                                               const feel::TypePointer& type, Node node, int depth) {
  const std::size_t self = nodes_.size();
  node.kind = &kind;
  nodes_.push_back(std::move(node));
  std::vector<Member> members;
  if (has_members(type)) {
    for (const feel::Member& declared : type->members) {
      auto member = member_of(catalogue, kind, declared.name, declared.type, self, depth);
      if (!member) return tl::unexpected(member.error());
      members.push_back(std::move(*member));
    }
  } else {
    for (const Field& field : kind.fields) {
      Member member{.what = Member::What::Field, .name = feel::String(field.feel), .field = &field};
      if (field.type == FieldType::Reference && depth < 2) {
        auto nested =
            add_node(catalogue, *catalogue.kind(field.to_kind), nullptr, Node{.parent = self, .by = &field}, depth + 2);
        if (!nested) return tl::unexpected(nested.error());
        member.what = Member::What::Reference;
        member.nested = *nested;
      } else if (field.type == FieldType::Reference) {
        member.what = Member::What::Title;
      }
      members.push_back(std::move(member));
    }
    if (depth == 0) {
      for (const auto& [child, field] : catalogue.referring_to(kind)) {
        if (child->belongs_to != field->number) continue;
        auto nested =
            add_node(catalogue, *child, nullptr, Node{.parent = self, .by = field, .is_child = true}, depth + 2);
        if (!nested) return tl::unexpected(nested.error());
        members.push_back(Member{.what = Member::What::Children,
                                 .name = feel::String(child->feel_plural),
                                 .child = child,
                                 .child_field = field,
                                 .nested = *nested});
      }
    }
  }
  nodes_[self].members = std::move(members);
  return self;
}

base::Result<Projection::Member> Projection::member_of(const Catalogue& catalogue, const Kind& kind,
                                                       const std::string& name, const feel::TypePointer& type,
                                                       std::size_t self, int depth) {
  if (depth > depth_max) {
    return fail(ErrorCode::LimitExceeded, "输入类型“" + kind.feel_name + "”嵌套过深，请减少层数。",
                "The input type " + kind.feel_name + " nests too deeply; use fewer levels.");
  }
  Member member{.name = feel::String(name)};
  if (const Field* field = kind.field_by_feel(name); field != nullptr) {
    member.field = field;
    if (field->type == FieldType::Reference) {
      if (type != nullptr && type->form == feel::Type::Form::Context) {
        auto nested =
            add_node(catalogue, *catalogue.kind(field->to_kind), type, Node{.parent = self, .by = field}, depth + 1);
        if (!nested) return tl::unexpected(nested.error());
        member.what = Member::What::Reference;
        member.nested = *nested;
      } else {
        member.what = Member::What::Title;
      }
    }
    return member;
  }
  for (const auto& [child, field] : catalogue.referring_to(kind)) {
    if (child->feel_plural != name) continue;
    const feel::TypePointer element = type != nullptr && type->form == feel::Type::Form::List ? type->element : nullptr;
    auto nested = add_node(catalogue, *child, element, Node{.parent = self, .by = field, .is_child = true}, depth + 1);
    if (!nested) return tl::unexpected(nested.error());
    member.what = Member::What::Children;
    member.child = child;
    member.child_field = field;
    member.nested = *nested;
    return member;
  }
  if (name == "id") {
    member.what = Member::What::Id;
    return member;
  }
  if (name == "findings") {
    member.what = Member::What::Findings;
    return member;
  }
  if (name == "from" && has_members(type)) {
    member.what = Member::What::From;
    for (const feel::Member& by_source : type->members) {
      std::string source_name = by_source.name;
      std::replace(source_name.begin(), source_name.end(), ' ', '_');
      const register_::Source* source = catalogue.source(source_name);
      if (source == nullptr) {
        return fail(ErrorCode::Invalid, "没有来源“" + by_source.name + "”，请用 sources.yaml 中的名称。",
                    "There is no source " + by_source.name + "; use a name of sources.yaml.");
      }
      Member::Source entry{.name = feel::String(by_source.name), .number = source->number};
      if (by_source.type != nullptr) {
        for (const feel::Member& wanted : by_source.type->members) {
          const Field* field = kind.field_by_feel(wanted.name);
          if (field == nullptr) {
            return fail(ErrorCode::Invalid, "“" + kind.feel_name + "”没有字段“" + wanted.name + "”。",
                        kind.feel_name + " has no field " + wanted.name + ".");
          }
          entry.fields.emplace_back(feel::String(wanted.name), field);
        }
      }
      member.sources.push_back(std::move(entry));
    }
    return member;
  }
  return fail(ErrorCode::Invalid,
              "“" + kind.feel_name + "”没有“" + name +
                  "”：它既不是字段，也不是子记录的复数名。请对照类型文件修改模型的数据类型。",
              kind.feel_name + " has no " + name +
                  ": it is neither a field nor the plural of a child kind. Change the item definition "
                  "by the kind file.");
}

bool Projection::reads_personal_of_individuals() const {
  return std::any_of(nodes_.begin(), nodes_.end(), [](const Node& node) {
    return std::any_of(node.members.begin(), node.members.end(), [](const Member& member) {
      return member.field != nullptr && member.field->personal_of_individuals;
    });
  });
}

base::Result<void> Projection::check_use(const Catalogue& catalogue) const {
  const register_::Purpose* purpose = catalogue.purpose(use_->purpose());
  const auto refuse = [&](const Kind& kind, const Field& field, const std::string& from_zh,
                          const std::string& from_en) {
    const std::string zh = purpose == nullptr ? use_->purpose() : purpose->labels.zh;
    const std::string en = purpose == nullptr ? use_->purpose() : purpose->labels.en;
    return fail(ErrorCode::Invalid,
                "“" + kind.labels.zh + "”的“" + field.labels.zh + "”" + from_zh + "不得用于“" + zh +
                    "”。请换一个字段，或改正判定的用途。",
                field.labels.en + " of " + kind.labels.en + from_en + " may not be used for \"" + en +
                    "\". Read another field, or correct the purpose of the decision.",
                {.field = field.feel});
  };
  for (const Node& node : nodes_) {
    for (const Member& member : node.members) {
      if (member.field != nullptr && use_->forbids(*member.field)) return refuse(*node.kind, *member.field, "", "");
      for (const Member::Source& source : member.sources) {
        if (use_->allowance(source.number) != register_::Allowance::Never) continue;
        const register_::Source* told = catalogue.source(source.number);
        for (const auto& [name, field] : source.fields)
          return refuse(*node.kind, *field, "（" + told->labels.zh + "）", " from " + told->labels.en);
      }
    }
  }
  return {};
}

// Whether a late source leaves this child list short: of what happened always; of figures of a period when the source
// used to tell of this file and nobody has told of the missing period.
bool Projection::list_is_incomplete(const FactBase& facts, const RecordState&, base::Date day, Built& built,
                                    const Member& member, const std::vector<StatePointer>& children) const {
  const register_::SourceBook& book = facts.sources();
  if (use_->purpose().empty() || book.quiet(member.child->number)) return false;
  std::optional<base::Date> until;
  const auto late = book.late_lists(member.child->number, day, until);
  built.lower(until);
  return std::any_of(late.begin(), late.end(), [&](const register_::SourceBook::LateList& list) {
    if (use_->allowance(list.source) == register_::Allowance::Never || list.content == register_::Content::State)
      return false;
    if (list.content == register_::Content::Events) return true;
    const bool needed = std::any_of(
        nodes_[member.nested].members.begin(), nodes_[member.nested].members.end(), [&](const Member& read) {
          if (read.field == nullptr || read.field->number == member.child->belongs_to ||
              read.field->trust_of(list.source) < 0)
            return false;
          for (const auto& key : member.child->keys) {
            if (std::find(key.begin(), key.end(), read.field->number) != key.end()) return false;
          }
          return list.fields.empty() ||
                 std::find(list.fields.begin(), list.fields.end(), read.field->number) != list.fields.end();
        });
    if (!needed) return false;
    bool tells = false, there = false;
    for (const StatePointer& child : children) {
      for (const register_::Fact& fact : child->facts) {
        tells = tells || fact.source == list.source;
        there = there || fact.effective_from >= list.since;
      }
    }
    return tells && !there;
  });
}

feel::Value Projection::build(const FactBase& facts, const RecordState& state, base::Date day, Built& built) const {
  return build_node(facts, state, day, built, 0,
                    built.used != nullptr ? nodes_.front().kind->feel_name : std::string());
}

feel::Value Projection::build_node(const FactBase& facts, const RecordState& state, base::Date day, Built& built,
                                   std::size_t index, const std::string& path) const {
  const Node& node = nodes_[index];
  std::vector<feel::Entry> entries;
  entries.reserve(node.members.size());
  for (const Member& member : node.members) {
    entries.push_back({member.name, build_member(facts, state, day, built, node, member, path)});
  }
  return feel::Value::context(std::move(entries));
}

feel::Value Projection::build_member(const FactBase& facts, const RecordState& state, base::Date day, Built& built,
                                     const Node& node, const Member& member, const std::string& path) const {
  const auto below = [&] {
    return built.used != nullptr ? path + "." + std::string(member.name.view()) : std::string();
  };
  const auto note = [&](const Field& field, const register_::Reading& reading) {
    built.lower(reading.until);
    if (built.used != nullptr)
      built.used->push_back({state.id, node.kind, &field,
                             reading.fact == nullptr ? std::nullopt : std::optional(*reading.fact), reading.reason,
                             below(), state.file});
  };
  const auto hidden = [&](const Kind& kind, const Field& field, const RecordState& of) {
    return built.viewer != nullptr && built.viewer->access(kind, field, of.file) != register_::Access::Full;
  };
  switch (member.what) {
    case Member::What::Field: {
      if (hidden(*node.kind, *member.field, state)) return {};
      const register_::Reading reading = use_->read(facts.sources(), state, *member.field, day);
      note(*member.field, reading);
      return register_::to_feel(reading.value());
    }
    case Member::What::Title:
    case Member::What::Reference: {
      if (hidden(*node.kind, *member.field, state)) return {};
      const register_::Reading reading = use_->read(facts.sources(), state, *member.field, day);
      note(*member.field, reading);
      if (reading.value().type() != register_::ValueType::Reference) return {};
      const auto target = facts.resolve(reading.value().as_reference());
      if (target == nullptr) return {};
      if (member.what == Member::What::Reference) return build_node(facts, *target, day, built, member.nested, below());
      const Kind* kind = facts.catalogue().kind(target->kind);
      const Field* title = kind == nullptr ? nullptr : kind->field(kind->title);
      if (title == nullptr || hidden(*kind, *title, *target)) return {};
      const register_::Reading text = use_->read(facts.sources(), *target, *title, day);
      built.lower(text.until);
      return text.value().is_null() ? feel::Value() : feel::Value(text.value().to_text());
    }
    case Member::What::Children: {
      std::vector<RecordId> candidates = facts.referring(state.id, *member.child, *member.child_field);
      // Children of records merged into this one still name the old id.
      for (const RecordId alias : facts.aliases(state.id)) {
        const auto more = facts.referring(alias, *member.child, *member.child_field);
        candidates.insert(candidates.end(), more.begin(), more.end());
      }
      std::vector<StatePointer> children;
      for (const RecordId id : candidates) {
        const auto child = facts.find(id);
        if (child == nullptr || child->alias_of != 0) continue;
        const register_::Reading parent = register_::read_plain(*child, *member.child_field, day);
        built.lower(parent.until);
        if (parent.value().type() != register_::ValueType::Reference) continue;
        if (facts.canonical(parent.value().as_reference()) != state.id) continue;
        const register_::ClosedReading closed = register_::read_closed(*child, day);
        built.lower(closed.until);
        if (closed.closed || (built.viewer != nullptr && !built.viewer->may_know(*member.child, child->file))) continue;
        children.push_back(child);
      }
      if (list_is_incomplete(facts, state, day, built, member, children)) {
        if (built.used != nullptr)
          built.used->push_back({state.id, node.kind, member.child_field, std::nullopt,
                                 register_::NullReason::LateSource, below(), state.file});
        return {};
      }
      std::vector<feel::Value> items;
      items.reserve(children.size());
      for (const StatePointer& child : children)
        items.push_back(build_node(facts, *child, day, built, member.nested, below()));
      return feel::Value::list(std::move(items));
    }
    case Member::What::From: {
      std::vector<feel::Entry> sources;
      for (const Member::Source& source : member.sources) {
        std::vector<feel::Entry> values;
        for (const auto& [name, field] : source.fields) {
          if (hidden(*node.kind, *field, state)) {
            values.push_back({name, {}});
            continue;
          }
          const register_::Reading reading = use_->read_source(facts.sources(), state, *field, source.number, day);
          note(*field, reading);
          values.push_back({name, register_::to_feel(reading.value())});
        }
        sources.push_back({source.name, feel::Value::context(std::move(values))});
      }
      return feel::Value::context(std::move(sources));
    }
    case Member::What::Findings: {
      std::vector<feel::Value> codes;
      std::optional<base::Date> until;
      const RecordState readable = use_->readable(facts.sources(), state, day, until);
      built.lower(until);
      for (const register_::Finding& finding : register_::findings_of(readable, *node.kind, facts.catalogue(), day)) {
        codes.emplace_back(finding.code);
      }
      // A finding can come or go with any fact of the record.
      for (const Field& field : node.kind->fields) built.lower(register_::read_plain(state, field, day).until);
      return feel::Value::list(std::move(codes));
    }
    case Member::What::Id: return feel::Value(static_cast<std::int64_t>(state.id));
  }
  return {};
}

register_::FieldClass Projection::strictest_class() const {
  register_::FieldClass strictest = register_::FieldClass::Public;
  const auto add = [&](const Field* field) {
    if (field != nullptr && field->field_class > strictest) strictest = field->field_class;
  };
  for (const Node& node : nodes_) {
    for (const Member& member : node.members) {
      add(member.field);
      for (const Member::Source& source : member.sources) {
        for (const auto& [name, field] : source.fields) add(field);
      }
    }
  }
  return strictest;
}

std::vector<std::pair<const Kind*, const Field*>> Projection::fields() const {
  std::vector<std::pair<const Kind*, const Field*>> fields;
  const auto add = [&](const Kind* kind, const Field* field) {
    if (field != nullptr && std::find(fields.begin(), fields.end(), std::pair(kind, field)) == fields.end())
      fields.emplace_back(kind, field);
  };
  for (const Node& node : nodes_) {
    for (const Member& member : node.members) {
      add(node.kind, member.field);
      for (const Member::Source& source : member.sources) {
        for (const auto& [name, field] : source.fields) add(node.kind, field);
      }
    }
  }
  return fields;
}

bool Projection::reads(const Kind& kind) const {
  return std::any_of(nodes_.begin(), nodes_.end(), [&](const Node& node) { return node.kind == &kind; });
}

Touched touched_by(const FactBase& facts, const RecordState* before, const RecordState& after) {
  Touched touched;
  // Where a source may be late, whether it told anything of a record matters too.
  if (before == nullptr || before->alias_of != after.alias_of || before->first_day() != after.first_day() ||
      !facts.sources().quiet(after.kind)) {
    touched.whole = true;
    return touched;
  }
  const auto same = [](const register_::Fact& a, const register_::Fact& b) {
    return a.source == b.source && a.effective_from == b.effective_from && a.value == b.value;
  };
  // Both are in order of fields: field by field, what the one holds against what the other does.
  auto one = before->facts.begin(), other = after.facts.begin();
  const auto one_end = before->facts.end(), other_end = after.facts.end();
  while (one != one_end || other != other_end) {
    const register_::FieldNumber field =
        other == other_end || (one != one_end && one->field < other->field) ? one->field : other->field;
    const auto last_of = [&](auto at, auto end) {
      return std::find_if(at, end, [&](const register_::Fact& fact) { return fact.field != field; });
    };
    const auto one_last = last_of(one, one_end), other_last = last_of(other, other_end);
    if (!std::equal(one, one_last, other, other_last, same)) touched.fields.push_back(field);
    one = one_last;
    other = other_last;
  }
  touched.whole = !touched.fields.empty() && touched.fields.front() == 0;  // closed or opened
  return touched;
}

bool Projection::Node::reads_any(const Touched& touched) const {
  if (touched.whole || (is_child && touched.any(*by))) return true;
  return std::any_of(members.begin(), members.end(), [&](const Member& member) {
    switch (member.what) {
      case Member::What::Field:
      case Member::What::Reference:
      case Member::What::Title: return touched.any(*member.field);
      case Member::What::Findings: return !touched.fields.empty();
      case Member::What::From:
        return std::any_of(member.sources.begin(), member.sources.end(), [&](const Member::Source& source) {
          return std::any_of(source.fields.begin(), source.fields.end(),
                             [&](const auto& one) { return touched.any(*one.second); });
        });
      case Member::What::Children:
      case Member::What::Id: break;
    }
    return false;
  });
}

// The records at the top that read these records of a node.
std::set<RecordId> Projection::above(const FactBase& facts, std::set<RecordId> level, std::size_t at) const {
  while (at != 0 && !level.empty()) {
    const Node& node = nodes_[at];
    std::set<RecordId> next;
    for (const RecordId id : level) {
      if (node.is_child) {
        const auto state = facts.find(id);
        if (state == nullptr) continue;
        for (const RecordId target : facts.targets(*state, *node.by)) next.insert(facts.canonical(target));
      } else {
        for (const RecordId from : facts.referring(id, *nodes_[node.parent].kind, *node.by)) next.insert(from);
        for (const RecordId alias : facts.aliases(id)) {
          for (const RecordId from : facts.referring(alias, *nodes_[node.parent].kind, *node.by)) next.insert(from);
        }
      }
    }
    level = std::move(next);
    at = node.parent;
  }
  return level;
}

std::vector<RecordId> Projection::subjects_of(const FactBase& facts, const RecordState& changed,
                                              const Touched& touched) const {
  std::set<RecordId> subjects;
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    const Node& node = nodes_[at];
    if (node.kind->number == changed.kind && node.reads_any(touched))
      subjects.merge(above(facts, {changed.id, facts.canonical(changed.id)}, at));
    for (const Member& member : node.members) {  // its title behind a reference
      if (member.what != Member::What::Title || member.field->to_kind != changed.kind) continue;
      const Field* title = facts.catalogue().kind(changed.kind)->field(facts.catalogue().kind(changed.kind)->title);
      if (title == nullptr || !touched.any(*title)) continue;
      std::set<RecordId> naming;
      for (const RecordId from : facts.referring(changed.id, *node.kind, *member.field)) naming.insert(from);
      for (const RecordId alias : facts.aliases(changed.id)) {
        for (const RecordId from : facts.referring(alias, *node.kind, *member.field)) naming.insert(from);
      }
      subjects.merge(above(facts, std::move(naming), at));
    }
  }
  return {subjects.begin(), subjects.end()};
}

}  // namespace yuanqu::population
