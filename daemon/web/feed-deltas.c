#include "web/feed-deltas.h"

#include "base/hash.h"
#include "base/log.h"
#include "feed/delta.h"
#include "http/prefer.h"
#include "http/reply.h"
#include "store/private-feed.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#define PREFERENCE "subscribe-enhanced-get"

enum {
        STATUS_NOT_MODIFIED = 304,
        STATUS_CONFLICT = 409,
        QUOTED_SIZE = FEED_TOKEN_SIZE + 2,
};

/* A delta, or its absence, as the reply to one token of one feed. */
typedef struct KeptDelta {
        FeedScope scope;
        uint64_t used;
        int result;              /* 0 or FEED_E_TOKEN */
        HttpEntity *entity;      /* NULL if nothing has changed */
        char token[QUOTED_SIZE]; /* the new one, in quotes */
        char key[];              /* the feed's target and the client's token */
} KeptDelta;

struct FeedDeltas {
        const Clock *clock;
        StorePool *stores;
        SyncMark *mark;
        pthread_mutex_t lock; /* protects the members below */
        Config *config;
        uint64_t generation, n_uses;
        bool failing; /* the store's failure has been logged */
        size_t n;
        KeptDelta *kept[FEED_DELTAS_KEPT];
};

static KeptDelta *kept_free(KeptDelta *kept)
{
        if (kept)
                http_entity_unref(kept->entity);
        free(kept);
        return NULL;
}

DEFINE_CLEANUP(KeptDelta, kept_freep, kept_free)

int feed_deltas_new(Config *config, StorePool *stores, const Clock *clock, FeedDeltas **ret)
{
        FeedDeltas *deltas = calloc(1, sizeof(*deltas));
        *ret = deltas;
        if (!deltas)
                return -ENOMEM;
        pthread_mutex_init(&deltas->lock, NULL);
        deltas->config = config_ref(config);
        deltas->stores = stores;
        deltas->clock = clock;
        return 0;
}

void feed_deltas_note_tokens(FeedDeltas *deltas, SyncMark *mark)
{
        deltas->mark = mark;
}

static void remove_all(FeedDeltas *deltas)
{
        while (deltas->n > 0)
                kept_free(deltas->kept[--deltas->n]);
}

FeedDeltas *feed_deltas_free(FeedDeltas *deltas)
{
        if (!deltas)
                return NULL;
        remove_all(deltas);
        config_unref(deltas->config);
        pthread_mutex_destroy(&deltas->lock);
        free(deltas);
        return NULL;
}

void feed_deltas_invalidate(FeedDeltas *deltas)
{
        pthread_mutex_lock(&deltas->lock);
        deltas->generation++;
        remove_all(deltas);
        pthread_mutex_unlock(&deltas->lock);
}

void feed_deltas_reset(FeedDeltas *deltas, Config *config)
{
        pthread_mutex_lock(&deltas->lock);
        Config *old = deltas->config;
        deltas->config = config_ref(config);
        deltas->generation++;
        remove_all(deltas);
        pthread_mutex_unlock(&deltas->lock);
        config_unref(old);
}

bool feed_deltas_asked(HttpRequest *request)
{
        return http_prefers(request, PREFERENCE);
}

/* ---- The kept ones ---- */

static KeptDelta *find_kept(FeedDeltas *deltas, FeedScope scope, const char *key)
{
        for (size_t i = 0; i < deltas->n; i++)
                if (deltas->kept[i]->scope == scope && strcmp(deltas->kept[i]->key, key) == 0)
                        return deltas->kept[i];
        return NULL;
}

static void remove_oldest(FeedDeltas *deltas)
{
        size_t oldest = 0;
        for (size_t i = 1; i < deltas->n; i++)
                if (deltas->kept[i]->used < deltas->kept[oldest]->used)
                        oldest = i;
        kept_free(deltas->kept[oldest]);
        deltas->kept[oldest] = deltas->kept[--deltas->n];
}

/* Keeps a delta, unless the store has changed since it was begun. Takes it over. */
static void keep(FeedDeltas *deltas, uint64_t generation, KeptDelta *made)
{
        pthread_mutex_lock(&deltas->lock);
        bool is_new = generation == deltas->generation && !find_kept(deltas, made->scope, made->key);
        if (is_new && deltas->n == FEED_DELTAS_KEPT)
                remove_oldest(deltas);
        if (is_new) {
                made->used = ++deltas->n_uses;
                deltas->kept[deltas->n++] = made;
        }
        pthread_mutex_unlock(&deltas->lock);
        if (!is_new)
                kept_free(made);
}

/* The reply of a kept delta; it references the entity. */
typedef struct DeltaReply {
        int result;
        HttpEntity *entity;
        char token[QUOTED_SIZE];
} DeltaReply;

static void copy_reply(const KeptDelta *kept, DeltaReply *ret)
{
        ret->result = kept->result;
        ret->entity = kept->entity ? http_entity_ref(kept->entity) : NULL;
        strcpy(ret->token, kept->token);
}

static bool take_kept(FeedDeltas *deltas, FeedScope scope, const char *key, DeltaReply *ret)
{
        pthread_mutex_lock(&deltas->lock);
        KeptDelta *kept = find_kept(deltas, scope, key);
        if (kept) {
                kept->used = ++deltas->n_uses;
                copy_reply(kept, ret);
        }
        pthread_mutex_unlock(&deltas->lock);
        return kept;
}

/* ---- Making one ---- */

static const char *cache_control(FeedScope scope)
{
        return scope == FEED_PRIVATE ? "private, no-store" : "private, no-cache";
}

static int make_entity(const FeedDelta *delta, KeptDelta *made)
{
        const HttpHeader headers[] = { { "Sync-Token", made->token }, { "Preference-Applied", PREFERENCE },
                { NULL, NULL } };
        const HttpEntityOptions options = {
                .content_type = "text/calendar; charset=utf-8",
                .bytes = delta->bytes,
                .len = delta->len,
                .codings = CODING_BIT(CODING_GZIP),
                .cache_control = cache_control(made->scope),
                .vary = FEED_VARY,
                .headers = headers,
                .cors = made->scope != FEED_PRIVATE,
                .noindex = made->scope == FEED_PRIVATE,
                .etag_salt = made->token,
        };
        return http_entity_new(&options, &made->entity);
}

static int find_name(const FeedAsked *asked, Store *store, FeedName *ret)
{
        *ret = (FeedName){ .scope = asked->scope, .target = *asked->target ? asked->target : NULL };
        if (asked->scope != FEED_PRIVATE)
                return 0;
        ret->target = NULL;
        int r = private_feed_contact(store, asked->target, &ret->contact);
        return r == STORE_E_NOT_FOUND ? FEED_E_NOT_FOUND : r;
}

static int make(FeedDeltas *deltas, Config *config, const FeedAsked *asked, const char *token, Store *store,
                KeptDelta *made)
{
        CLEANUP(feed_delta_done) FeedDelta delta = { 0 };
        FeedName name;
        int r = find_name(asked, store, &name);
        if (r == 0)
                r = feed_delta_make(&name, config, store, clock_now(deltas->clock), token, &delta);
        made->result = r;
        if (r != 0)
                return r == FEED_E_TOKEN ? 0 : r;
        sync_mark_tell(deltas->mark, delta.change);
        stpcpy(stpcpy(stpcpy(made->token, "\""), delta.token), "\"");
        return delta.bytes ? make_entity(&delta, made) : 0;
}

/* Logs only the first failure until the store works again. */
static void note_failure(FeedDeltas *deltas, const char *what, const char *why)
{
        pthread_mutex_lock(&deltas->lock);
        bool is_first = !deltas->failing;
        deltas->failing = true;
        pthread_mutex_unlock(&deltas->lock);
        if (is_first)
                log_kind(JOURNAL_STORE_FAILS, NULL, "feeds: %s: %s", what, why);
}

static void note_success(FeedDeltas *deltas)
{
        pthread_mutex_lock(&deltas->lock);
        deltas->failing = false;
        pthread_mutex_unlock(&deltas->lock);
}

static int make_with_store(FeedDeltas *deltas, Config *config, const FeedAsked *asked, const char *token,
                KeptDelta *made)
{
        Store *store = NULL;
        InputError error = { 0 };
        int r = store_pool_take(deltas->stores, &store, &error);
        if (r != 0) {
                note_failure(deltas, "the store cannot be opened", r > 0 ? error.message : strerror(-r));
                return r;
        }
        r = make(deltas, config, asked, token, store, made);
        if (r == 0 || r == FEED_E_NOT_FOUND) {
                note_success(deltas);
                store_pool_give(deltas->stores, store);
                return r;
        }
        note_failure(deltas, "what has changed cannot be read",
                        r > 0 ? store_explain(store, r) : strerror(-r));
        store_pool_drop(deltas->stores, store);
        return r;
}

static int make_kept(FeedDeltas *deltas, const FeedAsked *asked, const char *key, const char *token,
                DeltaReply *ret)
{
        CLEANUP(kept_freep) KeptDelta *made = calloc(1, sizeof(*made) + strlen(key) + 1);
        if (!made)
                return -ENOMEM;
        made->scope = asked->scope;
        strcpy(made->key, key);
        pthread_mutex_lock(&deltas->lock);
        Config *config = config_ref(deltas->config);
        uint64_t generation = deltas->generation;
        pthread_mutex_unlock(&deltas->lock);
        int r = make_with_store(deltas, config, asked, token, made);
        config_unref(config);
        if (r != 0)
                return r;
        copy_reply(made, ret);
        keep(deltas, generation, TAKE_PTR(made));
        return 0;
}

/* ---- Replying ---- */

static int reply_unchanged(HttpRequest *request, FeedScope scope, const char *token)
{
        const HttpHeader headers[] = {
                { "Sync-Token", token },
                { "Preference-Applied", PREFERENCE },
                { "Cache-Control", cache_control(scope) },
                { "Vary", "Accept-Encoding, " FEED_VARY },
                { "Access-Control-Allow-Origin", scope == FEED_PRIVATE ? NULL : "*" },
                { NULL, NULL },
        };
        return http_reply_send(request, &(HttpReply){ .status = STATUS_NOT_MODIFIED, .headers = headers });
}

static int reply_refused(HttpRequest *request)
{
        static const HttpHeader headers[] = {
                { "Preference-Applied", PREFERENCE },
                { "Vary", "Accept-Encoding, " FEED_VARY },
                { NULL, NULL },
        };
        return http_reply_error_with(request, STATUS_CONFLICT, NULL, headers);
}

static int reply(HttpRequest *request, FeedScope scope, const DeltaReply *made)
{
        if (made->result == FEED_E_TOKEN)
                return reply_refused(request);
        return made->entity ? http_reply_entity(request, made->entity)
                            : reply_unchanged(request, scope, made->token);
}

/* Copies the token without its quotes. A longer text is no token; it is cut, and then refused. */
static void unquote(const char *field, char ret[static FEED_TOKEN_SIZE])
{
        size_t len = strlen(field);
        bool is_quoted = len >= 2 && field[0] == '"' && field[len - 1] == '"';
        size_t n = is_quoted ? len - 2 : len;
        n = n < FEED_TOKEN_SIZE ? n : FEED_TOKEN_SIZE - 1;
        memcpy(ret, field + is_quoted, n);
        ret[n] = '\0';
}

int feed_deltas_reply(FeedDeltas *deltas, HttpRequest *request, const FeedAsked *asked)
{
        CLEANUP(cleanup_free) char *key = NULL;
        char token[FEED_TOKEN_SIZE];
        DeltaReply made = { 0 };
        const char *field = http_request_header(request, "Sync-Token");
        if (!field)
                return FEED_DELTAS_E_WHOLE;
        unquote(field, token);
        key = malloc(strlen(asked->target) + strlen(token) + 2);
        if (!key)
                return -ENOMEM;
        stpcpy(stpcpy(stpcpy(key, asked->target), "\n"), token);
        int r = 0;
        if (!take_kept(deltas, asked->scope, key, &made)) {
                r = http_request_defer(request, HTTP_WORK_SHORT, hash_quick(key) + (uint64_t)asked->scope);
                if (r == 0 && !take_kept(deltas, asked->scope, key, &made))
                        r = make_kept(deltas, asked, key, token, &made);
        }
        if (r == 0)
                r = reply(request, asked->scope, &made);
        http_entity_unref(made.entity);
        return r;
}

int feed_deltas_reply_whole(HttpRequest *request, HttpEntity *entity, FeedScope scope)
{
        const HttpHeader headers[] = {
                { "Preference-Applied", PREFERENCE },
                { "Cache-Control", cache_control(scope) },
                { NULL, NULL },
        };
        return http_reply_send(request, &(HttpReply){ .entity = entity, .headers = headers });
}
