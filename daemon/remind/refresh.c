#include "remind/refresh.h"

#include "base/hash.h"
#include "base/log.h"
#include "store/reindex.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define META_LEADS     "leads"
#define META_ZONES     "zones"
#define META_TIME_ZONE "time_zone"

/*
 * The rules by which rows are derived. A change of it lets the first start of another version derive each
 * event once more: 2 has one notice of a cancelled series, which replaces those of its occurrences that
 * wait.
 */
#define RULES "2"

static int leads_hash(const Config *config, char ret[static HASH_HEX_SIZE])
{
        Hash *hash = hash_new();
        if (!hash)
                return -ENOMEM;
        hash_field(hash, RULES);
        hash_field(hash, config->time_zone_name);
        for (size_t i = 0; i < config->n_kinds; i++) {
                hash_field(hash, config->kinds[i].name);
                for (size_t k = 0; k < config->kinds[i].n_remind; k++) {
                        char lead[LEAD_TEXT_SIZE];
                        lead_format(&config->kinds[i].remind[k], lead);
                        hash_field(hash, lead);
                }
        }
        hash_finish(hash, ret);
        hash_free(hash);
        return 0;
}

static int reset_sources(const Refresh *refresh, bool of_leads)
{
        int r = 0;
        for (size_t i = 0; r == 0 && refresh->sources[i]; i++)
                if (refresh->sources[i]->reset)
                        r = refresh->sources[i]->reset(refresh->store, of_leads, refresh->now);
        return r;
}

static int follow_leads(const Refresh *refresh, const Config *config)
{
        CLEANUP(cleanup_free) char *known = NULL;
        char leads[HASH_HEX_SIZE];
        int r = leads_hash(config, leads);
        if (r == 0)
                r = store_meta_get(refresh->store, META_LEADS, &known);
        if (r != 0 || (known && strcmp(known, leads) == 0))
                return r;
        r = reset_sources(refresh, true);
        return r != 0 ? r : store_meta_set(refresh->store, META_LEADS, leads);
}

static int move_events(const Refresh *refresh, const Config *config, const char *cause)
{
        int64_t n = 0;
        int r = reindex_spans(refresh->store, config->time_zone, refresh->now, &n);
        if (r == 0)
                r = reset_sources(refresh, false);
        if (r == 0)
                log_info("%s: %" PRId64 " events keep their wall clock and move to other moments", cause, n);
        return r;
}

/*
 * Moves events if the system's time zones have changed. The keys of the ledger contain wall-clock times,
 * so a mail that was sent by the old rules of a zone is not sent again.
 */
static int follow_zones(const Refresh *refresh, const Config *config)
{
        CLEANUP(cleanup_free) char *known = NULL;
        char signature[HASH_HEX_SIZE];
        int r = zone_table_signature(refresh->zones, signature);
        if (r == 0)
                r = store_meta_get(refresh->store, META_ZONES, &known);
        if (r != 0 || (known && strcmp(known, signature) == 0))
                return r;
        if (known)
                r = move_events(refresh, config, "the system's time zones have changed");
        return r != 0 ? r : store_meta_set(refresh->store, META_ZONES, signature);
}

/*
 * Moves events if `time_zone` has changed, the zone of dates and floating times. A store that has a
 * signature of the time zones but no META_TIME_ZONE is from an older version: its time_zone is not known, so
 * its events are moved, too.
 */
static int follow_time_zone(const Refresh *refresh, const Config *config)
{
        CLEANUP(cleanup_free) char *known = NULL, *signature = NULL;
        int r = store_meta_get(refresh->store, META_TIME_ZONE, &known);
        if (r == 0)
                r = store_meta_get(refresh->store, META_ZONES, &signature);
        if (r != 0 || (known && strcmp(known, config->time_zone_name) == 0))
                return r;
        if (known || signature)
                r = move_events(refresh, config, "time_zone has changed");
        return r != 0 ? r : store_meta_set(refresh->store, META_TIME_ZONE, config->time_zone_name);
}

static int in_transaction(const Refresh *refresh, const Config *config,
                int (*follow)(const Refresh *refresh, const Config *config))
{
        StoreWrite write;
        int r = store_write_begin(refresh->store, &write);
        return r != 0 ? r : store_write_end(&write, follow(refresh, config));
}

/* If the configuration is rejected afterwards, the only harm is that each event is processed once more. */
int refresh_leads(const Refresh *refresh, const Config *config)
{
        return in_transaction(refresh, config, follow_leads);
}

int refresh_zones(const Refresh *refresh, const Config *config)
{
        int r = in_transaction(refresh, config, follow_time_zone);
        return r != 0 ? r : in_transaction(refresh, config, follow_zones);
}
