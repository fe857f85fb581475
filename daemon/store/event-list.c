#include "store/event-list.h"

#include "base/contentline.h"
#include "base/text.h"
#include "store/object-internal.h"
#include "store/query.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
        TEXT_BYTES = 16 * 1024 * 1024,
        WORDS_BYTES = 4096,
        NAME_BYTES = 128 * 1024,
        WORDS_MAX = 8,
        DRAFT = OBJECT_DRAFT,
        HAS_MORE = 1
};

/* The order of the columns is that of read_item(). None is stored after the text. */
#define EVENT_LIST_COLUMNS                                                                                  \
        "SELECT id, kind, uid, name, collection, parent, categories, status, class, start, finish, changed" \
        " FROM object WHERE "

typedef struct ListWalk {
        const EventListSearch *search;
        int (*on_item)(const EventListItem *item, void *userdata);
        void *userdata;
        Buffer words, name;
        const char *word[WORDS_MAX]; /* folded, in `words` */
        size_t n_words;
        char category[72];
        int64_t n;
} ListWalk;

static void list_walk_done(ListWalk *walk)
{
        buffer_done(&walk->words);
        buffer_done(&walk->name);
}

static int split_words(ListWalk *walk)
{
        const char *words = walk->search->words;
        int r = words && *words ? text_fold(&walk->words, words) : 0;
        if (r == -EFBIG)
                return 0;
        char *rest = walk->words.data, *word;
        while (r == 0 && walk->n_words < WORDS_MAX && rest && (word = strsep(&rest, " \t\n")))
                if (*word)
                        walk->word[walk->n_words++] = word;
        return r;
}

static bool has_words(ListWalk *walk, const char *name)
{
        buffer_reset(&walk->name);
        if (text_fold(&walk->name, name) != 0)
                return false;
        for (size_t i = 0; i < walk->n_words; i++)
                if (!strstr(buffer_text(&walk->name), walk->word[i]))
                        return false;
        return true;
}

static bool is_in_collections(const char *collections, const char *name)
{
        size_t len = strlen(name);
        for (const char *at = collections; at; at = strchr(at + 1, ','))
                if (strncmp(at + 1, name, len) == 0 && at[len + 1] == ',')
                        return true;
        return !collections;
}

/* The columns of a row by their numbers, in the order of EVENT_LIST_COLUMNS. */
enum { NAME = 3, COLLECTION = 4, CATEGORIES = 6, STATUS = 7, CLASS = 8 };

/* Only the columns that the search looks at are read, because most rows are passed over. */
static bool is_wanted(ListWalk *walk, DbStatement *row)
{
        const EventListSearch *search = walk->search;
        return (!search->collections ||
                               is_in_collections(search->collections, db_text(row, COLLECTION, NULL))) &&
               (!walk->category[0] || strstr(db_text(row, CATEGORIES, NULL), walk->category)) &&
               (!search->only_hidden || strcmp(db_text(row, CLASS, NULL), "PUBLIC") != 0) &&
               (!search->only_cancelled || strcmp(db_text(row, STATUS, NULL), "CANCELLED") == 0) &&
               (walk->n_words == 0 || has_words(walk, db_text(row, NAME, NULL)));
}

static EventListItem read_item(DbStatement *row)
{
        return (EventListItem){
                .id = db_int(row, 0),
                .is_draft = db_int(row, 1) == DRAFT,
                .uid = db_text(row, 2, NULL),
                .name = db_text(row, 3, NULL),
                .collection = db_text(row, 4, NULL),
                .parent = db_text(row, 5, NULL),
                .categories = db_text(row, 6, NULL),
                .status = db_text(row, 7, NULL),
                .class = db_text(row, 8, NULL),
                .start = db_int(row, 9),
                .end = db_int(row, 10),
                .changed = db_int(row, 11),
        };
}

static int on_row(DbStatement *row, void *userdata)
{
        ListWalk *walk = userdata;
        const EventListSearch *search = walk->search;
        if (!is_wanted(walk, row))
                return 0;
        int64_t index = walk->n++;
        if (index >= search->offset + search->limit)
                return HAS_MORE;
        if (index < search->offset)
                return 0;
        const EventListItem item = read_item(row);
        return walk->on_item(&item, walk->userdata);
}

/*
 * Dated events are read by the index of starts, page by page, instead of being sorted: the plus keeps the
 * engine from choosing the index of kinds. Contacts and drafts have the start 0, so they are passed over; an
 * event that begins with the epoch is not listed.
 */

static int walk_old(Store *store, ListWalk *walk, usec_t after)
{
        return QUERY_EACH(store, on_row, walk,
                        EVENT_LIST_COLUMNS "start < 0 AND +kind = " SQL_OBJECT_EVENT
                                           " AND finish > $1 ORDER BY start, uid",
                        BIND_I(after));
}

static int walk_new(Store *store, ListWalk *walk, usec_t after)
{
        return QUERY_EACH(store, on_row, walk,
                        EVENT_LIST_COLUMNS "start > 0 AND +kind = " SQL_OBJECT_EVENT
                                           " AND finish > $1 ORDER BY start, uid",
                        BIND_I(after));
}

static int walk_back(Store *store, ListWalk *walk, usec_t until)
{
        int r = QUERY_EACH(store, on_row, walk,
                        EVENT_LIST_COLUMNS "start > 0 AND +kind = " SQL_OBJECT_EVENT
                                           " AND finish <= $1 ORDER BY start DESC, uid DESC",
                        BIND_I(until));
        return r != 0 ? r
                      : QUERY_EACH(store, on_row, walk,
                                        EVENT_LIST_COLUMNS "start < 0 AND +kind = " SQL_OBJECT_EVENT
                                                           " AND finish <= $1 ORDER BY start DESC, uid DESC",
                                        BIND_I(until));
}

static int walk_drafts(Store *store, ListWalk *walk)
{
        return QUERY_EACH(store, on_row, walk, EVENT_LIST_COLUMNS "kind = $1 ORDER BY name, uid",
                        BIND_I(DRAFT));
}

static int walk_rows(Store *store, ListWalk *walk)
{
        usec_t now = walk->search->now;
        int r = 0;
        switch (walk->search->when) {
        case EVENT_LIST_COMING:
                r = walk_old(store, walk, now);
                return r != 0 ? r : walk_new(store, walk, now);
        case EVENT_LIST_PAST:
                return walk_back(store, walk, now);
        case EVENT_LIST_UNDATED:
                return walk_drafts(store, walk);
        default:
                r = walk_back(store, walk, USEC_INFINITY);
                return r != 0 ? r : walk_drafts(store, walk);
        }
}

int event_list_each(Store *store, const EventListSearch *search,
                int (*on_item)(const EventListItem *item, void *userdata), void *userdata,
                int64_t *ret_total)
{
        CLEANUP(list_walk_done)
        ListWalk walk = { .search = search,
                .on_item = on_item,
                .userdata = userdata,
                .words = BUFFER_INIT(WORDS_BYTES),
                .name = BUFFER_INIT(NAME_BYTES) };
        if (search->category && *search->category)
                snprintf(walk.category, sizeof(walk.category), ",%s,", search->category);
        int r = split_words(&walk);
        if (r == 0)
                r = walk_rows(store, &walk);
        if (r == 0 || r == HAS_MORE)
                *ret_total = r == 0 ? walk.n : EVENT_LIST_MORE;
        return r == HAS_MORE ? 0 : r;
}

typedef struct NameWalk {
        int (*on_name)(const char *name, void *userdata);
        void *userdata;
} NameWalk;

static int on_name_row(DbStatement *row, void *userdata)
{
        const NameWalk *walk = userdata;
        return walk->on_name(db_text(row, 0, NULL), walk->userdata);
}

int event_list_names(Store *store, const char *kind, int (*on_name)(const char *name, void *userdata),
                void *userdata)
{
        NameWalk walk = { on_name, userdata };
        return QUERY_EACH(store, on_name_row, &walk,
                        "SELECT DISTINCT name FROM object WHERE kind = " SQL_OBJECT_CARD
                        " AND status <> '' AND lower(status) = $1 ORDER BY name",
                        BIND_T(kind));
}

typedef struct CardWalk {
        int (*on_card)(const char *uid, const char *name, void *userdata);
        void *userdata;
} CardWalk;

static int on_card_row(DbStatement *row, void *userdata)
{
        const CardWalk *walk = userdata;
        return walk->on_card(db_text(row, 0, NULL), db_text(row, 1, NULL), walk->userdata);
}

int event_list_cards(Store *store, const char *kind,
                int (*on_card)(const char *uid, const char *name, void *userdata), void *userdata)
{
        CardWalk walk = { on_card, userdata };
        return QUERY_EACH(store, on_card_row, &walk,
                        "SELECT uid, name FROM object WHERE kind = " SQL_OBJECT_CARD
                        " AND status <> '' AND lower(status) = $1 ORDER BY name, uid",
                        BIND_T(kind));
}

/* The places that are looked for, as they stand at the end of a line. */
typedef struct PlaceWalk {
        Buffer *values;
        size_t n;
        Buffer text; /* of one line, unfolded */
        int64_t found;
} PlaceWalk;

/* Whether a line end is followed by the rest of a folded line (RFC 5545, 3.1). */
static bool is_folded(const char *end, const char *limit)
{
        return end + 1 < limit && (end[1] == ' ' || end[1] == '\t');
}

/* Appends a line with its folded parts joined, and without CR. Return: the start of the next line. */
static const char *unfold_line(Buffer *out, const char *line, const char *limit)
{
        while (line < limit) {
                const char *end = memchr(line, '\n', (size_t)(limit - line));
                const char *next = end ? end : limit;
                size_t len = (size_t)(next - line);
                buffer_append(out, line, len > 0 && line[len - 1] == '\r' ? len - 1 : len);
                if (!end)
                        return limit;
                line = next + 1;
                if (!is_folded(end, limit))
                        return line;
                line++;
        }
        return limit;
}

static bool is_at(const PlaceWalk *walk, const char *line, size_t len)
{
        for (size_t i = 0; i < walk->n; i++) {
                const Buffer *value = &walk->values[i];
                if (value->len > 0 && len > value->len && line[len - value->len - 1] == ':' &&
                                memcmp(line + len - value->len, value->data, value->len) == 0)
                        return true;
        }
        return false;
}

/* Unfolds only the lines with a place, because a page asks this about all events. */
static int on_text_row(DbStatement *row, void *userdata)
{
        static const char name[] = "LOCATION";
        PlaceWalk *walk = userdata;
        size_t len;
        const char *text = db_text(row, 0, &len);
        for (const char *line = text, *limit = text + len; line < limit;) {
                if ((size_t)(limit - line) > strlen(name) && strncasecmp(line, name, strlen(name)) == 0) {
                        buffer_reset(&walk->text);
                        line = unfold_line(&walk->text, line, limit);
                        if (is_at(walk, buffer_text(&walk->text), walk->text.len)) {
                                walk->found++;
                                break;
                        }
                        continue;
                }
                const char *end = memchr(line, '\n', (size_t)(limit - line));
                line = end ? end + 1 : limit;
        }
        return buffer_error(&walk->text);
}

static void buffers_done(Buffer *buffers, size_t n)
{
        for (size_t i = 0; i < n; i++)
                buffer_done(&buffers[i]);
}

int event_list_count_at(Store *store, const char *const *places, size_t n, usec_t now, int64_t *ret)
{
        Buffer values[EVENT_LIST_PLACES_MAX];
        PlaceWalk walk = { .values = values, .text = BUFFER_INIT(TEXT_BYTES) };
        int r = 0;
        for (; r == 0 && walk.n < n && walk.n < EVENT_LIST_PLACES_MAX; walk.n++) {
                values[walk.n] = BUFFER_INIT(NAME_BYTES);
                content_escape(&values[walk.n], places[walk.n]);
                r = buffer_error(&values[walk.n]);
        }
        if (r == 0)
                r = QUERY_EACH(store, on_text_row, &walk,
                                "SELECT text FROM object WHERE kind = " SQL_OBJECT_EVENT " AND finish > $1",
                                BIND_I(now));
        if (r == 0)
                *ret = walk.found;
        buffers_done(values, walk.n);
        buffer_done(&walk.text);
        return r;
}

int event_list_count_kind(Store *store, const char *kind, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT count(*) FROM object WHERE kind IN (" SQL_OBJECT_EVENT ", " SQL_OBJECT_DRAFT
                        ") AND replace(categories, ',' || CAST($1 AS TEXT) || ',', '') <> categories",
                        BIND_T(kind));
}
