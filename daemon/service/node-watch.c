#include "service/node-watch.h"

#include "base/log.h"

#include <errno.h>
#include <stdlib.h>

enum { LOOK_SECONDS = 2 };

struct NodeWatch {
        Node *node;
        void (*on_news)(void *userdata);
        void *userdata;
        sd_event_source *timer;
};

static void tell(const NodeNews *news)
{
        if (news->n_expired > 0)
                log_warning("%d daemons that share the store have ended without leaving it: their work is taken over",
                                news->n_expired);
        if (news->is_new)
                log_warning("this daemon could not renew its lease, and joins the others again");
}

/* A failure of the store is logged by those who need the store. */
void node_watch_look(NodeWatch *watch)
{
        NodeNews news = { .n_expired = 0 };
        if (!watch || !node_is_shared(watch->node) || node_look(watch->node, &news) != 0)
                return;
        tell(&news);
        if (news.n_expired > 0 || news.is_new || news.has_jobs || news.has_interrupted)
                watch->on_news(watch->userdata);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
        (void)usec;
        node_watch_look(userdata);
        sd_event_source_set_time_relative(source, LOOK_SECONDS * USEC_PER_SEC);
        sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
        return 0;
}

int node_watch_new(
                sd_event *loop, Node *node, void (*on_news)(void *userdata), void *userdata, NodeWatch **ret)
{
        *ret = NULL;
        NodeWatch *watch = calloc(1, sizeof(*watch));
        if (!watch)
                return -ENOMEM;
        *watch = (NodeWatch){ .node = node, .on_news = on_news, .userdata = userdata };
        int r = node_is_shared(node) ? sd_event_add_time_relative(loop, &watch->timer, CLOCK_MONOTONIC,
                                                       LOOK_SECONDS * USEC_PER_SEC, 0, on_timer, watch)
                                     : 0;
        if (r < 0) {
                node_watch_free(watch);
                return r;
        }
        *ret = watch;
        return 0;
}

NodeWatch *node_watch_free(NodeWatch *watch)
{
        if (watch) {
                sd_event_source_disable_unref(watch->timer);
                free(watch);
        }
        return NULL;
}
