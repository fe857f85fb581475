#include "store/free-busy.h"

#include "store/query.h"
#include "store/row-copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { N_TEXTS = 5 };

FreeBusy *free_busy_free(FreeBusy *times)
{
        free(times);
        return NULL;
}

static int copy_row(DbStatement *row, void *userdata)
{
        const char *texts[N_TEXTS];
        for (int i = 0; i < N_TEXTS; i++)
                texts[i] = db_text(row, i, NULL);
        FreeBusy *times = row_copy_new(sizeof(*times), texts, N_TEXTS, 0, NULL);
        if (!times)
                return -ENOMEM;
        *times = (FreeBusy){ texts[0], texts[1], texts[2], texts[3], texts[4], db_int(row, N_TEXTS),
                db_int(row, N_TEXTS + 1) };
        *(FreeBusy **)userdata = times;
        return 0;
}

int free_busy_get(Store *store, const char *host, FreeBusy **ret)
{
        *ret = NULL;
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT host, url, etag, times, error, fetched, tried FROM free_busy WHERE host = $1",
                        BIND_T(host));
}

int free_busy_put(Store *store, const FreeBusy *times)
{
        return QUERY_RUN(store,
                        "INSERT INTO free_busy (host, url, etag, times, error, fetched, tried)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
                        " ON CONFLICT (host) DO UPDATE SET url = excluded.url, etag = excluded.etag,"
                        " times = excluded.times, error = excluded.error, fetched = excluded.fetched,"
                        " tried = excluded.tried",
                        BIND_T(times->host), BIND_T(times->url), BIND_T(times->etag), BIND_T(times->times),
                        BIND_T(times->error), BIND_I(times->fetched), BIND_I(times->tried));
}

int free_busy_delete(Store *store, const char *host)
{
        return QUERY_RUN(store, "DELETE FROM free_busy WHERE host = $1", BIND_T(host));
}

int free_busy_drop(Store *store, usec_t before)
{
        return QUERY_RUN(store, "DELETE FROM free_busy WHERE tried < $1", BIND_I(before));
}
