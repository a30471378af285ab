// `yuanqu replay`: a file of points (CSV or XLSX) into the history of a plant whose centre is stopped, as if a source
// had sent it: calculated tags follow, points are on disk before it ends. Points that are held already are left out, so
// the same file again changes nothing.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "app/centre.hpp"
#include "app/refuse.hpp"
#include "app/zone_settings.hpp"
#include "base/clock.hpp"
#include "control/plant_content.hpp"
#include "journal/folder_lock.hpp"
#include "telemetry/intake.hpp"
#include "telemetry/point_files.hpp"

namespace yuanqu::app {
namespace {

constexpr std::size_t problems_shown = 20;
constexpr std::size_t batch_points = 5'000;

struct ReplayArguments {
  std::string data, packs, pack = "steel", plant, file;
  std::vector<std::string> columns;
  bool day_first = false;
};

void tell(const base::Error& error) { std::cerr << base::to_text(error, cli::speaks_chinese()) << '\n'; }

base::Result<control::PlantContent> find_plant(const ReplayArguments& arguments) {
  auto root = find_packs_folder(arguments.packs);
  if (!root) return tl::unexpected(root.error());
  auto pack = pack::Pack::load(*root / arguments.pack);
  if (!pack) return tl::unexpected(pack.error());
  auto plants = control::read_plants(*pack);
  if (!plants) return tl::unexpected(plants.error().front());
  for (control::PlantContent& plant : *plants) {
    if (arguments.plant.empty() ? plants->size() == 1 : plant.model->name() == arguments.plant) return std::move(plant);
  }
  return base::fail(base::ErrorCode::NotFound, "业务包里没有工厂“" + arguments.plant + "”，请用 --plant 指明。",
                    "The pack has no plant \"" + arguments.plant + "\"; name one with --plant.", {.field = "plant"});
}

int run_replay(const ReplayArguments& arguments) {
  telemetry::ReplayOptions options;
  options.day_first = arguments.day_first;
  for (const std::string& column : arguments.columns) {
    const auto at = column.rfind('=');
    if (at == std::string::npos) {
      return refuse({base::ErrorCode::Invalid,
                     "--column 应写成“表头=测点”。",
                     "--column must be written \"header=tag\".",
                     {.field = column}});
    }
    options.columns[column.substr(0, at)] = column.substr(at + 1);
  }
  auto content = find_plant(arguments);
  if (!content) return refuse(content.error());
  const telemetry::PlantModel& model = *content->model;
  auto file = telemetry::PointFile::open(arguments.file, model, std::move(options));
  if (!file) return refuse(file.error());
  const std::filesystem::path data = std::filesystem::path(arguments.data) / "centre";
  std::error_code problem;
  std::filesystem::create_directories(data / model.name(), problem);
  auto lock = journal::FolderLock::take(data);  // a running centre holds it
  if (!lock) return refuse(lock.error());

  static const base::SystemClock clock;
  auto recorder = telemetry::Recorder::open(data / model.name(), model, clock);
  if (!recorder) return refuse(recorder.error());
  telemetry::LivePicture live(model);
  auto sink = telemetry::PointSink::create(model, **recorder, live, clock);
  if (!sink) return refuse(sink.error());
  (*recorder)->settle();
  std::uint64_t taken = 0, held = 0, sequence = 0;
  std::vector<telemetry::Point> batch;
  const auto flush = [&]() -> base::Result<void> {
    if (batch.empty()) return {};
    taken += batch.size();
    auto recorded = (*sink)->take(std::exchange(batch, {}));
    if (!recorded) return tl::unexpected(recorded.error());
    sequence = *recorded;
    return {};
  };
  for (;;) {
    auto points = (*file)->next();
    if (!points) return refuse(points.error());
    if (points->empty()) break;
    for (telemetry::Point& point : *points) {
      const auto known = (*recorder)->history().holds(point);
      if (!known) return refuse(known.error());
      if (*known)
        ++held;
      else
        batch.push_back(std::move(point));
    }
    if (batch.size() < batch_points) continue;
    if (auto flushed = flush(); !flushed) return refuse(flushed.error());
  }
  if (auto flushed = flush(); !flushed) return refuse(flushed.error());
  if (sequence > 0) {
    if (auto durable = (*recorder)->wait(sequence); !durable) return refuse(durable.error());
  }
  (*recorder)->settle();
  if (auto kept = (*recorder)->keep(); !kept) return refuse(kept.error());
  for (std::size_t i = 0; i < (*file)->problems().size() && i < problems_shown; ++i) tell((*file)->problems()[i]);
  std::cout << (cli::speaks_chinese()
                    ? fmt::format("写入 {} 个点；{} 个已有；{} 个单元格没有认出。", taken, held,
                                  (*file)->problem_count())
                    : fmt::format("{} points written; {} were there already; {} cells could not be read.", taken, held,
                                  (*file)->problem_count()))
            << std::endl;
  return (*file)->problem_count() == 0 ? 0 : 1;
}

}  // namespace

void add_replay(CLI::App& program, cli::Chosen& chosen) {
  auto* command = program.add_subcommand("replay", "write a file of points into the history of a plant");
  auto arguments = std::make_shared<ReplayArguments>();
  command->add_option("file", arguments->file, "CSV or XLSX: time, tag, value, or a column for each tag")->required();
  command->add_option("--data", arguments->data, "data folder of the centre, which must be stopped")->required();
  command->add_option("--packs", arguments->packs, "folder of the packs (default: beside the program)");
  command->add_option("--pack", arguments->pack, "the pack")->capture_default_str();
  command->add_option("--plant", arguments->plant, "the plant (default: the pack's only one)");
  command->add_option("--column", arguments->columns, "\"header=tag\" of a file whose headers are not names of tags");
  command->add_flag("--day-first", arguments->day_first, "01/02/2018 is the first of February");
  command->callback([&chosen, arguments] { chosen = [arguments] { return run_replay(*arguments); }; });
}

}  // namespace yuanqu::app
