#include "dmn/compiled_models.hpp"

#include "dmn/boxed_compiler.hpp"
#include "dmn/boxed_nodes.hpp"

namespace yuanqu::dmn {

namespace {

using feel::Type;
using feel::TypePointer;

// Compiles elements in the order of their requirements, so that the static type of what is required is known: FEEL
// needs it to read member names with blanks. A cycle of requirements is cut where it closes; evaluating it answers
// null.
class ModelsCompiler {
 public:
  explicit ModelsCompiler(CompiledModels& set) : set_(set), linked_(set.linked), state_(linked_.elements().size(), 0) {
    set_.elements.resize(linked_.elements().size());
    for (std::uint32_t e = 0; e < set_.elements.size(); ++e) declare(e);
  }

  void run() {
    for (std::uint32_t e = 0; e < set_.elements.size(); ++e) compile(e);
  }

 private:
  const Model& model_of(std::uint32_t e) const { return *linked_.models()[linked_.elements()[e].model]; }
  Problem place(std::uint32_t e) const { return {model_of(e).name, linked_.name_of(e), linked_.id_of(e), 0, {}, {}}; }

  void declare(std::uint32_t e) {
    CompiledElement& element = set_.elements[e];
    const auto& name = linked_.elements()[e];
    element.kind = name.kind;
    element.model = name.model;
    element.id = linked_.id_of(e);
    element.model_name = model_of(e).name;
    const InformationItem& variable = linked_.variable_of(e);
    element.name = feel::canonical_name(variable.name);
    element.type = set_.types->resolve(name.model, variable.type, place(e));
    element.static_type = element.type;
    constexpr std::string_view kinds[] = {"input data ", "decision ", "knowledge model ", "decision service "};
    element.what = std::string(kinds[static_cast<std::size_t>(name.kind)]) + element.name;
  }

  void compile(std::uint32_t e) {
    // A chain of requirements longer than any model's is left to the loop over all elements, for the stack's sake.
    constexpr int depth_max = 300;
    if (state_[e] != 0 || depth_ >= depth_max) return;
    ++depth_;
    state_[e] = 1;
    switch (set_.elements[e].kind) {
      case ElementKind::InputData: break;
      case ElementKind::Decision: decision(e); break;
      case ElementKind::KnowledgeModel: knowledge_model(e); break;
      case ElementKind::Service: service(e); break;
    }
    state_[e] = 2;
    --depth_;
  }

  std::vector<std::uint32_t> resolve(std::uint32_t e, const std::vector<Reference>& references) {
    std::vector<std::uint32_t> found;
    for (const auto& reference : references) {
      if (const auto target = linked_.element_of(set_.elements[e].model, reference)) {
        found.push_back(*target);
        continue;
      }
      Problem problem = place(e);
      const std::string href = reference.name_space + "#" + reference.id;
      problem.zh = "所需的元素 " + href + " 找不到；请改正引用，或把被导入的模型放在一起。";
      problem.en =
          "The required element " + href + " cannot be found; correct the reference or add the imported model.";
      set_.problems.push_back(std::move(problem));
    }
    return found;
  }

  // Declares what the element requires under the names its model writes.
  void declare_required(std::uint32_t e, feel::Scope& scope) {
    CompiledElement& element = set_.elements[e];
    struct Group {
      std::vector<std::pair<std::string, std::uint32_t>> members;
      std::vector<feel::Member> types;
    };
    std::map<std::string, Group> imports;
    const auto source = [&](feel::Slot slot) -> SlotSource& {
      if (element.sources.size() <= slot) element.sources.resize(slot + 1);
      return element.sources[slot];
    };
    for (const auto target : element.required) {
      compile(target);
      const CompiledElement& required = set_.elements[target];
      const auto prefix = linked_.prefix_of(element.model, required.model);
      std::string name = required.name;
      if (prefix && !prefix->empty()) {
        const std::string canonical = feel::canonical_name(*prefix);
        imports[canonical].members.emplace_back(required.name, target);
        imports[canonical].types.push_back({required.name, required.static_type});
        name = canonical + "." + required.name;
      }
      auto& at = source(scope.declare(name, required.static_type));
      at.kind = SlotSource::Kind::Element;
      at.element = target;
    }
    for (auto& [name, group] : imports) {
      auto& at = source(scope.declare(name, Type::context_of(std::move(group.types))));
      at.kind = SlotSource::Kind::Import;
      at.members = std::move(group.members);
    }
  }

  void decision(std::uint32_t e) {
    const Decision& decision = model_of(e).decisions[linked_.elements()[e].position];
    for (const auto* list : {&decision.required_inputs, &decision.required_decisions, &decision.required_knowledge}) {
      const auto found = resolve(e, *list);
      set_.elements[e].required.insert(set_.elements[e].required.end(), found.begin(), found.end());
    }
    BoxedCompiler boxed(linked_, *set_.types, set_.problems, set_.elements[e].model, decision.name);
    feel::Scope scope;
    boxed.declare_types(scope);
    declare_required(e, scope);
    CompiledElement& element = set_.elements[e];
    if (decision.expression != nullptr) {
      element.node = boxed.compile(*decision.expression, scope);
      if (element.static_type == nullptr) element.static_type = element.node->type;
      element.tables = boxed.tables();
    }
    element.frame_size = scope.frame_size();
  }

  void knowledge_model(std::uint32_t e) {
    const BusinessKnowledgeModel& knowledge = model_of(e).knowledge_models[linked_.elements()[e].position];
    CompiledElement& element = set_.elements[e];
    element.required = resolve(e, knowledge.required_knowledge);
    BoxedCompiler boxed(linked_, *set_.types, set_.problems, element.model, knowledge.name);
    TypePointer declared = element.type;
    element.type = declared != nullptr && declared->form == Type::Form::Function ? declared->element : declared;
    const auto* function =
        knowledge.function == nullptr ? nullptr : std::get_if<FunctionExpression>(&knowledge.function->body);
    if (function != nullptr) {
      for (std::size_t i = 0; i < function->parameters.size(); ++i) {
        const auto& parameter = function->parameters[i];
        TypePointer type = boxed.type_of(parameter.type, parameter.id);
        if (type == nullptr && declared != nullptr && declared->form == Type::Form::Function &&
            i < declared->members.size()) {
          type = declared->members[i].type;
        }
        element.parameters.push_back({feel::canonical_name(parameter.name), type});
      }
      if (element.type == nullptr && !knowledge.function->type.empty()) {
        TypePointer result = boxed.type_of(knowledge.function->type, knowledge.function->id);
        element.type = result != nullptr && result->form == Type::Form::Function ? result->element : result;
      }
    }
    // Recursion needs the type of the function before its body is known.
    element.static_type = Type::function_of(element.parameters, element.type);
    feel::Scope scope;
    boxed.declare_types(scope);
    declare_required(e, scope);
    // A knowledge model may call itself.
    const feel::Slot self = scope.declare(element.name, element.static_type);
    if (element.sources.size() <= self) element.sources.resize(self + 1);
    element.sources[self] = {SlotSource::Kind::Element, e, {}};
    feel::Scope inner(scope);
    for (const auto& parameter : element.parameters)
      element.parameter_slots.push_back(inner.declare(parameter.name, parameter.type));
    if (function != nullptr && function->kind == FunctionKind::Feel) {
      element.node = boxed.compile_or_null(function->body, inner, *knowledge.function);
      element.tables = boxed.tables();
    } else if (function != nullptr) {
      const std::string kind = function->kind == FunctionKind::Java ? "Java" : "PMML";
      Problem problem = place(e);
      problem.zh = "外部 " + kind + " 函数不受支持；请改写为 FEEL。";
      problem.en = "External " + kind + " functions are not supported; write the function in FEEL.";
      element.node =
          std::make_unique<BrokenNode>(feel::Suppressed::Code::Unsupported, 0, element.id, problem.zh, problem.en);
      set_.problems.push_back(std::move(problem));
    }
    if (element.node != nullptr && element.type == nullptr)
      element.static_type = Type::function_of(element.parameters, element.node->type);
    element.frame_size = scope.frame_size();
  }

  void service(std::uint32_t e) {
    const DecisionService& service = model_of(e).services[linked_.elements()[e].position];
    const auto inputs = resolve(e, service.input_data);
    const auto decisions = resolve(e, service.input_decisions);
    const auto outputs = resolve(e, service.output_decisions);
    CompiledElement& element = set_.elements[e];
    TypePointer declared = element.type;
    element.type = declared != nullptr && declared->form == Type::Form::Function ? declared->element : declared;
    // Parameters: the input data, then the input decisions (clause 10.4).
    for (const auto* list : {&inputs, &decisions}) {
      for (const auto target : *list) {
        element.parameter_elements.push_back(target);
        element.parameters.push_back({set_.elements[target].name, set_.elements[target].type});
      }
    }
    element.outputs = outputs;
    for (const auto output : outputs) element.output_names.emplace_back(set_.elements[output].name);
    element.static_type = Type::function_of(element.parameters, element.type);
    for (const auto output : outputs) compile(output);
    element.required = element.parameter_elements;
    element.required.insert(element.required.end(), outputs.begin(), outputs.end());
    if (element.type == nullptr) {
      TypePointer result;
      if (outputs.size() == 1) {
        result = set_.elements[outputs[0]].static_type;
      } else {
        std::vector<feel::Member> members;
        for (const auto output : outputs)
          members.push_back({set_.elements[output].name, set_.elements[output].static_type});
        result = Type::context_of(std::move(members));
      }
      element.static_type = Type::function_of(element.parameters, std::move(result));
    }
  }

  CompiledModels& set_;
  const LinkedModels& linked_;
  std::vector<std::uint8_t> state_;
  int depth_ = 0;
};

}  // namespace

CompiledModels::CompiledModels(std::vector<std::shared_ptr<const Model>> models) : linked(std::move(models)) {
  for (const auto& model : linked.models()) {
    for (const auto& import : model->imports) {
      if (!import.is_model() || linked.model_of_namespace(import.name_space)) continue;
      problems.push_back({model->name,
                          {},
                          import.id,
                          0,
                          "导入的模型 " + import.name_space + " 不在其中；请一并装入。",
                          "The imported model " + import.name_space + " is not among the models; load it as well."});
    }
  }
  types = std::make_unique<Types>(linked, problems);
  ModelsCompiler(*this).run();
}

CompiledModels::~CompiledModels() = default;

}  // namespace yuanqu::dmn
