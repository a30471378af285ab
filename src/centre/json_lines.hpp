#pragma once
// JsonLines: a file of one JSON object a line, only ever appended to, each line synced before append() returns. A last
// line that a kill left torn is cut off when the file is opened: it was never acknowledged.

#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>

#include "base/error.hpp"

namespace yuanqu::centre {

class JsonLines {
 public:
  // Reads what is there. Invalid, with the row, for a line that is no object and not the last.
  static base::Result<JsonLines> open(const std::filesystem::path& file,
                                      const std::function<void(const boost::json::object&)>& line);
  base::Result<void> append(const boost::json::object& line);

 private:
  std::filesystem::path file_;
};

}  // namespace yuanqu::centre
