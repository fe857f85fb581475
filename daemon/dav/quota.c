#include "dav/quota.h"

#include "dav/target.h"
#include "store/quota.h"

enum { STATUS_INSUFFICIENT_STORAGE = 507 };

int64_t quota_limit(const Config *config)
{
        return config->dav.quota > 0 ? (int64_t)config->dav.quota * 1024 * 1024 : INT64_MAX;
}

int quota_read(Store *store, const Collection *collection, int64_t *ret)
{
        *ret = 0;
        return collection->owner[0] ? quota_used(store, collection->owner, ret) : 0;
}

int quota_check(const DavCall *call, const Collection *collection, int64_t before)
{
        int64_t used;
        int r = quota_read(call->store, collection, &used);
        if (r != 0 || used <= before || used <= quota_limit(call->config))
                return r;
        return target_replied(dav_reply_precondition(
                        call->request, STATUS_INSUFFICIENT_STORAGE, "D:quota-not-exceeded", NULL, NULL));
}
