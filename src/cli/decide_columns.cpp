#include "cli/decide_columns.hpp"

#include <time.h>

#include <algorithm>

#include "cli/csv_cells.hpp"
#include "cli/outcome_text.hpp"
#include "columns/compile.hpp"
#include "columns/feel_compiler.hpp"
#include "columns/row_reasons.hpp"
#include "feel/scope.hpp"

namespace yuanqu::cli {

using columns::Form;
using feel::Type;

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

namespace {
double since(double start) { return thread_seconds() - start; }
constexpr std::size_t texts_max = 1'000'000;  // then a worker begins a new dictionary
}  // namespace

struct ColumnDecider::State {
  std::shared_ptr<const dmn::ModelSet> models;
  dmn::ElementIndex decision = 0;
  std::vector<Input> inputs;
  std::vector<std::string> header;
  std::optional<base::Date> day;
  RowFormat format = RowFormat::Csv;
  const ResultWriter* writer = nullptr;

  std::vector<CsvColumn> cells;  // one for each header cell
  std::vector<columns::Binding> bindings;
  std::unique_ptr<columns::Store> store;
  columns::Table* table = nullptr;
  std::shared_ptr<const columns::Program> program;
  std::unique_ptr<columns::Runner> runner;
  std::unique_ptr<OutcomeText> text;
  std::unique_ptr<columns::RowReasons> reasons;  // of the program, when somebody asks
  std::vector<int> scales;                       // by column of the table

  base::Result<void> lay_out();
  base::Result<void> compile();
};

namespace {

base::Result<void> no_columns(const std::string& name) {
  return base::fail(base::ErrorCode::Unsupported, "列“" + name + "”须逐行读取。",
                    "The column " + name + " must be read row by row.");
}

bool plain_scalar(const feel::TypePointer& type) {
  if (type == nullptr) return false;
  const Form form = columns::form_of(type);
  return form == Form::Boolean || form == Form::Decimal || form == Form::Text || form == Form::Date;
}

}  // namespace

// Which header cell fills which column; columns of members nobody gives are null.
base::Result<void> ColumnDecider::State::lay_out() {
  cells.assign(header.size(), {});
  scales.clear();
  std::vector<std::size_t> owner(header.size(), inputs.size());
  std::vector<std::string> rest(header.size());
  for (std::size_t c = 0; c < header.size(); ++c) {
    const std::string name = feel::canonical_name(header[c]);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::string& input = inputs[i].name;
      const bool fits =
          name == input || (name.starts_with(input) && name.size() > input.size() && name[input.size()] == '.');
      if (fits && (owner[c] == inputs.size() || input.size() > inputs[owner[c]].name.size())) owner[c] = i;
    }
    if (owner[c] < inputs.size() && name.size() > inputs[owner[c]].name.size())
      rest[c] = name.substr(inputs[owner[c]].name.size() + 1);
  }
  std::vector<std::uint8_t> taken(header.size(), 0);
  const std::function<base::Result<columns::Member>(const std::string&, const feel::TypePointer&, std::size_t,
                                                    const std::string&)>
      add = [&](const std::string& name, const feel::TypePointer& type, std::size_t input,
                const std::string& path) -> base::Result<columns::Member> {
    columns::Member member{.name = name};
    std::vector<std::size_t> given, below;
    for (std::size_t c = 0; c < header.size(); ++c) {
      if (owner[c] != input) continue;
      if (rest[c] == path) given.push_back(c);
      if (path.empty() ? !rest[c].empty() : rest[c].starts_with(path + ".")) below.push_back(c);
    }
    if (type != nullptr && type->form == Type::Form::Context && !type->members.empty() && given.empty()) {
      member.what = columns::Member::What::Context;
      if (below.empty()) {
        if (auto refused = no_columns(name); !refused)
          return tl::unexpected(refused.error());  // nobody gives it: null, not a context of nulls
      }
      for (const feel::Member& part : type->members) {
        auto inner = add(part.name, part.type, input, path.empty() ? part.name : path + "." + part.name);
        if (!inner) return inner;
        member.members.push_back(std::move(*inner));
      }
      return member;
    }
    if (!below.empty() || given.size() > 1 || !plain_scalar(type)) {
      if (auto refused = no_columns(name); !refused) return tl::unexpected(refused.error());
    }
    const Form form = columns::form_of(type) == Form::Decimal ? Form::Number : columns::form_of(type);
    table->columns.emplace_back(form, form == Form::Number ? 2 : 0);
    member.column = table->columns.size() - 1;
    scales.push_back(form == Form::Number ? 2 : 0);
    if (!given.empty()) {
      cells[given[0]] = {form, member.column, 2, type};
      taken[given[0]] = 1;
    }
    return member;
  };
  bindings.clear();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool given = std::find(owner.begin(), owner.end(), i) != owner.end();
    if (!given) {
      if (day && inputs[i].name == "Today")
        bindings.push_back({inputs[i].element, columns::Binding::What::Day, {}, {}});
      continue;
    }
    auto member = add(inputs[i].name, inputs[i].type, i, "");
    if (!member) return tl::unexpected(member.error());
    table->members.push_back(std::move(*member));
    bindings.push_back({inputs[i].element, columns::Binding::What::Member, inputs[i].name, {}});
  }
  for (std::size_t c = 0; c < header.size(); ++c) {
    if (owner[c] < inputs.size() && taken[c] == 0) return no_columns(header[c]);  // a member nobody declares
  }
  return {};
}

base::Result<void> ColumnDecider::State::compile() {
  const std::vector<int> before = scales;
  runner.reset();
  text.reset();
  reasons.reset();
  program.reset();
  store = std::make_unique<columns::Store>();
  table = &store->add("rows");
  if (auto laid = lay_out(); !laid) return laid;
  for (std::size_t c = 0; c < before.size() && c < scales.size(); ++c) {
    if (before[c] == scales[c]) continue;
    scales[c] = before[c];
    table->columns[c] = columns::Column(table->columns[c].form(), before[c]);
    for (CsvColumn& cell : cells) {
      if (cell.form == Form::Number && cell.column == c) cell.scale = before[c];
    }
  }
  auto compiled = columns::compile_decision(*store, *table, models, decision, bindings);
  if (!compiled) return tl::unexpected(compiled.error());
  program = *compiled;
  runner = std::make_unique<columns::Runner>(program, &store->dictionary);
  text = std::make_unique<OutcomeText>(*writer, format, *runner);
  return {};
}

ColumnDecider::ColumnDecider() = default;
ColumnDecider::~ColumnDecider() = default;
const columns::Program& ColumnDecider::program() const { return *state_->program; }

std::unique_ptr<ColumnDecider> ColumnDecider::make(std::shared_ptr<const dmn::ModelSet> models,
                                                   dmn::ElementIndex decision, const std::vector<Input>& inputs,
                                                   const std::vector<std::string>& header,
                                                   std::optional<base::Date> day, RowFormat format,
                                                   const ResultWriter& writer, base::Error& why) {
  std::unique_ptr<ColumnDecider> made(new ColumnDecider());
  made->state_ = std::make_unique<State>();
  State& state = *made->state_;
  state.models = std::move(models);
  state.decision = decision;
  state.inputs = inputs;
  state.header = header;
  state.day = day;
  state.format = format;
  state.writer = &writer;
  if (auto compiled = state.compile(); !compiled) {
    why = compiled.error();
    return nullptr;
  }
  return made;
}

std::size_t ColumnDecider::work(std::string_view bytes, std::string& out, const Slow& slow, const NullFound& null_found,
                                SliceTimes& times) {
  State& state = *state_;
  if (state.store->dictionary.size() > texts_max) (void)state.compile();
  auto start = thread_seconds();
  CsvRows rows;
  while (true) {
    int wanted = 0;
    std::size_t column = 0;
    if (rows.read(bytes, state.cells, state.table->columns.size(), state.store->dictionary, wanted, column)) break;
    // More digits after the point than the column has room for: with more room, once more from the start.
    state.scales[column] = wanted;
    if (!state.compile()) break;
  }
  const std::size_t count = rows.count();
  for (std::size_t c = 0; c < state.table->columns.size(); ++c) rows.give(c, state.table->columns[c]);
  state.table->rows = count;
  times.parsing += since(start);
  std::size_t lines = 0, counted = 0;
  const auto count_lines_to = [&](std::size_t place) {
    lines += static_cast<std::size_t>(std::count(bytes.begin() + static_cast<std::ptrdiff_t>(counted),
                                                 bytes.begin() + static_cast<std::ptrdiff_t>(place), '\n'));
    counted = place;
  };
  for (std::size_t first = 0; first < count; first += columns::block_rows) {
    const std::size_t chunk = std::min(columns::block_rows, count - first);
    start = thread_seconds();
    state.runner->run(first, chunk, state.day.value_or(base::Date()));
    times.evaluating += since(start);
    start = thread_seconds();
    state.text->begin();
    for (std::size_t i = 0; i < chunk; ++i) {
      if (!rows.is_odd(first + i) && !state.runner->escaped(i)) {
        state.text->append(out, i);
        if (!null_found || !has_null(state.runner->value(i))) continue;
        count_lines_to(rows.place(first + i));
        if (state.reasons == nullptr) state.reasons = std::make_unique<columns::RowReasons>(state.program);
        null_found(state.reasons->of(first + i, state.day.value_or(base::Date())), lines);
        continue;
      }
      std::size_t at = rows.place(first + i);
      count_lines_to(at);
      std::vector<std::string> cells;
      read_csv_record(bytes, at, state.header.size(), cells);
      slow(std::move(cells), lines, out);
    }
    times.writing += since(start);
  }
  return count;
}

}  // namespace yuanqu::cli
