#pragma once

// Which warm image a job's box is forked from. A fork copies the page tables of the whole image, so
// a job that needs no package is given one without them.
//
// In: a job. Out: an image, a pure function of the job's files, so that a submission always runs in
// the same one. Either image can import everything: what is not warm is imported from the disk.
// Names are shared with the runner, which is told its image when it is started, and the hash seed
// that it is warmed with.

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

namespace assay::sandbox {

enum class Image {
  kLean,  ///< the standard library
  kFull,  ///< and the packages that candidates may import
};

/// All that a runner is told of how to get warm.
struct Warmth {
  Image image = Image::kLean;
  std::uint32_t hash_seed = 0;  ///< of CPython; see sandboxes/variation.h

  auto operator<=>(const Warmth&) const = default;
};

/// How a runner is told: `--image lean`, and `--hash-seed 1` where the seed is not 0.
constexpr std::string_view name_of(Image image) { return image == Image::kLean ? "lean" : "full"; }

/// What the full image has and the lean one has not, by the names that a program imports.
inline constexpr std::array<std::string_view, 14> kPackageModules = {
    "requests", "urllib3",  "httpx",    "httpcore", "anyio",
    "sniffio",  "aiohttp",  "tenacity", "attr",     "typing_extensions",
    "yaml",     "dateutil", "pydantic", "backoff"};

struct Job;

/// Full where a line that holds the word "import" names one of kPackageModules. A guess and no
/// parser of Python: being wrong costs time and nothing else. Inspections run nothing and take the
/// lean one.
Image image_for(const Job& job);

/// That image, with the hash seed of the job's variation.
Warmth warmth_for(const Job& job);

}  // namespace assay::sandbox
