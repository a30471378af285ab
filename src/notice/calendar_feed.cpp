#include "notice/calendar_feed.hpp"

#include <algorithm>
#include <ctime>

namespace yuanqu::notice {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\\' || letter == ';' || letter == ',') out += '\\';
    if (letter == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(letter) >= 0x20) {
      out += letter;
    }
  }
  return out;
}

std::string line(std::string_view text) {
  constexpr std::size_t octets_max = 73;
  std::string out;
  for (std::size_t at = 0; at < text.size() || out.empty();) {
    std::size_t end = std::min(at + octets_max, text.size());
    while (end < text.size() && end > at && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    out += (out.empty() ? "" : "\r\n ") + std::string(text.substr(at, end - at));
    at = end;
    if (text.empty()) break;
  }
  return out + "\r\n";
}

std::string compact(base::Date day) {
  std::string text = day.to_string();
  std::erase(text, '-');
  return text;
}

}  // namespace

std::string calendar_text(const std::string& name, const std::vector<Deadline>& deadlines, std::int64_t now_ms) {
  const std::time_t moment = now_ms / 1000;
  std::tm parts{};
  gmtime_r(&moment, &parts);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &parts);
  std::string out =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Yuanqu//deadlines//ZH\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n";
  out += line("X-WR-CALNAME:" + escaped(name)) + "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n";
  for (const Deadline& one : deadlines) {
    out += "BEGIN:VEVENT\r\n" + line("UID:" + escaped(one.uid) + "@yuanqu") + line(std::string("DTSTAMP:") + stamp);
    out += line("DTSTART;VALUE=DATE:" + compact(one.day)) +
           line("DTEND;VALUE=DATE:" + compact(one.day.plus_days(1).value_or(one.day)));
    out += line("SUMMARY:" + escaped(one.title));
    if (!one.note.empty()) out += line("DESCRIPTION:" + escaped(one.note));
    if (!one.link.empty()) out += line("URL:" + one.link);
    out += "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n";
  }
  return out + "END:VCALENDAR\r\n";
}

}  // namespace yuanqu::notice
