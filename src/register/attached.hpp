#pragma once
// Attachments as values of records: what a write may name, and the names that keep a file (journal/attachments.hpp).
// For this room's .cpp files; on the writer thread.

#include <span>
#include <vector>

#include "register/register.hpp"

namespace yuanqu::register_ {

// The attachments of a value: itself, or the items of a list.
std::vector<const Value*> attachments_of(const Value& value);

// A write may name a file that is in the book as the value says, and that the viewer brought itself or the record holds
// already; another's file is as if it were not there.
base::Result<void> check_attachments(journal::Database& database, const Viewer& viewer, const RecordState& record,
                                     const Field& field, const Value& value);
// From now on the record keeps the files it names.
base::Result<void> name_attachments(journal::Transaction& transaction, RecordId record,
                                    std::span<const FieldWrite> values);
// After fields were erased: files that no change of the record names any more are let go.
base::Result<void> release_attachments(journal::Transaction& transaction, const RecordState& record);

// Every file the changes of a record name, once each.
base::Result<std::vector<std::string>> attachments_named(journal::Database& database, FileId chain, RecordId record);

}  // namespace yuanqu::register_
