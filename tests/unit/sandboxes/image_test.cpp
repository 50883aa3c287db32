#include "sandboxes/image.h"

#include <doctest/doctest.h>

#include "sandboxes/sandbox.h"

namespace assay::sandbox {
namespace {

Image image_of_source(const std::string& source) {
  Job job;
  job.files = {{"helper.py", "import json\n", ""}, {"solution.py", source, ""}};
  return image_for(job);
}

}  // namespace

TEST_CASE("the standard library alone runs in the lean image") {
  CHECK(image_of_source("") == Image::kLean);
  CHECK(image_of_source("import urllib.request\nimport json") == Image::kLean);
}

TEST_CASE("a package that is imported in whatever way asks for the full image") {
  for (const char* source :
       {"import requests", "import json, requests\n", "from requests.adapters import HTTPAdapter",
        "def f():\n    import httpx as h\n", "importlib.import_module('aiohttp')",
        "__import__(\"tenacity\")", "import json\r\nimport urllib3\r\n"}) {
    CAPTURE(source);
    CHECK(image_of_source(source) == Image::kFull);
  }
  for (const std::string_view name : kPackageModules)
    CHECK(image_of_source("import " + std::string(name)) == Image::kFull);
}

TEST_CASE("a package's name elsewhere, or within another, does not ask for it") {
  for (const char* source :
       {"# All requests go through here.", "import my_requests", "import requests2",
        "import attributes", "requests = 3\nimport json\n"}) {
    CAPTURE(source);
    CHECK(image_of_source(source) == Image::kLean);
  }
}

TEST_CASE("any file of the submission counts, and an inspection runs nothing") {
  Job job;
  job.files = {{"solution.py", "import client", ""}, {"client.py", "import httpx", ""}};
  CHECK(image_for(job) == Image::kFull);
  job.kind = Job::Kind::kInspect;
  CHECK(image_for(job) == Image::kLean);
}

}  // namespace assay::sandbox
