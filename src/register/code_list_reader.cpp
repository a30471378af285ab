#include <algorithm>
#include <charconv>

#include "register/catalogue_reader.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::register_ {

void CatalogueReader::read_purposes(const pack::Pack& pack) {
  const pack::File* file = pack.find("data/purposes.yaml");
  if (file == nullptr) return;
  auto text = pack.read(*file);
  if (!text) {
    faults_.push_back(text.error());
    return;
  }
  YamlReader reader(pack.place_of(*file), faults_);
  const YAML::Node root = reader.load(*text);
  if (!root.IsSequence()) {
    if (root.IsDefined()) reader.fault(root, "purposes", "用途表应是列表。", "The purposes must be a list.");
    return;
  }
  for (const auto& node : root) {
    Purpose purpose;
    reader.entries(node, "purpose", {"purpose", "labels"}, [&](const std::string& key, const YAML::Node& value) {
      if (key == "purpose") purpose.name = reader.name(value, key);
      if (key == "labels") purpose.labels = reader.label(value, key);
    });
    if (!purpose.name.empty() && catalogue_->purpose(purpose.name) == nullptr)
      catalogue_->purposes_.push_back(std::move(purpose));
  }
}

std::vector<std::string> CatalogueReader::purposes_of(YamlReader& reader, const YAML::Node& node,
                                                      const std::string& key) {
  auto names = reader.texts(node, key);
  for (const std::string& name : names) {
    if (catalogue_->purpose(name) == nullptr)
      reader.fault(node, key, "没有用途“" + name + "”，请用 data/purposes.yaml 中的名称。",
                   "There is no purpose " + name + "; use a name of data/purposes.yaml.");
  }
  return names;
}

void CatalogueReader::read_sources(const pack::Pack& pack) {
  const pack::File* file = pack.find("data/sources.yaml");
  if (file == nullptr) return;
  auto text = pack.read(*file);
  if (!text) {
    faults_.push_back(text.error());
    return;
  }
  YamlReader reader(pack.place_of(*file), faults_);
  const YAML::Node root = reader.load(*text);
  if (!root.IsSequence()) {
    if (root.IsDefined()) reader.fault(root, "sources", "来源表应是列表。", "The sources must be a list.");
    return;
  }
  for (const auto& node : root) {
    Source source;
    reader.entries(node, "source",
                   {"number", "name", "labels", "definition", "purposes", "with_consent", "basis", "confidence"},
                   [&](const std::string& key, const YAML::Node& value) {
                     if (key == "number")
                       source.number = static_cast<SourceNumber>(reader.integer(value, key, 1, 60000).value_or(0));
                     if (key == "name") source.name = reader.name(value, key);
                     if (key == "labels") source.labels = reader.label(value, key);
                     if (key == "definition") source.definition = reader.label(value, key);
                     if (key == "purposes") source.purposes = purposes_of(reader, value, key);
                     if (key == "with_consent") source.with_consent = purposes_of(reader, value, key);
                     if (key == "basis") source.basis = reader.label(value, key);
                     if (key == "confidence") source.confidence = reader.text(value, key);
                   });
    // A purpose that the law does not speak of is not for a pack to allow or forbid.
    if (!source.purposes.empty() && (source.basis.zh.empty() || source.confidence.empty())) {
      reader.fault(node, "basis", "限定用途的来源要写明依据（basis）和可信度（confidence）。",
                   "A source whose purposes are limited names the law (basis) and the confidence of the citation.");
    }
    const bool taken = catalogue_->source(source.name) != nullptr || catalogue_->source(source.number) != nullptr;
    if (source.number == 0 || source.name.empty() || taken) {
      reader.fault(node, "number", taken ? "来源的号码或名字重复。" : "来源缺少 number 或 name。",
                   taken ? "The number or name of the source is taken." : "The source lacks number or name.");
      continue;
    }
    catalogue_->sources_.push_back(std::move(source));
  }
  std::sort(catalogue_->sources_.begin(), catalogue_->sources_.end(),
            [](const Source& a, const Source& b) { return a.number < b.number; });
}

void CatalogueReader::read_code_lists(const pack::Pack& pack) {
  for (const pack::File& file : pack.files("data", ".csv")) {
    const std::string name = file.path.substr(5, file.path.size() - 9);
    const std::string place = pack.place_of(file);
    auto bytes = pack.read(file);
    if (!bytes) {
      faults_.push_back(bytes.error());
      continue;
    }
    tabular::ReadOptions options;
    options.header_row = 1;
    options.name_shown = place;
    auto workbook = tabular::open_workbook(std::move(*bytes), tabular::Format::Csv, options);
    auto table = workbook ? (*workbook)->open_sheet(0)
                          : base::Result<std::unique_ptr<tabular::Table>>(tl::unexpected(workbook.error()));
    if (!table) {
      faults_.push_back(table.error());
      continue;
    }
    const auto& header = (*table)->header();
    const auto column = [&](std::string_view wanted) {
      return static_cast<std::size_t>(std::find(header.begin(), header.end(), wanted) - header.begin());
    };
    const std::size_t code_at = column("code");
    const std::size_t name_at = column("name");
    if (code_at == header.size() || name_at == header.size()) continue;  // a table of another sort (pinyin …)
    CodeList& list = catalogue_->code_lists_[name];
    list.name = name;
    if (const pack::File* beside = pack.find("data/" + name + ".yaml")) {
      if (auto text = pack.read(*beside)) {
        YamlReader reader(pack.place_of(*beside), faults_);
        const YAML::Node root = reader.load(*text);
        if (root.IsMap() && root["labels"] && list.labels.zh.empty())
          list.labels = reader.label(root["labels"], "labels");
      }
    }
    tabular::Row row;
    for (;;) {
      auto more = (*table)->next(row);
      if (!more) {
        faults_.push_back(more.error());
        break;
      }
      if (!*more) break;
      const auto cell = [&](std::string_view wanted) {
        const std::size_t at = column(wanted);
        return at < row.cells.size() ? row.cells[at].text : std::string();
      };
      CodeEntry entry{cell("code"), cell("name"), cell("parent"), 0};
      const std::string level = cell("level");
      std::from_chars(level.data(), level.data() + level.size(), entry.level);
      if (!list.by_code_.emplace(entry.code, list.entries_.size()).second) {
        faults_.push_back({base::ErrorCode::Invalid,
                           "代码 " + entry.code + " 重复。",
                           "The code " + entry.code + " stands twice.",
                           {.file = place, .row = row.number, .field = "code"}});
        continue;
      }
      list.entries_.push_back(std::move(entry));
    }
  }
}

}  // namespace yuanqu::register_
