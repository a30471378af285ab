#pragma once
// Decision tables as steps (internal to the room). Each column answers for a value with the set of rules whose cell it
// satisfies: a text by its code, a boolean by its truth, ordered values by a search among the table's bounds; cells
// that are no constants are tests of their own. The sets meet as bit masks; what is left says which rules hit. The sets
// come from the reference's own index, so both agree on what a cell means.

#include "columns/feel_compiler.hpp"
#include "dmn/table_node.hpp"

namespace yuanqu::columns {

class TableCompiler {
 public:
  // Compiles the nodes of input and output entries.
  using Compile = std::function<PartPointer(const dmn::Node&, const Names*)>;
  TableCompiler(Builder& builder, FeelCompiler& feel, Compile compile)
      : builder_(builder), feel_(feel), compile_(std::move(compile)) {}

  PartPointer compile(const dmn::TableNode& table, const Names* names);

  // How a column's values become sets of rules; made once, carried out by the table's step.
  struct Column {
    enum class How { ByCode, ByPiece, ByTruth, ByFunctionOfCode, ByValue } how = How::ByValue;
    PartPointer input;
    Reg reg = none;
    Reg code = none;  // ByFunctionOfCode
    const dmn::ColumnIndex* index = nullptr;
    std::vector<std::int64_t> bounds;  // ByPiece, ascending
    Bounds64 fast;                     // the same, made for searching
    std::vector<std::uint64_t> masks;  // by piece, code or truth; `words` each
    std::int32_t codes_known = 0;
  };
  struct Test {
    Reg truth = none;
    std::vector<std::uint64_t> rules;  // bits of the rules that need it
  };

 private:
  void column(const dmn::TableNode& table, std::size_t number, const Names* names);
  bool by_index(const dmn::TableColumn& column, Column& made);
  PartPointer one_rule(const dmn::TableNode& table, const Names* names);
  PartPointer several_rules(const dmn::TableNode& table, const Names* names);
  PartPointer outputs(const dmn::TableNode& table, const Names* names, Reg rule, int domain, bool with_default);
  PartPointer output(const dmn::TableNode& table, std::size_t number, const Names* names, Reg rule, int domain,
                     bool with_default);
  std::vector<std::vector<std::size_t>> ranks(const dmn::TableNode& table) const;

  Builder& builder_;
  FeelCompiler& feel_;
  Compile compile_;
  std::size_t words_ = 1;
  int domain_ = 0;
  std::vector<Column> columns_;
  std::vector<Test> tests_;
  std::vector<PartPointer> inputs_;
  PartPointer admitted_;  // all inputs are among their input values
  Reg code_ = none;       // the inputs are functions of this text alone
  bool by_code_ = true;
};

}  // namespace yuanqu::columns
