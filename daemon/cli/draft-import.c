#include "cli/draft-import.h"

#include "calendar/event.h"
#include "cli/edit-transaction.h"
#include "draft/object.h"
#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { OBJECT_MAX_BYTES = 1024 * 1024, LIKE_PERCENT = 60 };

/* One draft, and the kept object that tells of the same event. */
typedef struct DraftSearch {
        const DraftEvent *event;
        ObjectRecord *found;
        Store *store;
        char uid[256];
        int likest;
        bool is_draft;
} DraftSearch;

static int on_object(const ObjectRecord *record, void *userdata)
{
        DraftSearch *search = userdata;
        int like = draft_object_likeness(
                        search->event->title.text ? search->event->title.text : "", record->name);
        if (like < LIKE_PERCENT || like <= search->likest || strlen(record->uid) >= sizeof(search->uid))
                return 0;
        search->likest = like;
        search->is_draft = record->kind == OBJECT_DRAFT;
        snprintf(search->uid, sizeof(search->uid), "%s", record->uid);
        return 0;
}

static usec_t midnight(const Cli *cli, const DraftDay *day, int later)
{
        CivilTime civil = civil_from_days(date_days(day) + later);
        return (usec_t)zone_to_instant(cli->config->time_zone, &civil) * USEC_PER_SEC;
}

/* Finds the kept event of the same days with the same words, or the draft with the same words. */
static int find_alike(Cli *cli, DraftSearch *search)
{
        const DraftEvent *event = search->event;
        ObjectFilter filter = { .kinds = 1U << OBJECT_DRAFT };
        if (draft_event_is_dated(event)) {
                filter.kinds |= 1U << OBJECT_EVENT;
                filter.from = midnight(cli, &event->from, 0);
                filter.to = midnight(cli, &event->to, 1);
        }
        return object_each(cli->store, &filter, on_object, search);
}

static int find(Cli *cli, const DraftSet *set, size_t i, DraftSearch *search)
{
        char uid[DRAFT_UID_SIZE];
        *search = (DraftSearch){ .event = &set->events[i], .store = cli->store };
        draft_object_uid(set, i, uid);
        int r = object_find(cli->store, uid, &search->found);
        if (r == 0) {
                search->is_draft = search->found->kind == OBJECT_DRAFT;
                snprintf(search->uid, sizeof(search->uid), "%s", uid);
                return 0;
        }
        if (r == STORE_E_NOT_FOUND)
                r = find_alike(cli, search);
        if (r == 0 && search->uid[0])
                return object_find(cli->store, search->uid, &search->found);
        snprintf(search->uid, sizeof(search->uid), "%s", uid);
        return r;
}

static void tell(const Cli *cli, const char *pattern, const char *uid, const DraftEvent *event)
{
        char from[16];
        snprintf(from, sizeof(from), "%04d-%02d-%02d", event->from.year % 10000, event->from.month % 100,
                        event->from.day % 100);
        cli_print(cli, pattern,
                        TEXT_ARGUMENTS({ "uid", uid, 0 },
                                        { "title", event->title.text ? event->title.text : "", 0 },
                                        { "date", draft_event_is_dated(event) ? from : "", 0 }));
}

static bool is_unchanged(const DraftSet *set, size_t i, const ObjectRecord *record)
{
        char digest[DRAFT_DIGEST_SIZE];
        draft_object_digest(set, i, digest);
        return memmem(record->text, record->len, digest, 40) != NULL;
}

/* Keeps one draft. @ret_uid: the UID of what is kept, for its parts */
static int keep(Cli *cli, const DraftSet *set, size_t i, const char *parent, char *ret_uid, size_t size)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        CLEANUP(event_freep) Event *known = NULL;
        DraftSearch search;
        InputError error = { 0 };
        int r = find(cli, set, i, &search);
        CLEANUP(object_record_freep) ObjectRecord *record = search.found;
        if (r != 0)
                return cli_refuse(cli, search.uid, r);
        snprintf(ret_uid, size, "%s", search.uid);
        if (record && !search.is_draft)
                return tell(cli, cli->strings->draft_known, search.uid, search.event), CLI_DONE;
        if (record && is_unchanged(set, i, record))
                return tell(cli, cli->strings->draft_unchanged, search.uid, search.event), CLI_DONE;
        if (record && (r = event_parse(cli->zones, record->text, record->len, &known, &error)) != 0)
                return cli_refuse_input(cli, search.uid, r, &error);
        draft_object_write(
                        &(DraftObject){ set, i, search.uid, parent, cli->language, known, cli->now }, &text);
        int code = edit_transaction_keep(cli, COLLECTION_EVENTS, &text);
        if (code == CLI_DONE)
                tell(cli, record ? cli->strings->draft_updated : cli->strings->draft_created, search.uid,
                                search.event);
        return code;
}

typedef char Uid[256];

static int keep_all(Cli *cli, const DraftSet *set, Uid *uids)
{
        int code = CLI_DONE;
        for (int pass = 0; pass < 2; pass++)
                for (size_t i = 0; code == CLI_DONE && i < set->n_events; i++) {
                        size_t parent = set->events[i].parent;
                        if ((parent != SIZE_MAX) == (pass == 1))
                                code = keep(cli, set, i, parent != SIZE_MAX ? uids[parent] : NULL, uids[i],
                                                sizeof(uids[i]));
                }
        return code;
}

int draft_import(Cli *cli, const DraftSet *set)
{
        CLEANUP(cleanup_free) Uid *uids = calloc(set->n_events + 1, sizeof(*uids));
        if (!uids)
                return cli_refuse(cli, cli->words[0], -ENOMEM);
        int code = edit_transaction_begin(cli);
        return code == CLI_DONE ? edit_transaction_end(cli, keep_all(cli, set, uids)) : code;
}
