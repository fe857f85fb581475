#include "feed/delta-token.h"

#include "base/hash.h"
#include "store/epoch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SCHEME "data:,"

static void add_duration(Hash *hash, const Duration *duration)
{
        char text[80];
        snprintf(text, sizeof(text), "%d/%d/%d/%" PRId64, duration->negative, duration->years,
                        duration->months, duration->days);
        hash_field(hash, text);
}

static void add_config(Hash *hash, const Config *config)
{
        add_duration(hash, &config->feed.past);
        add_duration(hash, &config->feed.future);
        hash_field(hash, config->http.base_url);
        hash_field(hash, config->language);
        hash_field(hash, config->time_zone ? zone_name(config->time_zone) : NULL);
}

static void add_selection(Hash *hash, const FeedSelection *selection)
{
        char scope[16];
        snprintf(scope, sizeof(scope), "%d", (int)selection->name->scope);
        hash_field(hash, scope);
        hash_field(hash, selection->name->target);
        hash_field(hash, selection->subscribed);
        hash_field(hash, selection->contact ? selection->contact->uid : NULL);
        hash_field(hash, selection->contact ? selection->contact->address : NULL);
}

int feed_token_basis(const FeedSelection *selection, const Config *config, Store *store,
                char ret[static FEED_BASIS_SIZE])
{
        char epoch[TOKEN_SIZE], hex[HASH_HEX_SIZE];
        int r = epoch_get(store, epoch);
        if (r != 0)
                return r;
        Hash *hash = hash_new();
        if (!hash)
                return -ENOMEM;
        hash_field(hash, epoch);
        add_selection(hash, selection);
        add_config(hash, config);
        hash_finish(hash, hex);
        hash_free(hash);
        snprintf(ret, FEED_BASIS_SIZE, "%.*s", FEED_BASIS_SIZE - 1, hex);
        return 0;
}

void feed_token_write(const FeedToken *token, char ret[static FEED_TOKEN_SIZE])
{
        snprintf(ret, FEED_TOKEN_SIZE, SCHEME "%" PRId64 "/%" PRId64 "/%s", token->change, token->day,
                        token->basis);
}

/* A token is only valid as it was written, so it is written again and compared. */
int feed_token_read(const char *text, FeedToken *ret)
{
        FeedToken token = { 0 };
        char again[FEED_TOKEN_SIZE];
        if (sscanf(text, SCHEME "%" SCNd64 "/%" SCNd64 "/%16[0-9a-f]", &token.change, &token.day,
                            token.basis) != 3)
                return FEED_E_TOKEN;
        feed_token_write(&token, again);
        if (strcmp(again, text) != 0 || token.change < 0 || token.day < 0)
                return FEED_E_TOKEN;
        *ret = token;
        return 0;
}
