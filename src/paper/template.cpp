#include "paper/template.hpp"

#include <yaml-cpp/yaml.h>

namespace yuanqu::paper {

using base::ErrorCode;

// Reads one file after another into a Templates; collects faults and goes on.
class TemplateReader {
 public:
  TemplateReader(Templates& templates, std::vector<base::Error>& faults) : templates_(templates), faults_(faults) {}

  void read(std::string_view yaml, const std::string& place, const std::string& hash) {
    place_ = place;
    hash_ = hash;
    try {
      YAML::Node root = YAML::Load(std::string(yaml));
      if (root.IsSequence()) {
        for (const YAML::Node& entry : root) read_message(entry);
      } else if (root.IsMap() && root["message"]) {
        read_message(root);
      } else if (root.IsMap() && root["paper"]) {
        read_paper(root);
      } else {
        fault(root, "文书文件要以 paper: 开头，消息文件是 message: 的列表。",
              "A paper's file begins with paper:, a file of messages is a list of message: entries.");
      }
    } catch (const YAML::Exception& problem) {
      faults_.push_back({ErrorCode::Invalid, "不是合格的 YAML，请检查缩进与引号。",
                         "This is not well-formed YAML (" + problem.msg + "); check indentation and quotes.",
                         at(problem.mark)});
    }
  }

 private:
  base::Place at(const YAML::Mark& mark) const {
    base::Place where;
    where.file = place_;
    if (!mark.is_null()) {
      where.row = static_cast<std::size_t>(mark.line) + 1;
      where.column = static_cast<std::size_t>(mark.column) + 1;
    }
    return where;
  }

  void fault(const YAML::Node& node, std::string zh, std::string en) {
    faults_.push_back({ErrorCode::Invalid, std::move(zh), std::move(en), at(node.IsDefined() ? node.Mark() : near_)});
  }

  std::string scalar(const YAML::Node& parent, const char* key, bool required = false) {
    const YAML::Node node = parent[key];
    if (node && node.IsScalar()) return node.Scalar();
    if (required || node) {
      fault(parent, std::string("缺少“") + key + "”或写法不对。",
            std::string("\"") + key + "\" is missing or not a text.");
    }
    return {};
  }

  Label label(const YAML::Node& node) {
    if (node && node.IsScalar()) return {node.Scalar(), node.Scalar()};
    if (!node || !node.IsMap() || !node["zh"] || !node["en"]) {
      fault(node, "要有 zh 与 en 两种文字。", "Both zh and en are needed.");
      return {};
    }
    return {node["zh"].Scalar(), node["en"].Scalar()};
  }

  Text text(const YAML::Node& node, const std::string& words) {
    auto parsed = Text::parse(words);
    if (parsed) return *parsed;
    fault(node, parsed.error().zh, parsed.error().en);
    return {};
  }

  Texts texts(const YAML::Node& node) {
    const Label words = label(node);
    return {text(node, words.zh), text(node, words.en)};
  }

  void read_message(const YAML::Node& node) {
    if (!node.IsMap())
      return fault(node, "消息要写成 message、title、body。", "A message has message, title and body.");
    near_ = node.Mark();
    MessageTemplate message;
    message.id = scalar(node, "message", true);
    message.title = texts(node["title"]);
    message.body = texts(node["body"]);
    message.href = text(node, scalar(node, "href"));
    message.place = place_;
    if (!templates_.messages_.emplace(message.id, message).second) {
      fault(node, "消息“" + message.id + "”写了两次。", "Message \"" + message.id + "\" is written twice.");
    }
  }

  void read_paper(const YAML::Node& node) {
    near_ = node.Mark();
    Template paper;
    paper.id = scalar(node, "paper", true);
    paper.labels = label(node["labels"]);
    paper.series = scalar(node, "series", true);
    for (char letter : paper.series) {
      if (!((letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9'))) {
        fault(node["series"], "series 只用大写字母与数字。", "series takes capital letters and digits only.");
        break;
      }
    }
    if (const YAML::Node numbering = node["numbering"]) {
      paper.department = scalar(numbering, "department", true);
      paper.word = scalar(numbering, "word", true);
    }
    paper.statement =
        node["statement"] ? label(node["statement"]) : Label{"样本，无法律效力", "Sample without legal force"};
    if (const YAML::Node printed = node["class"]) {
      if (const auto known = register_::field_class_of(printed.Scalar()))
        paper.field_class = *known;
      else
        fault(printed, "没有字段类别“" + printed.Scalar() + "”。", "There is no field class " + printed.Scalar() + ".");
    }
    if (const YAML::Node page = node["page"]) {
      const std::string size = page["size"] ? page["size"].Scalar() : "A4";
      const std::string orientation = page["orientation"] ? page["orientation"].Scalar() : "portrait";
      if (size != "A4") fault(page, "纸张只支持 A4。", "Only A4 is offered.");
      if (orientation != "portrait" && orientation != "landscape") {
        fault(page, "方向写 portrait 或 landscape。", "orientation is portrait or landscape.");
      }
      paper.landscape = orientation == "landscape";
      paper.frame = page["frame"] && page["frame"].as<bool>(false);
    }
    if (const YAML::Node fields = node["public"]) {
      for (const auto& entry : fields) paper.public_fields.push_back({entry.first.Scalar(), entry.second.Scalar()});
    }
    if (!node["blocks"] || !node["blocks"].IsSequence() || node["blocks"].size() == 0) {
      fault(node, "文书没有内容，请写 blocks。", "The paper has no content; write blocks.");
    } else {
      for (const YAML::Node& block : node["blocks"]) read_block(block, paper);
    }
    paper.place = place_;
    paper.hash = hash_;
    if (!templates_.papers_.emplace(paper.id, paper).second) {
      fault(node, "文书“" + paper.id + "”写了两次。", "Paper \"" + paper.id + "\" is written twice.");
    }
  }

  void read_block(const YAML::Node& block, Template& paper) {
    if (!block.IsMap() || block.size() == 0)
      return fault(block, "每一块要写成“名称: 内容”。", "A block is written \"name: content\".");
    near_ = block.Mark();
    const std::string name = block.begin()->first.Scalar();
    const YAML::Node content = block.begin()->second;
    if (name == "title") {
      paper.blocks.emplace_back(TitleBlock{texts(content)});
    } else if (name == "number") {
      paper.blocks.emplace_back(NumberBlock{label(content)});
    } else if (name == "text") {
      TextBlock made{texts(content), TextStyle::Plain};
      const std::string style = block["style"] ? block["style"].Scalar() : "plain";
      if (style == "centred")
        made.style = TextStyle::Centred;
      else if (style == "small")
        made.style = TextStyle::Small;
      else if (style != "plain")
        fault(block, "style 写 plain、centred 或 small。", "style is plain, centred or small.");
      paper.blocks.emplace_back(std::move(made));
    } else if (name == "fields") {
      FieldsBlock made;
      for (const YAML::Node& row : content) made.rows.push_back({label(row["label"]), scalar(row, "value", true)});
      paper.blocks.emplace_back(std::move(made));
    } else if (name == "table") {
      TableBlock made{scalar(content, "rows", true), {}};
      for (const YAML::Node& column : content["columns"]) {
        const double share = column["share"].as<double>(column["share"] ? 0 : 1);
        if (!(share > 0 && share <= 20))
          fault(column, "share 写大于 0、不超过 20 的数。", "share is a number above 0, up to 20.");
        made.columns.push_back({label(column["label"]), scalar(column, "value", true), share});
      }
      if (made.columns.empty() || made.columns.size() > 8)
        fault(content, "表格要有 1 至 8 列。", "A table has 1 to 8 columns.");
      paper.blocks.emplace_back(std::move(made));
    } else if (name == "space") {
      paper.blocks.emplace_back(SpaceBlock{content.as<double>(0)});
    } else if (name == "line") {
      paper.blocks.emplace_back(LineBlock{});
    } else if (name == "signature") {
      paper.blocks.emplace_back(SignatureBlock{scalar(content, "issuer", true), scalar(content, "day", true)});
    } else if (name == "code") {
      paper.blocks.emplace_back(CodeBlock{label(content["caption"])});
    } else if (name == "page_break") {
      paper.blocks.emplace_back(PageBreakBlock{});
    } else {
      fault(block, "没有“" + name + "”这种块。", "There is no block \"" + name + "\".");
    }
  }

  Templates& templates_;
  std::vector<base::Error>& faults_;
  std::string place_;
  std::string hash_;
  YAML::Mark near_ = YAML::Mark::null_mark();  // of the entry being read: where something missing is reported
};

namespace {

base::Result<std::shared_ptr<const Templates>> finish(std::shared_ptr<Templates> templates,
                                                      std::vector<base::Error> found,
                                                      std::vector<base::Error>* faults) {
  if (found.empty()) return std::shared_ptr<const Templates>(std::move(templates));
  base::Error first = found.front();
  if (faults != nullptr) *faults = std::move(found);
  return tl::unexpected(std::move(first));
}

}  // namespace

base::Result<std::shared_ptr<const Templates>> Templates::load(const pack::PackSet& packs,
                                                               std::vector<base::Error>* faults) {
  auto templates = std::make_shared<Templates>();
  std::vector<base::Error> found;
  TemplateReader reader(*templates, found);
  for (const pack::Pack& pack : packs.packs()) {
    for (const pack::File& file : pack.files("papers", ".yaml")) {
      auto bytes = pack.read(file);
      if (!bytes) {
        found.push_back(bytes.error());
        continue;
      }
      reader.read(*bytes, pack.place_of(file), file.hash);
    }
  }
  return finish(std::move(templates), std::move(found), faults);
}

base::Result<std::shared_ptr<const Templates>> Templates::read(std::string_view yaml, const std::string& place,
                                                               std::vector<base::Error>* faults) {
  auto templates = std::make_shared<Templates>();
  std::vector<base::Error> found;
  TemplateReader(*templates, found).read(yaml, place, {});
  return finish(std::move(templates), std::move(found), faults);
}

const Template* Templates::paper(std::string_view id) const {
  auto found = papers_.find(id);
  return found == papers_.end() ? nullptr : &found->second;
}

const MessageTemplate* Templates::message(std::string_view id) const {
  auto found = messages_.find(id);
  return found == messages_.end() ? nullptr : &found->second;
}

}  // namespace yuanqu::paper
