#pragma once
// The journal's own tables, and how a data folder is opened.
//
// Layout, measured on 2 cores with 300,000 changes of 250 bytes, batches of 2,000, synchronous=FULL: a rowid table in
// order of sequence with an index by (file, sequence) took 190,000 changes a second for new files and 63,000 for
// changes spread over old ones; clustered by (file, sequence) WITHOUT ROWID it took 212,000 and 25,000, because each
// change then rewrites a page of its own. Reading one file's changes was 65,000 against 82,000 files a second: not
// worth it. A further index on a random key halved the load, which is why keys of records are indexed in memory
// (register/key_index.hpp).

#include "base/error.hpp"
#include "journal/sql.hpp"

namespace yuanqu::journal {

// Pragmas of a writing connection; creates the tables or refuses a folder of a newer program.
base::Result<void> prepare_schema(Database& database, bool synchronous_full);
// The same check for a reading connection.
base::Result<void> check_schema(Database& database);

}  // namespace yuanqu::journal
