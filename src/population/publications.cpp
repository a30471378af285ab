#include "population/publications.hpp"

#include <algorithm>
#include <array>

#include "base/hash.hpp"
#include "columns/bytes.hpp"
#include "population/runs.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;

namespace {

constexpr std::string_view heads =
    "SELECT id, draft, decision, title, valid_from, basis, base, state, author, settled_by, handed_in_ms, settled_ms, "
    "remark, parameters, models FROM publication ";

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Names and texts one after the other, each with its length in front.
std::string bytes_of(const Pairs& pairs) {
  std::string bytes;
  for (const auto& [name, text] : pairs) {
    columns::put_text(bytes, name);
    columns::put_text(bytes, text);
  }
  return bytes;
}

Result<Pairs> pairs_of(std::string_view bytes) {
  Pairs pairs;
  while (!bytes.empty()) {
    auto& [name, text] = pairs.emplace_back();
    if (!columns::get_text(bytes, name) || !columns::get_text(bytes, text)) {
      return fail(ErrorCode::Internal, "已发布规则的内容已损坏，请从备份恢复。",
                  "The content of a published rule is damaged; restore it from a backup.");
    }
  }
  return pairs;
}

Result<Publication> publication_of(const journal::Statement& row) {
  Publication publication;
  publication.rule.id = row.integer(0);
  publication.draft = row.integer(1);
  publication.rule.decision = row.text(2);
  publication.title = row.text(3);
  publication.rule.valid_from = base::Date::from_days(row.integer(4));
  publication.rule.basis = row.text(5);
  publication.base = row.text(6);
  publication.state = static_cast<Publication::State>(row.integer(7));
  publication.author = row.integer(8);
  publication.settled_by = row.integer(9);
  publication.handed_in_ms = row.integer(10);
  publication.settled_ms = row.integer(11);
  publication.remark = row.text(12);
  auto parameters = pairs_of(row.blob(13));
  auto models = pairs_of(row.blob(14));
  if (!parameters) return tl::unexpected(parameters.error());
  if (!models) return tl::unexpected(models.error());
  publication.rule.parameters = std::move(*parameters);
  publication.rule.models = std::move(*models);
  return publication;
}

Result<std::vector<Publication>> all_of(Result<journal::Statement> statement) {
  if (!statement) return tl::unexpected(statement.error());
  std::vector<Publication> found;
  while (true) {
    auto more = statement->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return found;
    auto one = publication_of(*statement);
    if (!one) return tl::unexpected(one.error());
    found.push_back(std::move(*one));
  }
}

tl::unexpected<base::Error> forbidden(std::string zh, std::string en) {
  return fail(ErrorCode::Forbidden, std::move(zh), std::move(en));
}

Result<std::vector<PublishedRule>> published_rules(journal::Journal& journal) {
  auto snapshot = journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto there =
      snapshot->database().integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'publication'");
  if (!there) return tl::unexpected(there.error());
  std::vector<PublishedRule> rules;
  if (there->value_or(0) == 0) return rules;
  // In the order they were published: the later one stands on the earlier.
  auto found = all_of(snapshot->database().prepare(std::string(heads) + "WHERE state = 1 ORDER BY settled_ms, id"));
  if (!found) return tl::unexpected(found.error());
  for (Publication& one : *found) rules.push_back(std::move(one.rule));
  return rules;
}

Result<std::shared_ptr<const Programs>> programs_with(const pack::PackSet& packs, const register_::Catalogue& catalogue,
                                                      std::vector<PublishedRule> rules) {
  auto decisions = Decisions::load(packs, catalogue);
  if (!decisions) return tl::unexpected(decisions.error());
  auto changed = (*decisions)->with_published(rules);
  if (!changed) return tl::unexpected(changed.error());
  return Programs::compile(packs, catalogue, *changed, std::move(rules));
}

}  // namespace

std::string_view name_of(Publication::State state) {
  static constexpr std::array<std::string_view, 4> names{"waiting", "published", "returned", "withdrawn"};
  return names[static_cast<std::size_t>(state)];
}

Result<std::shared_ptr<const Programs>> programs_in_force(const pack::PackSet& packs,
                                                          const register_::Catalogue& catalogue,
                                                          journal::Journal& journal) {
  auto rules = published_rules(journal);
  if (!rules) return tl::unexpected(rules.error());
  return programs_with(packs, catalogue, std::move(*rules));
}

Result<void> Publications::create_table(Database& database) {
  return database.execute(
      "CREATE TABLE IF NOT EXISTS publication (id INTEGER PRIMARY KEY, draft INTEGER NOT NULL, decision TEXT NOT NULL,"
      " title TEXT NOT NULL, valid_from INTEGER NOT NULL, basis TEXT NOT NULL, base TEXT NOT NULL,"
      " state INTEGER NOT NULL, author INTEGER NOT NULL, settled_by INTEGER NOT NULL, handed_in_ms INTEGER NOT NULL,"
      " settled_ms INTEGER NOT NULL, remark TEXT NOT NULL, parameters BLOB NOT NULL, models BLOB NOT NULL);"
      "CREATE INDEX IF NOT EXISTS publication_decision ON publication (decision, id);");
}

std::string Publications::base_of(const DecisionVersion& version) const {
  return version.model + " " + std::to_string(version.publication) + " " + packs_.hash();
}

Result<Publication> Publications::hand_in(const register_::Viewer& viewer, const Draft& draft, const Proposal& proposal,
                                          base::Date valid_from, const std::string& basis, std::int64_t now_ms) {
  if (!viewer.may_act(register_::Act::DraftRules)) {
    return forbidden("送审规则须有“规则起草”岗位。", "Handing in a rule takes the post of a rule author.");
  }
  const base::Date today = population_.today();
  if (valid_from <= today) {
    return fail(ErrorCode::Invalid, "施行日期应晚于园区的今天（" + today.to_string() + "）：规则不溯及既往。",
                "The day of effect must be later than the zone's today (" + today.to_string() +
                    "): a rule does not reach back.",
                {.field = "valid_from"});
  }
  if (basis.empty()) {
    return fail(ErrorCode::Invalid, "请写明依据的文件名称、文号和日期。",
                "Name the document, its number and its date that the rule rests on.", {.field = "basis"});
  }
  auto proposed = propose(packs_, population_, proposal);
  if (!proposed) return tl::unexpected(proposed.error());
  const Decision& decision = *proposed->program->decision;
  if (proposed->base == nullptr || decision.version(valid_from) != proposed->base) {
    return fail(ErrorCode::Conflict,
                "到 " + valid_from.to_string() + " 时，“" + decision.labels.zh +
                    "”已换用另一版本；请把施行日期提前，或在那一版本上重新试算。",
                "By " + valid_from.to_string() + " another version of \"" + decision.labels.en +
                    "\" is in force; choose an earlier day, or simulate on that version.",
                {.field = "valid_from"});
  }
  Publication made;
  made.rule = {
      .id = 0, .decision = decision.name, .valid_from = valid_from, .basis = basis, .models = {}, .parameters = {}};
  if (!proposed->models.empty()) {
    // Together with what the zone had changed before: a rule is whole by itself.
    if (const PublishedRule* before = population_.programs().published(proposed->base->publication))
      made.rule.models = before->models;
    for (auto& [place, text] : proposed->models) {
      std::erase_if(made.rule.models, [&, &changed = place](const auto& one) { return one.first == changed; });
      made.rule.models.emplace_back(place, std::move(text));
    }
  }
  for (const ParameterChange& change : proposal.parameters)
    made.rule.parameters.emplace_back(change.parameter, change.value);
  made.draft = draft.id;
  made.title = draft.title;
  made.base = base_of(*proposed->base);
  made.author = viewer.account();
  made.handed_in_ms = now_ms;
  journal::BatchInfo info;
  info.actor = viewer.account();
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        Database& database = transaction.database();
        auto open = database.prepare("SELECT count(*) FROM publication WHERE draft = ? AND state IN (0, 1)");
        if (!open) return tl::unexpected(open.error());
        open->bind_all(draft.id);
        if (auto row = open->step(); !row) return tl::unexpected(row.error());
        if (open->integer(0) != 0) {
          return fail(ErrorCode::Conflict, "这份试算已经送审。", "This simulation was handed in already.");
        }
        auto row = database.prepare(
            "INSERT INTO publication (draft, decision, title, valid_from, basis, base, state, author, settled_by, "
            "handed_in_ms, settled_ms, remark, parameters, models) VALUES (?, ?, ?, ?, ?, ?, 0, ?, 0, ?, 0, '', ?, ?)");
        if (!row) return tl::unexpected(row.error());
        const std::string parameters = bytes_of(made.rule.parameters), models = bytes_of(made.rule.models);
        row->bind_all(made.draft, made.rule.decision, made.title, valid_from.days(), basis, made.base, made.author,
                      now_ms, journal::Blob{parameters}, journal::Blob{models});
        if (auto run = row->run(); !run) return run;
        auto last = database.integer("SELECT last_insert_rowid()");
        if (!last) return tl::unexpected(last.error());
        made.rule.id = last->value_or(0);
        return {};
      },
      info);
  if (!committed) return tl::unexpected(committed.error());
  return made;
}

Result<Publication> Publications::find(std::int64_t id) const {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(std::string(heads) + "WHERE id = ?");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(id);
  auto found = row->step();
  if (!found) return tl::unexpected(found.error());
  if (!*found)
    return fail(ErrorCode::NotFound, "没有这份送审的规则。", "There is no such rule handed in.", {.field = "id"});
  return publication_of(*row);
}

Result<std::vector<Publication>> Publications::list(const std::string& decision, std::size_t limit) const {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(
      "SELECT id, draft, decision, title, valid_from, basis, base, state, author, settled_by, handed_in_ms, "
      "settled_ms, remark, parameters, x'' FROM publication WHERE ?1 = '' OR decision = ?1 ORDER BY id DESC LIMIT ?2");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(decision, static_cast<std::int64_t>(limit));
  return all_of(std::move(row));
}

Result<Publication> Publications::waiting(std::int64_t id) const {
  auto found = find(id);
  if (found && found->state != Publication::State::Waiting) {
    return fail(ErrorCode::Conflict, "这份规则已经办结，不能再改。", "This rule is settled already.");
  }
  return found;
}

Result<Publication> Publications::settle(Publication publication, Publication::State state,
                                         const register_::Viewer& viewer, std::int64_t now_ms) {
  publication.state = state;
  publication.settled_by = viewer.account();
  publication.settled_ms = now_ms;
  const auto store = [&](journal::Transaction& transaction) -> Result<void> {
    auto row = transaction.database().prepare(
        "UPDATE publication SET state = ?, settled_by = ?, settled_ms = ?, remark = ? WHERE id = ? AND state = 0");
    if (!row) return tl::unexpected(row.error());
    row->bind_all(static_cast<std::int64_t>(state), publication.settled_by, now_ms, publication.remark,
                  publication.rule.id);
    if (auto run = row->run(); !run) return run;
    if (transaction.database().changes() == 1) return {};
    return fail(ErrorCode::Conflict, "这份规则已经办结，不能再改。", "This rule is settled already.");
  };
  if (state != Publication::State::Published) {
    journal::BatchInfo info;
    info.actor = viewer.account();
    auto committed = journal_.commit(store, info);
    if (!committed) return tl::unexpected(committed.error());
    return publication;
  }
  std::vector<PublishedRule> rules = population_.programs().published();
  rules.push_back(publication.rule);
  auto programs = programs_with(packs_, population_.catalogue(), std::move(rules));
  if (!programs) return tl::unexpected(programs.error());
  if (auto adopted = population_.adopt(*programs, store); !adopted) return tl::unexpected(adopted.error());
  if (auto noted = note_run(journal_, run_of(packs_, population_.programs()), population_.today()); !noted)
    return tl::unexpected(noted.error());
  return publication;
}

Result<Publication> Publications::publish(const register_::Viewer& viewer, std::int64_t id, std::int64_t now_ms) {
  if (!viewer.may_act(register_::Act::PublishRules)) {
    return forbidden("发布规则须有“规则发布”岗位。", "Publishing a rule takes the post of a rule publisher.");
  }
  auto found = waiting(id);
  if (!found) return found;
  Drafts drafts(journal_);
  const auto draft = drafts.find(found->draft);
  if (viewer.account() == found->author || (draft && *draft && (*draft)->author == viewer.account())) {
    return forbidden("起草、送审与发布须是两个人。", "Who drafted or handed in a rule does not publish it.");
  }
  const base::Date today = population_.today();
  if (found->rule.valid_from <= today) {
    return fail(ErrorCode::Conflict, "施行日期 " + found->rule.valid_from.to_string() + " 已到；请退回，改期后再送审。",
                "Its day " + found->rule.valid_from.to_string() + " has come; give it back for a later day.");
  }
  const Decision* decision = population_.programs().decisions().find(found->rule.decision);
  const DecisionVersion* version = decision == nullptr ? nullptr : decision->version(found->rule.valid_from);
  if (version == nullptr || base_of(*version) != found->base) {
    return fail(ErrorCode::Conflict, "送审以后规则已有变动；请退回，重新试算再送审。",
                "The rules changed since it was handed in; give it back to be simulated again.");
  }
  return settle(std::move(*found), Publication::State::Published, viewer, now_ms);
}

Result<Publication> Publications::give_back(const register_::Viewer& viewer, std::int64_t id, const std::string& remark,
                                            std::int64_t now_ms) {
  if (!viewer.may_act(register_::Act::PublishRules)) {
    return forbidden("退回规则须有“规则发布”岗位。", "Giving a rule back takes the post of a rule publisher.");
  }
  if (remark.empty()) {
    return fail(ErrorCode::Invalid, "请写明退回的理由。", "Say why it is given back.", {.field = "remark"});
  }
  auto found = waiting(id);
  if (!found) return found;
  found->remark = remark;
  return settle(std::move(*found), Publication::State::Returned, viewer, now_ms);
}

Result<Publication> Publications::withdraw(const register_::Viewer& viewer, std::int64_t id, std::int64_t now_ms) {
  auto found = waiting(id);
  if (!found) return found;
  if (viewer.account() != found->author) {
    return forbidden("只有送审的人可以撤回。", "Only who handed it in can take it back.");
  }
  return settle(std::move(*found), Publication::State::Withdrawn, viewer, now_ms);
}

}  // namespace yuanqu::population
