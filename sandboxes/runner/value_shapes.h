#pragma once

// Python values that hold others: which parts of one are encoded, and how its JSON is put together.
//
// In: objects; the GIL. Out: an Open, which holds references of its own to all parts, and the JSON
// of a finished one. The walk over an Open's parts is value_encoder.cpp's.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/json.h"
#include "sandboxes/runner/python.h"

namespace assay::sandbox::runner {

enum class Shape {
  kList,      // done[]
  kItems,     // {"$type": tag, "items": done[]}
  kSorted,    // the same, sorted by encoding
  kObject,    // {names[]: done[]}
  kPairs,     // {"$type": tag, "class", "items": [[done[0], done[1]], …]}
  kFields,    // {"$type": tag, "class", "fields": {names[]: done[]}}
  kEnum,      // {"$type": "enum", "class", "name", "value": done[0], "mixin"}
  kSubclass,  // {"$type": tag, "class", "value": done[0]}
  kListOf,    // {"$type": "list", "class", "value": done[]}
};

/// Levels of JSON that a shape puts around what it holds.
int levels_of(Shape shape);

/// A value that holds others and is being encoded. It owns what it holds: the candidate's code, run
/// by a repr, may empty the real one meanwhile.
struct Open {
  Shape shape;
  Ref self;
  std::string tag;
  std::string name;  // of the class, where that is told
  std::vector<Ref> children;
  std::vector<std::string> names;  // of the children, for kObject and kFields
  Json enum_name, enum_mixin;
  std::vector<Json> done;
  std::size_t budget = 0;  // what was left when it was opened
  int level = 0;           // of its own JSON, the whole value's being 1
};

using Opened = std::optional<Open>;

/// Once, while warming: finds the classes that are looked for.
void prepare_value_shapes();

bool is_enum(PyObject* o);

/// How many parts it has at least, so that one with too many need not be taken apart.
std::size_t count_parts(PyObject* o);

/// The parts of a value that is no leaf. Nothing where it is an object of another kind, or, with an
/// exception set, where a Mapping's code raised.
Opened open_value(PyObject* o);

/// The JSON of one whose parts are all done.
Json close_value(Open& open);

}  // namespace assay::sandbox::runner
