#pragma once

/* Conditional requests (RFC 9110, 13). Pure. */

#include "base/time.h"

#include <stdbool.h>

/** The conditions of a request, NULL if not given, and the current state of the target. */
typedef struct HttpCondition {
        const char *if_match; /* lists as received; several lines are joined */
        const char *if_unmodified_since;
        const char *if_none_match;
        const char *if_modified_since;
        bool is_get;      /* or HEAD */
        const char *etag; /* with quotes; NULL if the target does not exist */
        usec_t modified;  /* 0 if not known */
        usec_t now;       /* used only if a date is given */
} HttpCondition;

typedef enum HttpConditionResult {
        HTTP_CONDITION_TRUE,         /* send or change the target */
        HTTP_CONDITION_NOT_MODIFIED, /* 304 */
        HTTP_CONDITION_FALSE,        /* 412 */
} HttpConditionResult;

/**
 * http_condition_evaluate() - evaluate all conditions in the order of RFC 9110, 13.2.2
 *
 * If-Match is compared as http_etag_if_match() says, If-None-Match weakly. A malformed date is ignored,
 * and so is If-Modified-Since in the future.
 */
HttpConditionResult http_condition_evaluate(const HttpCondition *condition);
