#include "http/authorization-internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int set_up(Authorization *a)
{
        const LoginLimitOptions network = { a->options.n_failures, a->options.wait_max };
        const usec_t longest = (usec_t)AUTHORIZATION_ACCOUNT_WAIT_SECONDS * USEC_PER_SEC;
        const LoginLimitOptions account = { 2 * a->options.n_failures,
                a->options.wait_max < longest ? a->options.wait_max : longest };
        int r = store_pool_new(a->options.store, a->options.zones, STORE_READ_ONLY, &a->pool);
        if (r == 0)
                r = verified_new(&a->verified);
        if (r == 0)
                r = login_budget_new(&a->budget);
        if (r == 0)
                r = login_limit_new(&network, &a->networks);
        if (r == 0)
                r = login_limit_new(&network, &a->codes);
        return r != 0 ? r : login_limit_new(&account, &a->accounts);
}

int authorization_new(const AuthorizationOptions *options, Authorization **ret)
{
        CLEANUP(authorization_freep) Authorization *a = calloc(1, sizeof(*a));
        *ret = NULL;
        if (!a)
                return -ENOMEM;
        a->options = *options;
        a->store = strdup(options->store);
        if (!a->store)
                return -ENOMEM;
        snprintf(a->realm, sizeof(a->realm), "%s", options->realm);
        snprintf(a->proxy_header, sizeof(a->proxy_header), "%s", options->proxy_header);
        int r = set_up(a);
        if (r == 0)
                *ret = TAKE_PTR(a);
        return r;
}

Authorization *authorization_free(Authorization *authorization)
{
        if (!authorization)
                return NULL;
        store_pool_free(authorization->pool);
        verified_free(authorization->verified);
        login_limit_free(authorization->networks);
        login_limit_free(authorization->accounts);
        login_limit_free(authorization->codes);
        login_budget_free(authorization->budget);
        free(authorization->store);
        free(authorization);
        return NULL;
}

StorePool *authorization_readers(const Authorization *authorization)
{
        return authorization->pool;
}
