# convened: the calendar daemon. `make run` and `make check` install what they need on a fresh Debian 12.
#
#   make              build/convened and build/convene
#   make run          the documents' events, served on 127.0.0.1:8080 (PORT=)
#   make demo         the eve of a session: a reminder arrives in a mail catcher, and a meeting is booked and declined
#   make check        all tests and checks; make soak: with many seeds, two years of reminders, races,
#                     kills, several daemons, feeds, synchronisation, free slots
#   make bench        speed, compared with nginx, Radicale and libcurl
#   make install      PREFIX=/usr/local DESTDIR= ; make uninstall reverses it
#   make deb          a Debian package, in build/deb
#   make fuzz         libFuzzer on the parsers (CC=clang), FUZZ_SECONDS=60 each
#
# V=1 shows the commands. SANITIZE=address,undefined builds into a directory of its own. WERROR=1 makes warnings errors.

PREFIX     ?= /usr/local
PORT       ?= 8080
SANITIZE   ?=
WERROR     ?=
FUZZ_SECONDS ?= 60
VERSION    := 0.1

BUILD      := build
OUT        := $(BUILD)$(if $(SANITIZE),/sanitize)$(if $(filter clang%,$(CC)),/clang)
PYTHON     := /usr/bin/python3

LIBRARIES  := libical libcurl gnutls libconfig libsystemd libmicrohttpd gmime-3.0 sqlite3 libpq libdeflate zlib libbrotlienc libzstd libqrencode liboath jansson libxml-2.0 libarchive icu-i18n icu-uc
# Before the first `make deps` pkg-config may be missing; the targets that install it build in a sub-make.
PKG_CFLAGS := $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null) -lstemmer -lcrypt

WARNINGS   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wundef \
              -Wvla -Wformat=2 -Wimplicit-fallthrough $(if $(filter clang%,$(CC)),,-Wjump-misses-init -Wlogical-op)
CFLAGS     ?= -O2 -g
HARDENING  := $(if $(SANITIZE),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
ALL_CFLAGS  = -std=gnu17 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' -Idaemon -I$(OUT) $(WARNINGS) \
              -fPIE -pthread $(HARDENING) $(if $(SANITIZE),-DSANITIZED -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
              $(CFLAGS) $(if $(SANITIZE),-g1) $(PKG_CFLAGS)
# The reports of the sanitizers name functions and lines only, so -g1 is enough; lld links a unit test with a third of the processor time.
ALL_LDFLAGS = -pie -pthread -Wl,-z,relro,-z,now -Wl,--as-needed $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fuse-ld=lld) $(LDFLAGS)
SYSCONFDIR ?= /etc

Q          := $(if $(V),,@)
say         = $(if $(V),,@printf '  %-6s %s\n' '$(1)' '$(2)')

MODULE_SOURCES := $(filter-out daemon/cli/main.c,$(wildcard daemon/*/*.c))
CLI_SOURCES    := daemon/cli/main.c
MODULE_OBJECTS := $(MODULE_SOURCES:%.c=$(OUT)/%.o)
CLI_OBJECTS    := $(CLI_SOURCES:%.c=$(OUT)/%.o)
LIBRARY        := $(OUT)/libconvened.a
UNIT_TESTS     := $(patsubst tests/unit/%.c,$(OUT)/tests/unit/%,$(wildcard tests/unit/test_*.c))
COMPLETIONS    := $(addprefix $(OUT)/completion/,bash zsh fish)
FUZZERS        := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: all run demo check check-e2e check-sanitized rewrite-asserts soak bench install uninstall deb deps clean fuzz units units-postgresql replay lint check-sql format tools FORCE
all: $(OUT)/convened $(OUT)/convene $(COMPLETIONS)

# Under the sanitizers most files need not be fast, and clang takes less than half of the time for them. A fuzzer's should be.
$(OUT)/%.o: LAST_CFLAGS := $(if $(findstring fuzzer,$(SANITIZE)),,$(if $(SANITIZE),-O0))
$(OUT)/daemon/base/%.o $(OUT)/daemon/calendar/%.o $(OUT)/daemon/meet/%.o: LAST_CFLAGS :=

# Keeps the objects of tests and tools for the next build.
.SECONDARY:

DAEMON_OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(wildcard daemon/*.c))
$(OUT)/convened: $(DAEMON_OBJECTS) $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(OUT)/convene: $(CLI_OBJECTS) $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(OUT)/completion/%: $(OUT)/convene
	$(call say,MAKE,$@)
	$(Q)mkdir -p $(@D)
	$(Q)LC_ALL=C.UTF-8 $< completion $* >$@.new && mv $@.new $@

$(LIBRARY): $(MODULE_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcsD $@ $^

.SECONDEXPANSION:
$(OUT)/%.o: %.c $(OUT)/flags | $(OUT)/languages.h $$(@D)/.
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(LAST_CFLAGS) $(if $(WERROR),-Werror) -MMD -MP -c -o $@ $<

$(OUT)/tests/unit/%: $(OUT)/tests/unit/%.o $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(PKG_LIBS) -lcmocka -lbrotlidec

$(OUT)/daemon/web/style.o: daemon/web/style.css
$(OUT)/daemon/office/assets.o: daemon/office/style.css

# The towns of draft/gazetteer, from two Debian packages.
GAZETTEER := /usr/share/libtimezonemap/ui/cities15000.txt /usr/share/locale/ru/LC_MESSAGES/geonames.mo
$(OUT)/gazetteer-data.h: daemon/draft/make-gazetteer $(GAZETTEER)
	$(call say,MAKE,$@)
	$(Q)mkdir -p $(@D)
	$(Q)daemon/draft/make-gazetteer $(GAZETTEER) >$@.new && mv $@.new $@

$(OUT)/daemon/draft/gazetteer.o: $(OUT)/gazetteer-data.h

# The directory of an object.
%/.:
	$(Q)mkdir -p $@

# If the flags have changed since the last build, everything is rebuilt.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(CC) $(subst ','"'"',$(ALL_CFLAGS)) $(ALL_LDFLAGS)' | cmp -s - $@ || printf '%s\n' '$(CC) $(subst ','"'"',$(ALL_CFLAGS)) $(ALL_LDFLAGS)' >$@

# Lists the languages that have a file strings-LANGUAGE.c, for base/language.h.
LANGUAGES := $(sort $(patsubst daemon/letter/strings-%.c,%,$(wildcard daemon/letter/strings-??.c)))

$(OUT)/languages.h: FORCE
	@mkdir -p $(@D)
	@{ printf '#define LANGUAGES(X)'; printf ' X(%s)' $(LANGUAGES); echo; } | cmp -s - $@ || \
	    { printf '#define LANGUAGES(X)'; printf ' X(%s)' $(LANGUAGES); echo; } >$@

# Not those of other compilers below build, which may be written at this moment.
-include $(shell find $(OUT)/daemon $(OUT)/tests -name '*.d' 2>/dev/null)

include tests/check.mk

# The scripts run without a shell in between: Ctrl-C would kill the shell, while the scripts end normally.
run demo: export PORT := $(PORT)
run demo: deps-RUN
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) all
	$(Q)tests/demo/$@

# One list for install and uninstall: SOURCE:DESTINATION:MODE. The administrator's configuration is installed once and never touched again.
BINDIR       := $(PREFIX)/bin
MANDIR       := $(PREFIX)/share/man
DOCDIR       := $(PREFIX)/share/doc/convened
UNITDIR      ?= $(PREFIX)/lib/systemd/system
ZSHDIR       ?= $(PREFIX)/share/zsh/site-functions
INSTALLED    := $(OUT)/convened:$(BINDIR)/convened:755 $(OUT)/convene:$(BINDIR)/convene:755 \
                $(foreach unit,convened.service convened.socket convened-handover.service convened-command.socket convened-command@.service \
                    convened-check.service convened-check.timer convened-backup.service convened-backup.timer,\
                    units/$(unit):$(UNITDIR)/$(unit):644) \
                units/convened.sysusers:$(PREFIX)/lib/sysusers.d/convened.conf:644 \
                units/convened.tmpfiles:$(PREFIX)/lib/tmpfiles.d/convened.conf:644 \
                units/convened.catalog:$(PREFIX)/lib/systemd/catalog/convened.catalog:644 \
                daemon/man/convened.8:$(MANDIR)/man8/convened.8:644 daemon/man/convene.1:$(MANDIR)/man1/convene.1:644 \
                daemon/man/convened.conf.5:$(MANDIR)/man5/convened.conf.5:644 daemon/man/convene-meet.7:$(MANDIR)/man7/convene-meet.7:644 \
                daemon/man/convened-dav.7:$(MANDIR)/man7/convened-dav.7:644 daemon/man/convened-office.7:$(MANDIR)/man7/convened-office.7:644 \
                conf/convened.conf:$(DOCDIR)/convened.conf:644 README.md:$(DOCDIR)/README.md:644 LICENSE:$(DOCDIR)/LICENSE:644 \
                conf/fail2ban.conf:$(DOCDIR)/fail2ban.conf:644 conf/prometheus-rules.yml:$(DOCDIR)/prometheus-rules.yml:644 \
                conf/grafana.json:$(DOCDIR)/grafana.json:644 \
                $(OUT)/completion/bash:$(PREFIX)/share/bash-completion/completions/convene:644 \
                $(OUT)/completion/zsh:$(ZSHDIR)/_convene:644 \
                $(OUT)/completion/fish:$(PREFIX)/share/fish/vendor_completions.d/convene.fish:644 \
                conf/convened.conf:$(SYSCONFDIR)/convened/convened.conf:once
INSTALL_FILES = units/install-files $@ '$(DESTDIR)' '$(DOCDIR)/directories' \
                's|@bindir@|$(BINDIR)|g; s|@sysconfdir@|$(SYSCONFDIR)|g' $(INSTALLED)

install: all
	$(Q)$(INSTALL_FILES)

uninstall:
	$(Q)$(INSTALL_FILES)

# Debhelper wants its files in a directory `debian`, and writes the package beside that directory's parent.
DEB := $(OUT)/deb

deb: deps-DEB
	$(Q)[ "$$(dpkg-parsechangelog -l units/debian/changelog -S Version)" = $(VERSION) ] || \
	    { echo 'units/debian/changelog: the version is not $(VERSION)' >&2; exit 1; }
	$(Q)rm -rf $(DEB) && mkdir -p $(DEB)/source
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) install DESTDIR=$(DEB)/stage PREFIX=/usr UNITDIR=/lib/systemd/system \
	    ZSHDIR=/usr/share/zsh/vendor-completions
	$(Q)cp -r units/debian $(DEB)/source/
	$(Q)cd $(DEB)/source && env -u MAKEFLAGS -u MFLAGS debian/rules binary >../log 2>&1 || { cat ../log >&2; exit 1; }
	$(call say,DEB,$(DEB)/convened_$(VERSION)_*.deb)

clean:
	rm -rf $(BUILD)
