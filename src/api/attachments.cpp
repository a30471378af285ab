// Files that records rest on: brought in by an upload, named by a later write, fetched from the record that names them.
#include "journal/attachments.hpp"

#include <algorithm>

#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"
#include "api/value_json.hpp"

namespace yuanqu::api {
namespace {

using register_::Field;
using register_::Kind;

// For uploads that name no field (a case's material): what any of ours may be.
const Field& any_attachment() {
  static const Field field = [] {
    Field made;
    made.labels = {"附件", "attachment"};
    made.type = register_::FieldType::Attachment;
    made.formats = {"pdf", "png", "jpeg", "webp", "docx", "xlsx", "ofd"};
    return made;
  }();
  return field;
}

// The field the file is meant for, as the form names it.
base::Result<const Field*> meant_for(const Call& call) {
  const std::string_view kind_name = form_value(call.request, "kind");
  if (kind_name.empty()) return &any_attachment();
  const Kind* kind = call.house.records.catalogue().kind(kind_name);
  const Field* field = kind == nullptr ? nullptr : kind->field(form_value(call.request, "field"));
  const bool takes_files = field != nullptr && !field->formats.empty();
  if (!takes_files) {
    return base::fail(base::ErrorCode::Invalid, "这个字段不接收附件，请核对 kind 与 field。",
                      "This field takes no attachments; check kind and field.", {.field = "field"});
  }
  return field;
}

// As the sender calls it, without what no name may hold.
std::string shown_name(const std::string& file_name) {
  std::string name = file_name.substr(std::min(file_name.size(), file_name.find_last_of("/\\") + 1));
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  return name.empty() ? "file" : name;
}

base::Result<Response> post_attachment(Call& call) {
  auto field = meant_for(call);
  if (!field) return tl::unexpected(field.error());
  if (call.request.uploads.size() != 1) {
    return base::fail(base::ErrorCode::Invalid, "请选择一个文件上传。", "Upload exactly one file.", {.field = "file"});
  }
  const Upload& upload = call.request.uploads.front();
  const std::string_view format = journal::format_of_content(upload.path);
  // Before it is stored, so that what no record could take leaves nothing behind.
  if (auto fits = register_::check_attachment_limits(**field, upload.size, format); !fits)
    return tl::unexpected(fits.error());
  auto stored = call.house.journal.attachments().put(upload.path, call.account->id);
  if (!stored) return tl::unexpected(stored.error());
  JsonWriter json;
  write_attachment(
      json, register_::Value::attachment(stored->hash, stored->size, stored->format, shown_name(upload.file_name)));
  return Response::json(json.take(), 201);
}

base::Result<Response> get_attachment(Call& call) {
  auto kind = call.kind();
  if (!kind) return tl::unexpected(kind.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  auto as_of = call.as_of();
  if (!as_of) return tl::unexpected(as_of.error());
  const Field* field = (*kind)->field(call.parameter("field"));
  if (field == nullptr) {
    return base::fail(base::ErrorCode::NotFound, "没有字段“" + std::string(call.parameter("field")) + "”。",
                      "There is no field \"" + std::string(call.parameter("field")) + "\".", {.field = "field"});
  }
  auto value = call.house.records.attachment(call.viewer, **kind, *id, *field, call.query("hash"), *as_of,
                                             std::string(call.query("reason")));
  if (!value) return tl::unexpected(value.error());
  return attachment_response(
      call, {std::string(value->attachment_hash()), value->attachment_size(), std::string(value->attachment_format())},
      std::string(value->attachment_name()));
}

}  // namespace

base::Result<Response> attachment_response(Call& call, const journal::Attachment& file, const std::string& name) {
  const bool shows = file.format == "pdf" || file.format == "png" || file.format == "jpeg" || file.format == "webp" ||
                     file.format == "gif";
  Response response;
  response.content_type = journal::media_type_of(file.format);
  response.compressible = false;
  response.with("ETag", "\"" + file.hash + "\"").with("Cache-Control", "private, no-cache");
  response.with("Content-Disposition", std::string(shows && !call.asks("download") ? "inline" : "attachment") +
                                           "; filename*=UTF-8''" + percent_encoded(name));
  if (matches_tag(call.request.header("if-none-match"), file.hash)) {
    response.status = 304;
    return response;
  }
  auto path = call.house.journal.attachments().checked_path(file);
  if (!path) return tl::unexpected(path.error());
  response.file = *path;
  return response;
}

void add_attachments(Router& router) {
  router.add_upload("/attachments", Ability::Write, post_attachment);
  router.add(Method::Get, "/records/{kind}/{id}/attachments/{field}", Ability::SignedIn, get_attachment);
}

}  // namespace yuanqu::api
