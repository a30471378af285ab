#pragma once
// The service tasks every pack may use: change_record, create_record, issue_paper, set_paper_status, send_message.
// Their inputs are described in packs/README.md. Each writes inside the step's transaction, so its effect and the
// token's move stand or fall together.

#include <string>

#include "casework/casework.hpp"
#include "notice/notices.hpp"
#include "paper/papers.hpp"
#include "register/register.hpp"

namespace yuanqu::casework {

struct StandardServices {
  register_::Register& records;
  paper::Papers& papers;
  notice::Notices& notices;
  std::string source = "platform";  // of facts a case brings about, unless the task names another
};

// Everything referred to must outlive `cases`.
void add_standard_services(Casework& cases, const StandardServices& parts);

}  // namespace yuanqu::casework
