#include "harness/run/intake.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "harness/run/grading.h"
#include "tests/support/scratch.h"
#include "tests/unit/run/taken.h"

namespace assay::run {
namespace {

using namespace testing;
using assay::testing::Scratch;

/// Says what it was told to say, and remembers what it was given.
class FakeUnpacker final : public Unpacker {
 public:
  explicit FakeUnpacker(Unpacked answer) : answer_(std::move(answer)) {}

  Result<Unpacked> unpack(const Packed& packed) override {
    given.push_back(packed);
    return answer_;
  }

  std::vector<Packed> given;

 private:
  Unpacked answer_;
};

Unpacked files_named(const std::vector<std::string>& paths) {
  Unpacked unpacked;
  for (const std::string& path : paths) unpacked.files.push_back({path, "of " + path, {}});
  return unpacked;
}

TEST_CASE("a file is taken as the entry file and named after itself") {
  const Scratch scratch;
  const Intake intake = taken({scratch.write("ada.py", "x = 1\n")});
  REQUIRE(intake.submissions.size() == 1);
  CHECK(intake.submissions[0].id == "ada");
  REQUIRE(paths_of(intake.submissions[0]) == Names{kEntry});
  CHECK(intake.submissions[0].files[0].bytes == "x = 1\n");
  CHECK(intake.submissions[0].intake.empty());
}

TEST_CASE("an entry file that is named by itself is called after its folder, and comes alone") {
  const Scratch scratch;
  scratch.write("ada/notes.md", "n");
  const Intake intake = taken({scratch.write("ada/solution.py", "")});
  CHECK(ids_of(intake) == Names{"ada"});
  CHECK(paths_of(intake.submissions[0]) == Names{kEntry});
}

TEST_CASE("a folder with the entry file is one submission with all its files, by path") {
  const Scratch scratch;
  scratch.write("ada/solution.py", "");
  scratch.write("ada/lib/deep/client.py", "c");
  scratch.write("ada/REVIEW.md", "r");
  for (const char* tail : {"", "/", "/."}) {
    const Intake intake = taken({scratch.path("ada") + tail});
    CHECK(ids_of(intake) == Names{"ada"});
    CHECK(paths_of(intake.submissions[0]) == Names{"REVIEW.md", "lib/deep/client.py", kEntry});
  }
}

TEST_CASE("a folder of submissions gives one for each file and folder in it, by name") {
  const Scratch scratch;
  scratch.write("all/carl.py", "");
  scratch.write("all/ada/solution.py", "");
  scratch.write("all/bob/solution.py", "");
  scratch.make_folder("all/dora");
  scratch.write("all/README.txt", "");
  scratch.write("all/.DS_Store", "");
  const Intake intake = taken({scratch.path("all")});
  CHECK(ids_of(intake) == Names{"ada", "bob", "carl", "dora"});
  CHECK(intake.submissions[3].files.empty());
  REQUIRE(intake.notices.size() == 1);
  CHECK(intake.notices[0].starts_with(scratch.path("all/README.txt: ")));
  CHECK(taken({scratch.path("all/")}).notices == intake.notices);
}

TEST_CASE("in a folder of submissions the one source file of a folder stands for the entry file") {
  const Scratch scratch;
  scratch.write("all/ada/main.py", "one");
  scratch.write("all/bob/a.py", "");
  scratch.write("all/bob/b.py", "");
  const Intake intake = taken({scratch.path("all")});
  CHECK(paths_of(intake.submissions[0]) == Names{kEntry});
  CHECK(paths_of(intake.submissions[1]) == Names{"a.py", "b.py"});
  CHECK(intake.notices.size() == 1);
}

TEST_CASE("ids are unique, also where only case differs") {
  const Scratch scratch;
  const Intake intake = taken({scratch.write("a/ada.py", ""), scratch.write("b/ada.py", ""),
                               scratch.write("c/Ada.py", ""), scratch.write("d/ada-2.py", "")});
  CHECK(ids_of(intake) == Names{"ada", "ada-2", "Ada-3", "ada-2-2"});
}

TEST_CASE("an id is one component that is safe to create and to print") {
  CHECK(safe_id("ada") == "ada");
  CHECK(safe_id("Åsa Öberg") == "Åsa_Öberg");
  CHECK(safe_id("../../etc/passwd") == "etc_passwd");
  CHECK(safe_id("..") == "submission");
  CHECK(safe_id("") == "submission");
  CHECK(safe_id("-rf") == "rf");
  CHECK(safe_id(".hidden") == "hidden");
  CHECK(safe_id("a\x1b[31mb\n") == "a_31mb");
  CHECK(safe_id("a\xe2\x80\xae"
                "b") == "a_b");
  CHECK(safe_id("\xff\xfe") == "\xef\xbf\xbd\xef\xbf\xbd");
  const std::string long_id = safe_id("x" + std::string(300, '\xc3') + std::string(300, 'y'));
  CHECK(long_id.size() <= 100);
  std::string accents = "x";
  for (int i = 0; i < 100; ++i) accents += "é";
  CHECK(safe_id(accents).size() == 99);  // never the half of a character
}

TEST_CASE("the names of the summaries cannot be taken by a submission") {
  const Scratch scratch;
  for (const std::string name : {"summary.json", "summary.html"}) {
    scratch.write(name + "/solution.py", "");
    CHECK(ids_of(taken({scratch.path(name)})) == Names{name + "-2"});
  }
}

TEST_CASE("links, devices and pipes of a candidate are refused, and never opened") {
  const Scratch scratch;
  const std::string secret = scratch.write("secret", "hidden case");
  scratch.write("ada/solution.py", "");
  scratch.link(secret, "ada/link.py");
  scratch.link("/etc", "ada/etc");
  scratch.link("/dev/urandom", "ada/random.py");
  REQUIRE(::mkfifo(scratch.path("ada/pipe.py").c_str(), 0600) == 0);
  const Intake intake = taken({scratch.path("ada")});
  const auto& submission = intake.submissions[0];
  CHECK(paths_of(submission) == Names{kEntry});
  for (const char* link : {"link.py", "etc", "random.py"})
    CHECK(refusal_of(submission, link) == "it is a symbolic link, which is not followed");
  CHECK(refusal_of(submission, "pipe.py") == "it is neither a regular file nor a folder");
}

TEST_CASE("a link in the place of a submission or of the entry file is refused with a report") {
  const Scratch scratch;
  scratch.write("elsewhere/solution.py", "someone else's");
  scratch.make_folder("all");
  scratch.link(scratch.path("elsewhere"), "all/ada");
  scratch.make_folder("all/bob");
  scratch.link(scratch.path("elsewhere/solution.py"), "all/bob/solution.py");
  const Intake intake = taken({scratch.path("all")});
  REQUIRE(ids_of(intake) == Names{"ada", "bob"});
  for (const auto& submission : intake.submissions) {
    CHECK(submission.files.empty());
    REQUIRE(submission.intake.size() == 1);
    CHECK(submission.intake[0].refused == "it is a symbolic link, which is not followed");
  }
}

TEST_CASE("a submission with an odd name is taken all the same, under a name that is safe") {
  const Scratch scratch;
  scratch.write("all/a\nb/solution.py", "1");
  scratch.write("all/c\xff.py", "2");
  const Intake intake = taken({scratch.path("all")});
  REQUIRE(intake.submissions.size() == 2);
  CHECK(ids_of(intake)[0] == "a_b");
  for (const auto& submission : intake.submissions) {
    CHECK(paths_of(submission) == Names{kEntry});
    CHECK(submission.intake.empty());
  }
}

TEST_CASE("compiled code is refused, since nobody can read what it does") {
  const Scratch scratch;
  scratch.write("ada/solution.py", "");
  scratch.write("ada/helper.py", "");
  scratch.write("ada/helper/__init__.pyc", "");
  scratch.write("ada/fast.cpython-311-x86_64-linux-gnu.so", "");
  const auto intake = taken({scratch.path("ada")});
  const auto& submission = intake.submissions[0];
  CHECK(paths_of(submission) == Names{"helper.py", kEntry});
  CHECK(refusal_of(submission, "helper/__init__.pyc").starts_with("compiled code is not taken"));
  CHECK(refusal_of(submission, "fast.cpython-311-x86_64-linux-gnu.so")
            .starts_with("compiled code is not taken"));
}

TEST_CASE("names that are not UTF-8, hold control characters or belong to tools are refused") {
  const Scratch scratch;
  scratch.write("ada/solution.py", "");
  scratch.write("ada/\xff.py", "");
  scratch.write("ada/a\nb.py", "");
  scratch.write("ada/.git/config", "");
  scratch.write("ada/__pycache__/solution.cpython-311.pyc", "");
  const auto intake = taken({scratch.path("ada")});
  const auto& submission = intake.submissions[0];
  CHECK(paths_of(submission) == Names{kEntry});
  CHECK(refusal_of(submission, "\xef\xbf\xbd.py") == "its name is not UTF-8");
  CHECK(refusal_of(submission, "a\nb.py") == "its name holds control characters");
  CHECK(refusal_of(submission, ".git") == "hidden files and folders are not taken");
  CHECK(refusal_of(submission, "__pycache__") != "(taken)");
}

TEST_CASE("files are bounded in size, number and depth, and what fits is taken all the same") {
  const Scratch scratch;
  scratch.write("ada/solution.py", "fits");
  scratch.write("ada/large.py", std::string(101, 'x'));
  scratch.write("ada/exact.py", std::string(100, 'x'));
  scratch.write("ada/1/2/in.py", "");
  scratch.write("ada/1/2/3/out.py", "");
  const IntakeLimits limits{.file_bytes = 100, .depth = 3};
  const model::Submission submission = taken({scratch.path("ada")}, limits).submissions[0];
  CHECK(paths_of(submission) == Names{"1/2/in.py", "exact.py", kEntry});
  CHECK(refusal_of(submission, "large.py").starts_with("it is larger than"));
  CHECK(refusal_of(submission, "1/2/3") == "folders lie more than 3 deep");

  const model::Submission few = taken({scratch.path("ada")}, {.files = 2}).submissions[0];
  CHECK(paths_of(few) == Names{"exact.py", kEntry});
  CHECK(refusal_of(few, "large.py") == "the submission has more than 2 files");

  const model::Submission small = taken({scratch.path("ada")}, {.total_bytes = 101}).submissions[0];
  CHECK(refusal_of(small, "large.py").starts_with("the submission is larger than"));
}

TEST_CASE("a folder with too many entries is refused whole, and refusals are bounded") {
  const Scratch scratch;
  scratch.write("ada/solution.py", "");
  for (int i = 0; i < 12; ++i) scratch.write("ada/many/" + std::to_string(i), "");
  const model::Submission whole =
      taken({scratch.path("ada")}, {.folder_entries = 11}).submissions[0];
  CHECK(paths_of(whole) == Names{kEntry});
  CHECK(refusal_of(whole, "many/") == "the folder has more than 11 entries");

  const model::Submission bounded =
      taken({scratch.path("ada")}, {.file_bytes = 0, .refusals = 3}).submissions[0];
  CHECK(bounded.intake.size() <= 3);
}

TEST_CASE("an archive is handed to the unpacker, and named after itself without the suffix") {
  const Scratch scratch;
  FakeUnpacker unpacker(files_named({kEntry, "lib/a.py"}));
  for (const char* name : {"ada.zip", "ada.tar.gz", "ada.tgz", "ADA.ZIP"}) {
    const Intake intake = taken({scratch.write(name, "PK")}, {}, &unpacker);
    REQUIRE(intake.submissions.size() == 1);
    CHECK(intake.submissions[0].id.size() == 3);
    CHECK(paths_of(intake.submissions[0]) == Names{"lib/a.py", kEntry});
    CHECK(intake.submissions[0].files[1].bytes == "of solution.py");
    CHECK(intake.submissions[0].origin == scratch.path(name));
    CHECK(unpacker.given.back().archive);
    CHECK(unpacker.given.back().files[0].bytes == "PK");
  }
  CHECK(ids_of(taken({scratch.write("bob/solution.zip", "PK")}, {}, &unpacker)) == Names{"bob"});
}

TEST_CASE("an archive that cannot be read, or is of another kind, is refused with what to do") {
  const Scratch scratch;
  const std::string zip = scratch.write("ada.zip", "PK");
  Unpacked answer;
  answer.failed = "it is damaged";
  FakeUnpacker damaged(answer);
  for (const auto& [path, unpacker, why] :
       {std::tuple{zip, static_cast<Unpacker*>(&damaged), "it is damaged"},
        {zip, static_cast<Unpacker*>(nullptr), "unpack it"},
        {scratch.write("ada.7z", "7z"), static_cast<Unpacker*>(&damaged), "a .zip or a .tar.gz"}}) {
    const Intake intake = taken({path}, {}, unpacker);
    REQUIRE(intake.submissions.size() == 1);
    CHECK(intake.submissions[0].files.empty());
    REQUIRE(intake.submissions[0].intake.size() == 1);
    CHECK(intake.submissions[0].intake[0].refused.find(why) != std::string::npos);
    CHECK(intake.notices.size() == 1);
  }
  CHECK(damaged.given.size() == 1);
  const Intake large = taken({zip}, {.archive_bytes = 1}, &damaged);
  CHECK(refusal_of(large.submissions[0], "ada.zip").starts_with("it is larger than"));
  CHECK(damaged.given.size() == 1);
}

TEST_CASE("what comes out of a box is held against the rules for names, whatever the box said") {
  const Scratch scratch;
  const std::string zip = scratch.write("ada.zip", "PK");
  FakeUnpacker hostile(
      files_named({kEntry, "../above.py", "/etc/cron.py", "a//b.py", "a/./b.py", "", "a\nb.py",
                   "\xff.py", ".hidden/x.py", "venv/x.py", "twice.py", "twice.py",
                   "solution.py/inner.py", "1/2/3/4/5/6/7/8/x.py", "1/2/3/4/5/6/7/x.py"}));
  const model::Submission submission = taken({zip}, {}, &hostile).submissions[0];
  CHECK(paths_of(submission) == Names{"1/2/3/4/5/6/7/x.py", kEntry, "twice.py"});
  for (const char* path : {"../above.py", "/etc/cron.py", "a//b.py", "a/./b.py", ""})
    CHECK(refusal_of(submission, path) == "its name leads out of the submission");
  CHECK(refusal_of(submission, "a\nb.py") == "its name holds control characters");
  CHECK(refusal_of(submission, "\xef\xbf\xbd.py") == "its name is not UTF-8");
  CHECK(refusal_of(submission, "twice.py") == "another file has the same name");
  CHECK(refusal_of(submission, "solution.py/inner.py") == "another file has the same name");
  CHECK(refusal_of(submission, "1/2/3/4/5/6/7/8/x.py") == "folders lie more than 8 deep");

  const IntakeLimits narrow{.files = 2, .refusals = 4};
  std::vector<std::string> many(1, kEntry);
  for (int i = 0; i < 50; ++i) many.push_back("a" + std::to_string(i) + ".txt");
  Unpacked doubtful = files_named(many);
  for (const char* name : {"1.ipynb", "2.ipynb", "3.ipynb"}) doubtful.notes.push_back({name, "n"});
  doubtful.unsure = {"a1.txt", "a2.txt"};
  FakeUnpacker flood(doubtful);
  const model::Submission bounded = taken({zip}, narrow, &flood).submissions[0];
  CHECK(paths_of(bounded) == Names{"a0.txt", kEntry});
  REQUIRE(bounded.intake.size() == 4);
  CHECK(bounded.intake[3].refused == "and more, which are not listed");
  REQUIRE(bounded.notes.size() == 4);
  CHECK(bounded.notes[2].note == "n");
  CHECK(bounded.notes[3].note == "and more, which are not listed");
}

TEST_CASE("what tools leave behind is told once, and notes and doubts are kept with their files") {
  const Scratch scratch;
  Unpacked answer = files_named({"a.py", "b.py"});
  answer.left_out = {"__MACOSX", ".git", "lib/__pycache__"};
  answer.notes = {{"a.ipynb", "its code"}};
  answer.unsure = {"a.py", "b.py"};
  FakeUnpacker unpacker(answer);
  const Intake intake = taken({scratch.write("ada.zip", "PK")}, {}, &unpacker);
  const model::Submission& submission = intake.submissions[0];
  REQUIRE(submission.intake.size() == 1);
  CHECK(refusal_of(submission, "__MACOSX") ==
        "folders of tools (caches, environments) are not taken; nor are 2 more of the kind");
  REQUIRE(submission.notes.size() == 3);
  CHECK(submission.notes[0].note == "its code");
  CHECK(submission.notes[2].note == model::kMayBeTheEntry);
  CHECK(intake.notices.size() == 3);
}

TEST_CASE("a folder is handed to the unpacker where there is a choice or a notebook, else not") {
  const Scratch scratch;
  FakeUnpacker unpacker(files_named({kEntry}));
  const auto boxes_for = [&](const std::string& folder) {
    unpacker.given.clear();
    (void)taken({scratch.path(folder)}, {}, &unpacker);
    return unpacker.given.size();
  };
  scratch.write("plain/ada/solution.py", "");
  scratch.write("plain/ada/other.py", "");
  scratch.write("plain/ada/notes.ipynb", "{}");
  scratch.write("plain/bob/main.py", "");
  scratch.write("plain/carl/README.md", "");
  CHECK(boxes_for("plain") == 0);
  scratch.write("choice/ada/a.py", "");
  scratch.write("choice/ada/b.py", "");
  CHECK(boxes_for("choice") == 1);
  scratch.write("below/ada/src/main.py", "");
  CHECK(boxes_for("below") == 1);
  scratch.write("notebook/ada/work.ipynb", "{}");
  scratch.write("notebook/bob.ipynb", "{}");
  CHECK(boxes_for("notebook") == 2);
  scratch.write("portal/ada/upload.zip", "PK");
  CHECK(boxes_for("portal") == 1);
  CHECK(unpacker.given[0].archive);
}

TEST_CASE("a folder with the file that the grader names is one submission, not a folder of them") {
  const Scratch scratch;
  scratch.write("ada/main.py", "");
  scratch.write("ada/util.py", "");
  FakeUnpacker unpacker(files_named({kEntry, "util.py"}));
  const IntakeOptions options{
      .entry_file = kEntry, .named_entry = "main.py", .unpacker = &unpacker};
  const auto intake = take_in({scratch.path("ada")}, options);
  REQUIRE(intake.ok());
  CHECK(ids_of(*intake) == Names{"ada"});
  REQUIRE(unpacker.given.size() == 1);
  CHECK(unpacker.given[0].files.size() == 2);
  CHECK(ids_of(taken({scratch.path("ada")})) == Names{"main", "util"});
}

TEST_CASE("nothing takes the place of an entry file that is there and is not taken") {
  const Scratch scratch;
  FakeUnpacker unpacker(files_named({kEntry}));
  scratch.write("all/ada/solution.py", std::string(101, 'x'));
  scratch.write("all/ada/other.py", "");
  scratch.write("all/ada/work.ipynb", "{}");
  const Intake intake = taken({scratch.path("all")}, {.file_bytes = 100}, &unpacker);
  CHECK(unpacker.given.empty());
  CHECK(paths_of(intake.submissions[0]) == Names{"other.py", "work.ipynb"});
}

TEST_CASE("a notebook may be large where its code is wanted, and no longer where it is not") {
  const Scratch scratch;
  FakeUnpacker unpacker(files_named({kEntry}));
  const IntakeLimits limits{.file_bytes = 100, .notebook_bytes = 1000};
  scratch.write("all/ada/work.ipynb", std::string(500, ' '));
  scratch.write("all/bob/solution.py", "");
  scratch.write("all/bob/work.ipynb", std::string(500, ' '));
  const Intake intake = taken({scratch.path("all")}, limits, &unpacker);
  REQUIRE(unpacker.given.size() == 1);
  CHECK(unpacker.given[0].files[0].bytes.size() == 500);
  CHECK(paths_of(intake.submissions[0]) == Names{kEntry});
  CHECK(refusal_of(intake.submissions[1], "work.ipynb").starts_with("it is larger than"));
}

TEST_CASE("paths that are no submission are errors that say what one is") {
  const Scratch scratch;
  const auto missing = take_in({scratch.path("nobody")}, {.entry_file = kEntry});
  REQUIRE(!missing.ok());
  CHECK(missing.error().kind == ErrorKind::kInput);
  CHECK(missing.error().place.file == scratch.path("nobody"));
  const auto text = take_in({scratch.write("notes.txt", "")}, {.entry_file = kEntry});
  REQUIRE(!text.ok());
  CHECK(text.error().hint.find("solution.py") != std::string::npos);
}

TEST_CASE("an empty folder is a submission without files, and a notice") {
  const Scratch scratch;
  const Intake intake = taken({scratch.make_folder("ada")});
  CHECK(ids_of(intake) == Names{"ada"});
  CHECK(intake.submissions[0].files.empty());
  CHECK(intake.notices.size() == 1);
}

TEST_CASE("the hash of a submission follows from its files alone") {
  const Scratch scratch;
  scratch.write("a/solution.py", "same");
  scratch.write("b/solution.py", "same");
  scratch.write("c/solution.py", "other");
  const Intake intake = taken({scratch.path("a"), scratch.path("b"), scratch.path("c")});
  CHECK(intake.submissions[0].sha256 == intake.submissions[1].sha256);
  CHECK(intake.submissions[0].sha256 != intake.submissions[2].sha256);
}

TEST_CASE("a draft stands for no solution: neither as the one file of a folder nor beside others") {
  const Scratch scratch;
  scratch.write("all/ada/draft.py", "d");
  scratch.write("all/ada/REVIEW.md", "r");
  scratch.write("all/bob/draft.py", "d");
  scratch.write("all/bob/main.py", "m");
  scratch.write("all/draft.py", "d");
  const Intake intake = taken({scratch.path("all")});
  CHECK(ids_of(intake) == Names{"ada", "bob"});
  CHECK(paths_of(intake.submissions[0]) == Names{"REVIEW.md", "draft.py"});
  CHECK(paths_of(intake.submissions[1]) == Names{"draft.py", kEntry});
}

TEST_CASE("draft and review are found at the top of a submission, the review by any common name") {
  const auto with = [](const std::string& path) {
    model::Submission submission;
    submission.files = {{path, "text", ""}};
    return submission;
  };
  for (const char* name : {"REVIEW.md", "Review.md", "review.txt", "review.markdown", "REVIEW"})
    CHECK_MESSAGE(review_in(with(name)) != nullptr, name);
  for (const char* name : {"docs/REVIEW.md", "REVIEWS.md", "README.md", "review.py"})
    CHECK_MESSAGE(review_in(with(name)) == nullptr, name);
  CHECK(draft_in(with("draft.py")) != nullptr);
  CHECK(draft_in(with("old/draft.py")) == nullptr);
}

}  // namespace
}  // namespace assay::run
