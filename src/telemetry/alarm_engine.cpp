#include "telemetry/alarm_engine.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "telemetry/alarm_tracks.hpp"
#include "telemetry/live.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {
constexpr std::int64_t flood_window_ms = 10 * minute_ms;
constexpr std::int64_t retry_ms = 1'000;
}  // namespace

AlarmEngine::AlarmEngine(const PlantModel& plant, AlarmJournal& journal, std::uint64_t epoch, AlarmOptions options)
    : plant_(plant), journal_(journal), epoch_(epoch), options_(options) {}
AlarmEngine::~AlarmEngine() = default;

base::Result<std::unique_ptr<AlarmEngine>> AlarmEngine::start(const PlantModel& plant, AlarmJournal& journal,
                                                              Moment now, std::uint64_t epoch, AlarmOptions options) {
  std::unique_ptr<AlarmEngine> engine(new AlarmEngine(plant, journal, epoch, options));
  auto states = journal.states();
  if (!states) return tl::unexpected(states.error());
  engine->states_ = std::move(*states);
  engine->working_ = engine->states_;
  engine->started_ms_ = now.steady_ms;
  engine->tags_.resize(plant.tags().size());
  engine->tracks_.resize(plant.alarms().size());
  engine->versions_.assign(plant.alarms().size(), 0);
  engine->alarms_of_tag_.resize(plant.tags().size());
  if (auto compiled = engine->compile(); !compiled) return tl::unexpected(compiled.error());
  for (AlarmIndex i = 0; i < engine->states_.size(); ++i) {
    const AlarmRule& rule = plant.alarms()[i];
    const AlarmState& state = engine->states_[i];
    if (state.shelved()) {
      const std::int64_t left =
          std::clamp<std::int64_t>(state.shelved_until_ms - now.time_ms, 0, rule.shelve_max_minutes * minute_ms);
      engine->tracks_[i].shelf_due_ms = now.steady_ms + left;
      engine->arm(i, now.steady_ms + left);
    }
    if (!rule.group.empty() && !state.hidden() && !state.normal()) {
      const auto [first, added] = engine->first_up_.emplace(rule.group, i);
      if (!added && state.raised_ms < engine->states_[first->second].raised_ms) first->second = i;
    }
    engine->arm(i, now.steady_ms + options.start_grace_ms);
  }
  return engine;
}

base::Result<void> AlarmEngine::compile() {
  for (AlarmIndex i = 0; i < plant_.alarms().size(); ++i) {
    const AlarmRule& rule = plant_.alarms()[i];
    if (!rule.group.empty()) groups_[rule.group].push_back(i);
    std::vector<TagIndex> needs = {rule.tag};
    if (rule.target_tag != no_tag) needs.push_back(rule.target_tag);
    for (const auto& [expression, where] :
         {std::pair(&rule.when, &tracks_[i].when), {&rule.suppressed_when, &tracks_[i].suppressed_when}}) {
      if (expression->text.empty()) continue;
      auto compiled = TagFormula::compile(*expression);
      if (!compiled) return tl::unexpected(compiled.error());
      for (const auto& input : expression->inputs) needs.push_back(input.second);
      *where = std::make_unique<Formula>(Formula{std::move(*compiled)});
    }
    std::sort(needs.begin(), needs.end());
    needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
    for (TagIndex tag : needs) alarms_of_tag_[tag].push_back(i);
  }
  return {};
}

bool AlarmEngine::usable(TagIndex tag) const {
  const TagNow& now = tags_[tag];
  if (now.stale || now.quality.is_bad()) return false;
  return plant_.tag(tag).type == ValueType::Text || as_number(now.value).has_value();
}

bool AlarmEngine::truth_of(Formula& formula, Moment now) {
  return formula.compiled.is_true([this](TagIndex tag) { return usable(tag) ? &tags_[tag].value : nullptr; },
                                  now.time_ms);
}

bool AlarmEngine::inputs_usable(AlarmIndex alarm) const {
  const AlarmRule& rule = plant_.alarms()[alarm];
  if (rule.kind == AlarmKind::BadQuality) return true;
  if (rule.kind == AlarmKind::Feel)
    return std::all_of(rule.when.inputs.begin(), rule.when.inputs.end(),
                       [&](const auto& input) { return usable(input.second); });
  return usable(rule.tag) && (rule.target_tag == no_tag || usable(rule.target_tag));
}

// Some value it needs was not heard of since the start, and it is too early to call that bad.
bool AlarmEngine::too_early(AlarmIndex alarm, Moment now) const {
  if (now.steady_ms - started_ms_ >= options_.start_grace_ms) return false;
  const AlarmRule& rule = plant_.alarms()[alarm];
  if (!tags_[rule.tag].seen || (rule.target_tag != no_tag && !tags_[rule.target_tag].seen)) return true;
  return std::any_of(rule.when.inputs.begin(), rule.when.inputs.end(),
                     [&](const auto& input) { return !tags_[input.second].seen; });
}

// nullopt: nothing can be said yet.
std::optional<bool> AlarmEngine::condition_of(AlarmIndex alarm, bool standing, Moment now) {
  const AlarmRule& rule = plant_.alarms()[alarm];
  const TagNow& tag = tags_[rule.tag];
  const double back = standing ? rule.dead_band : 0;
  const auto value = as_number(tag.value);
  switch (rule.kind) {
    case AlarmKind::HighHigh:
    case AlarmKind::High: return *value > rule.limit - back;
    case AlarmKind::Low:
    case AlarmKind::LowLow: return *value < rule.limit + back;
    case AlarmKind::Deviation: {
      const double target = rule.target_tag == no_tag ? rule.target : *as_number(tags_[rule.target_tag].value);
      return std::fabs(*value - target) > rule.limit - back;
    }
    case AlarmKind::Rate: {
      const auto& samples = tracks_[alarm].samples;
      if (samples.size() < 2 || samples.back().first - samples.front().first < rule.window_ms) return std::nullopt;
      const double seconds = static_cast<double>(samples.back().first - samples.front().first) / 1000;
      return std::fabs(samples.back().second - samples.front().second) / seconds > rule.limit - back;
    }
    case AlarmKind::BadQuality: return !usable(rule.tag);
    case AlarmKind::Discrete: {
      if (rule.value.index() == tag.value.index()) return same_bits(rule.value, tag.value);
      const auto wanted = as_number(rule.value);
      return wanted && value && *wanted == *value;
    }
    case AlarmKind::Feel: return truth_of(*tracks_[alarm].when, now);
  }
  return std::nullopt;
}

void AlarmEngine::arm(AlarmIndex alarm, std::int64_t due_ms) { due_.emplace(due_ms, alarm); }

void AlarmEngine::emit(AlarmEventKind kind, AlarmIndex alarm, Moment now, std::string actor, std::string reason,
                       std::int64_t until_ms) {
  const AlarmRule& rule = plant_.alarms()[alarm];
  AlarmEvent event{.kind = kind,
                   .alarm = alarm,
                   .time_ms = now.time_ms,
                   .actor = std::move(actor),
                   .reason = std::move(reason),
                   .until_ms = until_ms};
  if (kind == AlarmEventKind::Raised) {
    const TagNow& tag = tags_[rule.tag];
    event.value = rule.kind == AlarmKind::BadQuality && tag.quality.is_bad() ? to_text(tag.quality)
                  : rule.kind == AlarmKind::BadQuality && tag.stale          ? "stale"
                                                                             : to_text(tag.value);
    event.value = std::string(base::code_points(event.value, 0, 200));
  }
  fold(working_[alarm], event, rule.latched);
  pending_.push_back(std::move(event));
}

// Compares what should be with what is, and emits what lies between. Repeating it changes nothing.
void AlarmEngine::examine(AlarmIndex alarm, Moment now) {
  const AlarmRule& rule = plant_.alarms()[alarm];
  Track& track = tracks_[alarm];
  AlarmState& state = working_[alarm];
  if (state.shelved() && now.steady_ms >= track.shelf_due_ms) emit(AlarmEventKind::Unshelved, alarm, now);
  if (track.suppressed_when) {
    const bool wanted = truth_of(*track.suppressed_when, now);
    if (wanted != state.suppressed)
      emit(wanted ? AlarmEventKind::Suppressed : AlarmEventKind::Unsuppressed, alarm, now);
  } else if (state.suppressed) {
    emit(AlarmEventKind::Unsuppressed, alarm, now);  // the plant no longer says so
  }
  if (too_early(alarm, now)) return;
  const bool lost = !inputs_usable(alarm);
  if (lost != state.quality_lost) emit(lost ? AlarmEventKind::QualityLost : AlarmEventKind::QualityBack, alarm, now);
  if (lost) {
    track.since_ms.reset();
    track.samples.clear();
    return;
  }
  const auto condition = condition_of(alarm, track.raw || state.active, now);
  if (!condition) return;
  if (!track.since_ms || *condition != track.raw) {
    if (*condition != track.raw && state.hidden()) changed_.push_back(alarm);
    track.raw = *condition;
    track.since_ms = now.steady_ms;
  }
  const std::int64_t held = now.steady_ms - *track.since_ms;
  if (track.raw && !state.active && !state.hidden()) {
    if (held >= rule.on_delay_ms)
      emit(AlarmEventKind::Raised, alarm, now);
    else
      arm(alarm, *track.since_ms + rule.on_delay_ms);
  } else if (!track.raw && state.active) {
    if (held >= rule.off_delay_ms)
      emit(AlarmEventKind::Cleared, alarm, now);
    else
      arm(alarm, *track.since_ms + rule.off_delay_ms);
  }
}

void AlarmEngine::judge_flood(Moment now, std::size_t raised) {
  for (std::size_t i = 0; i < raised; ++i) shown_.push_back(now.steady_ms);
  while (!shown_.empty() && shown_.front() <= now.steady_ms - flood_window_ms) shown_.pop_front();
  const bool begins = !flood_ && shown_.size() > options_.flood_above;
  const bool ends = flood_ && shown_.size() < options_.flood_below;
  if (!begins && !ends) return;
  AlarmEvent event{.kind = begins ? AlarmEventKind::FloodBegan : AlarmEventKind::FloodEnded, .time_ms = now.time_ms};
  if (!journal_.append(std::span(&event, 1))) return;  // the next commit tries again
  flood_ = begins;
  ++version_;
}

base::Result<void> AlarmEngine::commit(Moment now) {
  if (pending_.empty()) {
    if (!changed_.empty()) ++version_;
    for (AlarmIndex alarm : changed_) versions_[alarm] = version_;
    changed_.clear();
    judge_flood(now, 0);
    return {};
  }
  std::vector<AlarmEvent> events = std::move(pending_);
  pending_.clear();
  if (auto written = journal_.append(events); !written) {
    // Nothing happened. The alarms concerned are looked at again soon; people are told that the journal fails.
    for (const AlarmEvent& event : events) {
      working_[event.alarm] = states_[event.alarm];
      arm(event.alarm, now.steady_ms + retry_ms);
    }
    failure_ = written.error();
    return written;
  }
  failure_.reset();
  ++version_;
  std::size_t raised = 0;
  for (const AlarmEvent& event : events) {
    states_[event.alarm] = working_[event.alarm];
    versions_[event.alarm] = version_;
    const std::string& group = plant_.alarms()[event.alarm].group;
    if (event.kind == AlarmEventKind::Raised) {
      ++raised;
      if (!group.empty()) first_up_.emplace(group, event.alarm);
    }
  }
  for (AlarmIndex alarm : changed_) versions_[alarm] = version_;
  changed_.clear();
  // A group whose every alarm is at rest forgets who was first.
  for (auto at = first_up_.begin(); at != first_up_.end();) {
    const auto& members = groups_[at->first];
    const bool rests = std::all_of(members.begin(), members.end(), [this](AlarmIndex i) {
      return !states_[i].active && states_[i].acknowledged && !states_[i].latched;
    });
    if (!rests) {
      ++at;
      continue;
    }
    versions_[at->second] = version_;
    at = first_up_.erase(at);
  }
  judge_flood(now, raised);
  return {};
}

void AlarmEngine::touch(TagIndex tag, Moment now) {
  for (AlarmIndex alarm : alarms_of_tag_[tag]) examine(alarm, now);
}

base::Result<void> AlarmEngine::points(std::span<const Point> points, Moment now) {
  std::lock_guard lock(mutex_);
  for (const Point& point : points) {
    if (point.tag >= tags_.size()) continue;
    tags_[point.tag] = {point.value, point.quality, false, true};
    for (AlarmIndex alarm : alarms_of_tag_[point.tag]) {
      const AlarmRule& rule = plant_.alarms()[alarm];
      if (rule.kind != AlarmKind::Rate || rule.tag != point.tag || !usable(point.tag)) continue;
      auto& samples = tracks_[alarm].samples;
      if (!samples.empty() && point.source_time_ms <= samples.back().first) {
        if (point.source_time_ms == samples.back().first)
          samples.back().second = *as_number(point.value);
        else
          samples.clear();  // the source's clock was set back
      }
      if (samples.empty() || samples.back().first != point.source_time_ms)
        samples.emplace_back(point.source_time_ms, *as_number(point.value));
      // The first kept is the newest that is at least a window old.
      while (samples.size() > 2 && samples.back().first - samples[1].first >= rule.window_ms) samples.pop_front();
    }
    touch(point.tag, now);
  }
  return commit(now);
}

base::Result<void> AlarmEngine::quality(TagIndex tag, Quality quality, bool stale, Moment now) {
  std::lock_guard lock(mutex_);
  if (tag >= tags_.size())
    return fail(ErrorCode::NotFound, "没有这个测点。", "There is no such tag.", {.field = "tag"});
  tags_[tag].quality = quality;
  tags_[tag].stale = stale;
  touch(tag, now);
  return commit(now);
}

base::Result<void> AlarmEngine::observe(const LivePicture& live, Moment now) {
  const std::vector<LivePicture::Standing> standing = live.standing(now.steady_ms);
  std::lock_guard lock(mutex_);
  for (TagIndex tag = 0; tag < tags_.size(); ++tag) {
    TagNow& mine = tags_[tag];
    if (!standing[tag].seen || (mine.quality == standing[tag].quality && mine.stale == standing[tag].stale)) continue;
    mine.quality = standing[tag].quality;
    mine.stale = standing[tag].stale;
    touch(tag, now);
  }
  return tick_locked(now);
}

base::Result<void> AlarmEngine::tick(Moment now) {
  std::lock_guard lock(mutex_);
  return tick_locked(now);
}

base::Result<void> AlarmEngine::tick_locked(Moment now) {
  while (!due_.empty() && due_.top().first <= now.steady_ms) {
    const AlarmIndex alarm = due_.top().second;
    due_.pop();
    examine(alarm, now);
  }
  return commit(now);
}

std::optional<std::int64_t> AlarmEngine::next_due() const {
  std::lock_guard lock(mutex_);
  return due_.empty() ? std::nullopt : std::optional(due_.top().first);
}

std::optional<base::Error> AlarmEngine::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace yuanqu::telemetry
