// Points in time as texts, by the law of the other hosts: year first, UTC where no zone is named.
#pragma once

#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace times {

// Days since 1970 of a day of the proleptic Gregorian calendar, years counted from March so that the leap day ends one.
inline std::int64_t days_of(std::int64_t year, int month, int day) {
  const std::int64_t y = month > 2 ? year : year - 1, era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
  const std::int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

inline int month_length(int year, int month) {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Reads a text from its front.
class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }
  bool one_of(const char* marks) {
    for (const char* mark = marks; *mark; mark++) {
      if (peek() == *mark && !done()) return ++at_, true;
    }
    return false;
  }
  void blanks() { while (one_of(" \t")) {} }
  // A word, whatever its case.
  bool word(const char* letters) {
    std::size_t to = at_;
    for (const char* letter = letters; *letter; letter++, to++) {
      if (to >= text_.size() || std::toupper(static_cast<unsigned char>(text_[to])) != *letter) return false;
    }
    at_ = to;
    return true;
  }
  // Digits, `least` to `most` of them; false where there are fewer.
  bool digits(std::size_t least, std::size_t most, std::string& out) {
    out.clear();
    while (out.size() < most && peek() >= '0' && peek() <= '9') out += text_[at_++];
    return out.size() >= least;
  }
  bool digits(std::size_t least, std::size_t most, int& out) {
    std::string text;
    if (!digits(least, most, text)) return false;
    out = std::atoi(text.c_str());
    return true;
  }
  void skip_to(char mark) {
    while (!done() && text_[at_] != mark) at_++;
  }

 private:
  const std::string& text_;
  std::size_t at_ = 0;
};

// Milliseconds since 1970, with all digits of the fraction; false for what is no such time.
inline bool milliseconds(const std::string& text, double& out) {
  Reader in(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone_hours = 0, zone_minutes = 0;
  double fraction = 0, sign = 0;
  in.blanks();
  if (!in.digits(4, 4, year) || !in.one_of("-/.") || !in.digits(1, 2, month) || !in.one_of("-/.") || !in.digits(1, 2, day)) {
    return false;
  }
  if (!in.one_of("Tt ")) return false;
  while (in.one_of("Tt ")) {}
  if (!in.digits(1, 2, hour) || !in.one_of(":") || !in.digits(2, 2, minute)) return false;
  if (in.one_of(":")) {
    std::string part;
    if (!in.digits(2, 2, second)) return false;
    if (in.one_of(".,:")) {
      if (!in.digits(1, static_cast<std::size_t>(-1), part)) return false;
      fraction = std::strtod(("0." + part).c_str(), nullptr) * 1000;
    }
  }
  in.blanks();
  const bool morning = in.word("AM"), evening = !morning && in.word("PM");
  if (morning || evening) {
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (evening ? 12 : 0);
  }
  in.blanks();
  if (in.peek() == '+' || in.peek() == '-') {
    sign = in.peek() == '-' ? -1 : 1;
    in.one_of("+-");
    if (!in.digits(2, 2, zone_hours)) return false;
    const bool colon = in.one_of(":");
    if ((colon || (in.peek() >= '0' && in.peek() <= '9')) && !in.digits(2, 2, zone_minutes)) return false;
  } else if (!in.word("Z") && !in.word("UTC")) {
    in.word("GMT");
  }
  in.blanks();
  if (in.one_of("[")) {
    in.skip_to(']');
    if (!in.one_of("]")) return false;
    in.blanks();
  }
  if (!in.done() || month < 1 || month > 12 || day < 1 || day > month_length(year, month)) return false;
  if (hour > 23 || minute > 59 || second > 60) return false;
  out = static_cast<double>(days_of(year, month, day)) * 86400000.0 + ((hour * 60 + minute) * 60 + second) * 1000.0 + fraction -
        (zone_hours * 60 + zone_minutes) * 60000.0 * sign;
  return true;
}

// A point in time as the other hosts write it.
inline std::string written(double seconds) {
  const std::int64_t all = static_cast<std::int64_t>(std::floor(seconds * 1000 + 0.5));
  std::int64_t days = all / 86400000, within = all % 86400000;
  if (within < 0) within += 86400000, days--;
  // The day's year, month and day: the inverse of days_of.
  const std::int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
  const std::int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * years + years / 4 - years / 100), m = (5 * of_year + 2) / 153;
  const int day = static_cast<int>(of_year - (153 * m + 2) / 5 + 1), month = static_cast<int>(m < 10 ? m + 3 : m - 9);
  char text[96];
  std::snprintf(text, sizeof text, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ",
                static_cast<long long>(years + era * 400 + (month <= 2 ? 1 : 0)), month, day, static_cast<int>(within / 3600000),
                static_cast<int>(within / 60000 % 60), static_cast<int>(within / 1000 % 60), static_cast<int>(within % 1000));
  return text;
}

}  // namespace times
