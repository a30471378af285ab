#include "centre/routes.hpp"

namespace yuanqu::centre {

std::span<const Route> routes() {
  using enum Access;
  static constexpr Route table[] = {
      {"GET", "/front", Everybody, Right::View, Resource::Front},
      {"GET", "/health", Everybody, Right::View, Resource::Health},
      {"POST", "/session", Everybody, Right::View, Resource::SignIn},
      {"DELETE", "/session", Everybody, Right::View, Resource::SignOut},
      {"GET", "/session", Session, Right::View, Resource::Who},
      {"POST", "/session/unlock", Session, Right::View, Resource::Unlock},
      {"GET", "/live", Session, Right::View, Resource::Live},
      {"GET", "/stations/{station}/layout", Session, Right::View, Resource::Layout},
      {"PUT", "/stations/{station}/layout", Session, Right::View, Resource::PutLayout},
      {"GET", "/accounts", Session, Right::Administer, Resource::Accounts},
      {"PUT", "/accounts/{name}", Session, Right::Administer, Resource::PutAccount},
      {"GET", "/plants/{plant}/model", Plant, Right::View, Resource::Model},
      {"GET", "/plants/{plant}/site", Plant, Right::View, Resource::Site},
      {"GET", "/plants/{plant}/values", Plant, Right::View, Resource::Values},
      {"GET", "/plants/{plant}/history", Plant, Right::View, Resource::History},
      {"GET", "/plants/{plant}/history.csv", Plant, Right::View, Resource::HistoryCsv},
      {"GET", "/plants/{plant}/history.xlsx", Plant, Right::View, Resource::HistoryXlsx},
      {"GET", "/plants/{plant}/alarms", Plant, Right::View, Resource::Alarms},
      {"GET", "/plants/{plant}/alarms/journal", Plant, Right::View, Resource::Journal},
      {"GET", "/plants/{plant}/alarms/journal.csv", Plant, Right::View, Resource::JournalCsv},
      {"GET", "/plants/{plant}/alarms/journal.xlsx", Plant, Right::View, Resource::JournalXlsx},
      {"GET", "/plants/{plant}/alarms/performance", Plant, Right::View, Resource::Performance},
      {"POST", "/plants/{plant}/alarms/{verb}", Plant, Right::Acknowledge, Resource::AlarmAct},
      {"GET", "/plants/{plant}/operations", Plant, Right::View, Resource::Operations},
      // Which right an act needs is the console's to say, by device and area; to see the plant is the least.
      {"POST", "/plants/{plant}/operations/{verb}", Plant, Right::View, Resource::Act},
      {"GET", "/plants/{plant}/audit", Plant, Right::Audit, Resource::Audit},
      {"GET", "/plants/{plant}/audit.csv", Plant, Right::Audit, Resource::AuditCsv},
      {"GET", "/plants/{plant}/audit.jsonl", Plant, Right::Audit, Resource::AuditLines},
      {"GET", "/plants/{plant}/handovers", Plant, Right::View, Resource::Handovers},
      {"POST", "/plants/{plant}/handovers", Plant, Right::Acknowledge, Resource::WriteHandover},
      {"POST", "/plants/{plant}/handovers/{id}/sign", Plant, Right::Acknowledge, Resource::SignHandover},
      {"GET", "/plants/{plant}/handovers/{id}/print", Plant, Right::View, Resource::PrintHandover},
      {"GET", "/plants/{plant}/months", Plant, Right::View, Resource::Months},
      {"GET", "/plants/{plant}/months/{month}", Plant, Right::View, Resource::MonthFile},
      {"POST", "/plants/{plant}/months/{month}/deliver", Plant, Right::Administer, Resource::DeliverMonth},
      {"POST", "/plants/{plant}/simulate", Plant, Right::Administer, Resource::Simulate},
  };
  return table;
}

}  // namespace yuanqu::centre
