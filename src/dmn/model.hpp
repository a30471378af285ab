#pragma once
// A decision model as read from XML: the metamodel of DMN 1.5 clauses 6 to 10 with one struct per element, nothing
// resolved. Elements of DMN 1.1 to 1.6 are told by their namespace, never by prefix; extension elements and diagrams
// are skipped. Every element keeps its id (or a path made from its place when the file gives none) and its byte offset
// in the document. A Model owns all it names; it is plain data and may be read by many threads.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "dmn/limits.hpp"

namespace yuanqu::dmn {

// A typeRef. DMN 1.1 writes a QName whose prefix names a namespace (`name_space`, empty for the model's own types and
// the built-in ones); from 1.2 on it is a plain name or "import.type", both left in `name`.
struct TypeName {
  std::string name_space;
  std::string name;
  bool empty() const { return name.empty(); }
};

// An element's reference to another: href="#id" or href="namespace#id". `name_space` is empty for the model itself.
struct Reference {
  std::string name_space;
  std::string id;
};

struct Element {
  std::string id;
  std::string label;
  std::size_t offset = 0;
};

struct InformationItem : Element {
  std::string name;
  TypeName type;
};

struct Expression;
using ExpressionPointer = std::unique_ptr<Expression>;

// Comma-separated unary tests (clause 7.3.12): input entries, input values, output values, allowed values.
struct UnaryTests : Element {
  std::string text;
  std::string language;
};

struct LiteralExpression {
  std::string text;
  std::string language;          // a URI when the element or the model names another language than FEEL
  bool imported_values = false;  // importedValues is read but not followed
};

struct ContextEntry : Element {
  std::optional<InformationItem> variable;  // absent: the result cell
  ExpressionPointer value;
};
struct ContextExpression {
  std::vector<ContextEntry> entries;
};

struct Binding {
  InformationItem parameter;
  ExpressionPointer formula;
};
struct InvocationExpression {
  ExpressionPointer called;
  std::vector<Binding> bindings;
};

struct ListExpression {
  std::vector<ExpressionPointer> items;
};

struct RelationRow : Element {
  std::vector<ExpressionPointer> cells;
};
struct RelationExpression {
  std::vector<InformationItem> columns;
  std::vector<RelationRow> rows;
};

enum class FunctionKind { Feel, Java, Pmml };
struct FunctionExpression {
  FunctionKind kind = FunctionKind::Feel;
  std::vector<InformationItem> parameters;
  ExpressionPointer body;
};

struct ConditionalExpression {
  ExpressionPointer condition, when_true, when_false;
};
struct FilterExpression {
  ExpressionPointer in, match;
};

enum class IterationKind { For, Some, Every };
struct IterationExpression {
  IterationKind kind = IterationKind::For;
  std::string variable;
  TypeName variable_type;      // typeRef of the `in` child
  ExpressionPointer in, body;  // body: return or satisfies
};

// Clause 8.2.8 and table 29.
enum class HitPolicy { Unique, Any, Priority, First, RuleOrder, OutputOrder, Collect };
enum class Aggregation { None, Sum, Count, Minimum, Maximum };

struct InputClause : Element {
  ExpressionPointer expression;
  std::optional<UnaryTests> values;
};
struct OutputClause : Element {
  std::string name;
  TypeName type;
  std::optional<UnaryTests> values;
  ExpressionPointer default_entry;  // may be null
};
struct DecisionRule : Element {
  std::vector<UnaryTests> inputs;
  std::vector<ExpressionPointer> outputs;
  std::vector<std::string> annotations;
  std::string description;
};
struct DecisionTable {
  std::string output_label;
  HitPolicy hit_policy = HitPolicy::Unique;
  Aggregation aggregation = Aggregation::None;
  std::vector<InputClause> inputs;
  std::vector<OutputClause> outputs;
  std::vector<std::string> annotation_names;
  std::vector<DecisionRule> rules;
};

struct Expression : Element {
  TypeName type;
  std::variant<LiteralExpression, ContextExpression, DecisionTable, InvocationExpression, ListExpression,
               RelationExpression, FunctionExpression, ConditionalExpression, FilterExpression, IterationExpression>
      body;
};

struct FunctionItem {
  std::vector<InformationItem> parameters;
  TypeName output;
};

// Clause 7.3.2. Exactly one of type, components and function is given; none of them means "no constraint".
struct ItemDefinition : Element {
  std::string name;
  TypeName type;
  std::optional<UnaryTests> allowed_values;
  std::optional<UnaryTests> type_constraint;
  std::vector<ItemDefinition> components;
  std::optional<FunctionItem> function;
  bool is_collection = false;
};

struct Import : Element {
  std::string name;  // prefix of the imported names; empty: they are taken over as they are
  std::string name_space;
  std::string location;
  std::string type;       // importType
  bool is_model() const;  // of a DMN model, not of PMML or XML Schema
};

struct InputData : Element {
  std::string name;
  InformationItem variable;
};

struct Decision : Element {
  std::string name;
  std::string question;
  std::string description;
  InformationItem variable;
  std::vector<Reference> required_decisions, required_inputs, required_knowledge;
  ExpressionPointer expression;  // null: no decision logic
};

struct BusinessKnowledgeModel : Element {
  std::string name;
  InformationItem variable;
  std::vector<Reference> required_knowledge;
  std::unique_ptr<Expression> function;  // always a FunctionExpression; null: no encapsulated logic
};

struct DecisionService : Element {
  std::string name;
  InformationItem variable;
  std::vector<Reference> output_decisions, encapsulated_decisions, input_decisions, input_data;
};

struct Model {
  std::string name;
  std::string name_space;
  std::string id;
  std::string source;   // file name or whatever the caller said
  std::string version;  // "1.1" … "1.6"
  std::string description;
  std::vector<Import> imports;
  std::vector<ItemDefinition> item_definitions;
  std::vector<InputData> inputs;
  std::vector<Decision> decisions;
  std::vector<BusinessKnowledgeModel> knowledge_models;
  std::vector<DecisionService> services;
};

// Reads one document. No external entity is ever read: a document type declaration is refused. Errors: Invalid (not
// XML, not a DMN model, an element without what it needs), LimitExceeded (bytes, depth).
base::Result<std::shared_ptr<const Model>> read_model(std::string_view xml, std::string_view source,
                                                      const LoadLimits& limits = {});

}  // namespace yuanqu::dmn
