#include "service/open-store.h"

#include "service/start.h"
#include "store/collection.h"

enum {
        /* Less than the half of WatchdogSec in units/convened.service: the loop's next sign is not late. */
        LIMIT_SECONDS = 10,
        PATIENCE_SECONDS = 5,
        START_LIMIT_SECONDS = 2 * START_PATIENCE_SECONDS,
};

static int join(const Config *config, Store *store, Node **ret, InputError *ret_error)
{
        int r = node_new(store, VERSION, ret);
        if (r == DB_E_BUSY)
                input_error_set(ret_error, 0, "store", "another convened is at work on %s", config->store);
        return r;
}

static int ensure_collections(const Config *config, Store *store)
{
        int r = collection_ensure(store, COLLECTION_EVENTS, false, config->time_zone_name);
        if (r == 0)
                r = collection_ensure(store, COLLECTION_OFFERS, false, config->time_zone_name);
        return r == 0 ? collection_ensure(store, COLLECTION_CONTACTS, true, NULL) : r;
}

int open_store(const Config *config, ZoneTable *zones, Store **ret, Node **ret_node, InputError *ret_error)
{
        int r = store_open(config->store, STORE_CREATE, zones, ret, ret_error);
        if (r == 0)
                r = join(config, *ret, ret_node, ret_error);
        if (r == 0) {
                store_set_patience(*ret, START_PATIENCE_SECONDS * USEC_PER_SEC);
                store_set_limit(*ret, START_LIMIT_SECONDS * USEC_PER_SEC);
                r = ensure_collections(config, *ret);
        }
        if (r > 0 && !ret_error->message[0])
                input_error_set(ret_error, 0, "store", "%s", store_explain(*ret, r));
        return r;
}

void open_store_end_start(Store *store)
{
        store_set_patience(store, PATIENCE_SECONDS * USEC_PER_SEC);
        store_set_limit(store, LIMIT_SECONDS * USEC_PER_SEC);
}
