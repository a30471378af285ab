#include "base/identifiers.hpp"
#include "register/record.hpp"

namespace yuanqu::register_ {

namespace {

void find_differing_sources(const RecordState& state, const Field& field, base::Date day,
                            std::vector<Finding>& findings) {
  const Reading plain = read_plain(state, field, day);
  if (plain.fact == nullptr) return;
  const bool is_number = field.type == FieldType::Number || field.type == FieldType::Money;
  for (SourceNumber source : field.sources) {
    if (source == plain.fact->source) continue;
    const Reading other = read_source(state, field, source, day);
    if (other.fact == nullptr || other.value() == plain.value()) continue;
    bool apart = !is_number;
    if (is_number && plain.value().type() == other.value().type()) {
      const base::Decimal a = plain.value().as_decimal();
      const base::Decimal b = other.value().as_decimal();
      const auto gap = subtract(a, b);
      const base::Decimal larger = a.absolute() > b.absolute() ? a.absolute() : b.absolute();
      // |a - b| > tolerance × max(|a|, |b|), without a division.
      const auto allowed = multiply(*field.tolerance, larger);
      apart = !gap || !allowed || gap->absolute() > *allowed || plain.value().currency() != other.value().currency();
    }
    if (!apart) continue;
    const std::string figures = plain.value().to_text() + " / " + other.value().to_text();
    findings.push_back({field.number, 0, "sources_differ",
                        field.labels.zh + "：两个来源相差超过允许范围（" + figures + "）。请核对。",
                        field.labels.en + ": two sources differ by more than allowed (" + figures + "). Check them."});
    return;
  }
}

}  // namespace

std::vector<Finding> findings_of(const RecordState& state, const Kind& kind, const Catalogue&, base::Date day) {
  std::vector<Finding> findings;
  for (const Field& field : kind.fields) {
    const auto facts = state.facts_of(field.number);
    if (facts.empty()) continue;
    if (field.when_unreadable == WhenUnreadable::Note) {
      for (SourceNumber source : field.sources) {
        const Fact* fact = state.fact(field.number, source, day);
        if (fact == nullptr || fact->value.type() != ValueType::Unreadable) continue;
        findings.push_back({field.number, source, "unreadable",
                            field.labels.zh + "：来源所给“" + fact->value.text() + "”无法识别，按空处理。请更正。",
                            field.labels.en + ": the source gave “" + fact->value.text() +
                                "”, which cannot be read and counts as empty. Correct it."});
      }
    }
    if (field.check == FieldCheck::CreditCode) {
      const Reading reading = read_plain(state, field, day);
      if (reading.fact != nullptr && base::check_uscc_organisation(reading.value().text())) {
        findings.push_back({field.number, reading.fact->source, "inner_check_digit",
                            field.labels.zh + " " + reading.value().text() +
                                " 内含的组织机构代码校验位不符。登记机关所发代码也有此类情况，请与执照核对。",
                            field.labels.en + " " + reading.value().text() +
                                ": the check character of the organisation code inside is wrong. Such codes have been "
                                "issued; compare with the licence."});
      }
    }
    if (field.tolerance && facts.size() > 1) find_differing_sources(state, field, day, findings);
  }
  return findings;
}

}  // namespace yuanqu::register_
