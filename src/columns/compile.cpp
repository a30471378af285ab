#include "columns/compile.hpp"

#include <algorithm>

#include "columns/feel_compiler.hpp"
#include "columns/table_compiler.hpp"
#include "dmn/boxed_nodes.hpp"
#include "dmn/compiled_models.hpp"
#include "feel/expression.hpp"

namespace yuanqu::columns {

using base::ErrorCode;
using feel::Type;
using feel::Value;

namespace {

tl::unexpected<base::Error> refuse(const NotCompiled& why) {
  return base::fail(ErrorCode::Unsupported, why.zh, why.en);
}

PartPointer day_part(Program& program, Builder& builder) {
  if (program.today == none) {
    program.today = builder.add_register(Form::Date, 0, 0);
  }
  auto part = std::make_shared<Part>(*builder.scalar(Form::Date, 0, 0, program.today));
  part->moves = program.tracks;
  part->motion = {feel::Motion::Form::MonthsThenDays, 0, 0};
  return part;
}

class DecisionCompiler final : public Functions {
 public:
  DecisionCompiler(Program& program, Builder& builder, const std::vector<Binding>& bindings)
      : program_(program),
        builder_(builder),
        models_(program.models->compiled()),
        bindings_(bindings),
        feel_(builder, this),
        parts_(models_.elements.size()),
        open_(models_.elements.size(), 0) {}

  PartPointer element(dmn::ElementIndex index) {
    if (parts_[index] != nullptr) return parts_[index];
    const dmn::CompiledElement& element = models_.elements[index];
    if (element.kind == dmn::ElementKind::KnowledgeModel || element.kind == dmn::ElementKind::Service) {
      auto part = std::make_shared<Part>();
      part->form = Form::Function;
      part->function = index;
      return parts_[index] = part;
    }
    if (open_[index] != 0)
      throw NotCompiled{"判定“" + element.name + "”需要它自己。", "The decision " + element.name + " requires itself."};
    open_[index] = 1;
    // What is required is worked out for every row, whatever asks for it.
    const PartPointer guard = std::exchange(builder_.guard, nullptr);
    const std::string before = std::exchange(builder_.decision, element.name);
    PartPointer part;
    if (element.kind == dmn::ElementKind::InputData) {
      part = input(index, element);
    } else {
      part = element.node == nullptr
                 ? builder_.null()
                 : feel_.conform(node(*element.node, in_scope(element)), element.type, element.what);
    }
    builder_.decision = before;
    builder_.guard = guard;
    open_[index] = 0;
    return parts_[index] = part;
  }

  // What the decision answers: records are told as contexts of what their type declares.
  PartPointer answer(dmn::ElementIndex index) { return feel_.as_context(element(index)); }

  // Functions: a knowledge model is its body over the arguments.
  PartPointer call(dmn::ElementIndex index, std::vector<PartPointer> arguments) override {
    const dmn::CompiledElement& element = models_.elements[index];
    if (element.kind != dmn::ElementKind::KnowledgeModel)
      throw NotCompiled{"决策服务逐行调用。", "A decision service is called row by row."};
    if (element.node == nullptr) return builder_.null();
    if (open_[index] != 0 || calls_ > 20)
      throw NotCompiled{"函数“" + element.name + "”调用自己。", "The function " + element.name + " calls itself."};
    open_[index] = 1;
    ++calls_;
    PartPointer result;
    try {
      const Names* names = in_scope(element);
      for (std::size_t i = 0; i < arguments.size(); ++i) {
        const feel::Member& parameter = element.parameters[i];
        const PartPointer given = feel_.conform(arguments[i], parameter.type, parameter.name);
        if (given != arguments[i])
          throw NotCompiled{"参数“" + parameter.name + "”要换成声明的类型。",
                            "The argument " + parameter.name + " must be converted."};
        names = add({names, parameter.name, given, false});
      }
      result = feel_.conform(node(*element.node, names), element.type, element.what);
    } catch (const NotCompiled&) {
      open_[index] = 0;
      --calls_;
      throw;
    }
    open_[index] = 0;
    --calls_;
    return result;
  }
  const std::vector<feel::Member>& parameters(dmn::ElementIndex index) const override {
    return models_.elements[index].parameters;
  }

 private:
  const Names* add(Names names) {
    names_.push_back(std::make_unique<Names>(std::move(names)));
    return names_.back().get();
  }

  // The names a decision or function sees: what it requires, under the names its model writes.
  const Names* in_scope(const dmn::CompiledElement& element) {
    const Names* names = nullptr;
    std::map<std::string, std::shared_ptr<Part>> imports;
    for (const auto required : element.required) {
      const dmn::CompiledElement& target = models_.elements[required];
      const auto prefix = models_.linked.prefix_of(element.model, target.model);
      const PartPointer part = this->element(required);
      if (prefix && !prefix->empty()) {
        const std::string canonical = feel::canonical_name(*prefix);
        auto& import = imports[canonical];
        if (import == nullptr) {
          import = std::make_shared<Part>();
          import->form = Form::Context;
        }
        import->members.emplace_back(target.name, part);
        names = add({names, canonical + "." + target.name, part, false});
      } else {
        names = add({names, target.name, part, false});
      }
    }
    for (const auto& [name, import] : imports) names = add({names, name, import, false});
    if (element.kind == dmn::ElementKind::KnowledgeModel) {  // it may call itself
      auto self = std::make_shared<Part>();
      self->form = Form::Function;
      self->function = static_cast<dmn::ElementIndex>(&element - models_.elements.data());
      names = add({names, element.name, self, false});
    }
    return names;
  }

  PartPointer input(dmn::ElementIndex index, const dmn::CompiledElement& element) {
    const auto bound = std::find_if(bindings_.begin(), bindings_.end(),
                                    [&](const Binding& binding) { return binding.input == index; });
    if (bound == bindings_.end()) return builder_.null();
    switch (bound->what) {
      case Binding::What::Constant: {
        feel::Evaluation evaluation;
        return Builder::constant(feel::coerce(evaluation, bound->constant, element.type, element.what));
      }
      case Binding::What::Day: return feel_.conform(day_part(program_, builder_), element.type, element.what);
      case Binding::What::Member: {
        const PartPointer whole = builder_.row(*program_.table, program_.rows, 0, nullptr);
        const PartPointer member = builder_.member(whole, bound->member);
        if (member == nullptr) return builder_.null();
        if (member->form == Form::Row || (member->form == Form::List && member->element->form == Form::Row)) {
          auto typed = std::make_shared<Part>(*member);
          if (member->form == Form::Row) {
            typed->type = element.type;
          } else {
            auto item = std::make_shared<Part>(*member->element);
            item->type =
                element.type != nullptr && element.type->form == Type::Form::List ? element.type->element : nullptr;
            typed->element = item;
          }
          check(*program_.table->member(bound->member), element.type, 0);
          return typed;
        }
        return feel_.conform(member, element.type, element.what);
      }
      case Binding::What::Row: break;
    }
    if (element.type != nullptr && element.type->form != Type::Form::Any && element.type->form != Type::Form::Context)
      throw NotCompiled{"输入“" + element.name + "”须是记录。", "The input " + element.name + " must be a record."};
    check_row(*program_.table, element.type, 0);
    return builder_.row(*program_.table, program_.rows, 0, element.type);
  }

  // A declared type must say of a row what its columns say already; then nothing needs converting.
  void check_row(const Table& table, const feel::TypePointer& type, int depth) {
    if (type == nullptr || type->form == Type::Form::Any) return;
    if (depth > 8 || type->form != Type::Form::Context || type->constraint != nullptr)
      throw NotCompiled{"类型 " + type->to_string() + " 要逐行核对。",
                        "The type " + type->to_string() + " is checked row by row."};
    for (const feel::Member& declared : type->members) {
      const Member* member = table.member(declared.name);
      if (member == nullptr)
        throw NotCompiled{"“" + declared.name + "”不在列中，逐行读取。",
                          "Columns do not hold \"" + declared.name + "\"; it is read row by row."};
      check_in(table, *member, declared.type, depth + 1);
    }
  }
  void check_in(const Table& table, const Member& member, const feel::TypePointer& type, int depth) {
    if (member.what == Member::What::Scalar) {
      if (type == nullptr || type->form == Type::Form::Any) return;
      const Form form = table.columns[member.column].form(), declared = form_of(type);
      if (type->constraint != nullptr || !(form == declared || (form == Form::Number && declared == Form::Decimal)))
        throw NotCompiled{"“" + member.name + "”要逐行换成类型 " + type->to_string() + "。",
                          "\"" + member.name + "\" must be converted to " + type->to_string() + " row by row."};
      return;
    }
    check(member, type, depth);
  }
  void check(const Member& member, const feel::TypePointer& type, int depth) {
    if (type == nullptr || type->form == Type::Form::Any) return;
    if (member.what == Member::What::Reference) return check_row(*member.table, type, depth);
    if (member.what == Member::What::List && type->form == Type::Form::List && type->constraint == nullptr) {
      if (member.item.empty()) return check_row(*member.table, type->element, depth);
      return check_in(*member.table, *member.table->member(member.item), type->element, depth);
    }
    if (member.what == Member::What::Context && type->form == Type::Form::Context && type->constraint == nullptr)
      return;
    throw NotCompiled{"“" + member.name + "”要逐行换成声明的类型。",
                      "\"" + member.name + "\" must be converted to its declared type row by row."};
  }

  PartPointer node(const dmn::Node& node_in, const Names* names) {
    if (const Value* constant = node_in.constant()) return Builder::constant(*constant);
    if (const auto* literal = dynamic_cast<const dmn::LiteralNode*>(&node_in)) {
      if (literal->expression().uses_clock())
        throw NotCompiled{"now()、today() 读的是时钟。", "now() and today() read the clock."};
      return feel_.compile(literal->expression().syntax(), names);
    }
    if (const auto* typed = dynamic_cast<const dmn::TypedNode*>(&node_in))
      return feel_.conform(node(typed->inner(), names), typed->type, typed->what());
    if (const auto* table = dynamic_cast<const dmn::TableNode*>(&node_in)) {
      TableCompiler compiler(builder_, feel_,
                             [this](const dmn::Node& inner, const Names* in) { return node(inner, in); });
      return compiler.compile(*table, names);
    }
    if (const auto* context = dynamic_cast<const dmn::ContextNode*>(&node_in)) {
      if (context->duplicate()) return builder_.null();
      auto made = std::make_shared<Part>();
      made->form = Form::Context;
      for (const auto& entry : context->entries()) {
        const PartPointer value = node(*entry.value, names);
        if (!value->is_constant && value->form != Form::Function)
          made->domain = builder_.deeper(made->domain, value->domain);
        made->members.emplace_back(std::string(entry.key.view()), value);
        names = add({names, std::string(entry.key.view()), value, false});
      }
      if (context->result() != nullptr) return node(*context->result(), names);
      for (auto& [name, value] : made->members) value = builder_.spread(value, made->domain);
      return made;
    }
    if (const auto* conditional = dynamic_cast<const dmn::ConditionalNode*>(&node_in)) {
      const PartPointer condition = node(conditional->condition(), names);
      if (condition->form != Form::Boolean && condition->form != Form::Null)
        throw NotCompiled{"条件不是真假值。", "The condition is not a truth value."};
      if (condition->form == Form::Null) return node(conditional->when(false), names);
      if (condition->is_constant) return node(conditional->when(condition->constant.is_true()), names);
      return builder_.choose(condition, node(conditional->when(true), names), node(conditional->when(false), names));
    }
    if (const auto* invocation = dynamic_cast<const dmn::InvocationNode*>(&node_in)) {
      const PartPointer target = node(invocation->called(), names);
      if (target->form != Form::Function)
        throw NotCompiled{"调用的不是模型中的函数。", "What is invoked is no function of the model."};
      const auto& wanted = parameters(target->function);
      std::vector<PartPointer> arguments(wanted.size(), builder_.null());
      for (const auto& argument : invocation->arguments()) {
        const auto place = std::find_if(wanted.begin(), wanted.end(), [&](const feel::Member& parameter) {
          return parameter.name == argument.name.view();
        });
        if (place == wanted.end())
          throw NotCompiled{"调用了没有的参数。", "The invocation names a parameter that is not there."};
        arguments[static_cast<std::size_t>(place - wanted.begin())] =
            feel_.conform(node(*argument.value, names), argument.type, std::string(argument.name.view()));
      }
      if (invocation->arguments().size() != wanted.size())
        throw NotCompiled{"调用缺少参数。", "The invocation leaves parameters out."};
      return call(target->function, std::move(arguments));
    }
    if (const auto* list = dynamic_cast<const dmn::ListNode*>(&node_in)) {
      std::vector<PartPointer> items;
      for (const auto& item : list->items()) items.push_back(node(*item, names));
      const bool fixed =
          std::all_of(items.begin(), items.end(), [](const PartPointer& item) { return item->is_constant; });
      if (!fixed) return builder_.pack(std::move(items));
      std::vector<Value> values;
      for (const auto& item : items) values.push_back(item->constant);
      return Builder::constant(Value::list(std::move(values)));
    }
    if (dynamic_cast<const dmn::BrokenNode*>(&node_in) != nullptr) return builder_.null();
    if (const PartPointer made = boxed_list(node_in, names)) return made;
    throw NotCompiled{"这种框式表达式逐行计算。", "This kind of boxed expression is worked out row by row."};
  }

  // Boxed relations, filters and iterations; nullptr: it is none of these.
  PartPointer boxed_list(const dmn::Node& node_in, const Names* names) {
    if (const auto* relation = dynamic_cast<const dmn::RelationNode*>(&node_in)) {
      std::vector<PartPointer> rows;
      for (const auto& cells : relation->rows()) {
        auto row = std::make_shared<Part>();
        row->form = Form::Context;
        for (std::size_t c = 0; c < relation->columns().size(); ++c) {
          const PartPointer cell = c < cells.size() ? node(*cells[c], names) : builder_.null();
          if (!cell->is_constant && cell->form != Form::Function)
            row->domain = builder_.deeper(row->domain, cell->domain);
          row->members.emplace_back(std::string(relation->columns()[c].view()), cell);
        }
        rows.push_back(std::move(row));
      }
      if (rows.empty()) return Builder::constant(Value::list({}));
      return builder_.pack(std::move(rows));
    }
    if (const auto* let = dynamic_cast<const dmn::LetNode*>(&node_in))
      return node(let->body(), add({names, let->name(), node(let->given(), names), false}));
    if (const auto* check = dynamic_cast<const dmn::ConditionCheckNode*>(&node_in)) {
      const auto* plain = dynamic_cast<const dmn::LiteralNode*>(&check->plain());
      if (plain == nullptr || plain->expression().syntax().form != feel::SyntaxForm::Filter) return nullptr;
      const feel::Syntax& filter = plain->expression().syntax();
      return filtered(feel_.compile(*filter.parts[0], names), names,
                      [&](const Names* inner) { return feel_.compile(*filter.parts[1], inner); });
    }
    if (const auto* filter = dynamic_cast<const dmn::FilterNode*>(&node_in)) {
      return filtered(node(filter->in(), names), names,
                      [&](const Names* inner) { return node(filter->match(), inner); });
    }
    const auto iterated = [&](const dmn::Node& in, const dmn::Iterator& iterator, const dmn::Node& body) {
      const PartPointer list = feel_.list_of(node(in, names));
      if (list->form == Form::Null) return list;
      if (list->form != Form::List || list->is_constant)
        throw NotCompiled{"循环的不是列表。", "What is iterated over is no list."};
      const PartPointer item = feel_.conform(list->element, iterator.type, "iterator");
      return builder_.map(list, builder_.spread(node(body, add({names, iterator.name, item, false})), list->items));
    };
    if (const auto* loop = dynamic_cast<const dmn::ForNode*>(&node_in)) {
      if (loop->reads_partial())
        throw NotCompiled{"for 用到 partial，逐行计算。", "A `for` that reads `partial` is worked out row by row."};
      return iterated(loop->in(), loop->iterator(), loop->body());
    }
    if (const auto* quantified = dynamic_cast<const dmn::QuantifiedNode*>(&node_in)) {
      const PartPointer list = iterated(quantified->in(), quantified->iterator(), quantified->body());
      if (list->form == Form::Null) return list;
      return builder_.fold(quantified->every() ? Builder::Fold::Every : Builder::Fold::Some, list);
    }
    return nullptr;
  }
  // A condition that may answer something else makes a boxed filter null, which has no vector steps.
  PartPointer filtered(const PartPointer& in, const Names* names,
                       const std::function<PartPointer(const Names*)>& condition) {
    const PartPointer list = feel_.list_of(in);
    if (list->form == Form::Null) return list;
    if (list->form != Form::List || list->is_constant)
      throw NotCompiled{"筛选的不是列表。", "What is filtered is no list."};
    return feel_.filter(list, condition, names);
  }

  Program& program_;
  Builder& builder_;
  const dmn::CompiledModels& models_;
  const std::vector<Binding>& bindings_;
  FeelCompiler feel_;
  std::vector<PartPointer> parts_;
  std::vector<std::uint8_t> open_;
  std::vector<std::unique_ptr<Names>> names_;
  int calls_ = 0;
};

std::shared_ptr<Program> begin(Store& store, const Table& table, Builder& builder, const CompileOptions& options,
                               std::shared_ptr<Program> program) {
  program->store = &store;
  program->table = &table;
  program->tracks = options.track;
  program->rows = builder.add_register(Form::Index, 0, 0);
  return program;
}

base::Result<std::shared_ptr<const Program>> finish(Builder& builder, std::shared_ptr<Program> program,
                                                    PartPointer result) {
  if (result->form == Form::Row || result->form == Form::Function || !builder.can_box(result) ||
      (!result->is_constant && result->domain != 0)) {
    return base::fail(ErrorCode::Unsupported, "结果是整条记录或函数。", "The result is a whole record or a function.");
  }
  builder.note_use(result);
  program->result = std::move(result);
  builder.drop_unused();
  auto& read = program->columns_read;
  std::sort(read.begin(), read.end());
  read.erase(std::unique(read.begin(), read.end()), read.end());
  return std::shared_ptr<const Program>(std::move(program));
}

}  // namespace

base::Result<std::shared_ptr<const Program>> compile_decision(Store& store, const Table& table,
                                                              std::shared_ptr<const dmn::ModelSet> models,
                                                              dmn::ElementIndex decision,
                                                              const std::vector<Binding>& bindings,
                                                              const CompileOptions& options) {
  auto program = std::make_shared<Program>();
  program->models = std::move(models);
  program->decision = decision;
  program->bindings = bindings;
  Builder builder(*program, store.dictionary);
  begin(store, table, builder, options, program);
  try {
    DecisionCompiler compiler(*program, builder, bindings);
    return finish(builder, program, compiler.answer(decision));
  } catch (const NotCompiled& why) {
    return refuse(why);
  }
}

base::Result<std::shared_ptr<const Program>> compile_expression(Store& store, const Table& table,
                                                                const std::string& name, feel::TypePointer type,
                                                                const std::string& text,
                                                                const CompileOptions& options) {
  feel::Scope scope;
  const feel::TypePointer shown = type == nullptr ? type_of(table) : type;
  if (name.empty()) {
    for (const feel::Member& member : shown->members) scope.declare(member.name, member.type);
  } else {
    scope.declare(name, shown);
  }
  scope.declare("Today", Type::simple(Type::Form::Date));
  auto expression = feel::compile(text, scope);
  if (!expression) return tl::unexpected(expression.error());
  auto program = std::make_shared<Program>();
  Builder builder(*program, store.dictionary);
  begin(store, table, builder, options, program);
  try {
    if (expression->uses_clock())
      throw NotCompiled{"now()、today() 读的是时钟；请用 Today。", "now() and today() read the clock; use Today."};
    FeelCompiler compiler(builder);
    const PartPointer row = builder.row(table, program->rows, 0, shown);
    const Names day{nullptr, "Today", day_part(*program, builder), false};
    const Names names{&day, name, row, name.empty()};
    return finish(builder, program, compiler.compile(expression->syntax(), &names));
  } catch (const NotCompiled& why) {
    return refuse(why);
  }
}

feel::TypePointer type_of(const Table& table, int levels) {
  const std::function<feel::TypePointer(const Table&, const Member&)> of =
      [&](const Table& owner, const Member& member) -> feel::TypePointer {
    switch (member.what) {
      case Member::What::Reference: return levels > 0 ? type_of(*member.table, levels - 1) : nullptr;
      case Member::What::List:
        if (!member.item.empty()) return Type::list_of(of(*member.table, *member.table->member(member.item)));
        return levels > 0 ? Type::list_of(type_of(*member.table, levels - 1)) : nullptr;
      case Member::What::Context: {
        std::vector<feel::Member> members;
        for (const Member& part : member.members) members.push_back({part.name, of(owner, part)});
        return Type::context_of(std::move(members));
      }
      case Member::What::Scalar: break;
    }
    switch (owner.columns[member.column].form()) {
      case Form::Boolean: return Type::simple(Type::Form::Boolean);
      case Form::Number: return Type::simple(Type::Form::Number);
      case Form::Text: return Type::simple(Type::Form::String);
      case Form::Date: return Type::simple(Type::Form::Date);
      case Form::Months: return Type::simple(Type::Form::YearsMonthsDuration);
      case Form::Seconds: return Type::simple(Type::Form::DaysTimeDuration);
      default: return nullptr;
    }
  };
  std::vector<feel::Member> members;
  for (const Member& member : table.members) {
    if (levels <= 0 && member.what != Member::What::Scalar) continue;
    members.push_back({member.name, of(table, member)});
  }
  return Type::context_of(std::move(members));
}

}  // namespace yuanqu::columns
