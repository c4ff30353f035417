// Units of samples as they come, turned into those of pipeline.json: acc=g,gyro=deg/s; a unit alone is for all channels of
// its quantity.
#pragma once

#include <algorithm>
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

}  // namespace units
