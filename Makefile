# A thin face on meson and ninja: every target below is a line or two. `make help` explains them.

PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60
# make check TESTS="base json": only these tests.
TESTS ?=
# SETUP=no: install nothing, trust what is there.
SETUP ?= yes

sanitized = -Db_sanitize=address,undefined

define HELP
enduse: end-use certificates that decide what the exported system may do.

  make              build into build/; the program is build/enduse
  make demo         the main job, end to end, as a story: set-up included
  make check        run every test (under 15 minutes); set-up included
  make check-browser  only the pages, in a browser (part of make check)
  make help         this text

Working on it:
  make setup        install what is missing: Debian packages (as root or through sudo), npm modules
  make format       lay out the C files with clang-format
  make fuzz         run each fuzz target for FUZZ_SECONDS (60); keeps what it learns in build/fuzz/
  make bench        measure; ends with lines of name, value, unit, goal. make bench-NAME: only that
  make mutants      put deliberate faults into the Cedar engine, the HTTP server and the pages:
                    a test must notice each
  make coverage     lines, branches and MC/DC of the Cedar engine; what is not covered has a reason
  make check-deep   clang, valgrind, long loops, fuzzing: hours; resumes where it stopped
  make clean        remove what was built; keeps the fuzzers' corpora and the deep results
  make install      install under PREFIX (/usr/local), below DESTDIR if set

Settings, as in `make check TESTS="base json"`:
  TESTS="NAME..."   only these tests
  SETUP=no          install nothing; use what is there
  DATA=FOLDER       public corpora for the tests that use them (../shared/data)
  FUZZ_SECONDS=N    seconds for each fuzz target (make check-deep: 900 unless set)
  PREFIX, DESTDIR   where to install

CONTRIBUTING.md says how we work, ARCHITECTURE.md where a line of code goes.
endef

all: look program

styles:
	@tools/styles.sh

program: styles
	@tools/configure.sh build -Dtests=disabled
	@ninja -C build

help:
	$(info $(HELP))
	@:

look:
	@[ "$(SETUP)" = no ] || tools/setup.sh --look tools/packages.txt

setup:
	@[ "$(SETUP)" = no ] || tools/setup.sh tools/packages.txt

setup-deep:
	@[ "$(SETUP)" = no ] || tools/setup.sh tools/packages.txt tools/packages-deep.txt

demo: setup program
	@tools/demo.sh

# The program too: optimized, the compiler warns of more.
check: setup program
	@CC=gcc tools/configure.sh build/check $(sanitized)
	@tools/test.sh build/check $(TESTS)

check-browser: setup program
	@CC=gcc tools/configure.sh build/check $(sanitized)
	@PICTURES=yes tools/test.sh build/check browser browser_journey

check-deep: setup-deep
	@tools/check_deep.sh

fuzz: setup-deep
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tools/fuzz.sh

mutants: setup
	@for table in cedar http site; do tools/mutants.py $$table || exit 1; done

coverage: setup-deep
	@tools/coverage.py cedar

bench: setup styles
	@tools/bench.sh

bench-%: setup styles
	@tools/bench.sh $*

format:
	@tools/format.sh

install: all
	@meson configure build -Dprefix="$(PREFIX)"
	@DESTDIR="$(DESTDIR)" meson install -C build

clean:
	@tools/clean.sh

.PHONY: all styles program help look setup setup-deep demo check check-browser check-deep fuzz mutants coverage bench format install clean
