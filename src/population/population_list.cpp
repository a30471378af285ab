// Lists of records: filtered, searched and sorted over columns. What columns do not hold, and whoever may read a field
// in some files only, goes record by record.

#include <algorithm>
#include <set>

#include "population/population_state.hpp"
#include "population/readable_texts.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;
using columns::Form;

namespace {

// Order of plain values of one field; nulls last whatever the direction.
int order(const register_::Value& a, const register_::Value& b, bool descending) {
  if (a.is_null() || b.is_null()) return a.is_null() == b.is_null() ? 0 : a.is_null() ? 1 : -1;
  int result = 0;
  if (a.type() == b.type() && (a.type() == register_::ValueType::Number || a.type() == register_::ValueType::Money)) {
    const auto compared = a.as_decimal() <=> b.as_decimal();
    result = compared < 0 ? -1 : compared > 0 ? 1 : 0;
  } else if (a.type() == b.type() &&
             (a.type() == register_::ValueType::Date || a.type() == register_::ValueType::DateTime)) {
    result = a.coefficient() < b.coefficient() ? -1 : a.coefficient() > b.coefficient() ? 1 : 0;
  } else {
    result = a.to_text().compare(b.to_text());
  }
  return descending ? -result : result;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// Whether every word occurs in a searched field or the title that the viewer may read. Each text of the zone is looked
// at once.
class Search {
 public:
  Search(const ColumnImage& image, const FactBase& facts, const register_::Viewer& viewer, const Kind& kind,
         const std::string& text)
      : image_(image), facts_(facts), viewer_(viewer), kind_(kind), words_(words_of(text)) {
    std::set<register_::FieldNumber> numbers(kind.search.begin(), kind.search.end());
    numbers.insert(kind.title);
    for (const register_::FieldNumber number : numbers) {
      const Field* field = kind.field(number);
      if (field == nullptr) continue;
      const columns::Column* column = image.column(kind, *field);
      fields_.push_back({field, column != nullptr && column->form() == Form::Text ? column : nullptr});
    }
    if (words_.empty()) return;
    const auto texts = static_cast<std::int32_t>(image.texts().size());
    for (const std::string& word : words_) {
      std::vector<bool>& has = with_.emplace_back(static_cast<std::size_t>(texts));
      for (std::int32_t code = 0; code < texts; ++code)
        has[static_cast<std::size_t>(code)] = image.texts().text(code).find(word) != std::string_view::npos;
    }
  }
  bool everything() const { return words_.empty(); }

  bool finds(std::int32_t row) const {
    const FileId file = image_.file_of(kind_, row);
    for (std::size_t w = 0; w < words_.size(); ++w) {
      const bool there = std::any_of(fields_.begin(), fields_.end(), [&](const SearchedField& one) {
        if (one.column == nullptr) return in_record(*one.field, row, w, file);
        const std::int64_t code = one.column->word(static_cast<std::size_t>(row));
        return code != columns::null64 && with_[w][static_cast<std::size_t>(code)] &&
               viewer_.access(kind_, *one.field, file) == register_::Access::Full;
      });
      if (!there) return false;
    }
    return true;
  }

 private:
  struct SearchedField {
    const Field* field;
    const columns::Column* column;  // nullptr: read from the record
  };
  bool in_record(const Field& field, std::int32_t row, std::size_t word, FileId file) const {
    if (viewer_.access(kind_, field, file) != register_::Access::Full) return false;
    const StatePointer record = facts_.find(image_.record_of(kind_, row));
    return record != nullptr &&
           register_::read_plain(*record, field, image_.day()).value().to_text().find(words_[word]) !=
               std::string::npos;
  }

  const ColumnImage& image_;
  const FactBase& facts_;
  const register_::Viewer& viewer_;
  const Kind& kind_;
  std::vector<std::string> words_;
  std::vector<SearchedField> fields_;
  std::vector<std::vector<bool>> with_;  // by word, by code of a text
};

// The first `wanted` rows in that order and then nothing in particular; equal ones keep theirs.
template <class Less>
void sort_front(std::vector<std::int32_t>& rows, std::size_t wanted, const Less& less) {
  std::vector<std::uint32_t> places(rows.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::uint32_t>(i);
  const auto front = places.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, places.size()));
  std::partial_sort(places.begin(), front, places.end(),
                    [&](std::uint32_t a, std::uint32_t b) { return less(a, b) || (!less(b, a) && a < b); });
  std::vector<std::int32_t> sorted;
  for (auto place = places.begin(); place != front; ++place) sorted.push_back(rows[*place]);
  rows = std::move(sorted);
}

void sort_by_field(std::vector<std::int32_t>& rows, std::size_t wanted, const ColumnImage& image, const FactBase& facts,
                   const register_::Viewer& viewer, const Kind& kind, const Field& field, bool descending) {
  const auto shown = [&](std::int32_t row) {
    return viewer.access(kind, field, image.file_of(kind, row)) == register_::Access::Full;
  };
  const columns::Column* column = image.column(kind, field);
  if (column != nullptr &&
      (column->form() == Form::Number || column->form() == Form::Date || column->form() == Form::Text)) {
    std::vector<std::int64_t> words;
    words.reserve(rows.size());
    for (const std::int32_t row : rows)
      words.push_back(shown(row) ? column->word(static_cast<std::size_t>(row)) : columns::null64);
    const bool texts = column->form() == Form::Text;
    sort_front(rows, wanted, [&](std::uint32_t a, std::uint32_t b) {
      const std::int64_t one = words[a], other = words[b];
      if (one == columns::null64 || other == columns::null64 || one == other)
        return one != other && other == columns::null64;
      const bool less = texts ? image.texts().text(static_cast<std::int32_t>(one)) <
                                    image.texts().text(static_cast<std::int32_t>(other))
                              : one < other;
      return less != descending;
    });
    return;
  }
  std::vector<register_::Value> values;
  values.reserve(rows.size());
  for (const std::int32_t row : rows) {
    const StatePointer record = shown(row) ? facts.find(image.record_of(kind, row)) : nullptr;
    values.push_back(record == nullptr ? register_::Value()
                                       : register_::read_plain(*record, field, image.day()).value());
  }
  sort_front(rows, wanted,
             [&](std::uint32_t a, std::uint32_t b) { return order(values[a], values[b], descending) < 0; });
}

}  // namespace

Result<std::shared_ptr<const columns::Program>> Population::compile(const Kind& kind, const feel::TypePointer& type,
                                                                    const std::string& text) const {
  const std::unique_lock lock(state_->mutex);
  return state_->image.compile(kind, type, text);
}

Result<ListAnswer> Population::list(const register_::Viewer& viewer, const ListQuery& query) const {
  const Kind& kind = *query.kind;
  const register_::Reach reach = viewer.reach(kind);
  if (reach == register_::Reach::None) {
    return fail(ErrorCode::Forbidden, "您不能查看“" + kind.labels.zh + "”。",
                "You may not see records of the kind " + kind.labels.en + ".");
  }
  const std::shared_ptr<const Programs> programs = state_->programs.shared();
  ReadableTexts texts(state_->facts.catalogue(), *programs, viewer, kind);
  std::shared_ptr<const columns::Program> filter;
  if (!query.filter.empty()) {
    if (auto added = texts.add(query.filter, "filter"); !added) return tl::unexpected(added.error());
    if (auto ready = texts.compile(); !ready) return tl::unexpected(ready.error());
    if (texts.by_columns()) filter = compile(kind, texts.type(), query.filter).value_or(nullptr);
  }
  if (query.sort != nullptr && viewer.reach(kind, *query.sort) == register_::Reach::None) {
    return fail(ErrorCode::Forbidden, "您不能按“" + query.sort->labels.zh + "”排序。",
                "You may not sort by " + query.sort->labels.en + ".", {.field = query.sort->name});
  }

  const std::shared_lock lock(state_->mutex);
  const Image image = state_->view();
  if (image.columns == nullptr)
    return fail(ErrorCode::Unavailable, "正在装载记录，请稍后再试。",
                "Records are being loaded; try again in a moment.");
  const ColumnImage& columns = *image.columns;
  const auto filtered = [&](RecordId id) {
    const StatePointer record = image.facts.find(id);
    if (record == nullptr) return false;
    texts.read(image, *record, columns.day());
    return texts.value(0).is_true();
  };
  const Search search(columns, image.facts, viewer, kind, query.words);
  // Whose outcomes of a decision the viewer may not read must not be told by being in a list, or by its place there.
  const auto hidden = [&](const Decision& decision, std::int32_t row) {
    const DecisionProgram* program = state_->programs->find(decision.name);
    return program == nullptr || !program->visible_to(viewer, columns.file_of(kind, row));
  };
  // For each decision asked for, which of its values are wanted.
  std::vector<std::vector<bool>> wanted;
  for (const OutcomeFilter& by : query.outcomes) {
    const HeldOutcomes& known = state_->outcomes[state_->index_of(*by.decision)];
    std::vector<bool>& values = wanted.emplace_back(known.values());
    values[0] = by.value == "none";
    for (std::uint32_t number = 1; number < known.values(); ++number)
      values[number] = code_of(known.value(number).applies, known.value(number).value) == by.value;
  }
  std::vector<std::int32_t> candidates;
  if (filter != nullptr) {
    candidates = columns.rows_where(kind, filter, filtered);
  } else {
    for (std::size_t row = 0; row < columns.table(kind).rows; ++row)
      candidates.push_back(static_cast<std::int32_t>(row));
  }
  std::vector<std::int32_t> chosen;
  for (const std::int32_t row : candidates) {
    if (columns.is_merged(kind, row) || (!query.closed && columns.is_closed(kind, row))) continue;
    if (reach != register_::Reach::All && !viewer.may_know(kind, columns.file_of(kind, row))) continue;
    bool fits = true;
    for (std::size_t i = 0; fits && i < wanted.size(); ++i)
      fits = wanted[i][state_->outcomes[state_->index_of(*query.outcomes[i].decision)].number_at(row)] &&
             !hidden(*query.outcomes[i].decision, row);
    if (!fits || (!search.everything() && !search.finds(row))) continue;
    if (filter == nullptr && !query.filter.empty() && !filtered(columns.record_of(kind, row))) continue;
    chosen.push_back(row);
  }
  ListAnswer answer{.records = {}, .total = chosen.size()};
  const std::size_t front = std::min(chosen.size(), query.offset + std::min(query.limit, chosen.size()));
  if (query.sort != nullptr) {
    sort_by_field(chosen, front, columns, image.facts, viewer, kind, *query.sort, query.descending);
  } else if (query.sort_outcome != nullptr) {
    const HeldOutcomes& known = state_->outcomes[state_->index_of(*query.sort_outcome)];
    std::vector<std::int64_t> keys;
    for (const std::int32_t row : chosen) {
      const auto until = hidden(*query.sort_outcome, row) ? std::nullopt : known.until_at(row);
      keys.push_back(until ? until->days() : INT64_MAX);
    }
    sort_front(chosen, front, [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
  } else {  // newest first: by id
    std::vector<RecordId> ids;
    for (const std::int32_t row : chosen) ids.push_back(columns.record_of(kind, row));
    sort_front(chosen, front, [&](std::uint32_t a, std::uint32_t b) { return ids[a] > ids[b]; });
  }
  for (std::size_t i = query.offset; i < chosen.size() && answer.records.size() < query.limit; ++i)
    answer.records.push_back(columns.record_of(kind, chosen[i]));
  return answer;
}

}  // namespace yuanqu::population
