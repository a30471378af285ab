// Files as people send them, good and bad: tests/cases/tabular/*.yaml describe each file, what is told about it,
// sentence by sentence, and what is stored. tests/cases/tabular/README.md says how a case is written.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>
#include <zlib.h>

#include "base/text.hpp"
#include "register/import.hpp"
#include "register/text_value.hpp"
#include "workbook_of.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

namespace fs = std::filesystem;
using test::day;

std::string text_or(const YAML::Node& node, const char* key, const std::string& otherwise = {}) {
  return node[key] ? node[key].as<std::string>() : otherwise;
}

std::string encoded(const std::string& text, const std::string& encoding) {
  if (encoding.empty()) return text;
  if (encoding == "utf-8 with mark") return "\xEF\xBB\xBF" + text;
  if (encoding == "gb18030") return base::to_gb18030(text).value();
  std::string bytes;
  const bool little = encoding == "utf-16le with mark";
  if (!little && encoding != "utf-16be with mark") throw std::runtime_error("no encoding " + encoding);
  const auto unit = [&](char32_t code) {  // of sixteen bits
    const auto high = static_cast<char>(code >> 8), low = static_cast<char>(code & 0xFF);
    bytes.push_back(little ? low : high);
    bytes.push_back(little ? high : low);
  };
  unit(0xFEFF);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = base::next_code_point(text, at);
    if (code >= 0x10000) unit(0xD800 + ((code - 0x10000) >> 10));
    unit(code >= 0x10000 ? 0xDC00 + ((code - 0x10000) & 0x3FF) : code);
  }
  return bytes;
}

std::string gzipped(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
    bytes.push_back(static_cast<char>(std::stoi(digits.substr(at, 2), nullptr, 16)));
  return bytes;
}

std::string bytes_of(const YAML::Node& one) {
  std::string bytes;
  if (one["workbook"]) {
    bytes = test::workbook_of(one["workbook"]);
  } else if (one["hex"]) {
    bytes = from_hex(one["hex"].as<std::string>());
  } else {
    bytes = encoded(one["text"].as<std::string>(), text_or(one, "encoding"));
    if (one["then_hex"]) bytes += from_hex(one["then_hex"].as<std::string>());
    if (one["blanks_behind"]) bytes.append(one["blanks_behind"].as<std::size_t>(), ' ');
  }
  if (one["gzip"]) bytes = gzipped(bytes);
  if (one["cut_to"]) bytes.resize(std::min(bytes.size(), one["cut_to"].as<std::size_t>()));
  return bytes;
}

tabular::ReadOptions read_options(const YAML::Node& one) {
  tabular::ReadOptions options;
  const YAML::Node limits = one["limits"];
  if (!limits) return options;
  if (limits["rows"]) options.limits.rows_max = limits["rows"].as<std::size_t>();
  if (limits["columns"]) options.limits.columns_max = limits["columns"].as<std::size_t>();
  if (limits["cell_bytes"]) options.limits.cell_bytes_max = limits["cell_bytes"].as<std::size_t>();
  if (limits["bytes"]) options.limits.bytes_max = limits["bytes"].as<std::uint64_t>();
  return options;
}

// Everything a person is told, in order, one line each.
class Told {
 public:
  void line(const std::string& mark, const std::string& zh, const std::string& en) {
    text += mark + zh + "\n";
    EXPECT_FALSE(zh.empty() || en.empty()) << "a sentence is missing: " << zh << " / " << en;
    EXPECT_NE(zh, en);
  }
  void refusal(const base::Error& error) {
    line("refused: ", base::to_text({error.code, error.zh, {}, error.place}, true), error.en);
  }
  std::string text;
};

class HostileFile : public ::testing::TestWithParam<std::pair<std::string, YAML::Node>> {
 protected:
  test::Zone zone;

  ImportOptions options_of(const YAML::Node& one) {
    ImportOptions options;
    options.kind = &zone.kind(text_or(one, "kind", "firm"));
    options.source = zone.source(text_or(one, "source", "register"));
    options.effective_from = day("2026-01-01");
    options.read = read_options(one);
    options.sheet = one["sheet"] ? one["sheet"].as<std::size_t>() - 1 : 0;
    if (one["create_missing"]) options.missing_reference = MissingReference::Create;
    return options;
  }

  void run(const YAML::Node& one, Told& told) {
    const fs::path file = zone.file(text_or(one, "file", "名单.csv"), bytes_of(one));
    const ImportOptions options = options_of(one);
    const auto proposal = propose_import(*zone.catalogue, *options.kind, file, options.read);
    if (!proposal) return told.refusal(proposal.error());
    if (proposal->sheets.size() > 1) {
      std::string names;
      for (const SheetProposal& sheet : proposal->sheets) names += (names.empty() ? "" : "、") + sheet.sheet;
      told.text += "sheets: " + names + "\n";
    }
    for (const MappingProblem& problem : proposal->sheets[options.sheet].problems)
      told.line("! ", problem.zh, problem.en);
    const auto report = run_import(*zone.records, Viewer::system(), file, options);
    if (!report) return told.refusal(report.error());
    for (const tabular::Oddity& oddity : report->oddities) told.line("* ", oddity.zh, oddity.en);
    for (const RowError& error : report->errors) {
      told.line(std::to_string(error.row) + " " + (error.header.empty() ? "" : error.header + "："), error.zh,
                error.en);
    }
    told.text += "created " + std::to_string(report->created) + ", changed " + std::to_string(report->changed) +
                 ", unchanged " + std::to_string(report->unchanged) + ", refused " + std::to_string(report->rejected) +
                 (report->findings > 0 ? ", findings " + std::to_string(report->findings) : "") + "\n";
  }

  // One line a record, its fields in the order of the kind: what is in force on a day.
  std::string stored(const YAML::Node& one) {
    const Kind& kind = zone.kind(text_or(one, "kind", "firm"));
    const base::Date on = day(text_or(one, "on", "2026-03-01").c_str());
    std::vector<std::string> lines;
    (void)zone.records->for_each(kind, [&](RecordState&& state) {
      std::string line;
      for (const Field& field : kind.fields) {
        const Value value = read_plain(state, field, on).value();
        if (value.is_null()) continue;
        const std::string text = value.type() == ValueType::Reference ? title_of(value.as_reference(), on)
                                                                      : cell_of_value(field, value).text;
        line += (line.empty() ? "" : " | ") + text;
      }
      lines.push_back(line + "\n");
      return true;
    });
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines) text += line;
    return text;
  }

  std::string title_of(RecordId record, base::Date on) {
    const auto state = zone.records->state(record);
    const Kind* kind = state && *state ? zone.catalogue->kind((*state)->kind) : nullptr;
    return kind == nullptr ? "?" : read_plain(**state, *kind->field(kind->title), on).value().to_text();
  }
};

TEST_P(HostileFile, IsToldAboutAndStoredAsWritten) {
  const YAML::Node& one = GetParam().second;
  if (one["before"]) {
    for (const YAML::Node& earlier : one["before"]) {
      Told told;
      run(earlier, told);
      EXPECT_THAT(told.text, ::testing::HasSubstr("refused 0")) << "what was there before";
    }
  }
  Told told;
  run(one, told);
  EXPECT_EQ(told.text, text_or(one, "told"));
  EXPECT_EQ(stored(one), text_or(one, "stored"));
  // Whatever it was, the same file again changes nothing, and the journal is whole.
  const journal::Position before = zone.journal->position();
  Told again;
  run(one, again);
  EXPECT_EQ(zone.journal->position(), before) << "a second run changed something";
}

std::vector<std::pair<std::string, YAML::Node>> cases() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(test::source_folder() / "tests/cases/tabular")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::pair<std::string, YAML::Node>> found;
  for (const fs::path& file : files) {
    for (const YAML::Node& one : YAML::LoadFile(file.string())) found.emplace_back(file.stem().string(), one);
  }
  return found;
}

std::string case_name(const ::testing::TestParamInfo<std::pair<std::string, YAML::Node>>& info) {
  std::string name = info.param.first + "_";
  for (char c : info.param.second["case"].as<std::string>())
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Tabular, HostileFile, ::testing::ValuesIn(cases()), case_name);

}  // namespace
}  // namespace yuanqu::register_
