#include "web/event-details.h"

#include "calendar/participant.h"
#include "catalog/text.h"
#include "web/rich-text.h"

#include <string.h>
#include <strings.h>

enum { SOURCES_BYTES = 1024 * 1024 };

/* A value or name in iCalendar, with the word that the page shows. */
typedef struct Word {
        const char *name;
        WebWord word;
} Word;

static const Word BASES[] = {
        { "STATED", WEB_WORD(basis_stated) },
        { "PUBLIC", WEB_WORD(basis_public) },
        { "INFERRED", WEB_WORD(basis_inferred) },
        { NULL, 0 },
};

static const Word MANNERS[] = {
        { "ATTENDED", WEB_WORD(manner_attended) },
        { "SPEAKER", WEB_WORD(manner_speaker) },
        { "HELD-MEETINGS", WEB_WORD(manner_held_meetings) },
        { "MET", WEB_WORD(manner_met) },
        { "SIGNED", WEB_WORD(manner_signed) },
        { "GREETED", WEB_WORD(manner_greeted) },
        { "READ-GREETING", WEB_WORD(manner_read_greeting) },
        { "INITIATOR", WEB_WORD(manner_initiator) },
        { "GREETING-AUTHOR", WEB_WORD(manner_greeting_author) },
        { "CONTACT", WEB_WORD(manner_contact) },
        { "BOOKING-CONTACT", WEB_WORD(manner_contact) },
        { "EMERGENCY-CONTACT", WEB_WORD(manner_contact) },
        { "PUBLICITY-CONTACT", WEB_WORD(manner_contact) },
        { "SPONSOR", WEB_WORD(manner_sponsor) },
        { "PERFORMER", WEB_WORD(manner_performer) },
        { "QUOTED", WEB_WORD(manner_quoted) },
        { NULL, 0 },
};

/* Properties that are shown as a list with a heading. */
static const Word LISTS[] = {
        { "X-CONVENED-REGION", WEB_WORD(regions) },
        { "X-CONVENED-REGION-COUNT", WEB_WORD(region_count) },
        { "X-CONVENED-PROGRAMME", WEB_WORD(programme) },
        { "X-CONVENED-MATERIAL", WEB_WORD(materials) },
        { "ATTACH", WEB_WORD(files) },
        { "CONFERENCE", WEB_WORD(join_online) },
        { "LINK", WEB_WORD(links) },
        { "CONTACT", WEB_WORD(whom_to_ask) },
        { "X-CONVENED-OUTCOME", WEB_WORD(outcomes) },
        { "X-CONVENED-ALIAS", WEB_WORD(other_names) },
};

static const char *word_of(const PageView *view, const Word *words, const char *name)
{
        for (const Word *word = words; name && word->name; word++)
                if (strcmp(word->name, name) == 0)
                        return web_word(view->strings, word->word);
        return NULL;
}

/*
 * Decodes the public part of a value. All of a CONTACT is public: the office publishes its telephone number
 * and address for questions.
 */
static const char *decode(EventDetails *details, const ContentLine *line)
{
        return strcmp(line->name, "CONTACT") == 0 ? catalog_text_whole(&details->arena, line)
                                                  : catalog_text_of_line(&details->arena, line);
}

static void write_value(Buffer *out, EventDetails *details, const ContentLine *line)
{
        const char *text = decode(details, line);
        CatalogText value = { text ? text : "", catalog_text_language(line) };
        entry_write_rich_text(out, details->view, &value);
}

static void write_addition(Buffer *out, EventDetails *details, const char *value)
{
        const char *text = value ? catalog_text_cut(&details->arena, value) : NULL;
        if (!text || !*text)
                return;
        buffer_puts(out, ", ");
        entry_write_text(out, details->view, &(CatalogText){ text, catalog_text_script(text) });
}

static bool says(const ContentLine *line, const char *name, const char *value)
{
        const char *given = content_line_param(line, name);
        return given && strcmp(given, value) == 0;
}

static void write_remark(Buffer *out, const char *text)
{
        buffer_puts(out, " <span class=\"note\">(");
        html_escape(out, text);
        buffer_puts(out, ")</span>");
}

/* Whether the value of a line is shown only as a link. */
static bool is_link(const ContentLine *line)
{
        return strcmp(line->name, "ATTACH") == 0 || strcmp(line->name, "CONFERENCE") == 0 ||
               strcmp(line->name, "LINK") == 0;
}

/* Whether a line is the address of a source (RFC 9253, 8.1, with the link relation "via" of RFC 4287). */
static bool is_source(const ContentLine *line)
{
        const char *relation = content_line_param(line, "LINKREL");
        return strcmp(line->name, "LINK") == 0 && relation && strcasecmp(relation, "via") == 0;
}

/* Writes a link with the name of the file, or its LABEL (RFC 7986, 6.5; RFC 9253, 8.2), if it has one. */
static void write_link(Buffer *out, EventDetails *details, const ContentLine *line)
{
        const char *name =
                        content_line_param(line, strcmp(line->name, "ATTACH") == 0 ? "FILENAME" : "LABEL");
        const char *text = name ? catalog_text_cut(&details->arena, name) : NULL;
        rich_text_named_link(out, line->value, text && *text ? text : line->value);
}

/* Writes the name of a person or body, then the role, the organisation and the manner. */
static void write_participant(Buffer *out, EventDetails *details, const Participant *participant)
{
        const PageView *view = details->view;
        const char *manner = word_of(view, MANNERS, participant->manner);
        write_value(out, details, participant->name);
        write_addition(out, details, participant->role);
        write_addition(out, details, participant->organisation);
        if (manner && !(participant->role && strcmp(participant->role, manner) == 0))
                write_remark(out, manner);
        if (says(participant->name, "X-BASIS", "INFERRED"))
                write_remark(out, view->strings->inferred);
}

static void write_group(Buffer *out, EventDetails *details, ParticipantGroup group, WebWord heading)
{
        const Participant *participant = event_participant_next(details->event, group, NULL);
        if (!participant)
                return;
        buffer_printf(out, "<h2>%s</h2>\n<ul>\n", web_word(details->view->strings, heading));
        for (; participant; participant = event_participant_next(details->event, group, participant)) {
                buffer_puts(out, "<li>");
                write_participant(out, details, participant);
                buffer_puts(out, "</li>\n");
        }
        buffer_puts(out, "</ul>\n");
}

/* Writes the value (a paper, a region), then the remarks from its parameters. */
static void write_item(Buffer *out, EventDetails *details, const ContentLine *line)
{
        const PageView *view = details->view;
        if (is_link(line)) {
                write_link(out, details, line);
                return;
        }
        write_value(out, details, line);
        if (says(line, "X-BASIS", "INFERRED"))
                write_remark(out, view->strings->inferred);
        if (says(line, "X-FILE", "LOST"))
                write_remark(out, view->strings->file_lost);
}

static void write_list(Buffer *out, EventDetails *details, const Word *list)
{
        const ContentLine *line = NULL;
        size_t n = 0;
        while ((line = event_property_next(details->event, list->name, line))) {
                if ((is_link(line) && !page_link_is_safe(line->value)) || is_source(line))
                        continue;
                if (n++ == 0)
                        buffer_printf(out, "<h2>%s</h2>\n<ul>\n",
                                        web_word(details->view->strings, list->word));
                buffer_puts(out, "<li>");
                write_item(out, details, line);
                buffer_puts(out, "</li>\n");
        }
        if (n > 0)
                buffer_puts(out, "</ul>\n");
}

static bool is_in_language(const EventDetails *details, const ContentLine *line)
{
        return strcmp(catalog_text_language(line), details->view->tag) == 0;
}

/*
 * An iterator over the remarks in the reader's language and the remarks without a language. If none is in
 * the reader's language, it yields all.
 */
typedef struct Remarks {
        const EventDetails *details;
        bool has_fitting;
        const ContentLine *line; /* the current one; NULL before the first and after the last */
} Remarks;

static Remarks remarks_of(const EventDetails *details)
{
        Remarks remarks = { .details = details };
        const ContentLine *line = NULL;
        while (!remarks.has_fitting && (line = event_property_next(details->event, "COMMENT", line)))
                remarks.has_fitting = is_in_language(details, line);
        return remarks;
}

static const ContentLine *next_remark(Remarks *remarks)
{
        const EventDetails *details = remarks->details;
        do
                remarks->line = event_property_next(details->event, "COMMENT", remarks->line);
        while (remarks->line && remarks->has_fitting && *catalog_text_language(remarks->line) &&
                        !is_in_language(details, remarks->line));
        return remarks->line;
}

/* Whether the first remark is the reason for the date. It is if the event has a date basis or no date. */
static bool has_reason(const EventDetails *details)
{
        return event_is_draft(details->event) ||
               event_property_line(details->event, "X-CONVENED-DATE-BASIS", 0);
}

void event_details_basis(Buffer *out, EventDetails *details)
{
        const char *basis = event_text_property(details->event, "X-CONVENED-DATE-BASIS");
        const char *word = word_of(details->view, BASES, basis);
        Remarks remarks = remarks_of(details);
        const ContentLine *reason = has_reason(details) ? next_remark(&remarks) : NULL;
        if (word)
                buffer_printf(out, "<p class=\"basis\">%s</p>\n", word);
        if (!reason)
                return;
        buffer_puts(out, "<p class=\"note\">");
        write_value(out, details, reason);
        buffer_puts(out, "</p>\n");
}

void event_details_text(Buffer *out, EventDetails *details)
{
        CatalogText text;
        if (catalog_text(&details->arena, details->event, "DESCRIPTION", details->view->language, &text) <
                                        0 ||
                        !*text.text)
                return;
        buffer_puts(out, "<div class=\"text\"");
        page_write_lang(out, details->view, text.language);
        buffer_puts(out, ">\n");
        rich_text_paragraphs(out, text.language, text.text);
        buffer_puts(out, "</div>\n");
}

static void write_remarks(Buffer *out, EventDetails *details)
{
        Remarks remarks = remarks_of(details);
        size_t n = 0;
        bool may_be_more = !has_reason(details) || next_remark(&remarks);
        while (may_be_more && next_remark(&remarks)) {
                if (n++ == 0)
                        buffer_printf(out, "<h2>%s</h2>\n<ul>\n", details->view->strings->remarks);
                buffer_puts(out, "<li>");
                write_value(out, details, remarks.line);
                buffer_puts(out, "</li>\n");
        }
        if (n > 0)
                buffer_puts(out, "</ul>\n");
}

void event_details_lists(Buffer *out, EventDetails *details)
{
        write_group(out, details, PARTICIPANT_ORGANISERS, WEB_WORD(organisers));
        write_group(out, details, PARTICIPANT_PEOPLE, WEB_WORD(people));
        write_group(out, details, PARTICIPANT_BODIES, WEB_WORD(participants));
        for (size_t i = 0; i < sizeof(LISTS) / sizeof(*LISTS); i++)
                write_list(out, details, &LISTS[i]);
        write_remarks(out, details);
}

/* Writes a public report, whose form is "host/path (purpose)". */
static void write_report(Buffer *out, EventDetails *details, const ContentLine *line)
{
        const char *text = catalog_text_of_line(&details->arena, line);
        CLEANUP(buffer_done) Buffer url = BUFFER_INIT(4096);
        size_t len = strcspn(text ? text : "", " ");
        buffer_printf(&url, "https://%.*s", (int)len, text ? text : "");
        bool is_report_link = len > 0 && memchr(text, '.', len) && page_link_is_safe(buffer_text(&url));
        if (!is_report_link) {
                write_value(out, details, line);
                return;
        }
        rich_text_link(out, buffer_text(&url));
        page_write_text(out, details->view, text + len);
}

/* Writes the address of a source, and its LABEL, if @line is one. */
static void write_source_link(Buffer *out, EventDetails *details, const ContentLine *line)
{
        const char *label = content_line_param(line, "LABEL");
        const char *text = label ? catalog_text_cut(&details->arena, label) : NULL;
        if (!is_source(line) || !page_link_is_safe(line->value))
                return;
        buffer_puts(out, "<li>");
        rich_text_link(out, line->value);
        if (text && *text) {
                buffer_puts(out, " (");
                page_write_text(out, details->view, text);
                buffer_puts(out, ")");
        }
        buffer_puts(out, "</li>\n");
}

/*
 * Writes a public report, or else a quotation. The name of the file that is quoted is left out, because it
 * is not public.
 */
static void write_source(Buffer *out, EventDetails *details, const ContentLine *line)
{
        const char *document = content_line_param(line, "X-DOCUMENT");
        if (document && strcmp(document, "PUBLIC") == 0) {
                buffer_puts(out, "<li>");
                write_report(out, details, line);
                buffer_puts(out, "</li>\n");
                return;
        }
        buffer_puts(out, "<li><q>");
        write_value(out, details, line);
        buffer_puts(out, "</q></li>\n");
}

/* Returns the URL of a property; NULL if there is none or it must not be a link. */
static const char *safe_url(const EventDetails *details, const char *name)
{
        const ContentLine *line = event_property_line(details->event, name, 0);
        return line && page_link_is_safe(line->value) ? line->value : NULL;
}

static void write_url(Buffer *out, const char *label, const char *url)
{
        if (!url)
                return;
        buffer_printf(out, "<p>%s ", label);
        rich_text_link(out, url);
        buffer_puts(out, "</p>\n");
}

/* Writes the quotations and the addresses of the sources. */
static void write_source_list(Buffer *out, EventDetails *details)
{
        const ContentLine *line = NULL;
        while ((line = event_property_next(details->event, "X-CONVENED-SOURCE", line)))
                write_source(out, details, line);
        while ((line = event_property_next(details->event, "LINK", line)))
                write_source_link(out, details, line);
}

void event_details_sources(Buffer *out, EventDetails *details)
{
        CLEANUP(buffer_done) Buffer list = BUFFER_INIT(SOURCES_BYTES);
        const char *url = safe_url(details, "URL"), *source = safe_url(details, "SOURCE");
        write_source_list(&list, details);
        if (list.len == 0 && !url && !source)
                return;
        buffer_printf(out, "<h2>%s</h2>\n", details->view->strings->sources);
        write_url(out, details->view->strings->source_page, url);
        write_url(out, details->view->strings->source_origin, source);
        if (list.len > 0)
                buffer_printf(out, "<ul class=\"sources\">\n%s</ul>\n", buffer_text(&list));
}
