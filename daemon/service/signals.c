#include "service/signals.h"

#include <errno.h>
#include <signal.h>

int signals_block(void)
{
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGHUP);
        signal(SIGPIPE, SIG_IGN);
        return sigprocmask(SIG_BLOCK, &signals, NULL) < 0 ? -errno : 0;
}

int signals_watch(sd_event *loop, sd_event_signal_handler_t on_stop, sd_event_signal_handler_t on_reload,
                void *userdata)
{
        int r = sd_event_add_signal(loop, NULL, SIGTERM, on_stop, userdata);
        if (r >= 0)
                r = sd_event_add_signal(loop, NULL, SIGINT, on_stop, userdata);
        if (r >= 0)
                r = sd_event_add_signal(loop, NULL, SIGHUP, on_reload, userdata);
        return r < 0 ? r : 0;
}
