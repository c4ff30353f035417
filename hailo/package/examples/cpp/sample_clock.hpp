// Places samples with times of their own on the clock of the model. Times are numbers in one unit, or dates.
//
// Rows stay as they are while each lies within half a sample of its tick; from the first one on that does not, they are
// interpolated linearly. Longer steps than max_gap are gaps. The first rows are held back until the unit is known.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "numbers.hpp"
#include "sample_times.hpp"

class SampleClock {
 public:
  // A time as it stands in a row: a number, or a text that may be a date.
  struct Time {
    double number;
    std::string text;
    bool is_text() const { return !text.empty(); }
  };

  // Told of a sample with its time as JSON, and of samples that are missing.
  std::function<void(const std::vector<float>&, const std::string&)> on_sample;
  std::function<void(long)> on_missing;

  SampleClock(double rate, std::size_t length, double max_gap, double unit = 0)
      : rate_(rate), max_gap_(max_gap), unit_(unit), hold_(std::min<std::size_t>(1024, std::max<std::size_t>(24, length))) {}

  // Takes a row; why it cannot be used, empty where it can.
  std::string take(std::vector<float> values, Time time, long row) {
    if (known_) return one(values, time, row);
    held_.push_back({std::move(values), std::move(time), row});
    return held_.size() < hold_ ? "" : open();
  }

  std::string end() { return known_ ? "" : open(); }

  // Whether any row has come.
  bool begun() const { return known_ || !held_.empty(); }

 private:
  struct Row {
    std::vector<float> values;
    Time time;
    long row;
  };

  std::string open() {
    auto rows = std::move(held_);
    held_.clear();
    if (!rows.empty()) decide(rows);
    for (auto& [values, time, row] : rows) {
      std::string why = one(values, time, row);
      if (!why.empty()) return why;
    }
    return "";
  }

  // A number as the other hosts write it.
  static std::string shown(double value, int digits = 15) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    return text;
  }

  // The rate of the times, in seconds, is the model's; few of them show none.
  void check(const std::vector<double>& times) const {
    const double step = typical_step(times);
    if (times.size() <= 20 || step <= 0 || fits(step)) return;
    throw std::runtime_error("the times show " + shown(1 / step, 4) + " samples a second, the model reads " + shown(rate_, 6));
  }

  static double typical_step(const std::vector<double>& times) {
    std::vector<double> steps;
    for (std::size_t i = 1; i < times.size(); i++) {
      if (times[i] > times[i - 1]) steps.push_back(times[i] - times[i - 1]);
    }
    if (steps.empty()) return 0;
    std::sort(steps.begin(), steps.end());
    double median = steps[steps.size() / 2], sum = 0, usual = 0;
    for (double step : steps) {
      if (step <= 0.5 * median || step >= 1.5 * median) continue;
      sum += step;
      usual++;
    }
    return sum / usual;
  }

  bool fits(double step) const { return step > 0 && 1 / step >= rate_ / 1.5 && 1 / step <= rate_ * 1.03; }

  // Seconds; false for what is no time.
  bool read(const Time& time, double& seconds) const {
    if (time.is_text() != dates_) return false;
    if (!dates_) return seconds = time.number * unit_, true;
    if (!times::milliseconds(time.text, seconds)) return false;
    seconds *= 1e-3;
    return true;
  }

  void decide(const std::vector<Row>& rows) {
    dates_ = rows[0].time.is_text();
    if (dates_) unit_ = 1;
    std::vector<double> numbers;
    for (const auto& row : rows) {
      if (!row.time.is_text()) numbers.push_back(row.time.number);
    }
    const double given = typical_step(numbers);
    for (double unit : {1.0, 1e-3, 1e-6, 1e-9}) {
      if (unit_ == 0 && fits(given * unit)) unit_ = unit;
    }
    if (unit_ == 0) {
      throw std::runtime_error("the steps of " + shown(given, 6) + " are no " + shown(rate_, 6) +
                               " samples a second in s, ms, us or ns; record at the model's rate");
    }
    std::vector<double> times;
    for (const auto& row : rows) {
      double seconds = 0;
      if (read(row.time, seconds)) times.push_back(seconds);
    }
    const double step = typical_step(times);
    check(times);
    step_ = step > 0 ? step : 1 / rate_;
    limit_ = std::max(max_gap_, 1.75 * step_);
    for (std::size_t i = 0; i < times.size(); i++) {
      uneven_ = uneven_ || std::abs((times[i] - times[0]) * rate_ - static_cast<double>(i)) > 0.5;
    }
    known_ = true;
  }

  // A time of this stream as it would be written there: fifteen digits, or a date.
  std::string written(double seconds) const { return dates_ ? times::written(seconds) : shown(seconds / unit_); }

  // The same as JSON.
  std::string json(double seconds) const {
    return dates_ ? '"' + written(seconds) + '"' : shortest(std::strtod(written(seconds).c_str(), nullptr));
  }

  std::string one(const std::vector<float>& values, const Time& time, long row) {
    double seconds = 0;
    if (!read(time, seconds)) {
      return "row " + std::to_string(row) + ": its time is \"" + (time.is_text() ? time.text : shown(time.number)) +
             "\", unlike the first ones";
    }
    if (any_ && seconds < last_) {
      return "row " + std::to_string(row) + ": its time " + written(seconds) + " lies before " + written(last_);
    }
    recent_.push_back(seconds);
    if (recent_.size() >= std::max<std::size_t>(hold_, 256)) {  // looks at the rate again from time to time
      check(recent_);
      recent_.clear();
    }
    std::vector<float> before = std::move(values_);
    double from = last_;
    bool first = !any_;
    any_ = true;
    last_ = seconds;
    values_ = values;
    if (first || seconds - from > std::max(60.0, 20 * step_)) {
      if (!first) on_missing(static_cast<long>(std::floor((seconds - from) * rate_ + 0.5)) - 1);
      begin_ = seconds;
      tick_ = rows_ = 1;
      even_ = !uneven_;
      on_sample(values, json(seconds));
      return "";
    }
    even_ = even_ && std::abs((seconds - begin_) * rate_ - rows_) <= 0.5;
    rows_++;
    if (even_) {
      tick_++;
      on_sample(values, json(seconds));
    } else {
      interpolate(before, from - begin_, values, seconds - begin_);
    }
    return "";
  }

  // The ticks up to a row, between it and the one before.
  void interpolate(const std::vector<float>& a, double from, const std::vector<float>& b, double to) {
    const double same = 1e-3, span = to - from;
    long missing = 0;
    for (; tick_ <= to * rate_ + same / 10; tick_++) {
      double t = tick_ / rate_;
      if (span > limit_ && std::min(t - from, to - t) * rate_ > same) {
        missing++;
        continue;
      }
      if (missing > 0) on_missing(missing);
      missing = 0;
      double share = span > 0 ? std::min(1.0, std::max(0.0, (t - from) / span)) : 0;
      std::vector<float> values(a.size());
      for (std::size_t c = 0; c < a.size(); c++) {
        values[c] = static_cast<float>(a[c] + (static_cast<double>(b[c]) - a[c]) * share);
      }
      on_sample(values, json(begin_ + t));
    }
    if (missing > 0) on_missing(missing);
  }

  double rate_, max_gap_, unit_;
  std::size_t hold_;
  std::vector<Row> held_;
  std::vector<double> recent_;  // times since the rate was last looked at
  std::vector<float> values_;
  bool known_ = false, any_ = false, even_ = false, uneven_ = false, dates_ = false;
  double step_ = 0, limit_ = 0, last_ = 0, begin_ = 0, tick_ = 0, rows_ = 0;
};
