# Every library that Assay is built from. All of them are Debian packages: script/setup installs
# them, and nothing is fetched while configuring.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS filesystem url)  # filesystem for Process; Beast is headers only
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(doctest REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)  # SHA-256
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)

# Debian's own Python, even where another interpreter comes first on the path.
set(Python3_ROOT_DIR /usr)
set(Python3_EXECUTABLE /usr/bin/python3)
set(Python3_FIND_STRATEGY LOCATION)
set(Python3_FIND_VIRTUALENV STANDARD)
find_package(Python3 3.11 EXACT REQUIRED COMPONENTS Interpreter Development.Embed)
