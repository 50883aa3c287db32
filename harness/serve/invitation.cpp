#include "harness/serve/invitation.h"

#include <algorithm>

#include "harness/report/text.h"
#include "sandboxes/protocol.h"

namespace assay::serve {
namespace {

/// In quotes for a POSIX shell, within which nothing has a meaning of its own.
std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

bool is_plain_word(std::string_view text) {
  return !text.empty() && text.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789_-./:@%+,=") == std::string_view::npos;
}

std::string shell_word(const std::string& text) {
  return is_plain_word(text) ? text : shell_quoted(text);
}

/// Where the warehouse is in a box.
std::string url_in_box() {
  return std::string("http://") + sandbox::protocol::kWarehouseHost + ":" +
         std::to_string(sandbox::protocol::kWarehousePort);
}

std::string with_url(std::string text, const std::string& url) {
  const std::string boxed = url_in_box();
  for (std::size_t at = 0; (at = text.find(boxed, at)) != std::string::npos; at += url.size())
    text.replace(at, boxed.size(), url);
  return text;
}

void put_url(Json& value, const std::string& url) {
  if (value.is_string()) value = with_url(value.get<std::string>(), url);
  if (value.is_structured())
    for (Json& inner : value) put_url(inner, url);
}

/// As Python writes it, with double quotes, which a shell's single quotes leave alone.
std::string python_literal(const Json& value) {
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (!value.is_structured()) return dump_json(value);
  std::string list;
  for (const auto& [key, inner] : value.items()) {
    if (!list.empty()) list += ", ";
    if (value.is_object()) list += dump_json(Json(key)) + ": ";
    list += python_literal(inner);
  }
  return value.is_array() ? "[" + list + "]" : "{" + list + "}";
}

/// The table with the most partitions, which is what a case is about rather than those beside it.
std::string table_of(const Json& world) {
  std::string table;
  std::size_t most = 0;
  for (const auto& [name, json] : world.at("tables").items()) {
    const std::size_t count = json.contains("partitions") ? json.at("partitions").size() : 0;
    if (!table.empty() && count <= most) continue;
    table = name;
    most = count;
  }
  return table;
}

/// The day that the case asks about, as its arguments have it; empty where none does.
std::string day_of(const ServedCase& served) {
  const auto& parameters = served.entry.parameters;
  const Json& arguments = served.the_case.arguments;
  for (std::size_t i = 0; i < std::min(parameters.size(), arguments.size()); ++i)
    if (parameters[i].type == "iso_date" && arguments[i].is_string() &&
        is_plain_word(arguments[i].get<std::string>()))
      return arguments[i].get<std::string>();
  return "";
}

/// Whether the case is of the BigQuery-compatible API: by where its environment says that lies, or
/// by the operations of its script.
bool uses_bigquery(const ServedCase& served) {
  const std::string script = dump_json(served.the_case.script);
  for (const auto& [name, value] : served.environment)
    if (value.find("/bigquery/v2") != std::string::npos || name == "BIGQUERY_EMULATOR_HOST")
      return true;
  return script.find("\"bigquery.") != std::string::npos;
}

std::string text_in(const Json& world, const char* key, const char* usual) {
  const Json* found = find_in(world, key);
  return found != nullptr && found->is_string() ? found->get<std::string>() : usual;
}

}  // namespace

std::string token_of(const ServedCase& served) {
  const Json* token = find_in(served.the_case.world, "/auth/token");
  return token == nullptr ? "" : token->get<std::string>();
}

std::string curl_line(const ServedCase& served, const std::string& url) {
  const std::string table = table_of(served.the_case.world);
  const Json& world = served.the_case.world;
  if (uses_bigquery(served)) {
    std::string line = "curl -i ";
    if (const std::string token = token_of(served); !token.empty())
      line += "-H " + shell_quoted("Authorization: Bearer " + token) + " ";
    return report::visible(
        line + shell_word(url + "/bigquery/v2/projects/" + text_in(world, "/project", "warehouse") +
                          "/datasets/" + text_in(world, "/dataset", "analytics") + "/tables/" +
                          (table.empty() ? "orders" : table)));
  }
  std::string target = url + "/v1/tables/" + (table.empty() ? "orders" : table) + "/partitions";
  if (const std::string day = day_of(served); !day.empty()) target += "/" + day;
  std::string line = "curl -i ";
  if (const std::string token = token_of(served); !token.empty())
    line += "-H " + shell_quoted("Authorization: Bearer " + token) + " ";
  return report::visible(line + shell_word(target));
}

std::string python_line(const ServedCase& served, const std::string& url) {
  std::string line;
  for (const auto& [name, value] : served.environment)
    line += name + "=" + shell_word(with_url(value, url)) + " ";
  std::string call;
  Json arguments = served.the_case.arguments;
  put_url(arguments, url);
  for (const Json& argument : arguments)
    call += (call.empty() ? "" : ", ") + python_literal(argument);
  const std::string module = served.entry.file.substr(0, served.entry.file.rfind('.'));
  line += "python3 -c " + shell_quoted("import asyncio, " + module + "; r = " + module + "." +
                                       served.entry.function + "(" + call +
                                       "); print(asyncio.run(r) if asyncio.iscoroutine(r) else r)");
  return report::visible(line);
}

}  // namespace assay::serve
