#include "cli/decide.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "cli/commands.hpp"
#include "cli/csv_slices.hpp"
#include "cli/decide_columns.hpp"
#include "cli/decide_output.hpp"
#include "cli/decide_rows.hpp"
#include "cli/decide_worker.hpp"
#include "dmn/model_files.hpp"

namespace yuanqu::cli {

namespace {

using Clock = std::chrono::steady_clock;
using feel::Value;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class Command {
 public:
  Command(const DecideArguments& arguments, std::ostream& out, std::ostream& error)
      : arguments_(arguments), out_(&out), error_(error) {}

  int run() {
    std::optional<base::Date> day;
    if (!arguments_.as_of.empty()) {
      day = base::Date::parse(arguments_.as_of);
      if (!day) return say(2, "--as-of 应为日期，例如 2026-03-02。", "--as-of must be a date such as 2026-03-02.");
    }
    auto read = dmn::read_model_files({arguments_.models.begin(), arguments_.models.end()});
    if (!read) return fail(read.error());
    auto compiled = dmn::ModelSet::compile(std::move(*read));
    if (!compiled) return fail(compiled.error());
    models_ = *compiled;
    auto element = models_->find(dmn::ElementKind::Decision, arguments_.decision);
    if (!element) element = models_->find(dmn::ElementKind::Service, arguments_.decision);
    if (!element) return unknown_decision();
    show_problems();

    const auto format = row_format_of(arguments_.input);
    if (!format) return fail(format.error());
    RowFormat output_format = *format;
    if (!arguments_.output.empty()) {
      const auto wanted = row_format_of(arguments_.output);
      if (!wanted) return fail(wanted.error());
      output_format = *wanted;
      file_.open(arguments_.output, std::ios::binary);
      if (!file_)
        return say(1, "输出文件 " + arguments_.output + " 写不了。",
                   "The output file " + arguments_.output + " cannot be written.");
    }
    if (!arguments_.nulls.empty()) {
      nulls_.open(arguments_.nulls, std::ios::binary);
      if (!nulls_)
        return say(1, "输出文件 " + arguments_.nulls + " 写不了。",
                   "The output file " + arguments_.nulls + " cannot be written.");
      nulls_ << null_reasons_header;
    }
    auto reader = open_rows(arguments_.input, *format);
    if (!reader) return fail(reader.error());

    std::vector<RowPlan::Input> inputs;
    const auto& description = models_->elements()[*element];
    if (description.kind == dmn::ElementKind::Service) {
      for (const auto& parameter : description.parameters) inputs.push_back({parameter.name, parameter.type});
    } else {
      input_elements_ = models_->inputs_of(*element);
      for (const auto input : input_elements_)
        inputs.push_back({models_->elements()[input].name, models_->elements()[input].type});
    }
    const RowPlan plan(std::move(inputs), (*reader)->header());
    for (const auto& name : plan.unknown()) {
      say(0, "表头“" + name + "”不是该判定的输入，已忽略。",
          "The column " + name + " is no input of the decision and is ignored.");
    }
    for (const auto& name : plan.missing()) {
      if (day && name == "Today") continue;
      say(0, "没有给出输入“" + name + "”，按空值处理。", "No column gives the input " + name + "; it is null.");
    }
    const ResultWriter writer(output_format, (*reader)->single(), description.name, description.type);
    if (*format == RowFormat::Csv && !arguments_.explain && !arguments_.by_row &&
        description.kind == dmn::ElementKind::Decision) {
      const auto deciders = columnar(*element, (*reader)->header(), day, output_format, writer);
      if (!deciders.empty()) return stream_columns(deciders, plan, writer, *element, day);
    }
    return stream(**reader, plan, writer, *element, day);
  }

 private:
  int say(int code, const std::string& zh, const std::string& en) {
    error_ << (speaks_chinese() ? zh : en) << "\n";
    return code;
  }
  int cannot_write() {
    return say(1, "输出写不下去了；请检查磁盘空间。", "The output could not be written; check the disk.");
  }
  int fail(const base::Error& error) {
    error_ << base::to_text(error, speaks_chinese()) << "\n";
    return 1;
  }
  int unknown_decision() {
    std::string names;
    for (const auto& element : models_->elements()) {
      if (element.kind == dmn::ElementKind::Decision || element.kind == dmn::ElementKind::Service)
        names += "\n  " + element.name;
    }
    return say(1, "模型中没有判定“" + arguments_.decision + "”。可用的有：" + names,
               "The model has no decision " + arguments_.decision + ". It has:" + names);
  }
  void show_problems() {
    for (const auto& problem : models_->problems()) {
      const std::string place =
          problem.model + (problem.decision.empty() ? "" : ", " + problem.decision) + " (" + problem.element + "): ";
      say(0, place + problem.zh, place + problem.en);
    }
  }

  unsigned thread_count() const {
    return arguments_.threads != 0 ? std::min(arguments_.threads, 256u)
                                   : std::max(1u, std::thread::hardware_concurrency());
  }

  // A decider for each thread; none when the decision or the file asks for the row-by-row path.
  std::vector<std::unique_ptr<ColumnDecider>> columnar(dmn::ElementIndex element,
                                                       const std::vector<std::string>& header,
                                                       std::optional<base::Date> day, RowFormat format,
                                                       const ResultWriter& writer) {
    std::vector<ColumnDecider::Input> inputs;
    for (const auto input : input_elements_)
      inputs.push_back({input, models_->elements()[input].name, models_->elements()[input].type});
    std::vector<std::unique_ptr<ColumnDecider>> deciders;
    for (unsigned t = 0; t < thread_count(); ++t) {
      base::Error why;
      auto decider = ColumnDecider::make(models_, element, inputs, header, day, format, writer, why);
      if (decider == nullptr) {
        if (arguments_.timing) say(0, "逐行计算：" + why.zh, "row by row: " + why.en);
        return {};
      }
      deciders.push_back(std::move(decider));
    }
    if (arguments_.timing) {
      for (const columns::SlowPart& part : deciders.front()->program().slow_parts)
        say(0, "逐值计算：" + part.decision + "：" + part.text, "value by value: " + part.decision + ": " + part.text);
    }
    return deciders;
  }

  // Each thread takes the next slice of the file, works on it, and waits for its turn to write: nobody waits for the
  // slowest of a round, and the file is read and written while others compute.
  struct ColumnSlice {
    std::string bytes, out;
    std::size_t number = 0, lines_before = 0, rows = 0;
    Slice notes;  // problems and explanations of rows evaluated by themselves
    SliceTimes times;
    double reading = 0, output = 0;  // processor time
  };

  int stream_columns(const std::vector<std::unique_ptr<ColumnDecider>>& deciders, const RowPlan& plan,
                     const ResultWriter& writer, dmn::ElementIndex element, std::optional<base::Date> day) {
    std::ostream& out = arguments_.output.empty() ? *out_ : file_;
    auto opened = CsvSlices::open(arguments_.input);
    if (!opened) return fail(opened.error());
    CsvSlices& reader = **opened;
    const std::size_t threads = deciders.size();
    std::vector<std::unique_ptr<Worker>> workers;
    for (std::size_t t = 0; t < threads; ++t)
      workers.push_back(std::make_unique<Worker>(models_, element, input_elements_, plan, writer, arguments_, day));
    std::vector<ColumnSlice> slices(threads);
    std::size_t rows = 0, bad = 0, by_row = 0;
    const auto start = Clock::now();
    auto shown = start;
    const bool progress = &error_ == &std::cerr && isatty(2) != 0;
    out << writer.begin();
    std::string pending;
    std::mutex reading, writing;
    std::condition_variable written;
    std::size_t given = 0, turn = 0;
    const auto take = [&](ColumnSlice& slice) {
      const std::lock_guard lock(reading);
      const double before = thread_seconds();
      if (!reader.next(slice.bytes, slice.lines_before)) return false;
      slice.number = given++;
      slice.reading += thread_seconds() - before;
      return true;
    };
    const auto put = [&](ColumnSlice& slice) {
      std::unique_lock lock(writing);
      written.wait(lock, [&] { return turn == slice.number; });
      const double before = thread_seconds();
      error_ << slice.notes.problems;
      if (nulls_.is_open()) nulls_ << slice.notes.nulls;
      rows += slice.rows;
      bad += slice.notes.bad;
      by_row += slice.notes.count;
      if (slice.rows != 0) {
        out << pending;
        out.write(slice.out.data(), static_cast<std::streamsize>(slice.out.size() - 2));
        pending = slice.out.substr(slice.out.size() - 2);
      }
      if (progress && seconds_since(shown) > 1) {
        shown = Clock::now();
        error_ << "\r" << rows << (speaks_chinese() ? " 行" : " rows") << std::flush;
      }
      slice.output += thread_seconds() - before;
      ++turn;
      written.notify_all();
    };
    const auto work = [&](std::size_t t) {
      ColumnSlice& slice = slices[t];
      ColumnDecider::NullFound null_found;
      if (!arguments_.nulls.empty()) {
        null_found = [&](const dmn::Outcome& outcome, std::size_t lines) {
          slice.notes.nulls += null_reasons(slice.lines_before + lines + 1, models_->elements()[element].name, outcome,
                                            speaks_chinese());
        };
      }
      while (take(slice)) {
        slice.out.clear();
        slice.notes = {};
        slice.rows = deciders[t]->work(
            slice.bytes, slice.out,
            [&](std::vector<std::string> cells, std::size_t lines, std::string& to) {
              RawRow row;
              row.number = slice.lines_before + lines + 1;
              row.cells = std::move(cells);
              workers[t]->work_on(row, to, slice.notes);
              ++slice.notes.count;
            },
            null_found, slice.times);
        put(slice);
      }
    };
    std::vector<std::thread> running;
    for (std::size_t t = 1; t < threads; ++t) running.emplace_back(work, t);
    work(0);
    for (auto& thread : running) thread.join();
    if (!pending.empty()) out << (writer.is_array() ? "\n" : pending);
    out << writer.end() << std::flush;
    if (progress && shown != start) error_ << "\r";
    if (!out || (nulls_.is_open() && !nulls_.flush())) return cannot_write();
    if (bad != 0) {
      say(0, std::to_string(rows) + " 行中有 " + std::to_string(bad) + " 行的输入有误，结果为空。",
          std::to_string(bad) + " of " + std::to_string(rows) + " rows had wrong input and gave null.");
    }
    if (arguments_.timing) {
      const double total = seconds_since(start);
      SliceTimes times;
      double read = 0, output = 0;
      for (const ColumnSlice& slice : slices) {
        times.parsing += slice.times.parsing;
        times.evaluating += slice.times.evaluating;
        times.writing += slice.times.writing;
        read += slice.reading;
        output += slice.output;
      }
      char text[500];
      const double each = rows == 0 ? 0.0 : 1e6 / static_cast<double>(rows);
      std::snprintf(text, sizeof text,
                    "%zu rows in %.3f s with %zu threads; evaluation %.3f s, %.4f microseconds a row\n"
                    "by columns, processor time of all threads: reading %.3f s, parsing %.3f s, evaluating %.3f s, "
                    "writing %.3f s, output %.3f s; %.0f MB/s by the clock; %zu rows by themselves\n",
                    rows, total, threads, times.evaluating, times.evaluating * each, read, times.parsing,
                    times.evaluating, times.writing, output, static_cast<double>(reader.bytes_read()) / 1e6 / total,
                    by_row);
      error_ << text;
    }
    return 0;
  }

  int stream(RowReader& reader, const RowPlan& plan, const ResultWriter& writer, dmn::ElementIndex element,
             std::optional<base::Date> day) {
    std::ostream& out = arguments_.output.empty() ? *out_ : file_;
    std::ostream& explanations = arguments_.output.empty() ? error_ : *out_;
    const unsigned threads = thread_count();
    std::vector<std::unique_ptr<Worker>> workers;
    for (unsigned t = 0; t < threads; ++t) {
      workers.push_back(std::make_unique<Worker>(models_, element, input_elements_, plan, writer, arguments_, day));
    }
    constexpr std::size_t slice_rows = 2048;
    std::vector<Slice> slices(threads);
    std::size_t rows = 0, bad = 0;
    double evaluating = 0;
    const auto start = Clock::now();
    auto shown = start;
    const bool progress = &error_ == &std::cerr && isatty(2) != 0;
    out << writer.begin();
    std::string pending;  // JSON: the last comma is dropped
    for (bool more = true; more;) {
      for (auto& slice : slices) {
        slice.rows.resize(slice_rows);
        for (slice.count = 0; more && slice.count < slice_rows; ++slice.count) {
          auto next = reader.next(slice.rows[slice.count]);
          if (!next) return fail(next.error());
          more = *next;
          if (!more) break;
        }
      }
      std::vector<std::thread> running;
      for (unsigned t = 1; t < threads; ++t) {
        if (slices[t].count != 0) running.emplace_back([&, t] { workers[t]->work(slices[t]); });
      }
      workers[0]->work(slices[0]);
      for (auto& thread : running) thread.join();
      for (auto& slice : slices) {
        if (slice.count == 0) continue;
        out << pending << slice.out.substr(0, slice.out.size() - 2);
        pending = slice.out.substr(slice.out.size() - 2);
        explanations << slice.explanations;
        error_ << slice.problems;
        if (nulls_.is_open()) nulls_ << slice.nulls;
        rows += slice.count;
        bad += slice.bad;
        evaluating += slice.evaluating;
      }
      if (progress && seconds_since(shown) > 1) {
        shown = Clock::now();
        error_ << "\r" << rows << (speaks_chinese() ? " 行" : " rows") << std::flush;
      }
    }
    if (!pending.empty()) out << (writer.is_array() ? "\n" : pending);
    out << writer.end() << std::flush;
    if (progress && shown != start) error_ << "\r";
    if (!out || (nulls_.is_open() && !nulls_.flush())) return cannot_write();
    if (bad != 0) {
      say(0, std::to_string(rows) + " 行中有 " + std::to_string(bad) + " 行的输入有误，结果为空。",
          std::to_string(bad) + " of " + std::to_string(rows) + " rows had wrong input and gave null.");
    }
    if (arguments_.timing) {
      const double total = seconds_since(start);
      char text[200];
      std::snprintf(text, sizeof text,
                    "%zu rows in %.3f s with %u threads; evaluation %.3f s, %.3f microseconds a row\n", rows, total,
                    threads, evaluating, rows == 0 ? 0.0 : evaluating * 1e6 / static_cast<double>(rows));
      error_ << text;
    }
    return 0;
  }

  const DecideArguments& arguments_;
  std::ostream* out_;
  std::ostream& error_;
  std::ofstream file_, nulls_;
  std::shared_ptr<const dmn::ModelSet> models_;
  std::vector<dmn::ElementIndex> input_elements_;
};

}  // namespace

int run_decide(const DecideArguments& arguments, std::ostream& out, std::ostream& error) {
  return Command(arguments, out, error).run();
}

void add_decide(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("decide", "对文件的每一行做判定 / evaluate a DMN decision on every row of a file");
  auto arguments = std::make_shared<DecideArguments>();
  command->add_option("model", arguments->models, "DMN file; further files are models to import")->required();
  command->add_option("--decision", arguments->decision, "name or id of a decision or decision service")->required();
  command->add_option("--input", arguments->input, "rows: .csv (header: input names or paths), .json or .jsonl")
      ->required();
  command->add_option("--output", arguments->output,
                      "results, by extension .csv, .json or .jsonl; standard output if left out");
  command->add_option("--as-of", arguments->as_of, "the business day: today() and the input Today");
  command->add_option("--threads", arguments->threads, "threads; one for each core if left out");
  command->add_flag("--explain", arguments->explain, "print for each row which values and rules led to the result");
  command->add_option("--nulls", arguments->nulls,
                      "a CSV file of what made outcomes null: row, decision, element, code, reason");
  command->add_flag("--by-row", arguments->by_row,
                    "evaluate row by row, not by columns: what the columns must agree with");
  command->add_flag("--timing", arguments->timing, "print how long the evaluation took");
  command->callback(
      [&chosen, arguments] { chosen = [arguments] { return run_decide(*arguments, std::cout, std::cerr); }; });
}

}  // namespace yuanqu::cli
