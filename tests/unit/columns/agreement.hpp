#pragma once
// Runs a decision by columns in every mode and holds each outcome against the reference evaluator.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "columns/compile.hpp"
#include "columns/row_reasons.hpp"
#include "columns/rows.hpp"
#include "columns/runner.hpp"
#include "feel/compare.hpp"

namespace yuanqu::columns::testing {

struct Tally {
  std::size_t decisions = 0, compiled = 0, rows = 0, escaped = 0, slow_parts = 0, reasons_compared = 0;
  std::vector<std::string> reasons;
};

// Everything that made a value null, in the order it came up.
inline std::string reasons_text(const std::vector<feel::Suppressed>& failures) {
  std::string text;
  for (const feel::Suppressed& one : failures) {
    text += one.model + " " + one.decision + " " + one.element + ":" + std::to_string(one.offset) + " " +
            std::string(feel::name_of(one.code)) + " " + one.zh + " " + one.en + "\n";
  }
  return text;
}

inline base::Date some_day() { return *base::Date::parse("2026-03-02"); }

// One value for each input of the decision, in the order of inputs_of(). Today is filled in where a model asks for it.
class Agreement {
 public:
  Agreement(std::shared_ptr<const dmn::ModelSet> models, dmn::ElementIndex decision,
            std::vector<std::vector<feel::Value>> rows, std::string what, base::Date day = some_day())
      : models_(std::move(models)),
        decision_(decision),
        rows_(std::move(rows)),
        what_(std::move(what)),
        day_(day),
        inputs_(models_->inputs_of(decision_)) {
    for (const auto input : inputs_)
      columns_.push_back({models_->elements()[input].name, models_->elements()[input].type});
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (is_constant(i)) columns_[i].type = nullptr;
    }
  }

  feel::Value reference(std::size_t row, base::Date day, std::optional<base::Date>* horizon = nullptr,
                        std::string* reasons = nullptr) {
    if (evaluator_ == nullptr) evaluator_ = std::make_unique<dmn::Evaluator>(models_);
    evaluator_->set_day(day, horizon != nullptr);
    evaluator_->begin();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (!is_day(i)) evaluator_->set(inputs_[i], rows_[row][i]);
    }
    auto outcome = evaluator_->evaluate(decision_);
    if (horizon != nullptr) *horizon = outcome.horizon;
    if (reasons != nullptr) *reasons = reasons_text(outcome.failures);
    return outcome.value;
  }

  // False when the decision is not compiled at all.
  bool run(Tally& tally, bool track = false) {
    ++tally.decisions;
    Store store;
    RowTable table = make_rows(store, columns_, rows_);
    auto program = compile_decision(store, *table.table, models_, decision_, bindings(), {.track = track});
    if (!program) {
      tally.reasons.push_back(what_ + ": " + program.error().en);
      return false;
    }
    ++tally.compiled;
    tally.slow_parts += (*program)->slow_parts.size();
    std::vector<feel::Value> expected;
    for (std::size_t row = 0; row < rows_.size(); ++row) expected.push_back(reference(row, day_));
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{1024}}) {
      Runner runner(*program);
      for (std::size_t first = 0; first < rows_.size(); first += chunk) {
        runner.run(first, std::min(chunk, rows_.size() - first), day_);
        for (std::size_t i = 0; i < runner.count(); ++i) {
          if (table.odd[first + i] != 0 || runner.escaped(i)) {
            tally.escaped += chunk == 1024 ? 1 : 0;
            continue;
          }
          tally.rows += chunk == 1024 ? 1 : 0;
          if (feel::same(expected[first + i], runner.value(i))) continue;
          ADD_FAILURE() << what_ << " row " << first + i << " in chunks of " << chunk << ": expected "
                        << feel::to_literal(expected[first + i]) << ", found " << feel::to_literal(runner.value(i))
                        << inputs_text(first + i);
          return true;
        }
      }
    }
    two_threads(*program, table, expected);
    compare_reasons(*program, table, tally);
    return true;
  }

  // The first later day on which the outcome differs, found by horizons, is the one found by asking every day.
  void run_until(int days, Tally& tally) {
    Store store;
    RowTable table = make_rows(store, columns_, rows_);
    auto program = compile_decision(store, *table.table, models_, decision_, bindings(), {.track = true});
    if (!program) {
      tally.reasons.push_back(what_ + ": " + program.error().en);
      return;
    }
    ++tally.compiled;
    Runner runner(*program);
    const std::int64_t last = day_.days() + days;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (table.odd[row] != 0) continue;
      const std::int32_t at = static_cast<std::int32_t>(row);
      std::int32_t day = static_cast<std::int32_t>(day_.days());
      const feel::Value now = reference(row, day_);
      std::optional<std::int64_t> by_horizon;
      bool escaped = false;
      while (true) {
        runner.run(std::span(&at, 1), std::span(&day, 1));
        escaped = runner.escaped(0);
        if (escaped) break;
        EXPECT_TRUE(feel::same(reference(row, base::Date::from_days(day)), runner.value(0)))
            << what_ << inputs_text(row) << " on day " << day;
        if (!feel::same(now, runner.value(0))) {
          by_horizon = day;
          break;
        }
        if (runner.horizons()[0] > last) break;
        ASSERT_GT(runner.horizons()[0], day);
        day = runner.horizons()[0];
      }
      if (escaped) continue;
      ++tally.rows;
      std::optional<std::int64_t> by_day;
      for (std::int64_t each = day_.days() + 1; each <= last && !by_day; ++each) {
        if (!feel::same(now, reference(row, base::Date::from_days(each)))) by_day = each;
      }
      EXPECT_EQ(by_day, by_horizon) << what_ << inputs_text(row);
      if (::testing::Test::HasFailure()) return;
    }
  }

 private:
  bool is_day(std::size_t input) const { return models_->elements()[inputs_[input]].name == "Today"; }
  // What is the same for every row, as the zone gives it.
  bool is_constant(std::size_t input) const {
    const std::string& name = models_->elements()[inputs_[input]].name;
    return name == "Calendar" || name == "Parameters";
  }
  std::vector<Binding> bindings() const {
    std::vector<Binding> made;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      using What = Binding::What;
      made.push_back({inputs_[i],
                      is_day(i)        ? What::Day
                      : is_constant(i) ? What::Constant
                                       : What::Member,
                      columns_[i].name, is_constant(i) && !rows_.empty() ? rows_.front()[i] : feel::Value()});
    }
    return made;
  }
  std::string inputs_text(std::size_t row) const {
    std::string text = " for";
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      text += " " + columns_[i].name + " = " + feel::to_literal(rows_[row][i]);
    return text;
  }
  // What is said of a null, asked of the columns, is what the reference says of the values that went into them.
  void compare_reasons(const std::shared_ptr<const Program>& program, const RowTable& table, Tally& tally) {
    RowReasons reasons(program);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (table.odd[row] != 0) continue;
      std::string expected;
      const feel::Value value = reference(row, day_, nullptr, &expected);
      const dmn::Outcome found = reasons.of(row, day_);
      tally.reasons_compared += expected.empty() ? 0 : 1;
      EXPECT_TRUE(feel::same(value, found.value)) << what_ << inputs_text(row);
      EXPECT_EQ(expected, reasons_text(found.failures)) << what_ << inputs_text(row);
      if (::testing::Test::HasFailure()) return;
    }
  }
  void two_threads(const std::shared_ptr<const Program>& program, const RowTable& table,
                   const std::vector<feel::Value>& expected) {
    std::vector<std::size_t> wrong(2, 0);
    std::vector<std::thread> threads;
    const std::size_t half = rows_.size() / 2;
    for (std::size_t t = 0; t < 2; ++t) {
      threads.emplace_back([&, t] {
        Runner runner(program);
        const std::size_t first = t == 0 ? 0 : half, count = t == 0 ? half : rows_.size() - half;
        runner.run(first, count, day_);
        for (std::size_t i = 0; i < count; ++i) {
          if (table.odd[first + i] == 0 && !runner.escaped(i) && !feel::same(expected[first + i], runner.value(i)))
            ++wrong[t];
        }
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong[0] + wrong[1], 0U) << what_ << " with two threads";
  }

  std::shared_ptr<const dmn::ModelSet> models_;
  dmn::ElementIndex decision_;
  std::vector<std::vector<feel::Value>> rows_;
  std::string what_;
  base::Date day_;
  std::vector<dmn::ElementIndex> inputs_;
  std::vector<RowInput> columns_;
  std::unique_ptr<dmn::Evaluator> evaluator_;
};

}  // namespace yuanqu::columns::testing
