/* The forms of the preferences page. Every one says the whole of what it is for, so that it can be sent without a script. */

#include "contact/preference.h"
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

static void begin_form(Buffer *out, const char *action)
{
        buffer_printf(out,
                        "<form class=\"choices\" method=\"post\">\n<input type=\"hidden\" name=\"action\" value=\"%s\">\n",
                        action);
}

static void end_form(Buffer *out, const PageView *view)
{
        buffer_printf(out, "<button>%s</button>\n</form>\n", page_text(view, "Сохранить", "Save"));
}

static void write_hidden(Buffer *out, const char *name, const char *value)
{
        buffer_printf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
        html_escape(out, value);
        buffer_puts(out, "\">\n");
}

static void write_tick(Buffer *out, const char *name, size_t index, const char *value, bool is_ticked,
                const char *label)
{
        buffer_printf(out, "<label><input type=\"checkbox\" name=\"%s.%zu\" value=\"", name, index);
        html_escape(out, value);
        buffer_puts(out, is_ticked ? "\" checked> " : "\"> ");
        html_escape(out, label);
        buffer_puts(out, "</label>\n");
}

/* ---- Kinds ---- */

void preference_write_kinds(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        bool has_all = preference_listing(preference, SUBSCRIBE_ALL, "");
        buffer_printf(out, "<section class=\"card\">\n<h2>%s</h2>\n",
                        page_text(view, "О каких событиях писать", "What to write about"));
        begin_form(out, "kinds");
        buffer_printf(out, "<label><input type=\"checkbox\" name=\"all\" value=\"1\"%s> %s</label>\n",
                        has_all ? " checked" : "",
                        page_text(view, "обо всём, в том числе о событиях новых видов",
                                        "everything, events of new kinds, too"));
        for (size_t i = 0; i < view->config->n_kinds; i++) {
                const char *kind = view->config->kinds[i].name;
                write_tick(out, "kind", i, kind, preference_gets_kind(preference, kind),
                                page_kind_title(view, kind));
        }
        end_form(out, view);
        buffer_puts(out, "</section>\n");
}

/* ---- Leads ---- */

static bool has_lead(const char *leads, const char *lead)
{
        size_t len = strlen(lead);
        for (const char *at = leads; (at = strstr(at, lead)); at += len)
                if ((at == leads || at[-1] == ',') && (at[len] == ',' || at[len] == '\0'))
                        return true;
        return false;
}

static void write_lead(
                Buffer *out, const PageView *view, const Listing *listing, const char *text, size_t *index)
{
        CLEANUP(buffer_done) Buffer label = BUFFER_INIT(1024);
        Lead lead;
        if (lead_parse(text, &lead) == 0 && lead_text(&label, view->language, &lead) == 0)
                write_tick(out, "lead", (*index)++, text, has_lead(listing->leads, text),
                                buffer_text(&label));
}

static bool is_offered(const char *lead)
{
        for (size_t i = 0; i < N_OFFERED_LEADS; i++)
                if (strcmp(OFFERED_LEADS[i], lead) == 0)
                        return true;
        return false;
}

/* What somebody else gave it stays there, to be kept or taken out. */
static void write_unusual_leads(Buffer *out, const PageView *view, const Listing *listing, size_t *index)
{
        CLEANUP(cleanup_free) char *copy = strdup(listing->leads);
        char *rest = copy, *lead;
        while ((lead = strsep(&rest, ",")))
                if (*lead && !is_offered(lead))
                        write_lead(out, view, listing, lead, index);
}

static void write_usual_leads(Buffer *out, const PageView *view, const Listing *listing)
{
        const ConfigKind *kind =
                        listing->scope == SUBSCRIBE_KIND ? config_kind(view->config, listing->target) : NULL;
        CLEANUP(buffer_done) Buffer leads = BUFFER_INIT(4096);
        if (kind)
                lead_text_list(&leads, view->language, kind->remind, kind->n_remind);
        buffer_printf(out, "<p class=\"note\">%s",
                        page_text(view, "Если ничего не отмечено, напоминаем как принято",
                                        "With nothing ticked, reminders come as usual"));
        if (leads.len > 0) {
                buffer_puts(out, ": ");
                html_escape(out, buffer_text(&leads));
        }
        buffer_puts(out, ".</p>\n");
}

static const char *listing_title(const PageView *view, const Listing *listing)
{
        switch (listing->scope) {
        case SUBSCRIBE_KIND:
                return page_kind_title(view, listing->target);
        case SUBSCRIBE_EVENT:
                return listing->name && listing->name[0] ? listing->name : listing->target;
        case SUBSCRIBE_CALENDAR:
                return listing->target;
        case SUBSCRIBE_ALL:
                break;
        }
        return page_text(view, "Все события", "All events");
}

static void write_listing(Buffer *out, const PageView *view, const Listing *listing)
{
        char scope[16];
        size_t index = 0;
        snprintf(scope, sizeof(scope), "%d", (int)listing->scope);
        buffer_puts(out, "<h3>");
        html_escape(out, listing_title(view, listing));
        buffer_puts(out, "</h3>\n");
        begin_form(out, "leads");
        write_hidden(out, "of", scope);
        write_hidden(out, "target", listing->target);
        for (size_t i = 0; i < N_OFFERED_LEADS; i++)
                write_lead(out, view, listing, OFFERED_LEADS[i], &index);
        write_unusual_leads(out, view, listing, &index);
        write_usual_leads(out, view, listing);
        end_form(out, view);
}

void preference_write_listings(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        if (preference->n_listings == 0)
                return;
        buffer_printf(out, "<section class=\"card\">\n<h2>%s</h2>\n",
                        page_text(view, "Когда напоминать", "When to remind"));
        if (card_digest(preference->card).period != DIGEST_NONE)
                buffer_printf(out, "<p class=\"note\">%s</p>\n",
                                page_text(view, "Пока вы получаете повестку, отдельных напоминаний нет: это понадобится, если вы от неё откажетесь.",
                                                "While you get an agenda there are no single reminders: this counts once you do without it."));
        for (size_t i = 0; i < preference->n_listings; i++)
                write_listing(out, view, &preference->listings[i]);
        buffer_puts(out, "</section>\n");
}

/* ---- Delivery ---- */

static void write_option(Buffer *out, const char *value, bool is_chosen, const char *label)
{
        buffer_puts(out, "<option value=\"");
        html_escape(out, value);
        buffer_puts(out, is_chosen ? "\" selected>" : "\">");
        html_escape(out, label);
        buffer_puts(out, "</option>\n");
}

static void begin_select(Buffer *out, const char *name, const char *label)
{
        buffer_printf(out, "<p><label for=\"%s\">%s</label>\n<select id=\"%s\" name=\"%s\">\n", name, label,
                        name, name);
}

/* The values are the beginning of X-CONVENED-DIGEST. */
static void write_digest(Buffer *out, const PageView *view, const Card *card)
{
        static const struct {
                const char *value, *ru, *en;
        } rows[] = {
                { "", "нет: каждое напоминание отдельно", "no: each reminder by itself" },
                { "DAILY", "каждый день", "every day" },
                { "WEEKLY-MO", "по понедельникам", "on Mondays" },
                { "WEEKLY-TU", "по вторникам", "on Tuesdays" },
                { "WEEKLY-WE", "по средам", "on Wednesdays" },
                { "WEEKLY-TH", "по четвергам", "on Thursdays" },
                { "WEEKLY-FR", "по пятницам", "on Fridays" },
                { "WEEKLY-SA", "по субботам", "on Saturdays" },
                { "WEEKLY-SU", "по воскресеньям", "on Sundays" },
        };
        DigestWish wish = card_digest(card);
        char text[PREFERENCE_TEXT_SIZE];
        digest_format(&wish, text);
        text[strcspn(text, "@")] = '\0';
        begin_select(out, "agenda",
                        page_text(view, "Одно письмо с повесткой вместо отдельных",
                                        "One mail with an agenda instead of single ones"));
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
                write_option(out, rows[i].value, strcmp(rows[i].value, text) == 0,
                                page_text(view, rows[i].ru, rows[i].en));
        int minutes = wish.period == DIGEST_NONE ? 8 * 60 : wish.minutes;
        buffer_printf(out,
                        "</select>\n<label for=\"agenda-time\">%s</label>\n<input id=\"agenda-time\" name=\"agenda-time\" type=\"time\" value=\"%02d:%02d\"></p>\n",
                        page_text(view, "в", "at"), minutes / 60, minutes % 60);
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
                        page_text(view, "Не писать с", "No mail from"), from, page_text(view, "до", "to"),
                        to);
}

static void write_language(Buffer *out, const PageView *view, const Card *card)
{
        const char *language = text_language(card_language(card), view->config->language);
        begin_select(out, "language", page_text(view, "Язык писем", "Language of the mails"));
        write_option(out, "ru", strcmp(language, "ru") == 0, "русский");
        write_option(out, "en", strcmp(language, "en") == 0, "English");
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
        begin_select(out, "own-zone", page_text(view, "Ваш часовой пояс", "Your time zone"));
        write_option(out, "", !own, page_text(view, "как на месте события", "as at the event"));
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
                        page_text(view, "или другой", "or another one"));
        for (size_t i = 0; i < page_n_zones; i++)
                buffer_printf(out, "<option value=\"%s\"></option>\n", page_zones[i]);
        buffer_puts(out, "</datalist>\n");
}

void preference_write_delivery(Buffer *out, const Preference *preference)
{
        const PageView *view = &preference->view;
        buffer_printf(out, "<section class=\"card\">\n<h2>%s</h2>\n",
                        page_text(view, "Как присылать", "How to send it"));
        begin_form(out, "delivery");
        write_digest(out, view, preference->card);
        write_quiet(out, view, preference->card);
        write_language(out, view, preference->card);
        write_zone(out, view, preference->card);
        end_form(out, view);
        buffer_puts(out, "</section>\n");
}
