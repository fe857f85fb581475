#include "office/history-list.h"

#include "base/html.h"
#include "office/event-links.h"
#include "office/event-undo.h"
#include "office/form.h"
#include "office/layout.h"
#include "office/write.h"
#include "remind/undo.h"
#include "store/history.h"
#include "web/page.h"

#include <string.h>

enum { SHOWN_MAX = 20, TRASH_MAX = 200, PATH_BYTES = 4096, BAD = 422 };

static const OfficeWord actions[HISTORY_N_ACTIONS] = {
        [HISTORY_CREATED] = OFFICE_WORD(history_created),
        [HISTORY_CHANGED] = OFFICE_WORD(history_changed),
        [HISTORY_DELETED] = OFFICE_WORD(history_deleted),
        [HISTORY_MOVED] = OFFICE_WORD(history_moved),
        [HISTORY_REMOVED] = OFFICE_WORD(history_removed),
};

static const OfficeWord ways[HISTORY_N_WAYS] = {
        [HISTORY_UNKNOWN] = OFFICE_WORD(way_unknown),
        [HISTORY_DAEMON] = OFFICE_WORD(way_daemon),
        [HISTORY_COMMAND] = OFFICE_WORD(way_command),
        [HISTORY_IMPORT] = OFFICE_WORD(way_import),
        [HISTORY_DAV] = OFFICE_WORD(way_dav),
        [HISTORY_OFFICE] = OFFICE_WORD(way_office),
        [HISTORY_READER] = OFFICE_WORD(way_reader),
        [HISTORY_MAILBOX] = OFFICE_WORD(way_mailbox),
};

void history_list_write_author(OfficeCall *call, const char *author, HistoryWay way)
{
        html_escape(&call->out, author);
        buffer_printf(&call->out, "%s%s", *author ? ", " : "", office_word(call->strings, ways[way]));
}

static void write_author(OfficeCall *call, const HistoryEntry *entry)
{
        history_list_write_author(call, entry->author, entry->way);
}

/* ---- One event ---- */

static int write_change(const HistoryEntry *entry, void *userdata)
{
        OfficeCall *call = userdata;
        buffer_puts(&call->out, "<tr><td class=\"when\">");
        write_time(call, entry->at);
        buffer_printf(&call->out, "</td><td>%s</td><td>",
                        office_word(call->strings, actions[entry->action]));
        write_author(call, entry);
        buffer_puts(&call->out, "</td></tr>\n");
        return 0;
}

int history_list_write(OfficeCall *call, const char *uid, bool may_undo)
{
        const OfficeStrings *strings = call->strings;
        const HistoryFilter filter = { .uid = uid, .limit = SHOWN_MAX };
        buffer_printf(&call->out,
                        "<details class=\"card\"><summary>%s</summary>\n<table class=\"rows\"><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
                        strings->history, strings->when, strings->history_what, strings->history_who);
        int r = history_each(call->store, &filter, write_change, call);
        buffer_puts(&call->out, "</tbody></table>\n");
        if (r == 0 && may_undo) {
                form_begin(call, NULL, "acts");
                r = event_undo_field(call, uid);
                form_submit(call, "action", "undo", "quiet", strings->undo_last);
                form_end(call);
        }
        buffer_puts(&call->out, "</details>\n");
        return r;
}

/* ---- The trash ---- */

static int write_deleted(const HistoryEntry *entry, void *userdata)
{
        OfficeCall *call = userdata;
        bool is_shown = entry->kind == OBJECT_EVENT || entry->kind == OBJECT_DRAFT ||
                        entry->kind == OBJECT_CARD;
        if (!is_shown || office_may_write(call, entry->collection) != 0)
                return 0;
        buffer_puts(&call->out, "<tr><td class=\"when\">");
        write_time(call, entry->at);
        buffer_puts(&call->out, "</td><th scope=\"row\">");
        page_write_text(&call->out, &call->view, *entry->name ? entry->name : call->view.strings->untitled);
        buffer_puts(&call->out, "</th><td>");
        write_author(call, entry);
        buffer_puts(&call->out, "</td><td>");
        form_begin(call, NULL, "one");
        form_submit(call, "uid", entry->uid, "quiet", call->strings->bring_back);
        form_end(call);
        buffer_puts(&call->out, "</td></tr>\n");
        return 0;
}

static int on_trash_get(OfficeCall *call)
{
        const OfficeStrings *strings = call->strings;
        const HistoryFilter filter = { .only_deleted = true, .limit = TRASH_MAX };
        office_begin(call, OFFICE_EVENTS, strings->trash);
        buffer_printf(&call->out,
                        "<p class=\"note\">%s</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\"><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><td></td></tr></thead>\n<tbody>\n",
                        strings->trash_note, strings->trash, strings->history_deleted, strings->title,
                        strings->history_who);
        int r = history_each(call->store, &filter, write_deleted, call);
        buffer_puts(&call->out, "</tbody></table></div>\n");
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

/* Brings back a card: a site, an organisation, or a person with the listings and opt-outs. */
static int restore_card(OfficeCall *call, const char *uid)
{
        const UndoWork work = { call->store, call->view.config->time_zone, DUE_NOTIFY_NONE, call->now,
                false };
        int r = undo_restore_deleted(&work, uid);
        if (r == 0)
                r = store_commit(call->store);
        if (r == STORE_E_CONFLICT) {
                store_rollback(call->store);
                return office_reply_error(call, BAD, call->strings->bad_action);
        }
        return r != 0 ? r : office_redirect(call, "/office/trash", "card-back");
}

/* Finds out whether a card is to be brought back, in a transaction for writing. */
static int find_card(OfficeCall *call, const char *uid, bool *ret)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        int r = history_get_last_deletion(call->store, uid, &row);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? OFFICE_E_NOT_FOUND : r;
        *ret = row.entry.kind == OBJECT_CARD;
        return *ret ? office_may_write(call, row.entry.collection) : 0;
}

static int restore(OfficeCall *call, EventEdit *edit)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(PATH_BYTES);
        const char *uid = office_form(call, "uid");
        bool is_card = false;
        int r = event_edit_begin(edit, call);
        if (r == 0)
                r = find_card(call, uid, &is_card);
        if (r == 0 && is_card)
                return restore_card(call, uid);
        if (r == 0)
                r = event_undo_deletion(edit, uid);
        event_links_write(&path, "event", uid);
        if (r == 0)
                r = buffer_error(&path);
        if (r == STORE_E_MEETING || r == STORE_E_CONFLICT) {
                store_rollback(call->store);
                return office_reply_error(call, BAD, call->strings->bad_action);
        }
        return r != 0 ? r : event_edit_finish(edit, buffer_text(&path), "brought-back");
}

static int on_trash(OfficeCall *call)
{
        CLEANUP(event_edit_done) EventEdit edit = { .call = call };
        return office_is_post(call) ? restore(call, &edit) : on_trash_get(call);
}

const OfficeRow history_list_rows[] = {
        { "trash", true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_trash },
        { NULL, false, 0, 0, NULL },
};
