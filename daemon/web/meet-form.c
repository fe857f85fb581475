#include "web/meet-form.h"

#include "base/text.h"
#include "web/form-fields.h"

#include <inttypes.h>
#include <stdio.h>

enum { MESSAGE_BYTES = 64 * 1024, MINUTE = 60 };

static const Offer *offer_of(const MeetForm *form)
{
        return &form->times.offer.offer;
}

static int64_t minutes(usec_t length)
{
        return length / USEC_PER_SEC / MINUTE;
}

static void write_minutes(Buffer *out, const PageView *view, usec_t length)
{
        text_message(out, view->tag, view->strings->meet_minutes,
                        TEXT_ARGUMENTS({ "n", NULL, minutes(length) }));
}

static const char *title_of(const MeetForm *form, size_t offer)
{
        const char *title = form->host.offers[offer].title;
        return *title ? title : form->view.strings->meet_untitled;
}

/* ---- Choices by links: the offer and the length ---- */

static void write_link(Buffer *out, const char *offer, usec_t length, bool is_current)
{
        buffer_puts(out, "<li><a href=\"?offer=");
        url_escape(out, offer);
        if (length > 0)
                buffer_printf(out, "&amp;length=%" PRId64, minutes(length));
        buffer_printf(out, "\"%s>", is_current ? " aria-current=\"true\"" : "");
}

static void write_offers(Buffer *out, const MeetForm *form)
{
        if (form->host.n_offers < 2)
                return;
        buffer_printf(out, "<nav class=\"days\" aria-label=\"%s\"><ul>\n", form->view.strings->meet_offers);
        for (size_t i = 0; i < form->host.n_offers; i++) {
                write_link(out, form->host.offers[i].uid, 0, i == form->offer);
                page_write_text(out, &form->view, title_of(form, i));
                buffer_puts(out, "</a></li>\n");
        }
        buffer_puts(out, "</ul></nav>\n");
}

static void write_lengths(Buffer *out, const MeetForm *form)
{
        const PageView *view = &form->view;
        const Offer *offer = offer_of(form);
        if (offer->n_lengths < 2) {
                buffer_printf(out, "<p class=\"note\">%s: ", view->strings->meet_length);
                write_minutes(out, view, offer->lengths[0]);
                buffer_puts(out, "</p>\n");
                return;
        }
        buffer_printf(out, "<nav class=\"days\" aria-label=\"%s\"><ul>\n", view->strings->meet_length);
        for (size_t i = 0; i < offer->n_lengths; i++) {
                write_link(out, offer->uid, offer->lengths[i], offer->lengths[i] == form->times.length);
                write_minutes(out, view, offer->lengths[i]);
                buffer_puts(out, "</a></li>\n");
        }
        buffer_puts(out, "</ul></nav>\n");
}

/* ---- The form ---- */

static void write_place(Buffer *out, const MeetForm *form)
{
        const Offer *offer = offer_of(form);
        const PageView *view = &form->view;
        const WebStrings *strings = view->strings;
        if (offer->n_places == 1 && offer->places[0][0]) {
                buffer_printf(out, "<p>%s: ", strings->meet_place);
                page_write_text(out, view, offer->places[0]);
                buffer_puts(out, "</p>\n");
        }
        if (offer->n_places < 2)
                return;
        buffer_printf(out,
                        "<p><label for=\"meet-place\">%s</label>\n<select id=\"meet-place\" name=\"place\">\n",
                        strings->meet_place);
        page_write_option(out, view, "", true, view->tag, strings->meet_any_place);
        for (size_t i = 0; i < offer->n_places; i++)
                if (offer->places[i][0])
                        page_write_option(out, view, offer->places[i], false, NULL, offer->places[i]);
        buffer_puts(out, "</select></p>\n");
}

static void write_field(
                Buffer *out, const char *name, const char *label, const char *attributes, const char *value)
{
        buffer_printf(out,
                        "<p><label for=\"meet-%s\">%s</label>\n<input id=\"meet-%s\" name=\"%s\" %s value=\"",
                        name, label, name, name, attributes);
        html_escape(out, value);
        buffer_puts(out, "\"></p>\n");
}

static void write_language(Buffer *out, const MeetForm *form)
{
        const PageView *view = &form->view;
        buffer_printf(out,
                        "<p><label for=\"meet-language\">%s</label>\n<select id=\"meet-language\" name=\"language\">\n",
                        view->strings->mail_language);
        form_fields_languages(out, view, form->fields.language);
        buffer_puts(out, "</select></p>\n");
}

static void write_visitor(Buffer *out, const MeetForm *form)
{
        const WebStrings *strings = form->view.strings;
        const MeetFields *fields = &form->fields;
        buffer_printf(out, "<h2>%s</h2>\n", strings->meet_you);
        write_field(out, "name", strings->meet_name, "autocomplete=\"name\" maxlength=\"100\" required",
                        fields->name);
        write_field(out, "organisation", strings->meet_organisation,
                        "autocomplete=\"organization\" maxlength=\"100\"", fields->organisation);
        write_field(out, "address", strings->signup_address, FORM_FIELDS_ADDRESS " autocomplete=\"email\"",
                        fields->address);
        write_language(out, form);
        buffer_printf(out,
                        "<p><label for=\"meet-topic\">%s</label>\n<textarea id=\"meet-topic\" name=\"topic\" rows=\"3\" maxlength=\"500\">",
                        strings->meet_topic);
        html_escape(out, fields->topic);
        buffer_puts(out, "</textarea></p>\n");
}

static void write_nearest(Buffer *out, const MeetForm *form)
{
        if (form->result.n_nearest == 0)
                return;
        buffer_printf(out, "<fieldset class=\"times\">\n<legend>%s</legend>\n",
                        form->view.strings->meet_nearest);
        meet_times_write_given(out, &form->view, form->times.zone, offer_of(form)->zone,
                        form->result.nearest, form->result.n_nearest);
        buffer_puts(out, "</fieldset>\n");
}

static void write_form(Buffer *out, const MeetForm *form)
{
        char length[MEET_LENGTH_SIZE];
        const WebStrings *strings = form->view.strings;
        snprintf(length, sizeof(length), "%" PRId64, minutes(form->times.length));
        buffer_puts(out, "<form class=\"choices\" id=\"times\" method=\"post\">\n");
        form_fields_hidden(out, "offer", offer_of(form)->uid);
        form_fields_hidden(out, "length", length);
        form_fields_hidden(out, "zone", zone_name(form->times.zone));
        write_nearest(out, form);
        meet_times_write_choices(out, &form->times);
        write_place(out, form);
        write_visitor(out, form);
        buffer_puts(out, "<p class=\"note\">");
        text_message(out, form->view.tag, strings->meet_note,
                        TEXT_ARGUMENTS({ "n", NULL, minutes(form->view.config->meetings.confirm_within) }));
        buffer_printf(out, "</p>\n<button>%s</button>\n</form>\n", strings->meet_ask);
}

/* ---- The page ---- */

static void begin(Buffer *out, const MeetForm *form, PageHead *head, Buffer *title)
{
        text_message(title, form->view.tag, form->view.strings->meet_title_with,
                        TEXT_ARGUMENTS({ "host", form->host.name, 0 }));
        head->title = buffer_text(title);
        head->noindex = true;
        page_begin(out, &form->view, head);
}

void meet_form_write(Buffer *out, const MeetForm *form, const char *notice)
{
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(MESSAGE_BYTES);
        char length[MEET_LENGTH_SIZE];
        const PageView *view = &form->view;
        snprintf(length, sizeof(length), "%" PRId64, minutes(form->times.length));
        const PageField fields[] = { { "offer", offer_of(form)->uid }, { "length", length },
                { NULL, NULL } };
        PageHead head = { .fields = fields };
        begin(out, form, &head, &title);
        page_write_notice(out, notice);
        write_offers(out, form);
        buffer_puts(out, "<section class=\"card meet\">\n<h2>");
        page_write_text(out, view, title_of(form, form->offer));
        buffer_puts(out, "</h2>\n");
        write_lengths(out, form);
        meet_times_write_clocks(out, view, form->times.zone, offer_of(form)->zone, form->times.first);
        if (form->times.n_days == 0) {
                buffer_printf(out, "<p class=\"nothing\">%s</p>\n", view->strings->meet_none);
        } else {
                meet_times_write_days(out, &form->times, fields);
                write_form(out, form);
        }
        buffer_puts(out, "</section>\n");
        page_end(out, view, &head);
}

void meet_form_write_done(Buffer *out, const MeetForm *form)
{
        CLEANUP(buffer_done) Buffer title = BUFFER_INIT(MESSAGE_BYTES);
        PageHead head = { .title = NULL };
        begin(out, form, &head, &title);
        page_write_notice(out, form->view.strings->meet_sent);
        buffer_puts(out, "<p><a href=\"");
        buffer_printf(out, "?\">%s</a></p>\n", form->view.strings->meet_again);
        page_end(out, &form->view, &head);
}
