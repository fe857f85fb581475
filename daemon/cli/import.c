/* convene import: stores every valid object and reports every invalid one with its file, line and reason. */

#include "calendar/event.h"
#include "calendar/split.h"
#include "calendar/tidy.h"
#include "cli/caller-file.h"
#include "cli/card-zone.h"
#include "cli/chosen.h"
#include "cli/command.h"
#include "cli/edit-transaction.h"
#include "cli/import-card.h"
#include "cli/import-kept.h"
#include "cli/import-report.h"
#include "cli/import-source.h"
#include "cli/incoming.h"
#include "cli/input-kind.h"
#include "cli/output.h"
#include "cli/owner.h"
#include "cli/parent-check.h"
#include "cli/same-contact.h"
#include "cli/state-file.h"
#include "contact/card.h"
#include "store/object.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
        BATCH = 5000,      /* objects in one transaction; other writers may write between two transactions */
        LET_OTHERS_MS = 5, /* long enough for a waiting writer to lock the store */
};

const CliOption import_options[] = {
        { "strict", NULL, HELP_IMPORT_STRICT },
        { "calendar", "NAME", HELP_IMPORT_CALENDAR },
        { "charset", "NAME", HELP_IMPORT_CHARSET },
        { "quiet", NULL, HELP_IMPORT_QUIET },
        { "notify", "yes|no|all", HELP_NOTIFY },
        { NULL, NULL, 0 },
};

/*
 * If the batch is full, ends its transaction and begins the next one, so that others can write in between.
 * A strict import is one transaction, and so is one with the state of a store.
 */
static int next_batch(Import *import)
{
        Store *store = import->cli->store;
        if (import->strict || import->whole || ++import->in_batch < BATCH)
                return 0;
        import->in_batch = 0;
        int r = store_commit(store);
        nanosleep(&(struct timespec){ .tv_nsec = LET_OTHERS_MS * 1000L * 1000L }, NULL);
        return r != 0 ? r : cli_begin_write(import->cli);
}

/*
 * Callbacks may return only negative numbers, so conditions are mapped to numbers below this one, which no
 * negative errno reaches; carry() maps them, and uncarry() maps them back.
 */
enum { CONDITION_BASE = -100000 };

static int carry(int r)
{
        return r > 0 ? CONDITION_BASE - r : r;
}

static int uncarry(int r)
{
        return r <= CONDITION_BASE ? CONDITION_BASE - r : r;
}

static int count_result(Import *import, int r, ObjectOutcome outcome, size_t line, const char *uid)
{
        if (r == 0) {
                import->n[outcome]++;
        } else if (r == STORE_E_STALE) {
                import->n_stale++;
                if (!import->quiet)
                        import_say_of_store(import, r, line, uid);
        } else if (r == STORE_E_CONFLICT || r == STORE_E_MEETING || r == STORE_E_NOT_FOUND) {
                import_say_of_store(import, r, line, uid);
                import->n_refused++;
        } else {
                return carry(r);
        }
        import_show_progress(import);
        return carry(next_batch(import));
}

static int on_error(const InputError *error, void *userdata)
{
        import_refuse(userdata, error);
        return 0;
}

static int on_part(const CalendarPart *part, void *userdata)
{
        Import *import = userdata;
        Cli *cli = import->cli;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(notice_basis_done) NoticeBasis basis = { .record = NULL };
        InputError error = { 0 };
        bool merged = false;
        const Incoming incoming = { cli, import->strict, import_on_warning, import };
        int r = incoming_read(&incoming, part, &event, &error);
        if (r == 0)
                r = incoming_merge(&incoming, part, &event, &merged, &error);
        if (r == EVENT_E_INVALID) {
                import_refuse(import, &error);
                return 0;
        }
        if (r == STORE_E_STALE || r == STORE_E_NOT_FOUND)
                return count_result(import, r, OBJECT_UNCHANGED, part->line, event_uid(event));
        if (r != 0)
                return r < 0 ? r : carry(r);
        ObjectOutcome outcome = OBJECT_UNCHANGED;
        r = edit_transaction_watch(cli, event_uid(event), &basis);
        if (r != 0)
                return r < 0 ? r : carry(r);
        r = object_put_event(cli->store, event,
                        &(ObjectPut){ .collection = import->calendar,
                                        .anywhere = true,
                                        .refuse_stale = !merged,
                                        .notify = import->notify,
                                        .fallback = cli->config->time_zone,
                                        .now = cli->now },
                        &outcome);
        if (r == 0)
                r = notice_tell_all(&basis, cli->now);
        if (r == 0 && outcome != OBJECT_UNCHANGED && event_parent(event))
                buffer_printf(&import->parts, "%s\n", event_uid(event));
        return count_result(import, r, outcome, part->line, event_uid(event));
}

static int on_card(const char *text, size_t len, size_t line, void *userdata)
{
        Import *import = userdata;
        Cli *cli = import->cli;
        CLEANUP(card_freep) Card *card = NULL;
        InputError error = { 0 };
        int r = import_card_read(&(ImportCard){ text, len, line, import->strict, import->whole,
                                                 import_on_warning, import },
                        &card, &error);
        if (r == CARD_E_INVALID) {
                error.line += line - 1;
                import_refuse(import, &error);
                return 0;
        }
        if (r != 0)
                return r;
        if (!card_zone_check(cli, card, import->strict, &error)) {
                error.line = line;
                if (import->strict)
                        return on_error(&error, import);
                import_on_warning(&error, import);
        }
        if (!import->whole)
                r = same_contact_take(cli, &card, line, import_on_warning, import);
        if (r == 0)
                r = chosen_keep(cli, &card);
        if (r != 0)
                return carry(r);
        ObjectOutcome outcome = OBJECT_UNCHANGED;
        r = object_put_card(cli->store, card,
                        &(ObjectPut){ .collection = import->addressbook, .anywhere = true, .now = cli->now },
                        &outcome);
        return count_result(import, r, outcome, line, card_uid(card));
}

static void refuse_input(Import *import, const char *why)
{
        InputError error;
        input_error_set(&error, 0, NULL, "%s", why);
        import_refuse(import, &error);
        import->no_input = true;
}

/*
 * Corrects the line ends of a text (calendar/tidy.h), and reports it.
 * @ret_text, @ret_len: the corrected text, or the given one
 */
static int import_tidy(Import *import, Buffer *tidy, const char **ret_text, size_t *ret_len)
{
        InputError warning;
        if (import->strict || !calendar_tidy(*ret_text, *ret_len, tidy))
                return 0;
        if (buffer_error(tidy))
                return buffer_error(tidy);
        *ret_text = buffer_text(tidy);
        *ret_len = tidy->len;
        input_error_set(&warning, 0, NULL,
                        "line ends, blanks or byte order marks that RFC 5545 does not have; they are put right");
        return import_on_warning(&warning, import);
}

static int import_calendar(Import *import, const char *text, size_t len)
{
        return import->strict ? calendar_split(text, len, on_part, on_error, import)
                              : calendar_split_lenient(
                                                text, len, on_part, on_error, import_on_warning, import);
}

/* Imports a file that is stored as it is (import-kept.h). */
static int import_kept(Import *import, const char *text, size_t len)
{
        CLEANUP(cleanup_free) char *uid = NULL;
        InputError error = { 0 };
        ObjectOutcome outcome = OBJECT_UNCHANGED;
        int r = import_kept_put(import->cli, import->folder, text, len, &outcome, &uid, &error);
        if (r == EVENT_E_INVALID)
                return on_error(&error, import);
        return uid ? count_result(import, r, outcome, 1, uid) : r;
}

/*
 * Imports cards or a calendar. Any other text is read as a calendar, whose parser has the best error
 * messages.
 */
static int import_text(Import *import, const char *text, size_t len)
{
        if (import->folder && import_kept_takes(import->folder, text, len))
                return import_kept(import, text, len);
        int64_t before = import_count_done(import);
        bool cards = input_has_cards(text, len);
        CLEANUP(buffer_done) Buffer tidy = BUFFER_INIT(IMPORT_MAX_BYTES);
        int r = import_tidy(import, &tidy, &text, &len);
        if (r == 0)
                r = cards ? card_split(text, len, on_card, on_error, import)
                          : import_calendar(import, text, len);
        if (r == 0 && import_count_done(import) == before)
                refuse_input(import, len == 0 ? import->cli->strings->is_empty
                                              : import->cli->strings->holds_nothing);
        if (!cards && !input_has_line(text, len, "BEGIN:VCALENDAR"))
                import->no_input = true;
        return r;
}

static int import_source(Import *import, ImportSource *source, const char *name)
{
        InputError warning;
        import->file = name;
        import->n_files++;
        if (import_source_recode(import->cli, source, &warning))
                import_on_warning(&warning, import);
        if (source->result < 0) {
                refuse_input(import, import_source_fault(import->cli, source));
                return 0;
        }
        return import_text(import, source->text, source->len);
}

static int import_file(Import *import, const char *path, const char *name)
{
        CLEANUP(import_source_done) ImportSource source = { 0 };
        import_source_read(path, &source);
        return import_source(import, &source, name);
}

static int refuse_ownerless(Import *import)
{
        InputError error;
        input_error_set(&error, 0, NULL,
                        "the file store.jsonl, which says whose this collection is, is missing");
        return on_error(&error, import);
}

/*
 * Imports a file of a directory. A folder below the given one is a collection, as in the output of
 * `convene export`.
 */
static int import_entry(Import *import, const FTSENT *entry, const char *default_calendar)
{
        bool cards = import_source_has_suffix(entry->fts_name, ".vcf");
        if (!cards && !import_source_has_suffix(entry->fts_name, ".ics"))
                return 0;
        const char *folder = entry->fts_level > 1 ? entry->fts_parent->fts_name : NULL;
        if (folder && import_source_is_collection(folder)) {
                Cli *cli = import->cli;
                int r = collection_ensure(
                                cli->store, folder, cards, cards ? NULL : cli->config->time_zone_name);
                if (r == STORE_E_CONFLICT && collection_is_own_name(folder))
                        return refuse_ownerless(import);
                if (r != 0)
                        return carry(r);
        } else {
                folder = NULL;
        }
        import->folder = folder;
        import->calendar = folder && !cards ? folder : default_calendar;
        import->addressbook = folder && cards ? folder : COLLECTION_CONTACTS;
        return import_file(import, entry->fts_accpath, entry->fts_path);
}

static int import_tree(Import *import, FTS *tree, const char *calendar)
{
        int r = 0;
        for (const FTSENT *entry; r == 0 && (entry = import_source_next(tree));) {
                import->file = entry->fts_path;
                if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS)
                        refuse_input(import, strerror(entry->fts_errno));
                else if (entry->fts_info == FTS_F)
                        r = import_entry(import, entry, calendar);
        }
        return r;
}

static int refuse_state(Import *import, const StateFile *file, int r, const InputError *error)
{
        import->file = file->path;
        if (r == TRANSFER_E_INVALID)
                import_refuse(import, error);
        return carry(r);
}

static int add_state(Import *import, StateFile *file)
{
        InputError error = { 0 };
        TransferResult result = { 0 };
        int r = state_file_add(file, &error, &result);
        if (r != 0)
                return refuse_state(import, file, r, &error);
        import->n_state += result.n_records;
        import->n_state_lost += result.n_lost;
        return 0;
}

/* Imports a file with the state of a store, without objects. */
static int import_state(Import *import, const char *path)
{
        CLEANUP(state_file_done) StateFile file;
        InputError error = { 0 };
        int r = state_file_open(import->cli, NULL, path, &file, &error);
        return r != 0 ? refuse_state(import, &file, r, &error) : add_state(import, &file);
}

static int import_directory(Import *import, char *path)
{
        char *paths[] = { path, NULL };
        const char *calendar = import->calendar;
        int64_t n_files = import->n_files;
        FTS *tree = import_source_open_tree(paths);
        if (!tree)
                return -errno;
        int r = import_tree(import, tree, calendar);
        fts_close(tree);
        import->calendar = calendar;
        import->addressbook = COLLECTION_CONTACTS;
        import->folder = NULL;
        import->file = path;
        if (r == 0 && import->n_files == n_files)
                refuse_input(import, import->cli->strings->no_files);
        return r;
}

/* Imports the objects of a folder and, if `convene export` has written it there, the state of the store. */
static int import_with_state(Import *import, char *path)
{
        CLEANUP(state_file_done) StateFile file;
        InputError error = { 0 };
        int r = state_file_open(import->cli, path, STATE_FILE_NAME, &file, &error);
        if (r != 0)
                return refuse_state(import, &file, r, &error);
        import->whole = file.path != NULL;
        r = import_directory(import, path);
        if (r == 0)
                r = add_state(import, &file);
        import->whole = false;
        return r;
}

static int import_word(Import *import, char *path, ImportSource *pipe)
{
        return pipe->text || pipe->result < 0                      ? import_source(import, pipe, path)
               : caller_file_is(path, S_IFDIR)                     ? import_with_state(import, path)
               : import_source_has_suffix(path, STATE_FILE_SUFFIX) ? import_state(import, path)
                                                                   : import_file(import, path, path);
}

static int import_sources(Import *import, ImportSource *pipes)
{
        Cli *cli = import->cli;
        int r = store_expect_bulk(cli->store);
        if (r == 0)
                r = cli_begin_write(cli);
        if (r == 0)
                r = collection_ensure(cli->store, import->calendar, false, cli->config->time_zone_name);
        for (int i = 0; r == 0 && i < cli->n_words; i++)
                r = import_word(import, cli->words[i], &pipes[i]);
        r = uncarry(r);
        if (r == 0 && !(import->strict && import->n_refused > 0))
                return store_commit(cli->store);
        store_rollback(cli->store);
        return r;
}

static int import_all(Import *import)
{
        const Cli *cli = import->cli;
        CLEANUP(cleanup_free) ImportSource *pipes = calloc((size_t)cli->n_words + 1, sizeof(*pipes));
        if (!pipes)
                return -ENOMEM;
        import_source_read_pipes(cli, pipes);
        int r = import_sources(import, pipes);
        for (int i = 0; i < cli->n_words; i++)
                import_source_done(&pipes[i]);
        return r;
}

static void import_done(Import *import)
{
        buffer_done(&import->parts);
}

static int check_parts(Import *import)
{
        char *at = import->parts.len > 0 ? import->parts.data : NULL;
        int r = buffer_error(&import->parts);
        while (r == 0 && at && *at) {
                CLEANUP(object_record_freep) ObjectRecord *record = NULL;
                r = object_find(import->cli->store, strsep(&at, "\n"), &record);
                if (r == 0)
                        r = parent_check(import->cli, record, NULL);
        }
        return r;
}

int command_import(Cli *cli)
{
        const char *calendar = cli_value(cli, "calendar", 0);
        CLEANUP(import_done)
        Import import = {
                .cli = cli,
                .parts = BUFFER_INIT(IMPORT_MAX_BYTES),
                .calendar = calendar ? calendar : COLLECTION_EVENTS,
                .addressbook = COLLECTION_CONTACTS,
                .strict = cli_flag(cli, "strict"),
                .progress = isatty(STDERR_FILENO) && !cli_flag(cli, "quiet"),
                .quiet = cli_flag(cli, "quiet"),
        };
        if (!import_source_is_collection(import.calendar))
                return cli_usage_value(cli, cli->strings->bad_calendar, import.calendar);
        int r = import_source_check_charset(cli);
        if (r == CLI_DONE)
                r = edit_transaction_notify(cli, &import.notify);
        if (r != CLI_DONE)
                return r;
        r = import_all(&import);
        if (import.progress)
                fputs("\r", stderr);
        if (r == TRANSFER_E_INVALID)
                return CLI_REFUSED;
        if (r != 0)
                return cli_refuse(cli, "import", r);
        bool nothing_kept = import.strict && import.n_refused > 0;
        r = nothing_kept ? 0 : check_parts(&import);
        if (r != 0)
                return cli_refuse(cli, "import", r);
        if (nothing_kept)
                cli_error(cli, cli->strings->nothing_kept, TEXT_ARGUMENTS({ "n", NULL, import.n_refused }));
        else if (!cli_flag(cli, "quiet"))
                import_print_result(&import);
        return import.no_input ? CLI_USAGE : import.n_refused > 0 ? CLI_REFUSED : CLI_DONE;
}
