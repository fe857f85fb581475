#include "http/condition.h"

#include "http/date.h"
#include "http/etag.h"

/*
 * Whether the target was modified after a date. Returns @otherwise if the date is malformed or the time of
 * modification is not known.
 */
static bool modified_after(const HttpCondition *condition, const char *date, bool otherwise)
{
        usec_t since;
        if (!condition->modified || http_date_parse(date, condition->now, &since) != 0)
                return otherwise;
        return condition->modified / USEC_PER_SEC > since / USEC_PER_SEC;
}

static bool lies_ahead(const HttpCondition *condition, const char *date)
{
        usec_t time;
        return http_date_parse(date, condition->now, &time) == 0 && time > condition->now;
}

static bool may_change(const HttpCondition *condition)
{
        if (condition->if_match)
                return condition->etag && http_etag_if_match(condition->if_match, condition->etag);
        if (condition->if_unmodified_since && condition->etag)
                return !modified_after(condition, condition->if_unmodified_since, false);
        return true;
}

static bool has_copy(const HttpCondition *condition)
{
        if (condition->if_none_match)
                return condition->etag && http_etag_listed(condition->if_none_match, condition->etag);
        if (condition->if_modified_since && condition->etag && condition->is_get)
                return !lies_ahead(condition, condition->if_modified_since) &&
                       !modified_after(condition, condition->if_modified_since, true);
        return false;
}

HttpConditionResult http_condition_evaluate(const HttpCondition *condition)
{
        if (!may_change(condition))
                return HTTP_CONDITION_FALSE;
        if (!has_copy(condition))
                return HTTP_CONDITION_TRUE;
        return condition->is_get ? HTTP_CONDITION_NOT_MODIFIED : HTTP_CONDITION_FALSE;
}
