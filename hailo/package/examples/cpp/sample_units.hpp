// Units of samples as they come, turned into those of pipeline.json: acc=g,gyro=deg/s; a unit alone is for all channels of
// its quantity.
#pragma once

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace units {

// Value of one unit in m/s^2 or rad/s, and which of the two it measures; 0 for others.
inline std::pair<double, char> value(std::string unit) {
  unit.erase(std::remove(unit.begin(), unit.end(), ' '), unit.end());
  for (const char* spelling : {"m/s2", "m/s/s", "m/s²", "m/(s^2)"}) {
    if (unit == spelling) unit = "m/s^2";
  }
  const double degree = 3.14159265358979323846 / 180;
  const std::map<std::string, std::pair<double, char>> known = {
      {"m/s^2", {1, 'a'}},      {"g", {9.80665, 'a'}},    {"mg", {9.80665e-3, 'a'}},         {"rad/s", {1, 'r'}},
      {"deg/s", {degree, 'r'}}, {"°/s", {degree, 'r'}}, {"dps", {degree, 'r'}}, {"mdeg/s", {degree / 1000, 'r'}}};
  auto found = known.find(unit);
  return found == known.end() ? std::pair<double, char>{0, 0} : found->second;
}

// What a value in `unit` is multiplied by to be one in `wanted`; 0 where they are not of one quantity.
inline double factor(const std::string& unit, const std::string& wanted) {
  if (unit == wanted) return 1;
  auto [a, of] = value(unit);
  auto [b, as] = value(wanted);
  return of != 0 && of == as ? a / b : 0;
}

// Whether a column sensor.channel is called `name`, or begins so up to a mark or an axis.
inline bool bears(const std::string& column, const std::string& name) {
  for (const std::string& full : {column, column.substr(column.find('.') + 1)}) {
    if (full.compare(0, name.size(), name) != 0) continue;
    std::string rest = full.substr(name.size());
    if (rest.empty() || rest.find_first_of("_. ") == 0 || (rest.size() == 1 && rest.find_first_of("xyzXYZ") == 0)) return true;
  }
  return false;
}

// Factor of each column. Throws for a name that no column has, and for a unit of another quantity.
inline std::vector<double> factors(const std::string& written, const std::vector<std::string>& columns,
                                   const std::vector<std::string>& wanted) {
  std::vector<double> found(columns.size(), 1);
  std::istringstream parts(written);
  for (std::string part; std::getline(parts, part, ',');) {
    std::size_t mark = part.rfind('=');
    std::string name = mark == std::string::npos ? "" : part.substr(0, mark);
    std::string unit = mark == std::string::npos ? part : part.substr(mark + 1);
    bool any = false;
    for (std::size_t i = 0; i < columns.size(); i++) {
      double by = factor(unit, wanted[i]);
      if (name.empty() ? by == 0 : !bears(columns[i], name)) continue;
      if (by == 0) throw std::runtime_error("cannot take " + part + ": the model has " + columns[i] + " in " + wanted[i]);
      found[i] = by;
      any = true;
    }
    if (!any) throw std::runtime_error("cannot take samples in " + part + ": no such channel");
  }
  return found;
}

// Says once, after the first samples, where an accelerometer or gyroscope has another unit than the model's.
class Watch {
 public:
  Watch(const std::vector<std::string>& columns, const std::vector<std::string>& units) {
    for (std::size_t x = 0; x < columns.size(); x++) {
      const std::string& column = columns[x];
      if (column.empty() || (column.back() != 'x' && column.back() != 'X')) continue;
      std::vector<std::size_t> places = {x};
      for (char step : {1, 2}) {
        std::string other = column;
        other.back() = static_cast<char>(other.back() + step);
        auto at = std::find(columns.begin(), columns.end(), other);
        if (at != columns.end()) places.push_back(static_cast<std::size_t>(at - columns.begin()));
      }
      std::string stem = column.substr(0, column.size() - 1);
      stem.erase(stem.find_last_not_of("_. ") + 1);
      if (places.size() == 3) triads_.push_back({stem, units[x], places, {}});
    }
  }

  // Looks at a sample; what is wrong, once.
  std::vector<std::string> take(const std::vector<float>& values) {
    if (seen_ >= looked) return {};
    for (Triad& triad : triads_) {
      triad.norms.push_back(std::hypot(values[triad.places[0]], values[triad.places[1]], values[triad.places[2]]));
    }
    return ++seen_ == looked ? end() : std::vector<std::string>{};
  }

  // What the samples so far show; nothing of very few.
  std::vector<std::string> end() {
    std::vector<std::string> out;
    if (seen_ < 50 || seen_ > looked) return out;
    seen_ = looked + 1;
    for (Triad& triad : triads_) {
      std::sort(triad.norms.begin(), triad.norms.end());
      const std::string name = triad.stem.substr(triad.stem.find('.') + 1), looks = looks_of(name, triad.norms);
      const double by = looks.empty() ? 0 : factor(looks, triad.unit);
      if (by == 0 || by == 1) continue;
      out.push_back("the samples of " + triad.stem + " look like " + looks + ", the model takes " + triad.unit + ": --units " +
                    name + "=" + looks + " turns them");
    }
    return out;
  }

 private:
  struct Triad {
    std::string stem, unit;
    std::vector<std::size_t> places;
    std::vector<double> norms;
  };

  // Gravity gives the median length of an accelerometer; no gyroscope turns by 45 rad/s.
  static std::string looks_of(std::string name, const std::vector<double>& norms) {
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    auto holds = [&](const char* part) { return name.find(part) != std::string::npos; };
    if ((holds("acc") || name == "a") && !holds("lin") && !holds("body") && !holds("user")) {
      const double middle = norms[norms.size() / 2];
      const std::pair<const char*, double> known[] = {{"g", 1}, {"m/s^2", 9.81}, {"mg", 1000}};
      for (const auto& [unit, g] : known) {
        if (0.8 * g < middle && middle < 1.25 * g) return unit;
      }
      return "";
    }
    const double fast = norms[static_cast<std::size_t>(0.99 * static_cast<double>(norms.size() - 1))];
    return holds("gyr") && fast > 45 ? "deg/s" : "";
  }

  static constexpr std::size_t looked = 500;
  std::vector<Triad> triads_;
  std::size_t seen_ = 0;
};

}  // namespace units
