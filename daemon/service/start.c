#include "service/start.h"

#include "base/log.h"
#include "base/notify.h"
#include "service/cause.h"

enum { STEP_SECONDS = 2 * START_PATIENCE_SECONDS }; /* each step writes to the store once or more */

int start_run(const StartStep *steps, void *userdata, const Config *config, const char *path)
{
        for (const StartStep *step = steps; step->start; step++) {
                InputError error = { 0 };
                char cause[CAUSE_SIZE];
                notify_status("starting: %s", step->what);
                notify_extend_timeout(STEP_SECONDS * USEC_PER_SEC);
                int r = step->start(userdata, &error);
                if (r == 0)
                        continue;
                cause_format(config, path, r, &error, cause);
                log_kind(JOURNAL_START_FAILED, NULL, "convened cannot start: %s: %s", step->what, cause);
                return r;
        }
        return 0;
}
