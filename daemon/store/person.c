#include "store/person.h"

#include "base/text.h"
#include "base/utf8.h"
#include "contact/structured.h"
#include "store/object.h"
#include "store/query.h"

#include <errno.h>
#include <string.h>

enum { WORDS_BYTES = 16 * 1024, FIELD_BYTES = 2048, PATTERN_BYTES = 1024 };

#define PERSON_COLUMNS                                                                                      \
        "person.contact, object.uid, object.name, object.address, person.organisation, person.sort"
#define PERSON_TABLES "person JOIN object ON object.id = person.contact"

/* The condition of a search, with the patterns $1 to $4. */
#define PERSON_MATCHES                                                                                      \
        "words LIKE $1 ESCAPE '\\' AND words LIKE $2 ESCAPE '\\' AND words LIKE $3 ESCAPE '\\' AND words LIKE $4 ESCAPE '\\'"

/* The condition for the collections $5, and for people only if $6 is not 0. */
#define PERSON_IS_SHOWN                                                                                     \
        SQL_IN_COLLECTIONS("$5")                                                                            \
        " AND ($6 = 0 OR lower(object.status) NOT IN ('location', 'org'))"

/* Appends a field, without the part that would exceed its limit. */
static void append_field(Buffer *out, const char *text, size_t len)
{
        buffer_append(out, text, utf8_cut(text, len, FIELD_BYTES));
        buffer_putc(out, '\n');
}

static void append_component(Buffer *out, const Card *card, const char *name, size_t index)
{
        CLEANUP(buffer_done) Buffer part = BUFFER_INIT(CONTENT_LIMITS_CARD.line_bytes);
        card_component(card, name, index, &part);
        append_field(out, buffer_text(&part), part.len);
}

/* Appends the family, given and additional name, or FN if there is no family name. */
static void append_name(Buffer *out, const Card *card)
{
        CLEANUP(buffer_done) Buffer family = BUFFER_INIT(CONTENT_LIMITS_CARD.line_bytes);
        card_component(card, "N", 0, &family);
        if (family.len == 0) {
                buffer_append(out, card_name(card),
                                utf8_cut(card_name(card), strlen(card_name(card)), FIELD_BYTES));
                return;
        }
        buffer_append(out, buffer_text(&family), utf8_cut(buffer_text(&family), family.len, FIELD_BYTES));
        for (size_t i = 1; i <= 2; i++) {
                CLEANUP(buffer_done) Buffer part = BUFFER_INIT(CONTENT_LIMITS_CARD.line_bytes);
                card_component(card, "N", i, &part);
                if (part.len > 0)
                        buffer_putc(out, ' ');
                buffer_append(out, buffer_text(&part), utf8_cut(buffer_text(&part), part.len, FIELD_BYTES));
        }
}

int person_sort_key(const Card *card, char ret[static PERSON_SORT_SIZE])
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(WORDS_BYTES);
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(2 * WORDS_BYTES);
        append_name(&name, card);
        int r = buffer_error(&name);
        if (r == 0)
                r = text_fold(&folded, buffer_text(&name));
        if (r != 0)
                return r;
        size_t len = utf8_cut(buffer_text(&folded), folded.len, PERSON_SORT_SIZE - 1);
        memcpy(ret, buffer_text(&folded), len);
        ret[len] = '\0';
        return 0;
}

static int fold_words(const Card *card, Buffer *ret)
{
        CLEANUP(buffer_done) Buffer words = BUFFER_INIT(WORDS_BYTES);
        const char *address = card_email(card);
        append_field(&words, card_name(card), strlen(card_name(card)));
        append_component(&words, card, "N", 0);
        append_component(&words, card, "N", 1);
        append_field(&words, address ? address : "", address ? strlen(address) : 0);
        append_component(&words, card, "ORG", 0);
        int r = buffer_error(&words);
        return r == 0 ? text_fold(ret, buffer_text(&words)) : r;
}

int person_put(Store *store, const Card *card, int64_t contact)
{
        CLEANUP(buffer_done) Buffer words = BUFFER_INIT(2 * WORDS_BYTES);
        CLEANUP(buffer_done) Buffer organisation = BUFFER_INIT(CONTENT_LIMITS_CARD.line_bytes);
        char sort[PERSON_SORT_SIZE];
        int r = person_sort_key(card, sort);
        if (r == 0)
                r = fold_words(card, &words);
        if (r == 0) {
                card_component(card, "ORG", 0, &organisation);
                r = buffer_error(&organisation);
        }
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "INSERT INTO person (contact, sort, organisation, words) VALUES ($1, $2, $3, $4)"
                                        " ON CONFLICT (contact) DO UPDATE SET sort = excluded.sort,"
                                        " organisation = excluded.organisation, words = excluded.words",
                                        BIND_I(contact), BIND_T(sort), BIND_T(buffer_text(&organisation)),
                                        BIND_T(buffer_text(&words)));
}

/* A card that cannot be read gets no row; `convene check` reports it. */
static int fill_one(const ObjectRecord *record, void *userdata)
{
        CLEANUP(card_freep) Card *card = NULL;
        int r = card_parse(record->text, record->len, &card, NULL);
        return r == 0 ? person_put(userdata, card, record->id) : r < 0 ? r : 0;
}

int person_fill(Store *store)
{
        return object_each(store, &(ObjectFilter){ .kinds = 1U << OBJECT_CARD }, fill_one, store);
}

typedef struct PersonWalk {
        int (*on_person)(const Person *person, void *userdata);
        void *userdata;
        const char *organisation; /* folded; only contacts with it are passed on; NULL for all */
} PersonWalk;

static int read_person(DbStatement *row, void *userdata)
{
        const PersonWalk *walk = userdata;
        const Person person = { db_int(row, 0), db_text(row, 1, NULL), db_text(row, 2, NULL),
                db_text(row, 3, NULL), db_text(row, 4, NULL), db_text(row, 5, NULL) };
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(2 * CONTENT_LIMITS_CARD.line_bytes);
        if (!walk->organisation)
                return walk->on_person(&person, walk->userdata);
        int r = text_fold(&folded, person.organisation);
        return r == 0 && strcmp(buffer_text(&folded), walk->organisation) == 0
                               ? walk->on_person(&person, walk->userdata)
                               : r;
}

/* The patterns of a search; "%" for a word that is not given. */
typedef struct Patterns {
        char text[PERSON_WORDS_MAX][PATTERN_BYTES];
} Patterns;

static void put_pattern(const char *word, size_t len, char ret[static PATTERN_BYTES])
{
        size_t n = 0;
        ret[n++] = '%';
        for (size_t i = 0; i < len && n + 4 < PATTERN_BYTES; i++) {
                if (strchr("%_\\", word[i]))
                        ret[n++] = '\\';
                ret[n++] = word[i];
        }
        ret[n++] = '%';
        ret[n] = '\0';
}

static int patterns_init(const char *words, Patterns *ret)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(2 * WORDS_BYTES);
        size_t n = 0;
        for (size_t i = 0; i < PERSON_WORDS_MAX; i++)
                strcpy(ret->text[i], "%");
        int r = words ? text_fold(&folded, words) : 0;
        if (r != 0)
                return r;
        for (const char *c = buffer_text(&folded); n < PERSON_WORDS_MAX && *(c += strspn(c, " \t\n\r,;"));) {
                size_t len = strcspn(c, " \t\n\r,;");
                put_pattern(c, len, ret->text[n++]);
                c += len;
        }
        return 0;
}

int person_each(Store *store, const PersonSearch *search,
                int (*on_person)(const Person *person, void *userdata), void *userdata)
{
        PersonWalk walk = { on_person, userdata, NULL };
        Patterns patterns;
        int r = patterns_init(search->words, &patterns);
        return r != 0 ? r
                      : QUERY_EACH(store, read_person, &walk,
                                        "SELECT " PERSON_COLUMNS " FROM " PERSON_TABLES
                                        " WHERE " PERSON_MATCHES " AND " PERSON_IS_SHOWN
                                        " AND (person.sort, person.contact) >"
                                        " (coalesce((SELECT last.sort FROM person AS last WHERE last.contact = $7), ''), $7)"
                                        " ORDER BY person.sort, person.contact LIMIT $8",
                                        BIND_T(patterns.text[0]), BIND_T(patterns.text[1]),
                                        BIND_T(patterns.text[2]), BIND_T(patterns.text[3]),
                                        BIND_T(search->collections ? search->collections : ""),
                                        BIND_I(search->only_people), BIND_I(search->after),
                                        BIND_I(search->limit));
}

int person_count(Store *store, const PersonSearch *search, int64_t *ret)
{
        Patterns patterns;
        int r = patterns_init(search->words, &patterns);
        return r != 0 ? r
                      : QUERY_NUMBER(store, ret, 0,
                                        "SELECT count(*) FROM " PERSON_TABLES " WHERE " PERSON_MATCHES
                                        " AND " PERSON_IS_SHOWN,
                                        BIND_T(patterns.text[0]), BIND_T(patterns.text[1]),
                                        BIND_T(patterns.text[2]), BIND_T(patterns.text[3]),
                                        BIND_T(search->collections ? search->collections : ""),
                                        BIND_I(search->only_people));
}

int person_same(Store *store, const Card *card, const char *collections,
                int (*on_person)(const Person *person, void *userdata), void *userdata)
{
        CLEANUP(buffer_done) Buffer organisation = BUFFER_INIT(CONTENT_LIMITS_CARD.line_bytes);
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(2 * CONTENT_LIMITS_CARD.line_bytes);
        char sort[PERSON_SORT_SIZE];
        int r = person_sort_key(card, sort);
        card_component(card, "ORG", 0, &organisation);
        if (r == 0)
                r = buffer_error(&organisation);
        if (r == 0)
                r = text_fold(&folded, buffer_text(&organisation));
        PersonWalk walk = { on_person, userdata, buffer_text(&folded) };
        return r != 0 || sort[0] == '\0'
                               ? r
                               : QUERY_EACH(store, read_person, &walk,
                                                 "SELECT " PERSON_COLUMNS " FROM " PERSON_TABLES
                                                 " WHERE person.sort = $1 AND " SQL_IN_COLLECTIONS(
                                                                 "$2") " ORDER BY person.contact",
                                                 BIND_T(sort), BIND_T(collections ? collections : ""));
}
