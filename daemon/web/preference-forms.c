/* The form of the preferences page. It sends all its fields, because pages have no scripts. */

#include "base/text.h"
#include "contact/preference.h"
#include "web/form-fields.h"
#include "web/lead-text.h"
#include "web/preference.h"

#include <stdio.h>
#include <string.h>

static const char *const OFFERED_LEADS[] = {
        "-P14D@10:00",
        "-P7D@10:00",
        "-P3D@10:00",
        "-P1D@18:00",
        "P0D@08:00",
        "-PT2H",
        "-PT30M",
};

enum { N_OFFERED_LEADS = sizeof(OFFERED_LEADS) / sizeof(*OFFERED_LEADS) };

static void write_hidden(Buffer *out, const char *name, size_t index, const char *value)
{
        buffer_printf(out, "<input type=\"hidden\" name=\"%s.%zu\" value=\"", name, index);
        html_escape(out, value);
        buffer_puts(out, "\">\n");
}

static void write_tick(Buffer *out, const PageView *view, const char *name, size_t index, const char *value,
                bool is_ticked, const char *label)
{
        buffer_printf(out, "<label><input type=\"checkbox\" name=\"%s.%zu\" value=\"", name, index);
        html_escape(out, value);
        buffer_puts(out, is_ticked ? "\" checked> " : "\"> ");
        page_write_text(out, view, label);
        buffer_puts(out, "</label>\n");
}

/* ---- Kinds ---- */

static void write_kinds(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        bool has_all = preference_listing(preference, SUBSCRIBE_ALL, "");
        buffer_printf(out, "<section class=\"card\">\n<h2>%s</h2>\n", view->strings->kinds_title);
        buffer_printf(out, "<label><input type=\"checkbox\" name=\"all\" value=\"1\"%s> %s</label>\n",
                        has_all ? " checked" : "", view->strings->kinds_everything);
        for (size_t i = 0; i < view->config->n_kinds; i++) {
                const char *kind = view->config->kinds[i].name;
                write_tick(out, view, "kind", i, kind, preference_gets_kind(preference, kind),
                                page_kind_title(view, kind));
        }
        buffer_puts(out, "</section>\n");
}

/* ---- Leads ---- */

/* One listing in the form. The names of its boxes begin with `name`. */
typedef struct LeadBoxes {
        const PageView *view;
        const Listing *listing;
        char name[32];
        size_t n;
} LeadBoxes;

static void write_lead(Buffer *out, LeadBoxes *boxes, const char *text)
{
        CLEANUP(buffer_done) Buffer label = BUFFER_INIT(1024);
        Lead lead;
        if (lead_parse(text, &lead) == 0 && lead_text(&label, boxes->view->language, &lead) == 0)
                write_tick(out, boxes->view, boxes->name, boxes->n++, text,
                                preference_has_lead(boxes->listing->leads, text), buffer_text(&label));
}

static bool is_offered(const char *lead)
{
        for (size_t i = 0; i < N_OFFERED_LEADS; i++)
                if (strcmp(OFFERED_LEADS[i], lead) == 0)
                        return true;
        return false;
}

/* Writes a box for each lead of the listing that is not in OFFERED_LEADS: it can be kept or removed. */
static void write_unusual_leads(Buffer *out, LeadBoxes *boxes)
{
        CLEANUP(cleanup_free) char *copy = strdup(boxes->listing->leads);
        char *rest = copy, *lead;
        while ((lead = strsep(&rest, ",")))
                if (*lead && !is_offered(lead))
                        write_lead(out, boxes, lead);
}

static void write_usual_of(Buffer *out, const PageView *view, const ConfigKind *kind)
{
        CLEANUP(buffer_done) Buffer leads = BUFFER_INIT(4096);
        if (kind->n_remind == 0 || lead_text_list(&leads, view->language, kind->remind, kind->n_remind) < 0)
                return;
        buffer_puts(out, "<li>");
        page_write_text(out, view, page_kind_title(view, kind->name));
        buffer_puts(out, ": ");
        html_escape(out, buffer_text(&leads));
        buffer_puts(out, "</li>\n");
}

/* Whether mails of a listing may be about a kind of event. */
static bool may_be_about(const Listing *listing, const char *categories, const ConfigKind *kind)
{
        CLEANUP(buffer_done) Buffer word = BUFFER_INIT(256);
        buffer_printf(&word, ",%s,", kind->name);
        return listing->scope == SUBSCRIBE_KIND    ? strcmp(listing->target, kind->name) == 0
               : listing->scope == SUBSCRIBE_EVENT ? strstr(categories, buffer_text(&word)) != NULL
                                                   : true;
}

/* Writes what applies if no box is ticked: the leads of each kind that the listing may be about. */
static void write_usual_leads(Buffer *out, const Preference *preference, const Listing *listing)
{
        const PageView *view = &preference->view;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        if (listing->scope == SUBSCRIBE_EVENT &&
                        object_find(preference->store, listing->target, &record) != 0)
                record = NULL;
        size_t before = out->len;
        buffer_printf(out, "<p class=\"note\">%s</p>\n<ul class=\"note\">\n",
                        view->strings->leads_usual_are);
        size_t begin = out->len;
        for (size_t i = 0; i < view->config->n_kinds; i++)
                if (may_be_about(listing, record ? record->categories : ",", &view->config->kinds[i]))
                        write_usual_of(out, view, &view->config->kinds[i]);
        if (out->len > begin) {
                buffer_puts(out, "</ul>\n");
                return;
        }
        buffer_remove(out, before, out->len - before);
        buffer_printf(out, "<p class=\"note\">%s</p>\n", view->strings->leads_usual);
}

static const char *listing_title(const PageView *view, const Listing *listing)
{
        switch (listing->scope) {
        case SUBSCRIBE_KIND:
                return page_kind_title(view, listing->target);
        case SUBSCRIBE_EVENT:
                return listing->name && listing->name[0] ? listing->name : view->strings->unnamed_event;
        case SUBSCRIBE_CALENDAR:
                return listing->target;
        case SUBSCRIBE_ALL:
                break;
        }
        return view->strings->all_events;
}

static void write_listing(Buffer *out, const Preference *preference, size_t index)
{
        const Listing *listing = &preference->listings[index];
        LeadBoxes boxes = { .view = &preference->view, .listing = listing };
        char scope[16];
        snprintf(scope, sizeof(scope), "%d", (int)listing->scope);
        snprintf(boxes.name, sizeof(boxes.name), "lead.%zu", index);
        buffer_puts(out, "<h3>");
        page_write_text(out, boxes.view, listing_title(boxes.view, listing));
        buffer_puts(out, "</h3>\n");
        write_hidden(out, "of", index, scope);
        write_hidden(out, "target", index, listing->target);
        for (size_t i = 0; i < N_OFFERED_LEADS; i++)
                write_lead(out, &boxes, OFFERED_LEADS[i]);
        write_unusual_leads(out, &boxes);
        write_usual_leads(out, preference, listing);
}

static void write_listings(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        if (preference->n_listings == 0)
                return;
        buffer_printf(out, "<section class=\"card\">\n<h2>%s</h2>\n", view->strings->leads_title);
        if (card_digest(preference->card).period != DIGEST_NONE)
                buffer_printf(out, "<p class=\"note\">%s</p>\n", view->strings->leads_with_digest);
        for (size_t i = 0; i < preference->n_listings && i < PREFERENCE_LISTINGS_MAX; i++)
                write_listing(out, preference, i);
        buffer_puts(out, "</section>\n");
}

/* ---- Delivery ---- */

static void begin_select(Buffer *out, const char *name, const char *label)
{
        buffer_printf(out, "<p><label for=\"%s\">%s</label>\n<select id=\"%s\" name=\"%s\">\n", name, label,
                        name, name);
}

/* Writes the choice of a digest. The values are those of X-CONVENED-DIGEST without the time, "@08:00". */
static void write_digest(Buffer *out, const PageView *view, const Card *card)
{
        static const struct {
                const char *value;
                WebWord label;
        } rows[] = {
                { "", WEB_WORD(digest_none) },
                { "DAILY", WEB_WORD(digest_daily) },
                { "WEEKLY-MO", WEB_WORD(digest_monday) },
                { "WEEKLY-TU", WEB_WORD(digest_tuesday) },
                { "WEEKLY-WE", WEB_WORD(digest_wednesday) },
                { "WEEKLY-TH", WEB_WORD(digest_thursday) },
                { "WEEKLY-FR", WEB_WORD(digest_friday) },
                { "WEEKLY-SA", WEB_WORD(digest_saturday) },
                { "WEEKLY-SU", WEB_WORD(digest_sunday) },
        };
        DigestWish wish = card_digest(card);
        char text[PREFERENCE_TEXT_SIZE];
        digest_format(&wish, text);
        text[strcspn(text, "@")] = '\0';
        begin_select(out, "agenda", view->strings->digest);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
                page_write_option(out, view, rows[i].value, strcmp(rows[i].value, text) == 0, view->tag,
                                web_word(view->strings, rows[i].label));
        int minutes = wish.period == DIGEST_NONE ? 8 * 60 : wish.minutes;
        buffer_printf(out,
                        "</select>\n<label for=\"agenda-time\">%s</label>\n<input id=\"agenda-time\" name=\"agenda-time\" type=\"time\" value=\"%02d:%02d\"></p>\n",
                        view->strings->digest_at, minutes / 60, minutes % 60);
}

static void write_quiet(Buffer *out, const PageView *view, const Card *card)
{
        QuietHours hours;
        char from[8] = "", to[8] = "";
        if (card_quiet(card, &hours)) {
                snprintf(from, sizeof(from), "%02d:%02d", hours.from / 60 % 24, hours.from % 60);
                snprintf(to, sizeof(to), "%02d:%02d", hours.to / 60 % 24, hours.to % 60);
        }
        buffer_printf(out,
                        "<p><label for=\"quiet-from\">%s</label>\n<input id=\"quiet-from\" name=\"quiet-from\" type=\"time\" value=\"%s\">\n<label for=\"quiet-to\">%s</label>\n<input id=\"quiet-to\" name=\"quiet-to\" type=\"time\" value=\"%s\"></p>\n",
                        view->strings->quiet_from, from, view->strings->quiet_to, to);
}

static void write_language(Buffer *out, const PageView *view, const Card *card)
{
        Language chosen = language_of(text_language(card_language(card), view->config->language));
        begin_select(out, "language", view->strings->mail_language);
        form_fields_languages(out, view, chosen);
        buffer_puts(out, "</select></p>\n");
}

static void write_zone_option(Buffer *out, const PageView *view, const Zone *zone, bool is_chosen)
{
        buffer_puts(out, "<option value=\"");
        html_escape(out, zone_name(zone));
        buffer_puts(out, is_chosen ? "\" selected>" : "\">");
        page_write_zone(out, view, zone, view->now);
        buffer_puts(out, "</option>\n");
}

static void write_zone(Buffer *out, const PageView *view, const Card *card)
{
        const char *name = card_zone_name(card);
        const Zone *own = NULL, *zone;
        bool is_listed = false;
        if (name && zone_table_get(view->zones, name, &own) != 0)
                own = NULL;
        begin_select(out, "own-zone", view->strings->own_zone);
        page_write_option(out, view, "", !own, view->tag, view->strings->zone_of_event);
        for (size_t i = 0; i < page_n_zones; i++) {
                if (zone_table_get(view->zones, page_zones[i], &zone) != 0)
                        continue;
                write_zone_option(out, view, zone, zone == own);
                is_listed |= zone == own;
        }
        if (own && !is_listed)
                write_zone_option(out, view, own, true);
        buffer_printf(out,
                        "</select>\n<label for=\"own-zone-other\">%s</label>\n<input id=\"own-zone-other\" name=\"own-zone-other\" list=\"zones\" maxlength=\"63\" placeholder=\"Europe/Belgrade\"></p>\n<datalist id=\"zones\">\n",
                        view->strings->own_zone_other);
        for (size_t i = 0; i < page_n_zones; i++)
                buffer_printf(out, "<option value=\"%s\"></option>\n", page_zones[i]);
        buffer_puts(out, "</datalist>\n");
}

static void write_delivery(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        buffer_printf(out, "<section class=\"card\">\n<h2>%s</h2>\n", view->strings->delivery_title);
        write_digest(out, view, preference->card);
        write_quiet(out, view, preference->card);
        write_language(out, view, preference->card);
        write_zone(out, view, preference->card);
        buffer_puts(out, "</section>\n");
}

void preference_write_form(Buffer *out, const Preference *preference)
{
        buffer_puts(out,
                        "<form class=\"choices\" method=\"post\">\n<input type=\"hidden\" name=\"action\" value=\"save\">\n");
        write_kinds(out, preference);
        write_listings(out, preference);
        write_delivery(out, preference);
        buffer_printf(out, "<button>%s</button>\n</form>\n", preference->view.strings->save);
}
