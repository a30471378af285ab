#include "paper/paper_json.hpp"

#include <boost/json.hpp>

namespace yuanqu::paper {

std::string json_of(const Paper& paper, const Document& document) {
  namespace json = boost::json;
  json::object made{{"number", paper.number},
                    {"title", paper.labels.zh},
                    {"title_en", paper.labels.en},
                    {"sample", paper.sample},
                    {"holder", paper.holder},
                    {"issuer", paper.issuer},
                    {"issued", paper.issued_on.to_string()},
                    {"verify_at", document.options.verify_at}};
  if (paper.sample) made["statement"] = paper.statement.zh;
  if (paper.valid_from) made["valid_from"] = paper.valid_from->to_string();
  if (paper.valid_to) made["valid_to"] = paper.valid_to->to_string();
  json::object fields;
  for (const Part& part : document.parts) {
    if (const auto* rows = std::get_if<Fields>(&part)) {
      for (const Fields::Row& row : rows->rows) fields[row.label] = row.value;
    }
  }
  made["fields"] = std::move(fields);
  return json::serialize(made);
}

}  // namespace yuanqu::paper
