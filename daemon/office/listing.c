#include "office/listing.h"

#include "base/html.h"
#include "office/collections.h"
#include "office/event-links.h"
#include "office/event-load.h"
#include "office/write.h"
#include "store/event-list.h"
#include "store/object.h"
#include "web/page.h"

#include <stdio.h>
#include <string.h>

#define FIELD "listing"

enum { EVENTS_MAX = 100, VALUE_BYTES = 4096 };

static void write_event(OfficeCall *call, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        if (object_find(call->store, uid, &record) != 0 || office_may_read(call, record->collection) != 0) {
                html_escape(&call->out, uid);
                return;
        }
        buffer_puts(&call->out, "<a href=\"");
        event_links_write(&call->out, "event", uid);
        buffer_puts(&call->out, "\">");
        page_write_text(&call->out, &call->view,
                        *record->name ? record->name : call->view.strings->untitled);
        buffer_puts(&call->out, "</a>");
}

void listing_write(OfficeCall *call, SubscriptionScope scope, const char *target)
{
        const OfficeStrings *strings = call->strings;
        switch (scope) {
        case SUBSCRIBE_ALL:
                buffer_puts(&call->out, strings->listed_all);
                break;
        case SUBSCRIBE_KIND:
                buffer_printf(&call->out, "%s: ", strings->listed_kind);
                page_write_text(&call->out, &call->view, page_kind_title(&call->view, target));
                break;
        case SUBSCRIBE_EVENT:
                buffer_printf(&call->out, "%s: ", strings->listed_event);
                write_event(call, target);
                break;
        case SUBSCRIBE_CALENDAR:
                buffer_printf(&call->out, "%s: ", strings->calendar);
                html_escape(&call->out, target);
                break;
        }
}

/* ---- The choice ---- */

typedef struct ListingSelect {
        OfficeCall *call;
        const char *sent, *prefix; /* the value that is chosen; what precedes a UID in a value */
        bool is_found;             /* whether an option had the value `sent` */
} ListingSelect;

static void write_option(ListingSelect *select, const char *value, const char *language, const char *label)
{
        OfficeCall *call = select->call;
        bool is_chosen = strcmp(value, select->sent) == 0;
        select->is_found |= is_chosen;
        page_write_option(&call->out, &call->view, value, is_chosen, language, label);
}

static int write_event_option(const EventListItem *item, void *userdata)
{
        ListingSelect *select = userdata;
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(VALUE_BYTES);
        buffer_printf(&value, "%s%s", select->prefix, item->uid);
        if (buffer_error(&value) == 0)
                write_option(select, buffer_text(&value), NULL,
                                *item->name ? item->name : select->call->view.strings->untitled);
        return 0;
}

static int write_events(ListingSelect *select)
{
        OfficeCall *call = select->call;
        CLEANUP(buffer_done) Buffer collections = BUFFER_INIT(COLLECTIONS_MAX_BYTES);
        EventListSearch search = { .when = EVENT_LIST_COMING, .now = call->now, .limit = EVENTS_MAX };
        int64_t total;
        int r = collections_readable(call, false, &collections);
        search.collections = buffer_text(&collections);
        if (r == 0)
                r = event_list_each(call->store, &search, write_event_option, select, &total);
        search.when = EVENT_LIST_UNDATED;
        return r != 0 ? r : event_list_each(call->store, &search, write_event_option, select, &total);
}

static void write_kinds(ListingSelect *select)
{
        const PageView *view = &select->call->view;
        for (size_t i = 0; i < view->config->n_kinds; i++) {
                const char *name = view->config->kinds[i].name;
                char value[128];
                snprintf(value, sizeof(value), "kind:%s", name);
                write_option(select, value, NULL, page_kind_title(view, name));
        }
}

int listing_select(OfficeCall *call, const FormFaults *faults, const char *label)
{
        ListingSelect select = { call, office_is_post(call) ? office_form(call, FIELD) : "",
                "event:", false };
        const char *fault = form_fault_of(faults, FIELD);
        const OfficeStrings *strings = call->strings;
        buffer_printf(&call->out,
                        "<div class=\"field\">\n<label for=\"" FIELD "\">%s</label>\n<select id=\"" FIELD
                        "\" name=\"" FIELD "\"%s>\n",
                        label, fault ? " aria-invalid=\"true\" aria-describedby=\"" FIELD "-fault\"" : "");
        write_option(&select, "", call->view.tag, strings->listed_choose);
        write_option(&select, "all", call->view.tag, strings->listed_all);
        buffer_printf(&call->out, "<optgroup label=\"%s\">\n", strings->kinds);
        write_kinds(&select);
        buffer_printf(&call->out, "</optgroup>\n<optgroup label=\"%s\">\n", strings->section_events);
        int r = write_events(&select);
        buffer_puts(&call->out, "</optgroup>\n</select>\n");
        if (fault)
                buffer_printf(&call->out, "<span class=\"fault\" id=\"" FIELD "-fault\">%s</span>\n", fault);
        buffer_puts(&call->out, "</div>\n");
        return r;
}

/* Writes the event that is chosen, if it is none of the next ones. */
static int write_chosen(ListingSelect *select)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        OfficeCall *call = select->call;
        int r = !*select->sent || select->is_found ? STORE_E_NOT_FOUND
                                                   : object_find(call->store, select->sent, &record);
        if (r == 0 && office_may_read(call, record->collection) == 0)
                write_option(select, record->uid, NULL, record->name);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int listing_event_select(
                OfficeCall *call, const char *name, const char *chosen, const char *label, const char *none)
{
        ListingSelect select = { call, chosen, "", false };
        buffer_printf(&call->out,
                        "<div class=\"field\">\n<label for=\"%s\">%s</label>\n<select id=\"%s\" name=\"%s\">\n",
                        name, label, name, name);
        write_option(&select, "", call->view.tag, none);
        int r = write_events(&select);
        if (r == 0)
                r = write_chosen(&select);
        buffer_puts(&call->out, "</select>\n</div>\n");
        return r;
}

/* Whether the account may read the event: its name is shown to it. */
static int find_event(OfficeCall *call, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = event_load_record(call, uid, &record);
        return r != 0 ? r : office_may_read(call, record->collection);
}

int listing_read_text(OfficeCall *call, const char *text, ListingChoice *ret)
{
        const char *colon = strchr(text, ':');
        *ret = (ListingChoice){ .scope = SUBSCRIBE_ALL, .target = "" };
        if (strcmp(text, "all") == 0)
                return 0;
        ret->target = colon ? colon + 1 : "";
        ret->scope = strncmp(text, "event:", 6) == 0      ? SUBSCRIBE_EVENT
                     : strncmp(text, "calendar:", 9) == 0 ? SUBSCRIBE_CALENDAR
                                                          : SUBSCRIBE_KIND;
        if (ret->scope == SUBSCRIBE_EVENT)
                return find_event(call, ret->target);
        if (ret->scope == SUBSCRIBE_CALENDAR)
                return office_may_read(call, ret->target);
        return strncmp(text, "kind:", 5) == 0 && config_kind(call->view.config, ret->target)
                               ? 0
                               : OFFICE_E_NOT_FOUND;
}

int listing_read(OfficeCall *call, ListingChoice *ret)
{
        return listing_read_text(call, office_form(call, FIELD), ret);
}
