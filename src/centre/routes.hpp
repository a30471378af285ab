#pragma once
// Routes: the one table of everything the centre answers, with what each needs. Nothing is answered that does not stand
// in it; a test walks it. The right a route names is asked for in some area of the plant; what an area itself forbids
// is refused by the act below.

#include <span>
#include <string_view>

#include "centre/accounts.hpp"

namespace yuanqu::centre {

enum class Access {
  Everybody,  // before signing in
  Session,    // anybody who is signed in
  Plant,      // `right` in the plant of the path's {plant}
};

enum class Resource {
  Front,
  Health,
  SignIn,
  SignOut,
  Who,
  Unlock,
  Model,
  Site,
  Values,
  History,
  HistoryCsv,
  HistoryXlsx,
  Alarms,
  AlarmAct,
  Journal,
  JournalCsv,
  JournalXlsx,
  Performance,
  Operations,
  Act,
  Audit,
  AuditCsv,
  AuditLines,
  Handovers,
  WriteHandover,
  SignHandover,
  PrintHandover,
  Months,
  MonthFile,
  DeliverMonth,
  Accounts,
  PutAccount,
  Layout,
  PutLayout,
  Simulate,
  Live,
};

struct Route {
  std::string_view method;
  std::string_view pattern;  // below /api/v1/centre; {name} is one segment
  Access access = Access::Plant;
  Right right = Right::View;
  Resource resource = Resource::Health;
};

std::span<const Route> routes();

}  // namespace yuanqu::centre
