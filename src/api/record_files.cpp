#include "api/call.hpp"
#include "api/record_list.hpp"
#include "api/resources.hpp"
#include "register/export.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::api {
namespace {

std::string_view media_type_of(tabular::Format format, bool gzip) {
  if (gzip) return "application/gzip";
  switch (format) {
    case tabular::Format::Xlsx: return workbook_type;
    case tabular::Format::JsonLines: return "application/x-ndjson; charset=utf-8";
    case tabular::Format::Csv: break;
  }
  return "text/csv; charset=utf-8";
}

Response file_response(Call& call, const register_::Kind& kind, tabular::Format format, std::string_view ending) {
  Response response;
  response.compressible = false;
  response.content_type = media_type_of(format, ending.ends_with(".gz"));
  response.file = call.house.data_folder / "exports" / ("export-" + call.request.trace_id + std::string(ending));
  response.delete_file = true;
  const std::string name =
      (call.chinese() ? kind.labels.zh : kind.labels.en) + "-" + call.today().to_string() + std::string(ending);
  response.with("Content-Disposition", "attachment; filename*=UTF-8''" + percent_encoded(name));
  return response;
}

base::Result<Response> export_list(Call& call, tabular::Format format, std::string_view ending) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  register_::ExportOptions options;
  options.as_of = *as_of;
  options.chinese = call.chinese();
  options.gzip = ending.ends_with(".gz");
  auto wanted = listed_records(call, **kind);
  if (!wanted) return tl::unexpected(wanted.error());
  options.records = std::move(*wanted);
  Response response = file_response(call, **kind, format, ending);
  auto report = register_::export_records(call.house.records, call.viewer, **kind, format, response.file, options);
  if (!report) return tl::unexpected(report.error());
  return response;
}

base::Result<Response> get_template(Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  register_::ExportOptions options;
  options.as_of = {call.today(), std::nullopt};
  options.chinese = call.chinese();
  auto columns = register_::export_columns(call.house.records.catalogue(), call.viewer, **kind, options);
  if (!columns) return tl::unexpected(columns.error());
  Response response = file_response(call, **kind, tabular::Format::Xlsx, ".xlsx");
  auto writer = tabular::create_writer(response.file, tabular::Format::Xlsx, *columns);
  if (!writer) return tl::unexpected(writer.error());
  if (auto finished = (*writer)->finish(); !finished) return tl::unexpected(finished.error());
  return response;
}

}  // namespace

void add_record_files(Router& router) {
  struct Ending {
    tabular::Format format;
    std::string_view text;
  };
  for (const Ending ending : {Ending{tabular::Format::Xlsx, ".xlsx"}, Ending{tabular::Format::Csv, ".csv"},
                              Ending{tabular::Format::Csv, ".csv.gz"}, Ending{tabular::Format::JsonLines, ".jsonl"},
                              Ending{tabular::Format::JsonLines, ".jsonl.gz"}}) {
    router.add(Method::Get, "/records/{kind}" + std::string(ending.text), Ability::SignedIn,
               [ending](Call& call) { return export_list(call, ending.format, ending.text); });
  }
  router.add(Method::Get, "/records/{kind}/template.xlsx", Ability::SignedIn, get_template);
}

}  // namespace yuanqu::api
