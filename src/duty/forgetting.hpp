#pragma once
// Erasing personal data (docs/records.md, section 5) reaches what duties copied from the changes it emptied.

#include "base/error.hpp"
#include "journal/journal.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::duty {

// In the erase's own transaction. A fact in the evidence keeps its record, field, source and change and has value null
// with `null_reason: "erased"`. Where the titles, reasons, cards and derived values of duties of the same file, or of a
// duty that rests on the change, hold an erased text of two characters or more, 已删除 stands for it. Reads every
// duty's evidence; an erase is rare.
base::Result<void> forget(journal::Transaction& transaction, const register_::Catalogue& catalogue);

}  // namespace yuanqu::duty
