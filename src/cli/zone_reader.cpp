#include "cli/zone_reader.hpp"

#include <charconv>

#include "population/publications.hpp"

namespace yuanqu::cli {

using base::ErrorCode;
using base::fail;
using base::Result;

Result<std::unique_ptr<ZoneReader>> ZoneReader::open(const std::filesystem::path& data, const std::string& packs) {
  std::unique_ptr<ZoneReader> reader(new ZoneReader);
  auto folder = DataFolder::open(data, packs);
  if (!folder) return tl::unexpected(folder.error());
  reader->folder_ = std::move(*folder);
  auto programs =
      population::programs_in_force(reader->packs(), reader->records().catalogue(), reader->records().journal());
  if (!programs) return tl::unexpected(programs.error());
  auto population = population::Population::open(reader->records(), *programs);
  if (!population) return tl::unexpected(population.error());
  reader->population_ = std::move(*population);
  if (!reader->records().today()) {
    return fail(ErrorCode::Invalid, "这个数据目录还没有园区日期，请先用 yuanqu serve 打开它。",
                "The data folder has no zone day yet; open it with yuanqu serve first.");
  }
  if (auto ready = reader->population_->bring_up_to_date_unstored(); !ready) return tl::unexpected(ready.error());
  return reader;
}

Result<const population::Decision*> ZoneReader::decision(const std::string& name) const {
  const population::Decision* decision = population_->programs().decisions().find(name);
  if (decision != nullptr) return decision;
  std::string known;
  for (const population::Decision& one : population_->programs().decisions().all())
    known += (known.empty() ? "" : ", ") + one.name;
  return fail(ErrorCode::NotFound, "没有判定 " + name + "。可用：" + known,
              "There is no decision " + name + ". There are: " + known, {.field = name});
}

Result<register_::RecordId> ZoneReader::record(const register_::Kind& kind, const std::string& text) const {
  register_::RecordId id = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
  const bool number = problem == std::errc{} && end == text.data() + text.size();
  register_::RecordId found = 0;
  population_->read([&](const population::Population::Image& image) {
    if (number) {
      const auto state = image.facts.resolve(id);
      if (state != nullptr && state->kind == kind.number) found = state->id;
    }
    for (const auto& key : kind.keys) {
      const register_::Field* field = key.size() == 1 ? kind.field(key.front()) : nullptr;
      if (found != 0 || field == nullptr) continue;
      for (const register_::RecordId one : image.facts.of_kind(kind)) {
        if (register_::read_plain(*image.facts.find(one), *field, image.day).value().to_text() == text) found = one;
      }
    }
  });
  if (found != 0) return found;
  return fail(ErrorCode::NotFound, "没有“" + kind.labels.zh + "”记录 " + text + "。",
              "There is no record " + text + " of the kind " + kind.labels.en + ".", {.field = text});
}

std::string ZoneReader::title(register_::RecordId record) const {
  auto title = folder_->records().title_of(register_::Viewer::system(), record, population_->today());
  return title ? *title : std::to_string(record);
}

}  // namespace yuanqu::cli
