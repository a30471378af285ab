#include "register/pack_records.hpp"

#include <yaml-cpp/yaml.h>

#include "register/import.hpp"

namespace yuanqu::register_ {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

// The .yaml beside a table: whose records they are, who tells them, since when they hold.
Result<ImportOptions> read_options(const pack::Pack& pack, const pack::File& table, const Catalogue& catalogue) {
  const std::string path = table.path.substr(0, table.path.size() - 4) + ".yaml";
  const std::string place = pack.name() + "/" + path;
  auto text = pack.read(path);
  if (!text) return tl::unexpected(text.error());
  ImportOptions options;
  try {
    const YAML::Node root = YAML::Load(*text);
    options.kind = catalogue.kind(root["kind"].as<std::string>(""));
    const Source* source = catalogue.source(root["source"].as<std::string>(""));
    options.effective_from = base::Date::parse(root["effective_from"].as<std::string>(""));
    if (options.kind == nullptr || source == nullptr || !options.effective_from) {
      return fail(ErrorCode::Invalid, "随附记录须写明 kind（类型）、source（来源）和 effective_from（生效日期）。",
                  "Records of a pack name their kind, source and effective_from.", {.file = place});
    }
    options.source = source->number;
  } catch (const YAML::Exception& problem) {
    return fail(ErrorCode::Invalid, "YAML 有误：" + problem.msg, "The YAML is faulty: " + problem.msg,
                {.file = place, .row = static_cast<std::size_t>(problem.mark.line + 1)});
  }
  options.reason = pack.name() + " " + pack.manifest().version;
  return options;
}

}  // namespace

Result<std::size_t> load_pack_records(Register& records, const pack::PackSet& packs) {
  std::size_t written = 0;
  for (const pack::Pack& pack : packs.packs()) {
    for (const pack::File& table : pack.files("records", ".csv")) {
      auto options = read_options(pack, table, records.catalogue());
      if (!options) return tl::unexpected(options.error());
      auto report = run_import(records, Viewer::system(), table.location, *options);
      if (!report) return tl::unexpected(report.error());
      if (report->rejected > 0) {
        const RowError& first = report->errors.front();
        return fail(ErrorCode::Invalid, first.zh, first.en,
                    {.file = pack.place_of(table), .row = first.row, .column = first.column, .field = first.header});
      }
      written += report->created + report->changed;
    }
  }
  return written;
}

}  // namespace yuanqu::register_
