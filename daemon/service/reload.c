#include "service/reload.h"

#include "base/log.h"
#include "service/cause.h"

#include <assert.h>

static void log_failure(
                const ReloadPart *part, const Config *config, const char *path, int r, InputError *error)
{
        char cause[CAUSE_SIZE];
        cause_format(config, path, r, error, cause);
        log_kind(JOURNAL_CONFIG_REFUSED, NULL, "%s cannot take the new configuration: %s", part->what,
                        cause);
}

/* Discards the plans in reverse order, because a plan may depend on the plans of earlier parts. */
static void discard_all(const ReloadPart *parts, void *const *plans, size_t n)
{
        while (n-- > 0)
                if (plans[n])
                        parts[n].discard(plans[n]);
}

int reload_parts(const ReloadPart *parts, Config *config, const char *path)
{
        void *plans[RELOAD_PARTS_MAX] = { NULL };
        size_t n = 0;
        for (; parts[n].prepare; n++) {
                InputError error = { 0 };
                assert(n < RELOAD_PARTS_MAX);
                int r = parts[n].prepare(parts[n].part, config, &plans[n], &error);
                if (r == 0)
                        continue;
                log_failure(&parts[n], config, path, r, &error);
                discard_all(parts, plans, n);
                return r;
        }
        for (size_t i = 0; i < n; i++)
                parts[i].commit(parts[i].part, plans[i]);
        return 0;
}
