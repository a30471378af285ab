#pragma once
// Deliveries: a file of a data source on its way into the records. receive() imports it by the source's saved mapping
// for one period, notes the delivery as a record, compares it with the last one (new, gone, figures changed beyond the
// bound), and lays what did not match or contradicts on the data desk. From there rows go out in a workbook, are mended
// and come back by mend(), which imports them as if they had been right at once.
//
// What is kept besides the records: of each row whom it is about and its figures (for the comparison), and the cells of
// rows on the desk until they are mended or dismissed.

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "register/import.hpp"
#include "register/schedules.hpp"

namespace yuanqu::register_ {

struct DeliveryRequest {
  RecordId schedule = 0;
  base::Date period;  // any day of it
  std::filesystem::path file;
  std::string file_name;
  std::size_t sheet = 0;
  std::vector<ColumnMapping> mapping;  // empty: the saved one over what the headers say
  std::int64_t issued_ms = 0;          // of a signed one (signed_delivery.hpp)
  std::string signature;
};

struct DeliveryReport {
  DeliveryRecord delivery;
  ImportReport import;
};

enum class Change : std::uint8_t { New, Gone, Changed };
std::string_view name_of(Change change);

struct Difference {
  Change what = Change::New;
  FileId file = 0;
  RecordId record = 0;    // that the delivery spoke of; of the last one when it is gone
  FieldNumber field = 0;  // Changed
  std::string before, after;
};

struct DeskRow {
  std::int64_t id = 0;
  RecordId schedule = 0;
  RecordId delivery = 0;
  std::size_t row = 0;  // of the file
  RecordId record = 0;  // 0: nobody knows whom it is about
  std::vector<std::string> headers;
  std::vector<FieldNumber> fields;  // what each column is; 0: nothing
  std::vector<std::string> cells;
  std::string zh, en;  // why it lies here
};

struct MendReport {
  std::uint64_t rows = 0, mended = 0, left = 0;
  std::vector<RowError> errors;
};

// Whether the viewer may write what the source tells (of its respondent, where it has one): then it may take deliveries
// in and mend them.
bool may_deliver(const Viewer& viewer, const Schedule& schedule);

class Deliveries {
 public:
  static base::Result<std::unique_ptr<Deliveries>> open(Register& records, std::filesystem::path folder);

  base::Result<DeliveryReport> receive(const Viewer& viewer, const DeliveryRequest& request,
                                       const std::function<void(const ImportProgress&)>& progress = {},
                                       const std::atomic<bool>* stop = nullptr);
  base::Result<std::vector<Difference>> differences(RecordId delivery);
  // Rows that wait, oldest first. Contradictions that have vanished since are left out.
  base::Result<std::vector<DeskRow>> desk(RecordId schedule = 0, RecordId delivery = 0, std::size_t limit = 1000);
  // The cells a viewer may see: what the column's field allows, "" for columns that mean nothing.
  std::vector<std::string> shown_cells(const Viewer& viewer, const DeskRow& row) const;
  // The workbook of a delivery's waiting rows: number, reason, and the columns the viewer may export.
  base::Result<void> write_workbook(const Viewer& viewer, RecordId delivery, const std::filesystem::path& file);
  // Mended rows by their desk number; columns that are not in the file stay as they came.
  base::Result<MendReport> mend(const Viewer& viewer, RecordId delivery, const std::filesystem::path& file);
  base::Result<void> dismiss(const Viewer& viewer, std::int64_t row, const std::string& reason);

  Register& records() { return records_; }

 private:
  Deliveries(Register& records, std::filesystem::path folder) : records_(records), folder_(std::move(folder)) {}
  Register& records_;
  std::filesystem::path folder_;
};

}  // namespace yuanqu::register_
