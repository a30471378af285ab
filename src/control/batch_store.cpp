// Keeping batches over a restart: each change of state is one synced record; what was under way comes back as held.

#include <algorithm>

#include "control/console.hpp"
#include "control/texts.hpp"

namespace yuanqu::control {

namespace {

std::string record_of(const Batch& batch) {
  std::vector<std::string> people, parameters;
  for (const Operator& one : batch.operators) people.insert(people.end(), {one.user, one.session, one.station});
  for (const auto& [name, value] : batch.parameters) {
    parameters.insert(parameters.end(),
                      {name, value.is(feel::Kind::Boolean) ? "boolean" : "number", plain_text(value)});
  }
  return join_texts({batch.id, batch.recipe->name, std::to_string(batch.recipe->version), join_texts(people),
                     join_texts(parameters), std::string(name_of(batch.state)), batch.now().name, batch.reason.zh,
                     batch.reason.en, std::to_string(batch.began_ms), std::to_string(batch.changed_ms)});
}

}  // namespace

base::Result<void> Console::keep_batch(const Batch& batch) {
  if (!batch_log_) return {};
  std::string record = record_of(batch);
  std::string& kept = kept_batches_[batch.id];
  if (kept == record) return {};
  if (auto appended = batch_log_->append(record); !appended) return appended;
  kept = std::move(record);
  return {};
}

base::Result<void> Console::open(const std::filesystem::path& path) {
  std::map<std::string, std::vector<std::string>> last;
  std::vector<std::string> order;
  auto log = RecordLog::open(path, [&](std::string_view bytes) {
    auto texts = split_texts(bytes);
    if (!texts || texts->size() != 11) return;
    if (!last.contains(texts->front())) order.push_back(texts->front());
    last[texts->front()] = std::move(*texts);
  });
  if (!log) return tl::unexpected(log.error());
  batch_log_ = std::move(*log);
  for (const std::string& id : order) {
    const std::vector<std::string>& texts = last[id];
    const Recipes::Version* version =
        recipes_.find(texts[1], static_cast<int>(std::strtol(texts[2].c_str(), nullptr, 10)));
    if (version == nullptr) continue;
    Batch batch;
    batch.id = id;
    batch.recipe = version->recipe;
    const auto people = split_texts(texts[3]).value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i + 2 < people.size(); i += 3)
      batch.operators.push_back({people[i], people[i + 1], people[i + 2]});
    const auto parameters = split_texts(texts[4]).value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i + 2 < parameters.size(); i += 3) {
      const auto number = base::Decimal::parse(parameters[i + 2]);
      batch.parameters.emplace_back(parameters[i], parameters[i + 1] == "boolean" || !number
                                                       ? feel::Value(parameters[i + 2] == "true")
                                                       : feel::Value(*number));
    }
    batch.state = BatchState::Held;
    for (int state = 0; state <= static_cast<int>(BatchState::Complete); ++state) {
      if (name_of(static_cast<BatchState>(state)) == texts[5]) batch.state = static_cast<BatchState>(state);
    }
    for (std::size_t phase = 0; phase < batch.recipe->phases.size(); ++phase) {
      for (std::size_t step = 0; step < batch.recipe->phases[phase].steps.size(); ++step) {
        if (batch.recipe->phases[phase].steps[step].name != texts[6]) continue;
        batch.phase = phase;
        batch.step = step;
      }
    }
    batch.reason = {texts[7], texts[8]};
    batch.began_ms = std::strtoll(texts[9].c_str(), nullptr, 10);
    batch.changed_ms = std::strtoll(texts[10].c_str(), nullptr, 10);
    kept_batches_[id] = join_texts(texts);
    if (!batch.closed() && batch.state != BatchState::Held) {
      batch.state = BatchState::Held;
      batch.reason = {"中心重启，批次已保持。", "The centre restarted; the batch is held."};
    }
    if (batch.operators.empty()) batch.operators.push_back({});
    batches_.push_back(std::move(batch));
  }
  return {};
}

}  // namespace yuanqu::control
