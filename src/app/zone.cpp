#include "app/zone.hpp"

#include <chrono>

#include "app/zone_settings.hpp"
#include "casework/standard_services.hpp"
#include "duty/services.hpp"
#include "population/publications.hpp"
#include "population/runs.hpp"
#include "register/pack_records.hpp"
#include "report/reports.hpp"

namespace yuanqu::app {

using base::Result;

namespace {

// The pack that marks a zone as invented; only a demo loads it.
constexpr std::string_view demo_pack = "demo";
constexpr std::size_t rounds_max = 100'000;
constexpr std::int64_t sweep_every_ms = 3'600'000;  // of attachments that nothing names
// What had been done of a start when the packs changed: reading, wiring, evaluating, storing.
constexpr double part_loaded = 0.05, part_wired = 0.25, part_evaluated = 0.85;
constexpr std::int64_t compact_after_ms = 12 * sweep_every_ms;

template <class T>
Result<void> take(T& target, Result<T> result) {
  if (!result) return tl::unexpected(result.error());
  target = std::move(*result);
  return {};
}

Result<std::vector<std::string>> packs_of_new_folder(const std::filesystem::path& folder, bool demo) {
  auto names = pack::find_packs(folder);
  if (!names) return names;
  if (!demo) std::erase(*names, std::string(demo_pack));
  return names;
}

}  // namespace

Zone::Zone(ZoneOptions options) : options_(std::move(options)) {}

Zone::~Zone() {
  subscription_.reset();
  evidence_.reset();
  backups_.reset();
  feed_.reset();
  if (imports_) imports_->stop();
  if (sources_) sources_->stop();
  {
    const std::lock_guard lock(wake_mutex_);
    stop_ = true;
  }
  wake_signal_.notify_all();
  post_signal_.notify_all();
  if (keeper_.joinable()) keeper_.join();
  if (post_.joinable()) post_.join();
  if (casework_) casework_->on_work({});
  if (journal_) journal_->stop();  // what is queued still runs through everybody that follows the journal
}

Result<std::unique_ptr<Zone>> Zone::open(ZoneOptions options) {
  std::unique_ptr<Zone> zone(new Zone(std::move(options)));
  if (auto loaded = zone->load(); !loaded) return tl::unexpected(loaded.error());
  zone->tell_progress(part_loaded);
  if (auto wired = zone->wire(); !wired) return tl::unexpected(wired.error());
  zone->build_house();
  return zone;
}

Result<void> Zone::load() {
  std::error_code problem;
  std::filesystem::create_directories(options_.data, problem);
  if (problem) {
    return base::fail(base::ErrorCode::Unavailable, "建不了数据目录：" + problem.message(),
                      "The data folder cannot be made: " + problem.message(), {.file = options_.data.string()});
  }
  if (auto opened = take(journal_, journal::Journal::open(options_.data, clock_)); !opened) return opened;
  auto settings = read_zone_settings(options_.data);
  if (!settings) return tl::unexpected(settings.error());
  new_ = !settings->has_value();
  if (new_) {
    auto names = packs_of_new_folder(options_.packs, options_.demo);
    if (!names) return tl::unexpected(names.error());
    *settings = ZoneSettings{
        .demo = options_.demo, .packs = *names, .bound_to = place_of(options_.data), .evidence_export = {}};
    if (auto written = write_zone_settings(options_.data, **settings); !written) return written;
  }
  demo_ = (*settings)->demo;
  evidence_every_minutes_ = (*settings)->evidence_every_minutes;
  evidence_export_ = (*settings)->evidence_export;
  if ((*settings)->bound_to.empty()) {  // of an earlier release: it belongs here
    (*settings)->bound_to = place_of(options_.data);
    if (auto written = write_zone_settings(options_.data, **settings); !written) return written;
  }
  standing_ = demo_                                              ? paper::Standing::Demo
              : (*settings)->rehearsal                           ? paper::Standing::Rehearsal
              : (*settings)->bound_to != place_of(options_.data) ? paper::Standing::Copy
                                                                 : paper::Standing::Live;
  backup_plan_ = plan_of_backups(**settings, options_.data, standing_ == paper::Standing::Copy);
  auto packs = pack::PackSet::load({options_.packs}, (*settings)->packs);
  if (!packs) return tl::unexpected(packs.error());
  packs_ = std::make_unique<pack::PackSet>(std::move(*packs));
  journal_->set_pack_versions(packs_->versions());
  if (auto read = take(catalogue_, register_::Catalogue::load(*packs_)); !read) return read;
  if (auto read = take(permissions_, register_::Permissions::load(*packs_, *catalogue_)); !read) return read;
  if (auto opened = take(records_, register_::Register::open(*journal_, catalogue_, permissions_)); !opened)
    return opened;
  if (demo_ && records_->today()) clock_.live_on(*records_->today());
  std::shared_ptr<register_::RelationBook> relations;
  if (auto read = take(relations, register_::RelationBook::open(*records_)); !read) return read;
  return take(accounts_, register_::Accounts::open(*journal_, wall_, permissions_, std::move(relations)));
}

Result<void> Zone::wire() {
  std::shared_ptr<const population::Programs> programs;
  std::shared_ptr<const duty::Services> services;
  std::shared_ptr<const paper::Templates> templates;
  std::shared_ptr<const casework::Procedures> procedures;
  if (auto compiled = take(programs, population::programs_in_force(*packs_, *catalogue_, *journal_)); !compiled)
    return compiled;
  const auto decisions = programs->shared_decisions();
  if (auto read = take(services, duty::Services::load(*packs_, *decisions)); !read) return read;
  if (auto read = take(templates, paper::Templates::load(*packs_)); !read) return read;
  if (auto read = take(procedures, casework::Procedures::load(*packs_, *catalogue_)); !read) return read;
  if (auto read = take(pages_, api::PageSettings::load(*packs_, *catalogue_)); !read) return read;
  pages_.centre = options_.centre;

  if (auto read = take(levers_, population::Levers::load(*packs_, *catalogue_)); !read) return read;
  if (auto opened = take(population_, population::Population::open(*records_, programs)); !opened) return opened;
  if (auto noted = population::note_run(*journal_, population::run_of(*packs_, *programs), records_->today()); !noted)
    return noted;
  past_ = std::make_unique<population::PastPopulations>(*records_, [this] { return population_->shared_programs(); });
  if (auto made = report::Reports(*journal_, *population_).create_tables(); !made) return made;
  if (options_.progress) {
    population_->on_progress([this](double part) { tell_progress(part_wired + part * (part_evaluated - part_wired)); });
  }
  duties_ = std::make_unique<duty::Duties>(*journal_, services);
  duties_->attach(*population_);
  population_->add_listener(*duties_);
  notices_ = std::make_unique<notice::Notices>(*journal_);
  issuers_ = std::make_unique<paper::Issuers>(*journal_, standing_);
  if (auto opened = open_channels(); !opened) return opened;
  paper::Options paper_options;
  paper_options.issuers = issuers_.get();
  if (!options_.verify_address.empty()) paper_options.verify_address = options_.verify_address;
  papers_ = std::make_unique<paper::Papers>(*journal_, templates, paper_options);
  knowledge_ = std::make_unique<PopulationKnowledge>(*population_, *records_);
  casework_ = std::make_unique<casework::Casework>(*journal_, *records_, procedures, *knowledge_, clock_);
  casework_->tell_with(*notices_);
  casework_->know_people([this](std::int64_t account) {
    const auto found = accounts_->find(account);
    if (!found || !*found) return std::string();
    return (*found)->shown_name.empty() ? (*found)->name : (*found)->shown_name;
  });
  casework::add_standard_services(*casework_, {*records_, *papers_, *notices_});
  for (journal::Participant* participant : std::initializer_list<journal::Participant*>{
           duties_.get(), notices_.get(), issuers_.get(), papers_.get(), casework_.get()}) {
    if (auto added = journal_->add_participant(*participant); !added) return added;
  }
  if (auto opened = issuers_->open(wall_.now_ms()); !opened) return opened;
  if (const auto missing = casework_->missing_services(); !missing.empty()) return tl::unexpected(missing.front());
  if (auto built = take(search_, register_::Search::build(*records_, *packs_)); !built) return built;
  imports_ = std::make_unique<api::ImportDesk>(*records_, hub_, options_.data / "uploads");
  if (auto opened = take(deliveries_, register_::Deliveries::open(*records_, options_.data / "desk")); !opened)
    return opened;
  sources_ = std::make_unique<api::SourceDesk>(*deliveries_, options_.data / "deliveries");
  verification_ = std::make_unique<api::Verification>(
      *records_, [this] { return clock_.now_ms(); }, evidence_export_);
  backups_ = std::make_unique<register_::BackupDesk>(*records_, wall_, backup_plan_, options_.log);
  std::error_code ignored;  // exports of an earlier process that nobody fetched
  std::filesystem::remove_all(options_.data / "exports", ignored);
  std::filesystem::create_directories(options_.data / "exports", ignored);
  wire_duties();
  return {};
}

// What goes outside, and how: channels.yaml in the data folder. A zone that is not live holds everything back.
Result<void> Zone::open_channels() {
  auto settings = notice::read_channel_settings((options_.data / "channels.yaml").string());
  if (!settings) return tl::unexpected(settings.error());
  notices_->set_outside(settings->address, standing_ != paper::Standing::Live);
  const auto now_ms = [this] { return wall_.now_ms(); };
  if (!settings->smtp.url.empty()) {
    notices_->add_carrier(
        "email", [smtp = settings->smtp, now_ms](const notice::Subscription& to, const notice::Outgoing& message) {
          return notice::send_mail(smtp, to.address, message, now_ms());
        });
  }
  if (!settings->sms.url.empty()) {
    notices_->add_carrier("sms",
                          [sms = settings->sms](const notice::Subscription& to, const notice::Outgoing& message) {
                            return notice::send_sms(sms, to.address, message);
                          });
  }
  if (settings->webhooks) {
    notices_->add_carrier("webhook", [now_ms](const notice::Subscription& to, const notice::Outgoing& message) {
      return notice::send_webhook(to.address, to.secret, message, now_ms());
    });
  }
  return {};
}

// Messages outside take as long as the other side takes: a thread of their own.
void Zone::keep_post() {
  std::unique_lock lock(wake_mutex_);
  while (!stop_) {
    lock.unlock();
    if (auto sent = notices_->pump(clock_.now_ms()); !sent)
      options_.log("messages outside: " + base::to_text(sent.error(), false));
    lock.lock();
    if (stop_) return;
    post_signal_.wait_for(lock, std::chrono::seconds(5));
  }
}

void Zone::wire_duties() {
  duties_->on_due([this](journal::Transaction& transaction, const duty::Duty& duty, base::Date day) {
    return on_due(transaction, duty, day);
  });
  duties_->on_due_moved([this](journal::Transaction& transaction, const duty::Duty& duty,
                               std::optional<base::Date> before,
                               base::Date day) { return tell_due_moved(transaction, duty, before, day); });
  casework_->on_work([this] { wake(); });
  // A case that came to its end settles the duty that opened it; a cancelled one leaves the duty to people.
  casework_->on_closed([this](journal::Transaction& transaction, const casework::Case& closed) -> Result<void> {
    const std::int64_t file = closed.file, id = closed.id;
    transaction.on_commit([this, id, file] {
      api::publish_work(hub_, "case", journal_->position(), id, file);
      api::publish_work(hub_, "notice", journal_->position(), 0, file);
    });
    if (closed.duty == 0 || closed.state != casework::CaseState::Completed) return {};
    return duties_->set_done(transaction, closed.duty, closed.outcome);
  });
  population_->on_change(
      [this](journal::Position position, base::Date day) { api::publish_outcomes(hub_, day, position); });
}

casework::OpenRequest Zone::opening_of(const duty::Duty& duty) const {
  casework::OpenRequest request;
  request.procedure = duty.item->procedure;
  request.origin = "duty " + std::to_string(duty.id);
  request.subject = duty.subject;
  request.service = duty.item->name;
  request.duty = duty.id;
  request.budget_working_days = duty.item->deadline_working_days.value_or(0);
  request.reason_zh = duty.why.zh;
  request.reason_en = duty.why.en;
  request.evidence = duty.evidence;
  return request;
}

// In the transaction that made the duty due: its message, and its case when the item acts by itself.
Result<void> Zone::on_due(journal::Transaction& transaction, const duty::Duty& duty, base::Date day) {
  const duty::ServiceItem& item = *duty.item;
  if (!item.message.empty() || item.calls_for != duty::CallsFor::Act) {
    notice::Draft draft;
    draft.key = "duty " + std::to_string(duty.id);
    draft.recipient =
        item.role().empty() ? notice::Recipient::file(duty.file) : notice::Recipient::of_post(std::string(item.role()));
    draft.type = "duty_" + std::string(duty::name_of(item.calls_for));
    draft.title = duty.title;
    draft.body = duty.why;
    draft.href = "/duties/" + std::to_string(duty.id);
    draft.duty = duty.id;
    draft.file = duty.file;
    draft.day = day;
    if (const paper::MessageTemplate* message = papers_->templates().message(item.message)) {
      feel::ContextScope names;
      names.set({"Today", feel::Value(day)});
      if (auto subject = population_->subject_value(duty.subject, day)) names.set(std::move(*subject));
      if (auto explained = population_->explain(*item.decision, duty.subject, day)) {
        names.set({"details", explained->details, nullptr});
      }
      for (const auto& [texts, target] :
           {std::pair(&message->title, &draft.title), std::pair(&message->body, &draft.body)}) {
        auto zh = texts->print(names, feel::Language::Chinese);
        auto en = texts->print(names, feel::Language::English);
        if (zh) target->zh = std::move(*zh);
        if (en) target->en = std::move(*en);
      }
      if (auto href = message->href.print(names, feel::Language::English); href && !href->empty())
        draft.href = std::move(*href);
    }
    if (auto sent = notices_->send(transaction, draft); !sent) return tl::unexpected(sent.error());
  }
  if (item.calls_for == duty::CallsFor::Act && !item.procedure.empty()) {
    auto opened = casework_->open(transaction, opening_of(duty));
    if (!opened) return tl::unexpected(opened.error());
    if (auto noted = duties_->set_case(transaction, duty.id, *opened); !noted) return noted;
  }
  transaction.on_commit([this, duty] {
    const journal::Position position = journal_->position();
    api::publish_duty(hub_, duty, position);
    api::publish_work(hub_, "case", position, 0, duty.file);
    api::publish_work(hub_, "notice", position, 0, duty.file);
    wake();
  });
  return {};
}

Result<void> Zone::accept_offer(const register_::Viewer& viewer, std::int64_t duty_id) {
  auto duty = duties_->find(viewer, duty_id);
  if (!duty) return tl::unexpected(duty.error());
  if (duty->item->calls_for != duty::CallsFor::Offer || duty->item->procedure.empty()) {
    return base::fail(base::ErrorCode::Conflict, "这项应办不需要确认。",
                      "This duty is no offer; there is nothing to accept.");
  }
  if (duty->case_id != 0) return {};
  if (duty->state != duty::State::Taken) {
    if (auto taken = duties_->take(viewer, duty_id); !taken) return tl::unexpected(taken.error());
  }
  casework::OpenRequest request = opening_of(*duty);
  request.actor = viewer.account();
  request.actor_name = viewer.name();
  journal::BatchInfo info;
  info.actor = viewer.account();
  auto committed = journal_->commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        auto opened = casework_->open(transaction, request);
        if (!opened) return tl::unexpected(opened.error());
        return duties_->set_case(transaction, duty_id, *opened);
      },
      info);
  if (!committed) return tl::unexpected(committed.error());
  return settle();
}

Result<void> Zone::settle_locked() {
  for (std::size_t round = 0; round < rounds_max; ++round) {
    if (auto caught = population_->catch_up(); !caught) return caught;
    auto ran = casework_->run_jobs();
    if (!ran) return tl::unexpected(ran.error());
    if (*ran == 0) return {};
    api::publish_work(hub_, "case", journal_->position());
    api::publish_work(hub_, "notice", journal_->position());
  }
  return base::fail(base::ErrorCode::Internal, "办件步骤没有停下来，请查看日志。",
                    "The steps of cases do not come to an end; see the log.");
}

Result<void> Zone::settle() {
  const std::lock_guard lock(settling_);
  return settle_locked();
}

Result<void> Zone::advance_to(std::int64_t account, base::Date target) {
  const std::lock_guard lock(settling_);
  while (true) {
    const auto today = records_->today();
    if (today && *today >= target) return {};
    const base::Date day = today ? base::Date::from_days(today->days() + 1) : target;
    if (auto moved = set_today(day, account); !moved) return moved;
    if (auto passed = register_::pass_day(*records_, day); !passed) return passed;
    if (auto settled = settle_locked(); !settled) return settled;
    if (auto expired = duties_->advance(day); !expired) return expired;
    if (auto fired = casework_->advance(day); !fired) return tl::unexpected(fired.error());
    if (auto settled = settle_locked(); !settled) return settled;
    api::publish_clock(hub_, day, journal_->position());
  }
}

Result<void> Zone::set_today(base::Date day, std::int64_t account) {
  if (demo_) clock_.live_on(day);
  auto moved = records_->set_today(day, account, "日期前进");
  if (!moved) return tl::unexpected(moved.error());
  return {};
}

Result<void> Zone::load_pack_records() {
  auto loaded = register_::load_pack_records(*records_, *packs_);
  if (!loaded) return tl::unexpected(loaded.error());
  return {};
}

Result<void> Zone::begin() {
  tell_progress(part_wired);
  if (auto loaded = load_pack_records(); !loaded) return loaded;
  if (auto settled = settle(); !settled) return settled;
  tell_progress(part_evaluated);
  // Holidays announced or amended since the zone was last open: deadlines move, and people are told.
  if (records_->today()) {
    if (auto recounted = recount(); !recounted) return tl::unexpected(recounted.error());
  }
  feed_ = std::make_unique<api::ChangeFeed>(*journal_, *catalogue_, hub_);
  subscription_ = journal_->subscribe([this](journal::Position) { wake(); });
  keeper_ = std::thread([this] { keep_house(); });
  if (standing_ == paper::Standing::Live && !notices_->carriers().empty()) post_ = std::thread([this] { keep_post(); });
  evidence_ = std::make_unique<EvidenceKeeper>(*journal_, evidence_every_minutes_, evidence_export_, options_.log);
  backups_->keep_schedule();
  return {};
}

void Zone::tell_progress(double part) {
  if (options_.progress) options_.progress(part);
}

void Zone::wake() {
  {
    const std::lock_guard lock(wake_mutex_);
    awake_ = true;
  }
  wake_signal_.notify_all();
}

// What an erase left in free pages and in the log goes within half a day.
Result<void> Zone::compact_after_erase() {
  auto since = journal_->to_compact_since_ms();
  if (!since) return tl::unexpected(since.error());
  if (!*since || **since + compact_after_ms > clock_.now_ms()) return {};
  auto compacted = journal_->compact();
  if (!compacted) return tl::unexpected(compacted.error());
  return {};
}

void Zone::keep_house() {
  // What a restart begins with is written when the zone closes and after so many changes.
  constexpr journal::Position snapshot_every = 50'000;
  journal::Position kept = 0;
  const auto keep_snapshot = [&] {
    if (auto saved = population_->save_snapshot(); !saved)
      options_.log("snapshot: " + base::to_text(saved.error(), false));
    kept = population_->position();
  };
  while (true) {
    std::int64_t wait_ms = 60'000;
    if (auto settled = settle(); !settled) {
      options_.log("housekeeping: " + base::to_text(settled.error(), false));
      wait_ms = 2'000;
    } else if (const auto next = casework_->next_job_at_ms(); next && *next) {
      wait_ms = std::clamp<std::int64_t>(**next - clock_.now_ms(), 10, wait_ms);
    }
    if (const std::int64_t now = wall_.now_ms(); now >= next_sweep_ms_) {
      next_sweep_ms_ = now + sweep_every_ms;
      if (auto swept = journal_->attachments().sweep(); !swept)
        options_.log("attachments: " + base::to_text(swept.error(), false));
      if (auto compacted = compact_after_erase(); !compacted)
        options_.log("compaction: " + base::to_text(compacted.error(), false));
    }
    if (population_->position() - kept >= snapshot_every) keep_snapshot();
    std::unique_lock lock(wake_mutex_);
    wake_signal_.wait_for(lock, std::chrono::milliseconds(wait_ms), [this] { return awake_ || stop_; });
    awake_ = false;
    if (stop_) {
      lock.unlock();
      keep_snapshot();
      return;
    }
  }
}

void Zone::build_house() {
  house_ = std::unique_ptr<api::House>(new api::House{*packs_,     wall_,        *journal_, *records_,  *accounts_,
                                                      *search_,    *population_, *duties_,  *casework_, *notices_,
                                                      *papers_,    hub_,         *imports_, pages_,     options_.data,
                                                      {},          demo_,        demo_,     {},         {},
                                                      {},          {},           {},        {},         {},
                                                      options_.log});
  house_->past = past_.get();
  house_->levers = &levers_;
  house_->evidence_export = evidence_export_;
  house_->evidence_every_minutes = evidence_every_minutes_;
  const pack::Pack* marked = packs_->find(demo_pack);
  house_->zone = demo_ && marked != nullptr ? marked->manifest().labels : pack::Label{"园区", "The zone"};
  house_->advance_to = [this](std::int64_t account, base::Date day) { return advance_to(account, day); };
  house_->verification = verification_.get();
  house_->backups = backups_.get();
  house_->sources = sources_.get();
  house_->offered_calendar = [this] { return offered_calendar(); };
  house_->publish_calendar = [this](std::int64_t account, const std::string& version) {
    return publish_calendar(account, version);
  };
  house_->hand_over = [this](const register_::Viewer& viewer, const api::HandOver& request) {
    return hand_over(viewer, request);
  };
  house_->accept_offer = [this](const register_::Viewer& viewer, std::int64_t duty) {
    return accept_offer(viewer, duty);
  };
  house_->settle = [this] {
    if (auto settled = settle(); !settled) options_.log("after a write: " + base::to_text(settled.error(), false));
  };
  house_->reflected = [this] { return population_->position(); };
  house_->wait_until_reflected = [this](journal::Position position, int timeout_ms) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    while (population_->position() < position) {
      if (std::chrono::steady_clock::now() > end || position > journal_->position())
        return population_->position() >= position;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  };
}

}  // namespace yuanqu::app
