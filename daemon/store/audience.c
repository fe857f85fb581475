#include "store/audience.h"

#include "store/object.h"
#include "store/query.h"

static int on_scope(DbStatement *row, void *userdata)
{
        audience_widen((SubscriptionScope)db_int(row, 0), SUBSCRIPTION_GIVEN, userdata);
        return 0;
}

int audience_of(Store *store, int64_t contact, int64_t object, PublishAudience *ret)
{
        *ret = PUBLISH_PUBLIC;
        return QUERY_EACH(store, on_scope, ret,
                        "SELECT scope FROM subscription, object"
                        " WHERE contact = $1 AND object.id = $2 AND origin = " SQL_SUBSCRIPTION_GIVEN
                        " AND collection <> '" COLLECTION_MEETINGS "'"
                        " AND (scope = " SQL_SUBSCRIBE_ALL " OR (scope = " SQL_SUBSCRIBE_EVENT
                        " AND target = uid) OR (scope = " SQL_SUBSCRIBE_CALENDAR
                        " AND target = collection) OR (scope = " SQL_SUBSCRIBE_KIND
                        " AND categories LIKE '%,' || target || ',%'))",
                        BIND_I(contact), BIND_I(object));
}
