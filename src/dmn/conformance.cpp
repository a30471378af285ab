#include "dmn/conformance.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "dmn/conformance_file.hpp"
#include "feel/scope.hpp"

namespace yuanqu::dmn::conformance {

namespace {

using feel::Kind;
using feel::Value;
namespace fs = std::filesystem;

std::optional<std::string> bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool is_test_file(const fs::path& path) {
  static const std::regex pattern(".*-test-\\d\\d\\.xml");
  return std::regex_match(path.filename().string(), pattern);
}

std::string folder_name(const fs::path& folder) {
  const fs::path clean = fs::absolute(folder).lexically_normal();
  fs::path last = clean.filename().empty() ? clean.parent_path() : clean;
  return last.parent_path().filename().string() + "/" + last.filename().string();
}

// Same local fields and the same offset; a place counts with the offset it has then.
bool same_offset(const feel::Zone& a, const feel::Zone& b, base::Date date, std::int64_t nanoseconds) {
  if (a == b) return true;
  if (a.is_none() || b.is_none()) return false;
  return a.offset_at(date, nanoseconds) == b.offset_at(date, nanoseconds);
}

class Folder {
 public:
  Folder(const fs::path& folder, const Options& options, const std::function<void(const CaseResult&)>& report)
      : folder_(folder), options_(options), report_(report), name_(folder_name(folder)) {}

  void run() {
    std::vector<fs::path> tests;
    std::error_code ignored;
    for (const auto& entry : fs::recursive_directory_iterator(folder_, ignored)) {
      if (entry.is_regular_file() && entry.path().extension() == ".dmn") read(entry.path());
      if (entry.is_regular_file() && entry.path().parent_path() == folder_ && is_test_file(entry.path()))
        tests.push_back(entry.path());
    }
    std::sort(tests.begin(), tests.end());
    for (const auto& test : tests) run_file(test);
  }

 private:
  void read(const fs::path& path) {
    const auto bytes = bytes_of(path);
    if (!bytes) return;
    auto model = read_model(*bytes, path.filename().string());
    const std::string key = fs::relative(path, folder_).generic_string();
    if (model)
      models_[key] = *model;
    else
      broken_[key] = base::to_text(model.error(), false);
  }

  void fail(const std::string& file, const std::string& id, std::string detail) {
    CaseResult result;
    result.folder = name_;
    result.file = file;
    result.id = id;
    result.detail = std::move(detail);
    report_(result);
  }

  void run_file(const fs::path& path) {
    const std::string file = path.stem().string();
    const auto bytes = bytes_of(path);
    if (!bytes) return fail(file, "", "the test file cannot be read");
    auto tests = read_file(*bytes, path.filename().string());
    if (!tests) return fail(file, "", base::to_text(tests.error(), false));
    auto main = models_.find(tests->model);
    for (auto at = models_.begin(); main == models_.end() && at != models_.end(); ++at) {
      // The name alone, the file being in a folder below; or no name and one model.
      if (fs::path(at->first).filename() == tests->model || (tests->model.empty() && models_.size() == 1)) main = at;
    }
    if (main == models_.end()) {
      const auto why = broken_.find(tests->model);
      for (const auto& one : tests->cases) {
        fail(file, one.id, why == broken_.end() ? "the model " + tests->model + " is not in the folder" : why->second);
      }
      return;
    }
    std::vector<std::shared_ptr<const Model>> models{main->second};
    for (const auto& [key, model] : models_) {
      if (model != main->second) models.push_back(model);
    }
    auto set = ModelSet::compile(std::move(models));
    if (!set) {
      for (const auto& one : tests->cases) fail(file, one.id, base::to_text(set.error(), false));
      return;
    }
    EvaluatorOptions options;
    options.use_index = options_.use_index;
    Evaluator evaluator(*set, options);
    for (const auto& one : tests->cases) {
      CaseResult result;
      result.folder = name_;
      result.file = file;
      result.id = one.id;
      run_case(evaluator, one, result);
      report_(result);
    }
  }

  void run_case(Evaluator& evaluator, const Case& one, CaseResult& result) {
    const ModelSet& models = evaluator.models();
    evaluator.begin();
    for (const auto& node : one.inputs) {
      if (!node.problem.empty()) {
        result.detail = "input " + node.name + ": " + node.problem;
        return;
      }
    }
    std::optional<Outcome> invoked;
    bool several_outputs = false;
    if (one.type == "decisionService" || one.type == "bkm" || !one.invocable.empty()) {
      const bool is_service =
          one.type == "decisionService" || (one.type != "bkm" && models.find(ElementKind::Service, one.invocable));
      const ElementKind kind = is_service ? ElementKind::Service : ElementKind::KnowledgeModel;
      const auto invocable = models.find(kind, one.invocable);
      if (!invocable) {
        result.detail = "there is no invocable named " + one.invocable;
        return;
      }
      std::vector<std::pair<std::string, Value>> arguments;
      for (const auto& node : one.inputs) arguments.emplace_back(node.name, node.value);
      if (kind == ElementKind::Service) {
        for (const auto& model : models.models()) {
          for (const auto& service : model->services) {
            if (service.id == models.elements()[*invocable].id) several_outputs = service.output_decisions.size() != 1;
          }
        }
      }
      invoked = evaluator.invoke(*invocable, arguments);
    } else {
      for (const auto& node : one.inputs) {
        auto input = models.find(ElementKind::InputData, node.name, node.name_space);
        if (!input) input = models.find(ElementKind::InputData, node.name);
        if (!input) input = models.find(ElementKind::Decision, node.name, node.name_space);
        if (input) evaluator.set(*input, node.value);
      }
    }
    result.passed = true;
    for (const auto& node : one.results) {
      std::vector<feel::Suppressed> failures;
      Value found;
      std::string why;
      if (invoked) {
        found = invoked->value;
        if (several_outputs && found.is(Kind::Context)) {
          const Value* member = found.context().find(feel::canonical_name(node.name));
          found = member != nullptr ? Value(*member) : Value();
        }
        failures = invoked->failures;
      } else {
        auto decision = models.find(ElementKind::Decision, node.name, node.name_space);
        if (!decision) decision = models.find(ElementKind::Decision, node.name);
        if (!decision) {
          why = "there is no decision named " + node.name;
        } else {
          Outcome outcome = evaluator.evaluate(*decision);
          found = std::move(outcome.value);
          failures = std::move(outcome.failures);
        }
      }
      if (!node.problem.empty()) why = "expected value: " + node.problem;
      if (why.empty() && agrees(node.value, found)) continue;
      result.passed = false;
      result.expected = feel::to_literal(node.value);
      result.found = feel::to_literal(found);
      result.detail = node.name + (why.empty() ? "" : ": " + why);
      if (!failures.empty()) result.detail += ": " + failures.front().en;
      return;
    }
  }

  fs::path folder_;
  Options options_;
  const std::function<void(const CaseResult&)>& report_;
  std::string name_;
  std::map<std::string, std::shared_ptr<const Model>> models_;
  std::map<std::string, std::string> broken_;
};

}  // namespace

std::vector<fs::path> folders_below(const fs::path& root) {
  std::set<fs::path> found;
  std::error_code ignored;
  for (auto it = fs::recursive_directory_iterator(
           root, fs::directory_options::follow_directory_symlink | fs::directory_options::skip_permission_denied,
           ignored);
       it != fs::recursive_directory_iterator(); it.increment(ignored)) {
    if (it->is_regular_file(ignored) && is_test_file(it->path())) found.insert(it->path().parent_path());
  }
  return {found.begin(), found.end()};
}

void run_folder(const fs::path& folder, const Options& options, const std::function<void(const CaseResult&)>& report) {
  Folder(folder, options, report).run();
}

bool agrees(const Value& expected, const Value& found) {
  if (expected.kind() != found.kind()) return false;
  switch (expected.kind()) {
    case Kind::Null: return true;
    case Kind::Boolean: return expected.boolean() == found.boolean();
    case Kind::Number: {
      const auto difference = subtract(expected.number(), found.number());
      return difference && difference->absolute() < base::Decimal::from_scaled(1, 8);
    }
    case Kind::String: return expected.text() == found.text();
    case Kind::Date: return expected.date() == found.date();
    case Kind::Time:
      return expected.time().nanoseconds == found.time().nanoseconds &&
             same_offset(expected.time().zone, found.time().zone, base::Date{}, found.time().nanoseconds);
    case Kind::DateTime: {
      const auto& a = expected.date_time();
      const auto& b = found.date_time();
      return a.date == b.date && a.time.nanoseconds == b.time.nanoseconds &&
             same_offset(a.time.zone, b.time.zone, b.date, b.time.nanoseconds);
    }
    case Kind::DaysTimeDuration: return expected.days_time() == found.days_time();
    case Kind::YearsMonthsDuration: return expected.years_months() == found.years_months();
    case Kind::List: {
      const auto& a = expected.items();
      const auto& b = found.items();
      if (a.size() != b.size()) return false;
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (!agrees(a[i], b[i])) return false;
      }
      return true;
    }
    case Kind::Context: {
      if (expected.context().size() != found.context().size()) return false;
      for (const auto& entry : expected.context().entries) {
        const Value* other = found.context().find(entry.key.view());
        if (other == nullptr || !agrees(entry.value, *other)) return false;
      }
      return true;
    }
    default: return false;
  }
}

std::string csv_line(const CaseResult& result) {
  const auto quoted = [](const std::string& text) {
    std::string made = "\"";
    for (const char c : text) {
      if (c == '"') made += '"';
      made += c == '\n' || c == '\r' ? ' ' : c;
    }
    return made + '"';
  };
  std::string detail = result.detail;
  if (!result.passed && !result.expected.empty())
    detail += " (expected " + result.expected + ", found " + result.found + ")";
  return quoted(result.folder) + "," + quoted(result.file) + "," + quoted(result.id) + "," +
         (result.passed ? "\"SUCCESS\"" : "\"ERROR\"") + "," + quoted(result.passed ? "" : detail);
}

}  // namespace yuanqu::dmn::conformance
