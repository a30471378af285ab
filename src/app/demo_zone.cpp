#include "app/demo_zone.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/demo_plan.hpp"
#include "population/calendars.hpp"

namespace yuanqu::app {

using base::ErrorCode;
using base::Result;

namespace {

constexpr std::string_view script_path = "data/zone.yaml";
constexpr std::size_t writes_per_batch = 2000;
constexpr double planning_part = 0.1;  // of the progress shown
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t nine_o_clock_ms = 1 * 3'600'000;  // 9:00 in UTC+8

class Writer {
 public:
  Writer(register_::Register& records, const DemoScript& script, const DemoPlan& plan, const DemoZoneOptions& options)
      : records_(records),
        script_(script),
        plan_(plan),
        options_(options),
        ids_(plan.records + 1),
        files_(plan.records + 1) {}

  Result<DemoZoneReport> run() {
    std::size_t next = 0;
    base::Date day = base::Date::from_days(INT32_MIN);
    std::int64_t batch_of_day = 0;
    while (next < plan_.writes.size()) {
      if (plan_.writes[next].recorded != day) {
        day = plan_.writes[next].recorded;
        batch_of_day = 0;
      }
      std::size_t end = next;
      while (end < plan_.writes.size() && end - next < writes_per_batch && plan_.writes[end].recorded == day) ++end;
      if (options_.set_now) options_.set_now(day.days() * day_ms + nine_o_clock_ms + 1000 * batch_of_day++);
      auto committed = records_.journal().commit(
          [&](journal::Transaction& transaction) { return write(transaction, next, end); }, {});
      if (!committed) return tl::unexpected(committed.error());
      next = end;
      if (options_.progress)
        options_.progress(planning_part +
                          (1 - planning_part) * static_cast<double>(next) / static_cast<double>(plan_.writes.size()));
    }
    for (const PlannedStory& story : plan_.stories) {
      report_.stories.push_back({story.number, story.zh, story.en, files_[story.record], ids_[story.record]});
    }
    std::sort(report_.stories.begin(), report_.stories.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
    return std::move(report_);
  }

 private:
  // Runs on the writer thread, perhaps again from the start when the group is repeated: it only sets what it would set
  // again.
  Result<void> write(journal::Transaction& transaction, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const PlannedWrite& planned = plan_.writes[i];
      register_::Write write;
      write.operation = planned.step->closes ? journal::Operation::Close : journal::Operation::Put;
      write.kind = planned.step->record_kind;
      write.record = planned.first ? 0 : ids_[planned.record];
      write.source = planned.step->source;
      write.effective_from = planned.effective;
      write.reason = planned.step->reason;
      for (const auto& [field, value] : planned.values) {
        const bool names_record = field->type == register_::FieldType::Reference;
        write.values.push_back(
            {field->number,
             names_record ? register_::Value::reference(ids_[static_cast<std::size_t>(value.as_reference())]) : value});
      }
      register_::Faults faults;
      auto written = records_.write(transaction, register_::Viewer::system(), write, &faults);
      if (!written) {
        const base::Error& error = faults.empty() ? written.error() : faults.errors.front();
        base::Place place = error.place;
        place.file = script_.place;
        place.row = planned.step->line;
        return base::fail(error.code, error.zh, error.en, std::move(place));
      }
      if (planned.first) {
        ids_[planned.record] = written->record;
        files_[planned.record] = written->file;
        ++report_.records;
      }
      ++report_.changes;
    }
    return {};
  }

  register_::Register& records_;
  const DemoScript& script_;
  const DemoPlan& plan_;
  const DemoZoneOptions& options_;
  std::vector<journal::RecordId> ids_;
  std::vector<journal::FileId> files_;
  DemoZoneReport report_;
};

}  // namespace

Result<DemoZoneReport> write_demo_zone(register_::Register& records, const pack::PackSet& packs,
                                       const DemoZoneOptions& options) {
  const pack::File* file = nullptr;
  const pack::Pack* owner = nullptr;
  for (const pack::Pack& pack : packs.packs()) {
    if (const pack::File* found = pack.find(script_path)) {
      file = found;
      owner = &pack;
    }
  }
  if (file == nullptr) {
    return base::fail(ErrorCode::NotFound, "没有业务包带演示脚本 data/zone.yaml；请装上演示包。",
                      "No pack holds the demo's script data/zone.yaml; install the demo pack.");
  }
  auto text = owner->read(*file);
  if (!text) return tl::unexpected(text.error());
  auto script = DemoScript::read(*text, owner->place_of(*file), records.catalogue());
  if (!script) return tl::unexpected(script.error());
  auto calendar = population::read_calendars(packs);
  if (!calendar) return tl::unexpected(calendar.error());
  auto plan = plan_demo(*script, options.day, options.enterprises, (*calendar)->days, [&](double part) {
    if (options.progress) options.progress(planning_part * part);
  });
  if (!plan) return tl::unexpected(plan.error());
  return Writer(records, *script, *plan, options).run();
}

}  // namespace yuanqu::app
