#include "people/place-edit.h"

#include "catalog/text.h"
#include "contact/edit.h"
#include "contact/structured.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CARD_BYTES = 1024 * 1024, TEXT_BYTES = 512 * 1024, CHANGES_MAX = 256, STREET = 2, ADDRESS_PARTS = 7 };

/* ---- Reading ---- */

/* Returns the first line of a property in a language; NULL if there is none. */
static const ContentLine *line_in(const Card *card, const char *name, Language language)
{
        const ContentLine *line = NULL;
        while ((line = card_property_next(card, name, line)))
                if (strcmp(catalog_text_language(line), language_tag(language)) == 0)
                        return line;
        return NULL;
}

/* Returns the line with the name in a language: FN, or the short text that the cards of documents have. */
static const ContentLine *name_in(const Card *card, Language language)
{
        const ContentLine *line = line_in(card, "FN", language);
        return line ? line : line_in(card, "X-CONVENED-SUMMARY", language);
}

static const ContentLine *line_of(const Card *card, int field)
{
        static const char *const names[] = { [PLACE_TOWN] = "X-CONVENED-TOWN", [PLACE_URL] = "URL" };
        if (field >= PLACE_NOTE)
                return line_in(card, "NOTE", (Language)(field - PLACE_NOTE));
        if (field >= PLACE_NAME)
                return name_in(card, (Language)(field - PLACE_NAME));
        return card_property(card, names[field], 0);
}

/*
 * Whether what follows the coordinates of a geo: URI (RFC 5870, 3.3) leaves them a point on WGS 84: an
 * altitude and parameters, such as an uncertainty, may follow, but no other reference system.
 */
static bool is_on_wgs84(const char *rest)
{
        const char *system = strcasestr(rest, ";crs=");
        size_t len = system ? strcspn(system + strlen(";crs="), ";") : 0;
        return (*rest == ',' || *rest == ';') &&
               (!system || (len == strlen("wgs84") &&
                                           strncasecmp(system + strlen(";crs="), "wgs84", len) == 0));
}

static bool read_point(const char *text, double *ret_north, double *ret_east)
{
        int end = 0;
        bool is_uri = strncasecmp(text, "geo:", strlen("geo:")) == 0;
        text += is_uri ? strlen("geo:") : 0;
        return sscanf(text, "%lf%*[ ,;]%lf%n", ret_north, ret_east, &end) == 2 &&
               (strspn(text + end, " ") == strlen(text + end) || (is_uri && is_on_wgs84(text + end))) &&
               fabs(*ret_north) <= 90 && fabs(*ret_east) <= 180;
}

static void read_geo(const Card *card, Buffer *out)
{
        const ContentLine *line = card_property(card, "GEO", 0);
        double north, east;
        if (line && read_point(line->value, &north, &east))
                buffer_printf(out, "%.9g, %.9g", north, east);
}

void place_edit_read(const Card *card, int field, Buffer *out)
{
        if (field == PLACE_STREET) {
                card_component(card, "ADR", STREET, out);
                return;
        }
        if (field == PLACE_POINT) {
                read_geo(card, out);
                return;
        }
        const ContentLine *line = line_of(card, field);
        if (line && field == PLACE_URL)
                buffer_append(out, line->value, line->value_len);
        else if (line)
                content_unescape(out, line->value, line->value_len);
}

/* ---- Writing ---- */

/* The lines to write; owns their texts. */
typedef struct PlaceChanges {
        CardChange items[CHANGES_MAX + 1];
        size_t n;
} PlaceChanges;

static void changes_done(PlaceChanges *changes)
{
        for (size_t i = 0; i < changes->n; i++) {
                free((char *)changes->items[i].name);
                free((char *)changes->items[i].value);
        }
}

/* @value: NULL removes the lines of the property */
static int add(PlaceChanges *changes, const char *name, const char *value)
{
        if (changes->n == CHANGES_MAX)
                return -E2BIG;
        CardChange *change = &changes->items[changes->n];
        *change = (CardChange){ strdup(name), value ? strdup(value) : NULL };
        if (!change->name || (value && !change->value)) {
                free((char *)change->name);
                free((char *)change->value);
                *change = (CardChange){ NULL, NULL };
                return -ENOMEM;
        }
        changes->n++;
        return 0;
}

/* Adds a line as it is, with its parameters. @is_text: whether card_edit() escapes its value */
static int add_same(PlaceChanges *changes, const ContentLine *line, bool is_text)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(TEXT_BYTES), value = BUFFER_INIT(TEXT_BYTES);
        buffer_puts(&name, line->name);
        for (size_t i = 0; i < line->n_params; i++)
                content_write_param(&name, line->params[i].name, line->params[i].value);
        if (is_text)
                content_unescape(&value, line->value, line->value_len);
        else
                buffer_append(&value, line->value, line->value_len);
        int r = buffer_error(&name) ? buffer_error(&name) : buffer_error(&value);
        return r != 0 ? r : add(changes, buffer_text(&name), buffer_text(&value));
}

/* Adds the lines of a property behind the first one, which is the one that the form shows. */
static int add_further(PlaceChanges *changes, const Card *kept, const char *name)
{
        const ContentLine *line = kept ? card_property(kept, name, 0) : NULL;
        int r = 0;
        while (r == 0 && line && (line = card_property_next(kept, name, line)))
                r = add_same(changes, line, false);
        return r;
}

/* Adds the lines of FN or NOTE that the form does not show in any language. */
static int add_unshown(PlaceChanges *changes, const Card *kept, const char *name, int first)
{
        const ContentLine *line = NULL;
        int r = 0;
        while (r == 0 && kept && (line = card_property_next(kept, name, line))) {
                bool is_shown = false;
                for (int i = 0; i < LANGUAGES_N; i++)
                        is_shown |= line == line_of(kept, first + i);
                if (!is_shown)
                        r = add_same(changes, line, true);
        }
        return r;
}

static int add_in_language(PlaceChanges *changes, const char *name, Language language, const char *value)
{
        char with_language[64];
        snprintf(with_language, sizeof(with_language), "%s;LANGUAGE=%s", name, language_tag(language));
        return *value ? add(changes, with_language, value) : 0;
}

static bool is_changed(const Card *kept, const char *text, int field)
{
        CLEANUP(buffer_done) Buffer stored = BUFFER_INIT(TEXT_BYTES);
        if (kept)
                place_edit_read(kept, field, &stored);
        return strcmp(text, buffer_text(&stored)) != 0;
}

static bool any_changed(const PlaceFields *fields, const Card *kept, int first)
{
        bool changed = false;
        for (int i = first; i < first + LANGUAGES_N; i++)
                changed |= is_changed(kept, fields->text[i], i);
        return changed;
}

/* The language whose name comes first is the main one: a card keeps it as long as it has such a name. */
static int first_language(const PlaceFields *fields, const Card *kept)
{
        const ContentLine *line = kept ? card_property(kept, "FN", 0) : NULL;
        for (int i = 0; i < LANGUAGES_N; i++)
                if (line && *fields->text[PLACE_NAME + i] &&
                                strcmp(catalog_text_language(line), language_tag((Language)i)) == 0)
                        return i;
        for (int i = 0; i < LANGUAGES_N; i++)
                if (*fields->text[PLACE_NAME + i])
                        return i;
        return 0;
}

/* Writes FN for each language. X-CONVENED-SUMMARY was a name in the form, and is one of these lines now. */
static int change_names(const PlaceFields *fields, const Card *kept, PlaceChanges *changes)
{
        int first = first_language(fields, kept);
        if (!any_changed(fields, kept, PLACE_NAME))
                return 0;
        int r = add_in_language(changes, "FN", (Language)first, fields->text[PLACE_NAME + first]);
        for (int i = 0; r == 0 && i < LANGUAGES_N; i++)
                if (i != first)
                        r = add_in_language(changes, "FN", (Language)i, fields->text[PLACE_NAME + i]);
        if (r == 0)
                r = add_unshown(changes, kept, "FN", PLACE_NAME);
        return r == 0 && kept && card_property(kept, "X-CONVENED-SUMMARY", 0)
                               ? add(changes, "X-CONVENED-SUMMARY", NULL)
                               : r;
}

/* The form shows the first note of each language. */
static int change_notes(const PlaceFields *fields, const Card *kept, PlaceChanges *changes)
{
        size_t before = changes->n;
        int r = 0;
        if (!any_changed(fields, kept, PLACE_NOTE))
                return 0;
        for (int i = 0; r == 0 && i < LANGUAGES_N; i++)
                r = add_in_language(changes, "NOTE", (Language)i, fields->text[PLACE_NOTE + i]);
        if (r == 0)
                r = add_unshown(changes, kept, "NOTE", PLACE_NOTE);
        return r == 0 && changes->n == before ? add(changes, "NOTE", NULL) : r;
}

static int change_text(const PlaceFields *fields, const Card *kept, int field, const char *name,
                PlaceChanges *changes)
{
        const char *text = fields->text[field];
        return is_changed(kept, text, field) ? add(changes, name, *text ? text : NULL) : 0;
}

/* Changes the street in the first ADR; its other components stay. */
static int change_street(const PlaceFields *fields, const Card *kept, PlaceChanges *changes)
{
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(TEXT_BYTES);
        bool is_empty = true;
        if (!is_changed(kept, fields->text[PLACE_STREET], PLACE_STREET))
                return 0;
        for (size_t i = 0; i < ADDRESS_PARTS; i++) {
                CLEANUP(buffer_done) Buffer part = BUFFER_INIT(TEXT_BYTES);
                if (i == STREET)
                        buffer_puts(&part, fields->text[PLACE_STREET]);
                else if (kept)
                        card_component(kept, "ADR", i, &part);
                is_empty &= part.len == 0;
                buffer_puts(&value, i > 0 ? ";" : "");
                content_escape(&value, buffer_text(&part));
        }
        int r = buffer_error(&value);
        if (r == 0)
                r = add(changes, "ADR", is_empty ? NULL : buffer_text(&value));
        return r == 0 ? add_further(changes, kept, "ADR") : r;
}

static int change_point(const PlaceFields *fields, const Card *kept, PlaceChanges *changes)
{
        const char *text = fields->text[PLACE_POINT];
        char value[64];
        double north, east;
        if (!is_changed(kept, text, PLACE_POINT))
                return 0;
        if (!*text)
                return add(changes, "GEO", NULL);
        if (!read_point(text, &north, &east))
                return PLACE_E_POINT;
        snprintf(value, sizeof(value), "geo:%.6f,%.6f", north, east);
        return add(changes, "GEO", value);
}

static int change_url(const PlaceFields *fields, const Card *kept, PlaceChanges *changes)
{
        const char *text = fields->text[PLACE_URL];
        bool is_web = strncasecmp(text, "https://", 8) == 0 || strncasecmp(text, "http://", 7) == 0;
        if (*text && (!is_web || strpbrk(text, " \t\r\n\"<>")) && is_changed(kept, text, PLACE_URL))
                return PLACE_E_URL;
        if (!is_changed(kept, text, PLACE_URL))
                return 0;
        int r = change_text(fields, kept, PLACE_URL, "URL", changes);
        return r == 0 ? add_further(changes, kept, "URL") : r;
}

static int find_changes(const PlaceFields *fields, const Card *kept, PlaceChanges *changes)
{
        bool has_name = false;
        for (int i = 0; i < LANGUAGES_N; i++)
                has_name |= fields->text[PLACE_NAME + i][strspn(fields->text[PLACE_NAME + i], " \t")] != 0;
        int r = has_name ? change_names(fields, kept, changes) : PLACE_E_NO_NAME;
        if (r == 0)
                r = change_text(fields, kept, PLACE_TOWN, "X-CONVENED-TOWN", changes);
        if (r == 0)
                r = change_street(fields, kept, changes);
        if (r == 0)
                r = change_point(fields, kept, changes);
        if (r == 0)
                r = change_url(fields, kept, changes);
        return r == 0 ? change_notes(fields, kept, changes) : r;
}

/* Makes a card that has its kind, its UID and, as long as it has no other one, a name. */
static int make_empty(const char *kind, const char *uid, Card **ret)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        card_compose((const CardChange[]){ { "KIND", kind }, { "UID", uid }, { "FN", "-" }, { NULL, NULL } },
                        &text);
        int r = buffer_error(&text);
        return r != 0 ? r : card_parse(buffer_text(&text), text.len, ret, NULL);
}

int place_edit(const PlaceFields *fields, const char *kind, const char *uid, const Card *kept, usec_t now,
                Card **ret)
{
        CLEANUP(changes_done) PlaceChanges changes = { .n = 0 };
        CLEANUP(card_freep) Card *made = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_BYTES);
        int r = find_changes(fields, kept, &changes);
        if (r == 0 && !kept)
                r = make_empty(kind, uid, &made);
        if (r != 0)
                return r;
        card_edit(kept ? kept : made, changes.items, now, &text);
        r = buffer_error(&text);
        if (r == 0)
                r = card_parse(buffer_text(&text), text.len, ret, NULL);
        return r == CARD_E_INVALID ? PLACE_E_INVALID : r;
}
