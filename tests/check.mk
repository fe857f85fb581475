# The parts of `make check`, and the packages that each target needs. Included by the Makefile.

PACKAGES_BUILD := gcc libc6-dev libcrypt-dev pkg-config libical-dev libcurl4-gnutls-dev libgnutls28-dev libconfig-dev libsystemd-dev libstemmer-dev \
                  libmicrohttpd-dev libgmime-3.0-dev libsqlite3-dev libpq-dev libdeflate-dev zlib1g-dev libbrotli-dev libzstd-dev libqrencode-dev liboath-dev libjansson-dev libxml2-dev libarchive-dev libicu-dev tzdata libtimezonemap-data libgeonames-common gettext
PACKAGES_RUN   := $(PACKAGES_BUILD) python3 python3-aiosmtpd curl
PACKAGES_DEB   := $(PACKAGES_BUILD) debhelper
PACKAGES_CHECK := $(PACKAGES_RUN) debhelper lintian clang clang-format lld libclang-rt-14-dev libcmocka-dev mandoc openssl sqlite3 strace \
                  python3-pytest python3-pytest-xdist dovecot-imapd dovecot-pop3d python3-icalendar python3-vobject oathtool python3-dateutil python3-requests python3-openpyxl python3-recurring-ical-events python3-caldav python3-feedparser python3-prometheus-client \
                  systemd-container bubblewrap locales wrk postfix libidn12 sasl2-bin libsasl2-modules vdirsyncer khal tidy zbar-tools chromium chromium-driver python3-selenium $(if $(shell command -v npm),,nodejs npm) gir1.2-ical-3.0 python3-gi \
                  python3-dkim spamassassin gir1.2-gmime-3.0 gir1.2-camel-1.2 gir1.2-ecal-2.0 gir1.2-ebook-1.2 evolution-data-server dbus-daemon nginx-light caddy postgresql python3-psycopg2 litmus cyrus-caldav
PACKAGES_BENCH := $(PACKAGES_CHECK) radicale xandikos

deps-%:
	$(Q)tests/install-packages $(PACKAGES_$*)

deps: deps-CHECK deps-BENCH

# End-to-end tests that also run under the sanitizers. LeakSanitizer cannot inspect a process that has changed its user.
SANITIZED_E2E := e2e/test_convene.py e2e/test_crash.py e2e/test_http.py e2e/test_mailbox.py e2e/test_stop.py e2e/test_tls.py e2e/test_reminder_mail.py e2e/test_dav_members.py -k 'not as_the_owner'

# Tests that wait leave the cores idle, so several files run at once, each in order. Pytest rewrites the asserts of a file when it imports it;
# the result is kept beside the file, even if the environment forbids that, as each worker imports all files. A test's own make is no part of
# the parallel make around it.
PYTEST := env -u MAKEFLAGS -u MFLAGS PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest -q --dist loadfile

# gcc makes the programs, and clang makes them with the sanitizers; the warnings of both are errors. The sanitizers have an allocator of
# their own, so test_heap runs without them. The last part runs side by side whatever needs the programs: the end-to-end tests, which wait
# more than they compute; some of them on PostgreSQL; clang's build and its tests. All have the same priority, so that none of them is
# left over at the end.
check: deps-BUILD
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) --output-sync WERROR=1 all deps-CHECK
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) --output-sync WERROR=1 tools run/build/tests/unit/test_heap lint check-sql rewrite-asserts
	$(Q)$(MAKE) --no-print-directory -j$$(($$(nproc) + 2)) check-e2e check-postgresql check-sanitized

check-e2e:
	$(Q)cd tests && $(PYTEST) -n 4 e2e

# The end-to-end tests that also run on PostgreSQL: those that ask the store for most. Tests about a store in a file are skipped.
POSTGRESQL_E2E := e2e/test_dav_members.py e2e/test_preferences.py e2e/test_signup.py e2e/test_sync.py e2e/test_audience.py

check-postgresql:
	$(Q)cd tests && STORE=postgresql ./postgresql.py $(PYTEST) -n 2 $(POSTGRESQL_E2E)
	$(Q)tests/postgresql.py $(MAKE) --no-print-directory --output-sync WERROR=1 FAULT_UNITS='ledger meeting object' units-faults

check-sanitized:
	$(Q)$(MAKE) --no-print-directory --output-sync WERROR=1 CC=clang SANITIZE=address,undefined all tools units replay
	$(Q)tests/postgresql.py $(MAKE) --no-print-directory --output-sync WERROR=1 CC=clang SANITIZE=address,undefined units-postgresql
	$(Q)cd tests && CONVENED_BUILD=../build/sanitize/clang $(PYTEST) -n 4 $(SANITIZED_E2E)

rewrite-asserts: all
	$(Q)cd tests && $(PYTEST) --collect-only e2e >/dev/null

LINTS := layers conditions comments phrases headers format manuals
.PHONY: $(LINTS:%=lint-%)
lint: $(LINTS:%=lint-%)

lint-layers lint-conditions lint-comments: lint-%:
	$(Q)tests/check-$*

lint-phrases: $(OUT)/languages.h $(OUT)/gazetteer-data.h
	$(Q)tests/check-phrases $(CC) -std=gnu17 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' -Idaemon -I$(OUT) $(PKG_CFLAGS)

# Each header compiles alone. One that its source includes first was compiled so with the source.
lint-headers: $(OUT)/languages.h
	$(Q)find daemon -name '*.h' | grep -vxF "$$(grep -m1 -H '^#include' daemon/*/*.c | sed -n 's|^\(.*\)/\(.*\)\.c:#include ".*/\2\.h"$$|\1/\2.h|p')" | xargs -P $$(nproc) -I '{}' \
	    $(CC) -std=gnu17 -D_GNU_SOURCE -Idaemon -I$(OUT) $(PKG_CFLAGS) -Wall -Werror -fsyntax-only -include '{}' -x c /dev/null

lint-format:
	$(Q)clang-format --dry-run --Werror $$(find daemon tests -name '*.[ch]')

lint-manuals:
	$(Q)mandoc -T lint -W warning daemon/man/*.[1-8]

# Links the whole library, so that the list has every statement.
$(OUT)/tests/tools/list-sql: $(OUT)/tests/tools/list-sql.o $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< -Wl,--whole-archive $(LIBRARY) -Wl,--no-whole-archive $(PKG_LIBS)

check-sql: $(OUT)/tests/tools/list-sql
	$(Q)tests/check-sql $<

format:
	$(Q)clang-format -i $$(find daemon tests -name '*.[ch]')

# Each unit test runs as soon as it is linked.
RUN_UNITS := $(UNIT_TESTS:%=run/%)
.PHONY: $(RUN_UNITS)
units: $(RUN_UNITS)
$(RUN_UNITS): run/%: %
	$(call say,TEST,$<)
	$(Q)$<

# The tests of the store and of the ledger, run again on PostgreSQL: tests/postgresql.py make units-postgresql
POSTGRESQL_UNITS := account announcement change_step collection event_list ledger ledger_past ledger_scope meeting object office_text postgres promotion store store_open subscription trash
units-postgresql: $(POSTGRESQL_UNITS:%=run/$(OUT)/tests/unit/test_%)

# Tests of the store, of the ledger and of meetings, on PostgreSQL with the faults of tests/preload/server.c: tests/postgresql.py make units-faults
FAULT_UNITS := account announcement booking booking_mails booking_move bundle busy collection due due_change due_contact event_list history job ledger ledger_past \
               meet_counter meet_reply meeting notice object object_hide object_span person session signup store subscription sync_mark trash
FAULT_SEED ?= 1
RUN_FAULTS := $(FAULT_UNITS:%=run-faults/$(OUT)/tests/unit/test_%)
.PHONY: $(RUN_FAULTS) units-faults
units-faults: $(RUN_FAULTS)
$(RUN_FAULTS): run-faults/%: % $(OUT)/tests/preload/server.so
	$(call say,FAULTS,$<)
	$(Q)SERVER_FAULTS=25:$(FAULT_SEED) LD_PRELOAD=$(abspath $(OUT)/tests/preload/server.so) $<

# Programs and preloaded libraries of the end-to-end tests; built first, since several test files may need them at once.
tools: $(patsubst %.c,$(OUT)/%,$(wildcard tests/tools/*.c)) $(patsubst %.c,$(OUT)/%.so,$(wildcard tests/preload/*.c))

$(OUT)/tests/tools/%: $(OUT)/tests/tools/%.o $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(PKG_LIBS)

# Preloaded into the daemon, so linked without the library.
$(OUT)/tests/preload/%.so: tests/preload/%.c $(OUT)/flags
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE -O2 -g $(WARNINGS) $(if $(WERROR),-Werror) -fPIC -shared -pthread -o $@ $< -ldl

# Runs every parser on its whole corpus; without libFuzzer, tests/fuzz/replay.c runs the harness.
$(OUT)/tests/fuzz/%-replay: $(OUT)/tests/fuzz/%.o $(OUT)/tests/fuzz/replay.o $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

RUN_REPLAYS := $(FUZZERS:%=run/$(OUT)/tests/fuzz/%-replay)
.PHONY: $(RUN_REPLAYS)
replay: $(RUN_REPLAYS)
$(RUN_REPLAYS): run/$(OUT)/tests/fuzz/fuzz_%-replay: $(OUT)/tests/fuzz/fuzz_%-replay
	$(Q)$< tests/corpus/$*

fuzz:
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) CC=clang SANITIZE=address,undefined,fuzzer-no-link build/sanitize/clang/libconvened.a
	$(Q)set -e; for fuzzer in $(FUZZERS); do \
	    $(MAKE) --no-print-directory CC=clang SANITIZE=address,undefined,fuzzer-no-link build/sanitize/clang/tests/fuzz/$$fuzzer.o; \
	    clang -fsanitize=address,undefined,fuzzer -pthread -o build/sanitize/clang/$$fuzzer build/sanitize/clang/tests/fuzz/$$fuzzer.o \
	        build/sanitize/clang/libconvened.a $(PKG_LIBS); \
	    mkdir -p build/fuzz/$$fuzzer; \
	    build/sanitize/clang/$$fuzzer -max_total_time=$(FUZZ_SECONDS) build/fuzz/$$fuzzer tests/corpus/$${fuzzer#fuzz_}; done

# Two years of 500 events and 200 contacts, for each seed; `make check` runs two smaller ones. Then edits during delivery, races for the slots
# of a host, calendar programs that synchronize, clients of feeds, several daemons with one store, and free slots. The races also run through
# three daemons.
SOAK_SEEDS ?= $(shell seq 32)
SOAK_SECONDS ?= 600
SOAK_CHANGES ?= 10000

soak: deps-CHECK
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) all build/tests/tools/walk build/tests/tools/edits build/tests/tools/slots build/tests/preload/forks.so build/tests/preload/clock.so
	$(Q)$(PYTHON) tests/soak/walk.py $(SOAK_SEEDS)
	$(Q)$(PYTHON) tests/soak/edits.py $(SOAK_SEEDS)
	$(Q)$(PYTHON) tests/soak/believe.py $(SOAK_SEEDS)
	$(Q)$(PYTHON) tests/soak/meetings.py $(firstword $(SOAK_SEEDS))
	$(Q)STORE=postgresql $(PYTHON) tests/soak/meetings.py --daemons 3 $(firstword $(SOAK_SEEDS))
	$(Q)$(PYTHON) tests/soak/newcomers.py $(SOAK_SEEDS)
	$(Q)$(PYTHON) tests/soak/sameness.py
	$(Q)$(PYTHON) tests/soak/sameness.py --changes 100 --polling
	$(Q)set -e; for seed in $(SOAK_SEEDS); do tests/postgresql.py $(MAKE) --no-print-directory -j2 FAULT_SEED=$$seed units-faults; done
	$(Q)$(PYTHON) tests/soak/kills.py --seconds $(SOAK_SECONDS)
	$(Q)set -e; for seed in $(SOAK_SEEDS); do $(PYTHON) tests/soak/nodes.py --seed $$seed; done
	$(Q)$(PYTHON) tests/e2e/sync_truth.py $(SOAK_CHANGES)
	$(Q)STORE=postgresql $(PYTHON) tests/e2e/sync_truth.py $(SOAK_CHANGES) 1 3
	$(Q)$(PYTHON) tests/e2e/feed_copies.py $(SOAK_CHANGES)
	$(Q)set -e; for seed in $(SOAK_SEEDS); do $(PYTHON) tests/e2e/slot_model.py build/tests/tools/slots 2000 $$seed; done

# BENCH_BEFORE: the directory of another build, measured in turn with this one.
bench: deps-BENCH
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) all build/tests/tools/flood build/tests/tools/slots build/tests/tools/yardstick build/tests/preload/forks.so
	$(Q)$(PYTHON) tests/bench/run.py
	$(Q)$(PYTHON) tests/drafts/measure.py build/convene
	$(if $(BENCH_BEFORE),$(Q)$(PYTHON) tests/bench/pair.py '$(BENCH_BEFORE)' build)
