#include "office/places-page.h"

#include "base/html.h"
#include "config/kind-text.h"
#include "config/overlay.h"
#include "dav/collection-title.h"
#include "edit/office-texts.h"
#include "office/event-links.h"
#include "office/layout.h"
#include "store/account-right.h"
#include "store/event-list.h"
#include "store/office-text.h"
#include "store/property.h"
#include "web/page.h"

#include <stdio.h>
#include <string.h>

static void begin_section(OfficeCall *call, const char *title)
{
        buffer_printf(&call->out, "<section><h2>%s</h2>\n<ul class=\"plain\">\n", title);
}

static void end_list(OfficeCall *call)
{
        buffer_puts(&call->out, "</ul>\n");
}

static void end_section(OfficeCall *call)
{
        buffer_puts(&call->out, "</section>\n");
}

typedef struct PlaceList {
        OfficeCall *call;
        bool may_write;
} PlaceList;

static int write_card(const char *uid, const char *name, void *userdata)
{
        const PlaceList *list = userdata;
        OfficeCall *call = list->call;
        buffer_puts(&call->out, "<li>");
        if (list->may_write) {
                buffer_puts(&call->out, "<a href=\"");
                event_links_write(&call->out, "edit-place", uid);
                buffer_puts(&call->out, "\">");
        }
        page_write_text(&call->out, &call->view, name);
        buffer_printf(&call->out, "%s</li>\n", list->may_write ? "</a>" : "");
        return 0;
}

static int write_cards_of(PlaceList *list, const char *kind, const char *title, const char *add)
{
        OfficeCall *call = list->call;
        begin_section(call, title);
        int r = event_list_cards(call->store, kind, write_card, list);
        end_list(call);
        if (list->may_write)
                buffer_printf(&call->out,
                                "<p class=\"acts\"><a class=\"button\" href=\"/office/new-place?kind=%s\">%s</a></p>\n",
                                kind, add);
        end_section(call);
        return r;
}

static int write_cards(OfficeCall *call)
{
        const OfficeStrings *strings = call->strings;
        PlaceList list = { .call = call };
        int r = office_may(call, ACCOUNT_EDITOR) ? office_may_write(call, COLLECTION_CONTACTS)
                                                 : OFFICE_E_FORBIDDEN;
        list.may_write = r == 0;
        if (r != 0 && r != OFFICE_E_FORBIDDEN && r != OFFICE_E_NOT_FOUND)
                return r;
        r = write_cards_of(&list, "location", strings->sites, strings->place_new_site);
        return r == 0 ? write_cards_of(&list, "org", strings->bodies, strings->place_new_body) : r;
}

/* Writes what calendar programs show the account, and for an administrator a link to the form. */
static int write_calendar_title(OfficeCall *call, const Collection *collection)
{
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(PROPERTY_VALUE_MAX_BYTES);
        char login[ACCOUNT_NAME_SIZE];
        bool is_link = !collection->is_cards && office_may(call, ACCOUNT_ADMIN);
        account_login(call->account.name, login);
        int r = collection_title(call->store, login, collection, NULL, call->view.language, &title);
        if (is_link)
                buffer_printf(&call->out, "<a href=\"/office/calendar/%s\">", collection->name);
        page_write_text(&call->out, &call->view, buffer_text(&title));
        if (is_link)
                buffer_puts(&call->out, "</a>");
        if (strcmp(buffer_text(&title), collection->name) != 0)
                buffer_printf(&call->out, " <code>%s</code>", collection->name);
        return r;
}

static int write_calendar(const Collection *collection, void *userdata)
{
        OfficeCall *call = userdata;
        AccountAccess access;
        if (collection->owner[0])
                return 0;
        int r = account_access_to(call->store, &call->account, collection, &access);
        if (r != 0 || access == ACCOUNT_NO_ACCESS)
                return r;
        buffer_puts(&call->out, "<li>");
        r = write_calendar_title(call, collection);
        buffer_printf(&call->out, " <span class=\"note\">%s, %s</span></li>\n",
                        collection->is_cards ? call->strings->addressbook : call->strings->calendar,
                        access == ACCOUNT_WRITE ? call->strings->may_write : call->strings->may_read);
        return r;
}

static void write_kind(OfficeCall *call, const ConfigKind *kind)
{
        const char *title = config_text(&kind->title, call->view.tag), *name = kind->name;
        bool is_link = office_may(call, ACCOUNT_ADMIN);
        buffer_printf(&call->out, "<li class=\"kind-%s\"><span class=\"badge of-kind kind\">%s</span> ",
                        name, name);
        if (is_link)
                buffer_printf(&call->out, "<a href=\"/office/kind/%s\">", name);
        page_write_text(&call->out, &call->view, *title ? title : name);
        buffer_printf(&call->out, "%s</li>\n", is_link ? "</a>" : "");
}

typedef struct GoneKinds {
        OfficeCall *call;
        const Config *config;
        size_t n;
} GoneKinds;

/* Writes a link to a kind that is in force no more, from which it can be brought back. */
static int write_gone(const OfficeText *text, void *userdata)
{
        GoneKinds *gone = userdata;
        OfficeCall *call = gone->call;
        const char *at;
        char name[COLLECTION_NAME_SIZE];
        size_t len = config_kind_text_of(text->name, &at);
        if (len == 0 || len >= sizeof(name))
                return 0;
        snprintf(name, sizeof(name), "%.*s", (int)len, at);
        if (config_kind(gone->config, name))
                return 0;
        buffer_printf(&call->out, "%s", gone->n++ > 0 ? ", " : "");
        if (gone->n == 1)
                buffer_printf(&call->out, "<p class=\"note\">%s ", call->strings->kinds_gone);
        buffer_puts(&call->out, "<a href=\"/office/kind/");
        url_escape(&call->out, name);
        buffer_puts(&call->out, "\">");
        html_escape(&call->out, name);
        buffer_puts(&call->out, "</a>");
        return 0;
}

static int write_kind_links(OfficeCall *call, const Config *config)
{
        GoneKinds gone = { call, config, 0 };
        int r = office_text_each(call->store, write_gone, &gone);
        buffer_puts(&call->out, gone.n > 0 ? "</p>\n" : "");
        buffer_printf(&call->out,
                        "<p class=\"acts\"><a class=\"button\" href=\"/office/new-kind\">%s</a></p>\n",
                        call->strings->kind_new);
        return r;
}

/* Writes the kinds as they are stored, which the daemon may take over a moment later. */
static int write_kinds(OfficeCall *call)
{
        CLEANUP(config_unrefp) Config *config = NULL;
        int r = office_texts_apply(
                        call->store, config_of_file(call->view.config), NULL, NULL, &config, NULL);
        if (r != 0)
                return r;
        begin_section(call, call->strings->kinds);
        for (size_t i = 0; i < config->n_kinds; i++)
                write_kind(call, &config->kinds[i]);
        end_list(call);
        if (office_may(call, ACCOUNT_EDITOR))
                buffer_printf(&call->out, "<p><a href=\"/office/texts\">%s</a></p>\n",
                                call->strings->texts_title);
        if (office_may(call, ACCOUNT_ADMIN))
                r = write_kind_links(call, config);
        end_section(call);
        return r;
}

static int on_places(OfficeCall *call)
{
        office_begin(call, OFFICE_PLACES, call->strings->section_places);
        int r = office_may_read(call, COLLECTION_CONTACTS);
        r = r == OFFICE_E_FORBIDDEN || r == OFFICE_E_NOT_FOUND ? 0 : r == 0 ? write_cards(call) : r;
        begin_section(call, call->strings->calendars);
        if (r == 0)
                r = collection_each(call->store, write_calendar, call);
        end_list(call);
        if (office_may(call, ACCOUNT_ADMIN))
                buffer_printf(&call->out,
                                "<p class=\"acts\"><a class=\"button\" href=\"/office/new-calendar\">%s</a></p>\n",
                                call->strings->calendar_new);
        end_section(call);
        if (r == 0)
                r = write_kinds(call);
        office_end(call);
        return r != 0 ? r : office_reply(call, 200);
}

const OfficeRow places_page_rows[] = {
        { "places", true, HTTP_GET, ACCOUNT_READER, on_places },
        { NULL, false, 0, 0, NULL },
};
