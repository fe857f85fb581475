#include "cli/edit-transaction.h"

#include "calendar/series-dates.h"
#include "cli/find.h"
#include "cli/parent-check.h"
#include "cli/series-check.h"
#include "store/object.h"

#include <string.h>
#include <strings.h>

#define TELL_ALL "all"

enum { OBJECT_MAX_BYTES = 1024 * 1024 };

static int warn_of_parent(Cli *cli, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(cli->store, uid, &record);
        return r != 0 ? r : parent_check(cli, record, NULL);
}

int edit_transaction_notify(const Cli *cli, DueNotify *ret)
{
        const char *value = cli_value(cli, "notify", 0);
        *ret = !value ? DUE_NOTIFY_SETTLED : strcmp(value, "no") == 0 ? DUE_NOTIFY_NONE : DUE_NOTIFY_NOW;
        return *ret != DUE_NOTIFY_NOW || strcmp(value, "yes") == 0 || strcmp(value, TELL_ALL) == 0
                               ? CLI_DONE
                               : cli_usage_value(cli, cli->strings->bad_notify, value);
}

int edit_transaction_watch(const Cli *cli, const char *uid, NoticeBasis *ret)
{
        const char *value = cli_value(cli, "notify", 0);
        *ret = (NoticeBasis){ .record = NULL };
        return value && strcmp(value, TELL_ALL) == 0 ? notice_basis_load(cli->store, cli->config, uid, ret)
                                                     : 0;
}

/* Refuses to move the start of a series away from dates that its EXDATEs and changed occurrences name. */
static int refuse_lost_date(Cli *cli, const Event *newer)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *older = NULL;
        char date[17];
        When lost = { .form = WHEN_NONE };
        int r = event_is_recurring(newer) ? object_find(cli->store, event_uid(newer), &record)
                                          : STORE_E_NOT_FOUND;
        if (r == 0)
                r = event_parse(cli->zones, record->text, record->len, &older, NULL);
        When before = older ? event_start(older) : lost, after = event_start(newer);
        if (r == 0 && (!when_same_form(&before, &after) || when_compare(&before, &after) != 0))
                r = series_lost_date(older, newer, cli->config->time_zone, &lost);
        if (r < 0)
                return cli_refuse(cli, event_uid(newer), r);
        if (lost.form == WHEN_NONE)
                return CLI_DONE;
        when_format(&lost, date);
        return cli_usage(cli, cli->strings->series_loses,
                        TEXT_ARGUMENTS({ "name", event_uid(newer), 0 }, { "date", date, 0 }));
}

int edit_transaction_keep(Cli *cli, const char *collection, const Buffer *text)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(notice_basis_done) NoticeBasis basis = { .record = NULL };
        InputError error = { 0 };
        int r = buffer_error(text);
        if (r == 0)
                r = event_parse(cli->zones, text->data, text->len, &event, &error);
        if (r == EVENT_E_INVALID) {
                cli_refuse_input(cli, error.where, r, &error);
                return CLI_USAGE;
        }
        ObjectOutcome outcome;
        DueNotify notify;
        int code = edit_transaction_notify(cli, &notify);
        if (code == CLI_DONE && r == 0)
                code = refuse_lost_date(cli, event);
        if (code != CLI_DONE)
                return code;
        if (r == 0)
                r = series_check(cli, event);
        if (r == 0)
                r = edit_transaction_watch(cli, event_uid(event), &basis);
        if (r == 0)
                r = object_put_event(cli->store, event,
                                &(ObjectPut){ .collection = collection,
                                                .anywhere = true,
                                                .notify = notify,
                                                .fallback = cli->config->time_zone,
                                                .now = cli->now },
                                &outcome);
        if (r == 0)
                r = notice_tell_all(&basis, cli->now);
        if (r == 0)
                r = warn_of_parent(cli, event_uid(event));
        return r != 0 ? cli_refuse(cli, cli->strings->not_kept, r) : CLI_DONE;
}

int edit_transaction_check_class(const Cli *cli, const char *value)
{
        static const char *const classes[] = { "PUBLIC", "PRIVATE", "CONFIDENTIAL" };
        for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
                if (strcasecmp(value, classes[i]) == 0)
                        return CLI_DONE;
        return cli_usage_value(cli, cli->strings->bad_class, value);
}

static int refuse_write(Cli *cli, int r)
{
        return r != 0 ? cli_refuse(cli, cli->n_words > 0 ? cli->words[0] : cli->strings->not_kept, r)
                      : CLI_DONE;
}

int edit_transaction_begin(Cli *cli)
{
        return refuse_write(cli, cli_begin_write(cli));
}

int edit_transaction_end(Cli *cli, int code)
{
        if (code == CLI_DONE)
                code = refuse_write(cli, store_commit(cli->store));
        if (code != CLI_DONE)
                store_rollback(cli->store);
        return code;
}

int edit_transaction_apply(
                Cli *cli, const char *uid, const EditProperty *properties, EditCheck *check, void *userdata)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        int code = find_event_or_offer(cli, uid, &record, &event);
        if (code == CLI_DONE && check)
                code = check(cli, event, userdata);
        if (code != CLI_DONE)
                return code == EDIT_TRANSACTION_UNCHANGED ? CLI_DONE : code;
        edit_event(event, properties, cli->now, &text);
        return edit_transaction_keep(cli, record->collection, &text);
}
