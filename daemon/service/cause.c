#include "service/cause.h"

#include "store/store.h"

#include <stdio.h>
#include <string.h>

void cause_format(const Config *config, const char *path, int r, InputError *error,
                char ret[static CAUSE_SIZE])
{
        const char *included = NULL;
        if (!error->message[0]) {
                snprintf(ret, CAUSE_SIZE, "%s", r < 0 ? strerror(-r) : store_explain(NULL, r));
                return;
        }
        if (!error->where[0]) {
                snprintf(ret, CAUSE_SIZE, "%s", error->message);
                return;
        }
        if (config && error->line == 0)
                included = config_where(config, error->where, &error->line);
        input_error_format(error, included ? included : path, ret, CAUSE_SIZE);
}
