#include "harness/model/evidence.h"

#include "harness/model/read.h"

namespace assay::model {

Citation Citation::of_case(std::string case_id) {
  Citation citation;
  citation.case_id = std::move(case_id);
  return citation;
}

Citation Citation::of_request(std::string case_id, int seq) {
  Citation citation = of_case(std::move(case_id));
  citation.request = seq;
  return citation;
}

Citation Citation::of_stream(std::string case_id, std::string stream) {
  Citation citation = of_case(std::move(case_id));
  citation.stream = std::move(stream);
  return citation;
}

Citation Citation::of_source(std::string file, int line, int end_line) {
  Citation citation;
  citation.file = std::move(file);
  citation.line = line;
  citation.end_line = end_line;
  return citation;
}

void to_json(Json& json, const Citation& citation) {
  if (!citation.file.empty()) {
    json = {{"file", citation.file}, {"line", citation.line}, {"end_line", citation.end_line}};
  } else {
    json = {{"case", citation.case_id}};
    write_if(json, "request", citation.request);
    if (!citation.stream.empty()) json["stream"] = citation.stream;
  }
  if (citation.of_draft) json["of"] = "draft";
}

void to_json(Json& json, const Fact& fact) {
  json = {{"id", fact.id},
          {"kind", fact.kind},
          {"statement", fact.statement},
          {"data", fact.data},
          {"cites", fact.cites}};
}

}  // namespace assay::model
