#pragma once
// The tables of deliveries: who each row was about and its figures, differences, and the rows on the data desk. For
// this room's .cpp files.

#include <map>
#include <string>
#include <vector>

#include "register/deliveries.hpp"

namespace yuanqu::register_ {

class Erased;

// What one delivery said of one subject (a file, or a record when how things are is delivered).
struct DeliveredRow {
  std::int64_t subject = 0;
  FileId file = 0;
  RecordId record = 0;
  std::map<FieldNumber, Value> figures;
};

ImportOptions import_options(const Schedule& schedule, const ReportingPeriod& period, base::Date today,
                             const DeskRow& like);

base::Result<void> create_delivery_tables(journal::Database& database);
base::Result<void> store_rows(journal::Database& database, RecordId delivery, const std::vector<DeliveredRow>& rows);
base::Result<std::vector<DeliveredRow>> load_rows(journal::Database& database, RecordId delivery);
base::Result<void> store_differences(journal::Database& database, RecordId delivery,
                                     const std::vector<Difference>& all);
base::Result<std::vector<Difference>> load_differences(journal::Database& database, RecordId delivery);
// A file's columns, kept with its delivery.
base::Result<void> store_columns(journal::Database& database, const DeskRow& like);
base::Result<void> store_desk_row(journal::Transaction& transaction, const DeskRow& row);
base::Result<void> settle_desk_row(journal::Database& database, std::int64_t row, std::string_view state,
                                   std::string_view reason, std::int64_t account);
base::Result<void> update_desk_row(journal::Database& database, const DeskRow& row);
base::Result<std::vector<DeskRow>> load_desk(journal::Database& database, RecordId schedule, RecordId delivery,
                                             std::size_t limit);

// What lies here of erased fields: figures, differences and cells. See forgetting.hpp.
base::Result<void> forget_delivered(journal::Database& database, const Erased& erased);

}  // namespace yuanqu::register_
