#include "duty/services.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

namespace yuanqu::duty {

using base::ErrorCode;
using base::fail;
using base::Result;

std::string_view name_of(Fires fires) { return fires == Fires::Holds ? "holds" : "becomes"; }

std::string_view name_of(CallsFor calls_for) {
  switch (calls_for) {
    case CallsFor::Notify: return "notify";
    case CallsFor::Offer: return "offer";
    case CallsFor::Act: return "act";
  }
  return "notify";
}

std::string_view ServiceItem::role() const {
  constexpr std::string_view prefix = "role:";
  return to.rfind(prefix, 0) == 0 ? std::string_view(to).substr(prefix.size()) : std::string_view();
}

const ServiceItem* Services::find(std::string_view name) const {
  const auto found =
      std::find_if(items_.begin(), items_.end(), [&](const ServiceItem& item) { return item.name == name; });
  return found == items_.end() ? nullptr : &*found;
}

const ServiceItem* Services::find(std::uint32_t number) const {
  const auto found =
      std::find_if(items_.begin(), items_.end(), [&](const ServiceItem& item) { return item.number == number; });
  return found == items_.end() ? nullptr : &*found;
}

namespace {

tl::unexpected<base::Error> refuse(const std::string& file, const YAML::Node& node, std::string zh, std::string en) {
  return fail(ErrorCode::Invalid, std::move(zh), std::move(en),
              {.file = file, .row = static_cast<std::size_t>(node.Mark().line + 1)});
}

Label label_of(const YAML::Node& node) {
  if (!node) return {};
  if (node.IsScalar()) return {node.as<std::string>(), node.as<std::string>()};
  return {node["zh"].as<std::string>(""), node["en"].as<std::string>("")};
}

Result<feel::Texts> texts_of(const std::string& file, const YAML::Node& node) {
  const Label label = label_of(node);
  auto zh = feel::Text::parse(label.zh);
  auto en = feel::Text::parse(label.en);
  for (const auto* parsed : {&zh, &en}) {
    if (!*parsed) return refuse(file, node, parsed->error().zh, parsed->error().en);
  }
  return feel::Texts{std::move(*zh), std::move(*en)};
}

// Both fields are references of the subject to records of one kind that have files of their own.
Result<ServiceItem::Merge> read_merge(const std::string& file, const YAML::Node& node, const population::Decision& of) {
  const register_::Field* found[2] = {};
  const char* const keys[2] = {"record", "into"};
  for (int i = 0; i < 2; ++i) {
    const std::string name = node.IsMap() ? node[keys[i]].as<std::string>("") : std::string();
    found[i] = of.kind->field(std::string_view(name));
    if (found[i] == nullptr || found[i]->type != register_::FieldType::Reference) {
      return refuse(file, node, std::string("merge 的 ") + keys[i] + " 应是判定对象的一个引用字段。",
                    std::string("`") + keys[i] + "` of merge names a reference field of the decision's subject.");
    }
  }
  if (found[0] == found[1] || found[0]->to_kind != found[1]->to_kind) {
    return refuse(file, node, "merge 的两个字段应指向同一类型的两条记录。",
                  "The two fields of merge refer to two records of one kind.");
  }
  return ServiceItem::Merge{found[0]->number, found[1]->number};
}

Result<ServiceItem> read_item(const std::string& file, const YAML::Node& node, const population::Decisions& decisions) {
  static const std::set<std::string> known{
      "service",   "number",    "labels",  "decision", "applies", "fires",      "when", "occurrence",
      "calls_for", "procedure", "message", "to",       "title",   "why",        "due",  "deadline_working_days",
      "expires",   "withdraw",  "show",    "guide",    "basis",   "confidence", "note", "merge"};
  if (!node.IsMap())
    return refuse(file, node, "每一项应是一个事项的映射。", "Each item must be the mapping of one service item.");
  for (const auto& entry : node) {
    const std::string key = entry.first.as<std::string>();
    if (!known.count(key))
      return refuse(file, entry.first, "不认识“" + key + "”，请删去或改正。",
                    "Unknown key " + key + "; remove or correct it.");
  }
  ServiceItem item;
  item.name = node["service"].as<std::string>("");
  item.number = node["number"].as<std::uint32_t>(0);
  item.place = file + ":" + std::to_string(node.Mark().line + 1);
  if (item.name.empty() || item.number == 0) {
    return refuse(file, node, "事项需要 service（名称）和 number（大于零）。",
                  "A service item needs `service` (its id) and `number` above zero.");
  }
  item.labels = label_of(node["labels"]);
  item.decision = decisions.find(node["decision"].as<std::string>(""));
  if (item.decision == nullptr)
    return refuse(file, node["decision"] ? node["decision"] : node, "没有这个判定。", "There is no such decision.");
  item.applies = node["applies"].as<std::string>("");
  const std::string fires = node["fires"].as<std::string>("");
  if (fires != "holds" && fires != "becomes")
    return refuse(file, node, "fires 应是 holds 或 becomes。", "`fires` is holds or becomes.");
  item.fires = fires == "holds" ? Fires::Holds : Fires::Becomes;
  item.when = node["when"].as<std::string>("");
  item.occurrence = node["occurrence"].as<std::string>("");
  if (item.when.empty() || item.occurrence.empty()) {
    return refuse(file, node, "事项需要 when 和 occurrence（FEEL）。",
                  "A service item needs `when` and `occurrence` (FEEL).");
  }
  const std::string calls_for = node["calls_for"].as<std::string>("");
  if (calls_for != "notify" && calls_for != "offer" && calls_for != "act") {
    return refuse(file, node, "calls_for 应是 notify、offer 或 act。", "`calls_for` is notify, offer or act.");
  }
  item.calls_for = calls_for == "notify" ? CallsFor::Notify : calls_for == "offer" ? CallsFor::Offer : CallsFor::Act;
  item.procedure = node["procedure"].as<std::string>("");
  if (item.calls_for != CallsFor::Notify && item.procedure.empty()) {
    return refuse(file, node, "offer 和 act 需要 procedure。", "offer and act need a `procedure`.");
  }
  item.message = node["message"].as<std::string>("");
  item.to = node["to"].as<std::string>("file");
  if (item.to != "file" && item.role().empty())
    return refuse(file, node["to"], "to 应是 file 或 role:岗位。", "`to` is file or role:<post>.");
  auto title = texts_of(file, node["title"]);
  auto why = texts_of(file, node["why"]);
  if (!title) return tl::unexpected(title.error());
  if (!why) return tl::unexpected(why.error());
  item.title = std::move(*title);
  item.why = std::move(*why);
  item.due = node["due"].as<std::string>("");
  if (node["deadline_working_days"]) item.deadline_working_days = node["deadline_working_days"].as<int>();
  item.expires = node["expires"].as<std::string>("");
  if (node["withdraw"]) item.withdraw = label_of(node["withdraw"]);
  for (const auto& path : node["show"]) item.show.push_back(path.as<std::string>());
  if (node["guide"] && node["guide"].IsMap()) {
    if (node["guide"]["zh"] && node["guide"]["zh"].IsScalar()) {
      item.guide["text"] = label_of(node["guide"]);
    } else {
      for (const auto& entry : node["guide"]) item.guide[entry.first.as<std::string>()] = label_of(entry.second);
    }
  }
  item.basis = label_of(node["basis"]);
  if (node["merge"]) {
    auto merge = read_merge(file, node["merge"], *item.decision);
    if (!merge) return tl::unexpected(merge.error());
    item.merge = *merge;
  }
  return item;
}

}  // namespace

Result<std::shared_ptr<const Services>> Services::load(const pack::PackSet& packs,
                                                       const population::Decisions& decisions) {
  auto services = std::make_shared<Services>();
  for (const pack::Pack& pack : packs.packs()) {
    for (const pack::File& file : pack.files("services", ".yaml")) {
      auto text = pack.read(file);
      if (!text) return tl::unexpected(text.error());
      const std::string place = pack.place_of(file);
      try {
        const YAML::Node root = YAML::Load(*text);
        if (!root.IsMap() || !root["services"] || !root["services"].IsSequence()) {
          return refuse(place, root, "文件应有 services 列表。", "The file must have a list `services`.");
        }
        for (const auto& node : root["services"]) {
          auto item = read_item(place, node, decisions);
          if (!item) return tl::unexpected(item.error());
          if (services->find(item->name) != nullptr || services->find(item->number) != nullptr) {
            return refuse(place, node, "事项“" + item->name + "”的名称或编号已被使用。",
                          "The id or number of service item " + item->name + " is taken.");
          }
          services->items_.push_back(std::move(*item));
        }
      } catch (const YAML::Exception& problem) {
        return fail(ErrorCode::Invalid, "YAML 有误：" + problem.msg, "The YAML is faulty: " + problem.msg,
                    {.file = place, .row = static_cast<std::size_t>(problem.mark.line + 1)});
      }
    }
  }
  std::sort(services->items_.begin(), services->items_.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return services;
}

}  // namespace yuanqu::duty
