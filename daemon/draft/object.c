#include "draft/object.h"

#include "base/hash.h"
#include "base/text.h"
#include "calendar/edit.h"
#include "draft/change.h"
#include "draft/json.h"
#include "draft/strings.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX_BYTES = 64 * 1024, WORDS_MAX = 24, PREFIX = 10, PROPERTIES_MAX = 64, VALUE_BYTES = 128 };

/* The beginnings of the content words of a folded title, in the order of the text. */
typedef struct Words {
        const char *at[WORDS_MAX];
        size_t n;
} Words;

static bool is_separator(char c)
{
        return (unsigned char)c < 0x80 && !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
}

/* A word of less than three letters, or of a quotation mark, tells nothing. */
static void split(const char *folded, Words *ret)
{
        ret->n = 0;
        for (const char *at = folded; *at && ret->n < WORDS_MAX;) {
                size_t len = 0;
                while (at[len] && !is_separator(at[len]))
                        len++;
                if (len > 4 || (len > 2 && (unsigned char)*at < 0x80))
                        ret->at[ret->n++] = at;
                at += len + (at[len] != '\0');
        }
}

/* Compares words by their first letters, so that cases do not matter. */
static bool is_same(const char *a, const char *b)
{
        size_t i = 0;
        while (i < PREFIX && !is_separator(a[i]) && a[i] && a[i] == b[i])
                i++;
        return i == PREFIX || ((is_separator(a[i]) || !a[i]) && (is_separator(b[i]) || !b[i]));
}

int draft_object_likeness(const char *title, const char *other)
{
        CLEANUP(buffer_done) Buffer one = BUFFER_INIT(TEXT_MAX_BYTES), two = BUFFER_INIT(TEXT_MAX_BYTES);
        Words a, b;
        size_t shared = 0;
        if (text_fold(&one, title) < 0 || text_fold(&two, other) < 0)
                return 0;
        split(buffer_text(&one), &a);
        split(buffer_text(&two), &b);
        for (size_t i = 0; i < a.n; i++)
                for (size_t k = 0; k < b.n; k++)
                        if (is_same(a.at[i], b.at[k])) {
                                shared++;
                                break;
                        }
        size_t least = a.n < b.n ? a.n : b.n;
        return least ? (int)(shared < least ? 100 * shared / least : 100) : 0;
}

void draft_object_uid(const DraftSet *set, size_t event, char ret[static DRAFT_UID_SIZE])
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(TEXT_MAX_BYTES), key = BUFFER_INIT(TEXT_MAX_BYTES);
        char hash[HASH_HEX_SIZE];
        Words words;
        text_fold(&folded, set->events[event].title.text ? set->events[event].title.text : "");
        split(buffer_text(&folded), &words);
        for (size_t i = 0; i < words.n; i++) {
                size_t len = 0;
                while (len < PREFIX && words.at[i][len] && !is_separator(words.at[i][len]))
                        len++;
                buffer_append(&key, words.at[i], len);
                buffer_putc(&key, ' ');
        }
        hash_hex(buffer_text(&key), key.len, hash);
        snprintf(ret, DRAFT_UID_SIZE, "draft-%.24s@convened", hash);
}

/* ---- Properties ---- */

typedef struct Properties {
        EditProperty list[PROPERTIES_MAX + 1];
        size_t n;
        char from[VALUE_BYTES], to[VALUE_BYTES], kind[VALUE_BYTES], time[VALUE_BYTES],
                        digest[DRAFT_DIGEST_SIZE];
        Buffer reason, place, notes;
} Properties;

static void put(Properties *p, const char *name, const char *params, const char *value, bool text)
{
        if (p->n < PROPERTIES_MAX)
                p->list[p->n++] = (EditProperty){ name, params, value, text,
                        params ? EDIT_PARAMS : EDIT_NAME };
}

static void put_reason(const DraftObject *object, Properties *p)
{
        const DraftEvent *event = &object->set->events[object->event];
        if (!event->dates.text)
                return;
        buffer_printf(&p->reason, "%s: «%s»",
                        draft_strings(language_of(object->language))->why[event->dates.why],
                        event->dates.text);
        put(p, "COMMENT", ";X-CONVENED-ABOUT=DATE", buffer_text(&p->reason), true);
        put(p, "X-CONVENED-DATE-BASIS", NULL,
                        event->dates.basis == DRAFT_PUBLIC     ? "PUBLIC"
                        : event->dates.basis == DRAFT_INFERRED ? "INFERRED"
                                                               : "STATED",
                        true);
}

static void put_dates(const DraftObject *object, Properties *p)
{
        const DraftEvent *event = &object->set->events[object->event];
        draft_day_text(&event->from, p->from);
        draft_day_text(&event->to, p->to);
        if (event->start_minute >= 0 && event->form == DATE_DAYS)
                snprintf(p->from + strlen(p->from), 8, "T%02d:%02d", event->start_minute / 60 % 24,
                                event->start_minute % 60);
        if (event->end_minute >= 0 && event->form == DATE_DAYS)
                snprintf(p->to + strlen(p->to), 8, "T%02d:%02d", event->end_minute / 60 % 24,
                                event->end_minute % 60);
        put(p, "X-CONVENED-PROPOSED-START", NULL, p->from[0] ? p->from : NULL, true);
        put(p, "X-CONVENED-PROPOSED-END", NULL, p->to[0] ? p->to : NULL, true);
        put(p, "X-CONVENED-TZID", NULL, event->zone.text, true);
        put_reason(object, p);
}

static void put_place(const DraftEvent *event, Properties *p)
{
        draft_place_text(event, &p->place);
        put(p, "LOCATION", NULL, p->place.len ? buffer_text(&p->place) : NULL, true);
}

/* People, bodies and contacts, a line each, for the person who confirms the draft. */
static void put_notes(const DraftObject *object, Properties *p)
{
        const DraftSet *set = object->set;
        for (size_t i = 0; i < set->n_bodies; i++)
                if (set->bodies[i].event == object->event)
                        buffer_printf(&p->notes, "%s\n", set->bodies[i].name.text);
        for (size_t i = 0; i < set->n_persons; i++)
                if (set->persons[i].event == object->event)
                        buffer_printf(&p->notes, "%s%s%s\n", set->persons[i].name.text,
                                        set->persons[i].post.text ? ", " : "",
                                        set->persons[i].post.text ? set->persons[i].post.text : "");
        put(p, "DESCRIPTION", NULL, p->notes.len ? buffer_text(&p->notes) : NULL, true);
        if (set->events[object->event].parent != SIZE_MAX)
                return;
        for (size_t i = 0; i < set->n_contacts; i++) {
                const DraftContact *contact = &set->contacts[i];
                put(p, "CONTACT", NULL, contact->value.text, true);
                p->list[p->n - 1].scope = i ? EDIT_BESIDE : EDIT_NAME;
        }
}

static void put_kind(const DraftEvent *event, Properties *p)
{
        if (!event->kind.text || strcmp(event->kind.text, "other") == 0)
                return;
        snprintf(p->kind, sizeof(p->kind), "%s", event->kind.text);
        for (char *c = p->kind; *c; c++)
                *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
        put(p, "CATEGORIES", NULL, p->kind, true);
}

static void collect(const DraftObject *object, Properties *p)
{
        const DraftEvent *event = &object->set->events[object->event];
        p->reason = p->place = p->notes = BUFFER_INIT(TEXT_MAX_BYTES);
        put(p, "SUMMARY", NULL, event->title.text, true);
        put_kind(event, p);
        put_dates(object, p);
        put_place(event, p);
        put_notes(object, p);
        if (object->parent)
                put(p, "RELATED-TO", ";RELTYPE=PARENT", object->parent, true);
}

static void properties_done(Properties *p)
{
        buffer_done(&p->reason);
        buffer_done(&p->place);
        buffer_done(&p->notes);
}

void draft_object_digest(const DraftSet *set, size_t event, char ret[static DRAFT_DIGEST_SIZE])
{
        CLEANUP(properties_done) Properties p = { .n = 0 };
        const DraftObject object = { .set = set, .event = event, .language = "en" };
        Hash *hash = hash_new();
        ret[0] = '\0';
        if (!hash)
                return;
        collect(&object, &p);
        for (size_t i = 0; i < p.n; i++) {
                hash_field(hash, p.list[i].name);
                hash_field(hash, p.list[i].value);
        }
        hash_finish(hash, ret);
        hash_free(hash);
}

void draft_object_write(const DraftObject *object, Buffer *out)
{
        CLEANUP(properties_done) Properties p = { .n = 0 };
        collect(object, &p);
        draft_object_digest(object->set, object->event, p.digest);
        put(&p, "CLASS", NULL, "CONFIDENTIAL", false);
        put(&p, DRAFT_DIGEST_PROPERTY, NULL, p.digest, true);
        p.list[p.n] = (EditProperty){ .name = NULL };
        if (object->known)
                edit_event(object->known, p.list, object->now, out);
        else
                edit_compose(object->uid, p.list, object->now, out);
}
