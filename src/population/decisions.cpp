#include "population/decisions.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <set>

#include "feel/expression.hpp"
#include "population/csv_rows.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

const DecisionVersion* Decision::version(base::Date day) const {
  for (const DecisionVersion& candidate : versions) {
    if (candidate.valid_from <= day && (!candidate.valid_to || day <= *candidate.valid_to)) return &candidate;
  }
  return nullptr;
}

std::optional<base::Date> Decision::next_version(base::Date day) const {
  std::optional<base::Date> next;
  const auto lower = [&](base::Date other) {
    if (other > day && (!next || other < *next)) next = other;
  };
  for (const DecisionVersion& candidate : versions) {
    lower(candidate.valid_from);
    if (candidate.valid_to) lower(base::Date::from_days(candidate.valid_to->days() + 1));
  }
  return next;
}

const OutcomeLabel* Decision::label(std::string_view code) const {
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const OutcomeLabel& value) { return value.code == code; });
  return found == values.end() ? nullptr : &*found;
}

const Decision* Decisions::find(std::string_view name) const {
  const auto found =
      std::find_if(decisions_.begin(), decisions_.end(), [&](const Decision& d) { return d.name == name; });
  return found == decisions_.end() ? nullptr : &*found;
}

const Decision* Decisions::find(std::uint32_t number) const {
  const auto found =
      std::find_if(decisions_.begin(), decisions_.end(), [&](const Decision& d) { return d.number == number; });
  return found == decisions_.end() ? nullptr : &*found;
}

feel::Value Decisions::parameters_on(base::Date day, std::optional<base::Date>& until) const {
  std::vector<feel::Entry> entries;
  const auto lower = [&](base::Date other) {
    if (other > day && (!until || other < *until)) until = other;
  };
  for (const ParameterRow& row : parameters_) {
    lower(row.valid_from);
    if (row.valid_to) lower(base::Date::from_days(row.valid_to->days() + 1));
    if (row.valid_from <= day && (!row.valid_to || day <= *row.valid_to))
      entries.push_back({feel::String(row.parameter), row.value});
  }
  return feel::Value::context(std::move(entries));
}

Result<std::shared_ptr<const Decisions>> Decisions::with_parameters(
    const std::vector<std::pair<std::string, feel::Value>>& values, base::Date day) const {
  auto changed = std::make_shared<Decisions>(*this);
  for (const auto& [name, value] : values) {
    bool found = false;
    for (ParameterRow& row : changed->parameters_) {
      if (row.parameter != name || day < row.valid_from || (row.valid_to && *row.valid_to < day)) continue;
      row.value = value;
      found = true;
    }
    if (!found) {
      return fail(ErrorCode::NotFound, "当天没有参数“" + name + "”。",
                  "There is no parameter " + name + " in force on that day.", {.field = name});
    }
  }
  return std::shared_ptr<const Decisions>(std::move(changed));
}

std::shared_ptr<const Decisions> Decisions::with_calendar(std::shared_ptr<const PublishedCalendar> calendar) const {
  auto changed = std::make_shared<Decisions>(*this);
  changed->calendar_ = std::move(calendar);
  return changed;
}

Result<std::shared_ptr<const Decisions>> Decisions::with_published(const std::vector<PublishedRule>& rules) const {
  auto changed = std::make_shared<Decisions>(*this);
  // The piece in force on `day` ends the day before; a copy of it goes on from there.
  const auto take_over = [](auto& pieces, base::Date day, const auto& concerns) {
    const auto at = std::find_if(pieces.begin(), pieces.end(), [&](const auto& one) {
      return concerns(one) && one.valid_from <= day && (!one.valid_to || day <= *one.valid_to);
    });
    if (at == pieces.end()) return pieces.end();
    auto next = *at;
    next.valid_from = day;
    if (at->valid_from == day) {
      *at = std::move(next);
      return at;
    }
    at->valid_to = base::Date::from_days(day.days() - 1);
    return pieces.insert(at + 1, std::move(next));
  };
  for (const PublishedRule& rule : rules) {
    const auto refuse = [&](const std::string& name) {
      return fail(ErrorCode::Invalid,
                  "已发布的规则 " + std::to_string(rule.id) + " 无所附着：" + rule.valid_from.to_string() + " 没有“" +
                      name + "”。请撤下它或恢复业务包。",
                  "The published rule " + std::to_string(rule.id) + " has nothing to stand on: there is no " + name +
                      " on " + rule.valid_from.to_string() + ". Take it back or restore the packs.",
                  {.field = name});
    };
    if (!rule.models.empty()) {
      const auto decision = std::find_if(changed->decisions_.begin(), changed->decisions_.end(),
                                         [&](const Decision& one) { return one.name == rule.decision; });
      if (decision == changed->decisions_.end()) return refuse(rule.decision);
      const auto version = take_over(decision->versions, rule.valid_from, [](const auto&) { return true; });
      if (version == decision->versions.end()) return refuse(rule.decision);
      version->publication = rule.id;
    }
    for (const auto& [name, literal] : rule.parameters) {
      const auto value = feel::evaluate_text(literal);
      const auto row = take_over(changed->parameters_, rule.valid_from,
                                 [&, &parameter = name](const auto& one) { return one.parameter == parameter; });
      if (!value || row == changed->parameters_.end()) return refuse(name);
      row->value = *value;
      row->basis = rule.basis;
    }
  }
  return std::shared_ptr<const Decisions>(std::move(changed));
}

// Reads the files; every refusal names file and line.
struct DecisionsReader {
  const pack::PackSet& packs;
  const register_::Catalogue& catalogue;
  Decisions& into;

  static tl::unexpected<base::Error> refuse(const std::string& file, const YAML::Node& node, std::string zh,
                                            std::string en) {
    const YAML::Mark mark = node.Mark();
    return fail(ErrorCode::Invalid, std::move(zh), std::move(en),
                {.file = file, .row = static_cast<std::size_t>(mark.line + 1)});
  }

  static Result<std::optional<base::Date>> date_of(const std::string& file, const YAML::Node& node) {
    if (!node || node.IsNull()) return std::nullopt;
    const auto day = base::Date::parse(node.as<std::string>(""));
    if (!day) return refuse(file, node, "日期应写作 2026-03-02。", "Write the date as 2026-03-02.");
    return day;
  }

  static pack::Label label_of(const YAML::Node& node) {
    if (!node) return {};
    if (node.IsScalar()) return {node.as<std::string>(), node.as<std::string>()};
    return {node["zh"].as<std::string>(""), node["en"].as<std::string>("")};
  }

  Result<void> read_decision(const pack::Pack& pack, const std::string& file, const YAML::Node& node) {
    static const std::set<std::string> known{"decision",      "number",      "labels",   "subject",    "applies",
                                             "business_date", "result",      "values",   "purpose",    "aim",
                                             "basis",         "confidence",  "versions", "definition", "note",
                                             "class",         "class_reason"};
    if (!node.IsMap())
      return refuse(file, node, "每一项应是一个判定的映射。", "Each item must be the mapping of one decision.");
    for (const auto& entry : node) {
      if (!known.count(entry.first.as<std::string>())) {
        return refuse(file, entry.first, "不认识“" + entry.first.as<std::string>() + "”，请删去或改正。",
                      "Unknown key " + entry.first.as<std::string>() + "; remove or correct it.");
      }
    }
    Decision decision;
    decision.name = node["decision"].as<std::string>("");
    decision.number = node["number"].as<std::uint32_t>(0);
    decision.place = file + ":" + std::to_string(node.Mark().line + 1);
    if (decision.name.empty() || decision.number == 0) {
      return refuse(file, node, "判定需要 decision（名称）和 number（大于零）。",
                    "A decision needs `decision` (its id) and `number` above zero.");
    }
    if (into.find(decision.name) != nullptr || into.find(decision.number) != nullptr) {
      return refuse(file, node, "判定“" + decision.name + "”的名称或编号已被使用。",
                    "The id or number of decision " + decision.name + " is taken.");
    }
    decision.labels = label_of(node["labels"]);
    decision.kind = catalogue.kind(node["subject"].as<std::string>(""));
    if (decision.kind == nullptr)
      return refuse(file, node["subject"] ? node["subject"] : node, "没有这个类型。", "There is no such kind.");
    decision.applies = node["applies"].as<std::string>("");
    decision.business_date = node["business_date"].as<std::string>("");
    if (decision.business_date == "Today") decision.business_date.clear();
    decision.result = node["result"].as<std::string>("");
    decision.purpose = node["purpose"].as<std::string>("service");
    if (!catalogue.purposes().empty() && catalogue.purpose(decision.purpose) == nullptr) {
      return refuse(file, node["purpose"] ? node["purpose"] : node,
                    "没有用途“" + decision.purpose + "”，请用 data/purposes.yaml 中的名称。",
                    "There is no purpose " + decision.purpose + "; use a name of data/purposes.yaml.");
    }
    decision.basis = label_of(node["basis"]);
    if (node["class"]) {
      decision.lowered_class = register_::field_class_of(node["class"].as<std::string>(""));
      decision.lowered_because = node["class_reason"].as<std::string>("");
      if (!decision.lowered_class || decision.lowered_because.empty()) {
        return refuse(file, node["class"], "class 应为一个字段类别，并用 class_reason 写明为何放宽不会泄露所用的数。",
                      "`class` must be a field class, with `class_reason` saying why its outcome gives nothing away.");
      }
    }
    const std::string confidence = node["confidence"].as<std::string>("high");
    decision.confidence = confidence == "high"     ? Confidence::High
                          : confidence == "medium" ? Confidence::Medium
                                                   : Confidence::Low;
    for (const auto& value : node["values"])
      decision.values.push_back({value["code"].as<std::string>(), label_of(value["labels"])});
    decision.aim = node["aim"].as<std::string>("");
    if (!decision.aim.empty() && decision.label(decision.aim) == nullptr) {
      return refuse(file, node["aim"], "aim 应是 values 中的一个 code。",
                    "`aim` must be one of the codes in `values`.");
    }
    if (!node["versions"] || !node["versions"].IsSequence() || node["versions"].size() == 0) {
      return refuse(file, node, "判定至少要有一个版本（versions）。",
                    "A decision needs at least one entry in `versions`.");
    }
    for (const auto& item : node["versions"]) {
      DecisionVersion version;
      const std::string model = item["model"].as<std::string>("");
      version.decision = item["name"].as<std::string>("");
      const std::string path = "decisions/" + model;
      if (pack.find(path) == nullptr)
        return refuse(file, item, "找不到模型 " + model + "。", "There is no model " + model + ".");
      version.model = pack.name() + "/" + path;
      auto from = date_of(file, item["valid_from"]);
      auto to = date_of(file, item["valid_to"]);
      if (!from) return tl::unexpected(from.error());
      if (!to) return tl::unexpected(to.error());
      version.valid_from = from->value_or(base::Date::from_days(-700000));
      version.valid_to = *to;
      decision.versions.push_back(std::move(version));
    }
    std::sort(decision.versions.begin(), decision.versions.end(),
              [](const auto& a, const auto& b) { return a.valid_from < b.valid_from; });
    for (std::size_t i = 1; i < decision.versions.size(); ++i) {
      const auto& before = decision.versions[i - 1];
      if (!before.valid_to || *before.valid_to >= decision.versions[i].valid_from) {
        return refuse(file, node, "判定“" + decision.name + "”的版本有效期重叠。",
                      "The versions of " + decision.name + " overlap in time.");
      }
    }
    into.decisions_.push_back(std::move(decision));
    return {};
  }

  Result<void> read_decisions(const pack::Pack& pack) {
    for (const pack::File& file : pack.files("decisions", ".yaml")) {
      auto text = pack.read(file);
      if (!text) return tl::unexpected(text.error());
      const std::string place = pack.place_of(file);
      try {
        const YAML::Node root = YAML::Load(*text);
        if (!root.IsMap() || !root["decisions"] || !root["decisions"].IsSequence()) {
          return refuse(place, root, "文件应有 decisions 列表。", "The file must have a list `decisions`.");
        }
        for (const auto& node : root["decisions"]) {
          if (auto read = read_decision(pack, place, node); !read) return read;
        }
      } catch (const YAML::Exception& problem) {
        return fail(ErrorCode::Invalid, "YAML 有误：" + problem.msg, "The YAML is faulty: " + problem.msg,
                    {.file = place, .row = static_cast<std::size_t>(problem.mark.line + 1)});
      }
    }
    return {};
  }

  Result<void> read_parameters(const pack::Pack& pack) {
    for (const pack::File& file : pack.files("parameters", ".csv")) {
      auto text = pack.read(file);
      if (!text) return tl::unexpected(text.error());
      auto rows = read_rows(*text, pack.place_of(file), {"feel", "value", "valid_from", "valid_to", "basis"});
      if (!rows) return tl::unexpected(rows.error());
      for (const Row& row : *rows) {
        ParameterRow parameter{.parameter = row.cells[0], .basis = row.cells[4]};
        auto value = feel::evaluate_text(row.cells[1]);
        const auto from = base::Date::parse(row.cells[2]);
        const auto to = row.cells[3].empty() ? std::optional<base::Date>() : base::Date::parse(row.cells[3]);
        if (!value || value->is_null() || !from || (!row.cells[3].empty() && !to) || parameter.basis.empty()) {
          return fail(ErrorCode::Invalid, "参数行需要 FEEL 字面值、起始日期和法律来源。",
                      "A parameter row needs a FEEL literal, a first day and its legal source.",
                      {.file = pack.place_of(file), .row = row.number, .field = parameter.parameter});
        }
        parameter.value = *value;
        parameter.valid_from = *from;
        parameter.valid_to = to;
        into.parameters_.push_back(std::move(parameter));
      }
    }
    return {};
  }
};

Result<std::shared_ptr<const Decisions>> Decisions::load(const pack::PackSet& packs,
                                                         const register_::Catalogue& catalogue) {
  auto decisions = std::make_shared<Decisions>();
  DecisionsReader reader{packs, catalogue, *decisions};
  for (const pack::Pack& pack : packs.packs()) {
    if (auto read = reader.read_decisions(pack); !read) return tl::unexpected(read.error());
    if (auto read = reader.read_parameters(pack); !read) return tl::unexpected(read.error());
  }
  auto calendar = read_calendars(packs);
  if (!calendar) return tl::unexpected(calendar.error());
  decisions->calendar_ = std::move(*calendar);
  std::sort(decisions->decisions_.begin(), decisions->decisions_.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return decisions;
}

}  // namespace yuanqu::population
